"""What a process may do that decodes for a guest: little memory, few files, no core; no longer than it is wanted."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal

MEMORY = 3 * 1024**3  # bytes of address space
NAMES = ("PATH", "LD_LIBRARY_PATH", "LANG")  # of the environment: no secret goes along


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def confine(*, with_parent: bool) -> None:
    os.umask(0o077)
    os.nice(5)  # pictures for guests never slow down what callers and the console need
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if with_parent:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:
            raise SystemExit(1)
