"""The media engine's packet path as machine code: the same Python modules, compiled by mypyc (docs/adr/0017).

`python -m streaming.native` compiles them into `var/native/<fingerprint of their sources>`; the engine imports from
there when the fingerprint is that of the sources beside it, and runs the sources themselves when it is not. So what
runs is always what is written: an edited module is never hidden by older machine code. Nothing here is needed to run
the engine. SIGHTLINE_NATIVE=0 leaves the machine code aside, for a debugger or a comparison.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUP = "sightline_engine"  # the one library that holds the code of all; each module is a shim before it

# What a packet passes through, hundreds of times a second and session; what runs now and then stays as it is.
MODULES = tuple(f"streaming/media/{name}.py" for name in (
    "aiortc_bridge", "allowance", "budget", "caller", "feedback", "h264", "health", "outbox", "patience", "picture",
    "pull/fed", "rtcp", "rtp", "session", "source", "standstill", "sweep", "thinning", "transport_feedback", "udp",
    "viewer", "vp8", "recorder/clocks", "recorder/fmp4", "recorder/gaps", "recorder/h264", "recorder/join",
    "recorder/keeper", "recorder/opus", "recorder/order", "recorder/packets", "recorder/part", "recorder/samples",
    "recorder/session_recorder", "recorder/vitals", "recorder/vp8", "recorder/webm",
))  # fmt: skip
# All that they import: a constant of another module may have been written into their code.
SOURCES = ("streaming/media", "streaming/contracts")


@cache
def library() -> Path:
    """Where machine code of these very sources lies, or would lie."""
    digest = hashlib.sha256(str(sysconfig.get_config_var("SOABI")).encode())
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return ROOT / "var" / "native" / digest.hexdigest()[:20]


def is_ready() -> bool:
    """Whether the engine of this process runs as machine code."""
    return os.environ.get("SIGHTLINE_NATIVE") != "0" and library().is_dir()


def path_of(package: str, path: Iterable[str]) -> list[str]:
    """The `__path__` of an engine's package: the machine code first, when there is any that fits."""
    if not is_ready():
        return list(path)
    place = str(library())
    if place not in sys.path:
        sys.path.append(place)  # the library itself lies there
    return [str(library() / package.replace(".", "/")), *path]


def build() -> Path:
    """Compile. Returns where to; CalledProcessError when the compiler refuses, ModuleNotFoundError without mypyc."""
    from mypyc.build import mypycify  # a tool of the developers' and of the image's first stage
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    place = library()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="building-", dir=place.parent) as scratch:
        settings = Path(scratch, "mypy.ini")
        settings.write_text(
            f"[mypy]\nignore_missing_imports = True\nfollow_imports = silent\ncache_dir = {scratch}/cache\n"
        )
        options = [f"--config-file={settings}", *MODULES]
        extensions = mypycify(options, opt_level="3", debug_level="0", group_name=GROUP, target_dir=f"{scratch}/c")
        command = build_ext(Distribution({"name": GROUP, "ext_modules": extensions}))
        command.build_lib, command.build_temp = f"{scratch}/lib", f"{scratch}/objects"
        command.ensure_finalized()
        command.run()
        shutil.rmtree(place, ignore_errors=True)
        Path(scratch, "lib").rename(place)
    for older in place.parent.iterdir():
        if older != place and not older.name.startswith("building-"):
            shutil.rmtree(older, ignore_errors=True)
    return place


def main() -> int:
    os.chdir(ROOT)
    if library().is_dir():
        return 0
    if shutil.which("cc") is None or not Path(sysconfig.get_path("include"), "Python.h").exists():
        print("No C compiler, or no headers of Python: the media engine runs as plain Python and carries a third less.")
        return 0
    print("Compiling the media engine's packet path (once, about half a minute)", flush=True)
    quiet = subprocess.run([sys.executable, "-c", "from streaming import native; native.build()"], capture_output=True)
    if quiet.returncode:
        print(quiet.stdout.decode()[-3000:], quiet.stderr.decode()[-3000:], sep="\n", file=sys.stderr)
    return quiet.returncode


if __name__ == "__main__":
    sys.exit(main())
