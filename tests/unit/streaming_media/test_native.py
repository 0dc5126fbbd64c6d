"""The engine's machine code is of the very sources beside it, or it is left aside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streaming import native


def where_is(module: str, **environment: str) -> str:
    """The file that a new process imports `module` from."""
    code = f"import {module} as module; print(module.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=native.ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    return found.stdout.strip()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A checkout of the engine's sources that may be edited."""
    for source in native.SOURCES:
        shutil.copytree(native.ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(native, "ROOT", tmp_path)
    native.library.cache_clear()
    yield tmp_path
    native.library.cache_clear()


def test_an_edited_source_is_never_hidden_by_older_machine_code(elsewhere, monkeypatch):
    monkeypatch.delenv("SIGHTLINE_NATIVE", raising=False)
    before = native.library()
    (before / "streaming/media").mkdir(parents=True)
    assert native.is_ready()
    assert native.path_of("streaming.media", ["source"])[0] == str(before / "streaming/media")
    for module in (*native.MODULES, "streaming/media/answer.py", "streaming/contracts/__init__.py"):
        source = elsewhere / module
        text = source.read_text()
        source.write_text(text + "\n# edited\n")
        native.library.cache_clear()
        assert native.library() != before, f"a change of {module} would not be seen"
        assert native.path_of("streaming.media", ["source"]) == ["source"]
        source.write_text(text)
    native.library.cache_clear()
    assert native.library() == before


def test_machine_code_can_be_left_aside():
    assert where_is("streaming.media.rtp", SIGHTLINE_NATIVE="0") == str(native.ROOT / "streaming/media/rtp.py")


def test_the_whole_path_of_a_packet_runs_the_same_way():
    """Compiled classes cannot be taken apart: half of the path in machine code would be a mixture nobody has tested."""
    suffix = ".so" if native.is_ready() else ".py"
    modules = [module.removesuffix(".py").replace("/", ".") for module in native.MODULES]
    code = "import importlib, sys; print(*(importlib.import_module(name).__file__ for name in sys.argv[1:]))"
    found = subprocess.run([sys.executable, "-c", code, *modules], cwd=native.ROOT, capture_output=True, text=True)
    files = [Path(name) for name in found.stdout.split()]
    assert len(files) == len(modules)
    assert {file.suffix for file in files} == {suffix}


def test_nothing_of_django_or_of_the_tools_is_needed_to_run_it():
    code = "import sys, streaming.media.session, streaming.media.recorder; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=native.ROOT, capture_output=True, text=True)
    loaded = set(found.stdout.split())
    assert "streaming.media.session" in loaded
    assert not loaded & {"django", "mypy", "mypyc", "setuptools"}
