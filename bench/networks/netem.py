"""The real thing, where the machine allows it: the phone's browser in a network namespace, behind `tc netem`.

Needs root, `ip` and `tc`, and a kernel with `sch_netem`: `reason()` says what is missing. The phone has the second
address of a veth pair, the engine and the pages the first; each direction has its own queueing discipline. A hand-over
gives the phone another address, as a real one does, and the browser notices by itself.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from bench.common import BenchmarkError
from bench.networks.impairment import Conditions

NET = "10.217.43"  # of the veth pair
ENGINE = f"{NET}.1"
PACKET = 1250  # bytes: how netem's queue, counted in packets, is made of seconds


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command)}: {done.stderr.strip()}")


def reason() -> str:
    """Why it cannot be done here; empty when it can."""
    if os.geteuid():
        return "not root"
    missing = [name for name in ("ip", "tc", "unshare") if shutil.which(name, path=_path()) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    probe = "ip link set lo up && tc qdisc add dev lo root netem delay 1ms"
    environment = {**os.environ, "PATH": _path()}
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", probe], capture_output=True, text=True, check=False, env=environment
    )
    return done.stderr.strip() if done.returncode else ""


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def rules(conditions: Conditions) -> list[str]:
    """The arguments of netem for one direction (tc-netem(8))."""
    if conditions.dark:
        return ["loss", "100%"]
    found: list[str] = []
    if conditions.delay or conditions.jitter:
        found += ["delay", f"{1000 * (conditions.delay + conditions.jitter / 2):.1f}ms"]
        found += [f"{500 * conditions.jitter:.1f}ms"] if conditions.jitter else []
    if conditions.burst is not None:  # the Gilbert-Elliott model, in per cent: p, r, 1-h, 1-k
        burst = conditions.burst
        shares = (burst.enter, burst.leave, burst.loss, conditions.loss)
        found += ["loss", "gemodel", *(f"{100 * share:g}%" for share in shares)]
    elif conditions.loss:
        found += ["loss", f"{100 * conditions.loss:g}%"]
    if conditions.reorder:
        found += ["reorder", f"{100 * conditions.reorder:g}%"]
    if conditions.rate is not None:
        waiting = conditions.queue + conditions.delay + conditions.jitter
        packets = max(10, round(waiting * conditions.rate / 8 / PACKET))
        found += ["rate", f"{conditions.rate / 1000:.0f}kbit", "limit", str(packets)]
    return found


class Namespace:
    """`with Namespace() as phone`: a network namespace with one way out."""

    def __init__(self) -> None:
        self.name = f"slnet{os.getpid()}"
        self._host, self._inner = f"sln{os.getpid() % 100000}", f"slp{os.getpid() % 100000}"
        self._last = 1

    def __enter__(self) -> Namespace:
        if why := reason():
            raise BenchmarkError(f"netem is not to be had here: {why}")
        os.environ["PATH"] = _path()
        _run("ip", "netns", "add", self.name)
        try:
            _run("ip", "link", "add", self._host, "type", "veth", "peer", "name", self._inner, "netns", self.name)
            _run("ip", "addr", "add", f"{ENGINE}/24", "dev", self._host)
            _run("ip", "link", "set", self._host, "up")
            self._inside("ip", "link", "set", self._inner, "up")
            self.move()
        except BenchmarkError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        subprocess.run(["ip", "link", "del", self._host], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)

    def _inside(self, *command: str) -> None:
        _run("ip", "netns", "exec", self.name, *command)

    def move(self) -> None:
        """The phone's address changes."""
        before, self._last = self._last, self._last + 1
        self._inside("ip", "addr", "add", f"{NET}.{self._last}/24", "dev", self._inner)
        if before > 1:
            self._inside("ip", "addr", "del", f"{NET}.{before}/24", "dev", self._inner)

    def impair(self, up: Conditions, down: Conditions) -> None:
        """Both directions from now on."""
        self._inside("tc", "qdisc", "replace", "dev", self._inner, "root", "netem", *rules(up))
        _run("tc", "qdisc", "replace", "dev", self._host, "root", "netem", *rules(down))

    def browser(self, browser: str, directory: Path) -> str:
        """A program that starts `browser` inside."""
        script = directory / "phone-browser"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {browser} "$@"\n', encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return str(script)
