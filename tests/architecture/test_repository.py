"""Rules of the house that a machine can check."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bench", "briefing", "config", "core", "evidence", "incidents", "streaming", "suspects")


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for line in done.stdout.splitlines() if (path := ROOT / line).exists()]


def own_python() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES]


@pytest.mark.parametrize("pattern", ["*.py", "*.js", "*.css"])
def test_no_file_is_longer_than_400_lines(pattern):
    def length(path: Path) -> int:
        return len(path.read_text().splitlines())

    long = {str(path.relative_to(ROOT)): length(path) for path in tracked(pattern) if length(path) > 400}
    assert {name: lines for name, lines in long.items() if "/migrations/" not in name} == {}


def test_nothing_is_called_utils_or_helpers():
    names = {path.stem for path in own_python()} | {path.parent.name for path in own_python()}
    assert names.isdisjoint({"utils", "helpers", "misc", "common_utils", "signals"})


def test_environment_is_read_in_one_place():
    readers = {
        str(path.relative_to(ROOT)) for path in own_python() if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    # The media worker knows no Django and so reads its own; entry points set the environment before settings exist.
    assert readers <= {
        "bench/__main__.py", "config/asgi.py", "config/celery.py", "config/demo/__main__.py", "config/env.py",
        "streaming/media/__main__.py",
        # Reads three names of it, so that a process which decodes what a stranger sends is given no more than those.
        "streaming/media/mark/confine.py",
        "streaming/native.py",  # a debugger's switch, looked at before anything else is imported
    } | {str(path.relative_to(ROOT)) for path in own_python() if path.is_relative_to(ROOT / "bench")}  # fmt: skip


def names_read() -> set[str]:
    named = re.compile(r'(?:env\.(?:text|flag|number|items|(?:maybe_)?path|secret|get)\(|env\[)\s*"([A-Z][A-Z0-9_]+)"')
    sources = [*(ROOT / "config").glob("*.py"), ROOT / "streaming" / "media" / "__main__.py"]
    return {name for path in sources for name in named.findall(path.read_text())} | {"LOG_LEVEL"}


def names_documented() -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_environment_name_is_documented_and_no_other():
    for_compose = {"POSTGRES_PASSWORD", "TURN_CERTIFICATES", "TURN_HOST", "TURN_PEER"}
    assert names_read() == names_documented() - for_compose


def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_has_the_full_stack_with_health_checks_and_pinned_images():
    services = compose()["services"]
    assert set(services) == {"db", "redis", "web", "worker", "beat", "media", "coturn", "objects"}
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        tag = service["image"].rpartition(":")[2]
        assert re.search(r"\d+\.\d+|RELEASE\.\d{4}", tag), f"{name}: {service['image']} is not pinned"


def test_compose_speaks_the_settings_names():
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", text)) | set(compose()["x-app"]["environment"])
    assert used <= names_documented()


def test_compose_versions_fit_what_the_code_is_tested_with():
    services = compose()["services"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert services["db"]["image"].startswith("postgres:15.")
    assert re.search(r"FROM python:3\.11", dockerfile)
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert services["web"]["image"] == f"sightline:{version[1]}"


def test_no_file_names_a_registry_or_a_machine_path():
    registry = re.compile(r"(pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org|/root/|/home/\w+/)")
    named = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix not in {".png", ".mo", ".woff2"}
        and path != Path(__file__)
        and registry.search(path.read_text(errors="ignore"))
    ]
    assert named == []


def test_pins_have_hashes_and_come_from_pyproject():
    for name in ("base", "dev", "node"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
    base = (ROOT / "requirements" / "base.txt").read_text().lower()
    block = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    assert block
    for wanted in re.findall(r'^\s+"([A-Za-z0-9_-]+)', block[1], re.MULTILINE):
        assert re.search(rf"^{re.escape(wanted.lower()).replace('_', '[-_]')}==", base, re.MULTILINE), wanted


def test_every_dependency_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert block
    lines = [line for line in block[1].splitlines() if line.strip().startswith('"')]
    assert [line.strip() for line in lines if "#" not in line] == []


def test_messages_have_their_files():
    assert {path.parent.parent.name for path in (ROOT / "locale").glob("*/LC_MESSAGES/django.po")} == {
        "cy", "pl", "ro", "pa", "ur", "bn", "gu", "ar", "pt",
    }  # fmt: skip
