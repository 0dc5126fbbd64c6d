"""A network of the benchmark's own, for peers that refuse to speak over `lo` (libnice under Janus does).

The benchmark starts itself again in a new network namespace with one address on a pair of virtual cards; everything
stays on this machine, and nothing of the machine's own network is seen or changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from bench.common import BenchmarkError

ADDRESS = "10.77.77.1"
_INSIDE = "SIGHTLINE_BENCH_NAMESPACE"
_COMMANDS = (
    "link set lo up",
    "link add bench0 type veth peer name bench1",
    f"addr add {ADDRESS}/24 dev bench0",
    "link set bench0 up",
    "link set bench1 up",
)


def enter() -> str:
    """Return the address to use; on the way there the process is replaced. BenchmarkError where that is forbidden."""
    if not os.environ.get(_INSIDE):
        _start_again_inside()
    return ADDRESS


def _start_again_inside() -> None:
    unshare, tool = shutil.which("unshare"), shutil.which("ip")
    if unshare is None or tool is None:
        raise BenchmarkError("unshare and ip are needed for a network of our own: apt-get install util-linux iproute2")
    prefix = [unshare, *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net"]
    probe = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        raise BenchmarkError(f"no network namespace here: {probe.stderr.strip()}")
    script = " && ".join([*(f"{tool} {command}" for command in _COMMANDS), 'exec "$@"'])
    os.environ[_INSIDE] = "1"
    sys.stdout.flush()
    os.execv(unshare, [*prefix, "sh", "-c", script, "sh", sys.executable, "-m", "bench", *sys.argv[1:]])
