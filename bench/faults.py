"""kill -9 of engine, web, worker and Redis at random moments under running calls: what is lost, and does all come back?

Two media workers carry a few recorded calls, one viewer each. At each kill one process dies and is started again; the
run goes on when every call is recorded and watched again. At the end every caller stops, and what became of it is
reckoned up:

`lost_s_max`   seconds between an engine's kill and the last picture before it that is in the recording, worst call
`back_s_max`   seconds between an engine's kill and the first picture recorded on another engine, worst call;
               `watched_s_max` the same for the first packet on a viewer's screen
`orphans`      parts without an evidence item, films left on the engines' disk, calls with other than one exhibit
`unhashed`     parts whose bytes are not in the evidence store under the hash that was sealed
`stuck`        calls not recorded or not watched again within STUCK seconds of a kill, recordings not sealed and played
               within END seconds of the calls' end, work left in the outbox
`unledgered`   engine kills that made a gap of which the recording's ledger says nothing
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clip import make_clip
from bench.common import BenchmarkError, percentile, say
from bench.faulting.phones import Phone, Screen
from bench.faulting.site import ENGINES, Site, installed

KINDS = ("engine", "web", "worker", "redis")
STUCK = 60.0  # s
END = 180.0  # s
MUST_LOSE_LESS = 0.3  # s
MUST_BE_BACK = 5.0  # s
CALM = (2.0, 5.0)  # s between all being well and the next kill


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--calls", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None, help="repeat the moments of an earlier run")
    parser.add_argument("--only", choices=KINDS, default=None, help="kill nothing else")
    parser.add_argument("--bitrate", type=int, default=300_000, help="bit/s of the pictures")


@dataclass(frozen=True)
class Kill:
    """`moved`: the calls that lived on the killed engine. `watched`: seconds until each of their viewers saw again."""

    name: str
    at: float
    moved: tuple[str, ...]
    watched: tuple[float, ...]
    seconds: float
    stuck: int


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when something was lost, left over, or did not come back."""
    seed = options.seed if options.seed is not None else time.time_ns() % 2**32
    with tempfile.TemporaryDirectory(prefix="bench-faults-") as name, installed(Path(name), options.calls) as made:
        site, given = made
        try:
            kills = asyncio.run(_storm(site, given, options, random.Random(seed)))
        except (TimeoutError, OSError) as error:
            raise BenchmarkError(f"{type(error).__name__}: {error}; the log ends:\n{site.said()}") from error
        reckoned = _settled(site)
    figures = {"kills": len(kills), "seed": seed, "calls": options.calls, **_figures(kills, reckoned)}
    figures["left_by_themselves"] = site.left
    _check(figures)
    return figures


# --- the storm


async def _storm(site: Site, given: dict[str, Any], options: argparse.Namespace, moments: random.Random) -> list[Kill]:
    clip = make_clip(bitrate=options.bitrate)
    phones = [Phone(site.port, call["session"], call["secret"], clip) for call in given["calls"]]
    screens = [Screen(site.port, call["session"], given["cookie"], clip.codec) for call in given["calls"]]
    for page in (*phones, *screens):
        page.start()
    kills: list[Kill] = []
    try:
        if await _until_well(site, phones, screens, time.time(), STUCK):
            raise BenchmarkError(f"the calls did not begin; the log ends:\n{site.said()}")
        for number in range(options.kills):
            await asyncio.sleep(moments.uniform(*CALM))
            kind = options.only or moments.choice(KINDS)
            name = moments.choice(ENGINES) if kind == "engine" else kind
            kills.append(await _kill(site, name, phones, screens))
            one = kills[-1]
            say(f"kill {number + 1}: {name}, {len(one.moved)} calls moved, all well after {one.seconds:.1f} s")
        say("the callers stop")
        for phone in phones:
            await phone.stop()
        await _until(lambda: all(phone.ended for phone in phones), 30.0)
    finally:
        for page in (*phones, *screens):
            await page.close()
    return kills


async def _kill(site: Site, name: str, phones: list[Phone], screens: list[Screen]) -> Kill:
    before = {phone.session: phone.camera for phone in phones}
    at = await asyncio.to_thread(site.kill, name)
    site.start(name)
    stuck = await _until_well(site, phones, screens, at, STUCK)
    seconds = time.time() - at
    moved = [phone.session for phone in phones if phone.camera is not before[phone.session]]
    watched = [max(0.0, one.first_at - at) for one in screens if one.session in moved and one.first_at > at]
    engine = name in ENGINES
    return Kill(name, at, tuple(moved) if engine else (), tuple(watched) if engine else (), seconds, stuck)


async def _until_well(site: Site, phones: list[Phone], screens: list[Screen], since: float, seconds: float) -> int:
    """Wait until every call is recorded and watched by connections that carry. How many are not after `seconds`."""

    def well(phone: Phone, screen: Screen) -> bool:
        camera, peer = phone.camera, screen.peer
        if not screen.is_up or time.monotonic() - phone.told_at > 2.0:
            return False
        if camera is None or camera.lost_reason or time.monotonic() - camera.heard_at > 1.0:
            return False
        return phone.recording == "writing" and peer is not None and peer.last_at > time.time() - 1.0

    pairs = list(zip(phones, screens, strict=True))
    # At least a second and a half: what died must have had the time to be missed.
    await asyncio.sleep(max(0.0, since + 1.6 - time.time()))

    def all_well() -> bool:
        site.revive()
        return all(well(*pair) for pair in pairs)

    await _until(all_well, seconds)
    for phone, screen in (pair for pair in pairs if not well(*pair)):
        heard = time.monotonic() - phone.camera.heard_at if phone.camera is not None else None
        seen = time.time() - screen.peer.last_at if screen.peer is not None else None
        say(f"not well: recording {phone.recording}, engine heard {heard} s ago, seen {seen} s ago, sockets "
            f"{phone.is_up} {screen.is_up}, offers {phone.offers} {screen.offers}, refused {phone.refused} "
            f"{screen.refused}")  # fmt: skip
    return sum(not well(*pair) for pair in pairs)


async def _until(ready: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return
        await asyncio.sleep(0.05)


# --- the reckoning


def _settled(site: Site) -> dict[str, Any]:
    """The reckoning once every recording is sealed, played and swept, or after END seconds as it is."""
    deadline = time.monotonic() + END
    while True:
        site.revive()
        found = site.people("reckon")
        if time.monotonic() > deadline or not (_unfinished(found) or found["outbox"] or found["left_on_disk"]):
            return found
        time.sleep(2.0)


def _unfinished(found: dict[str, Any]) -> int:
    return sum(one["progress"] not in ("done", "DONE") for one in found["sessions"])


def _figures(kills: list[Kill], found: dict[str, Any]) -> dict[str, Any]:
    sessions = {one["session"]: one for one in found["sessions"]}
    breaks = [(kill, _break(sessions[session], kill.at)) for kill in kills for session in kill.moved]
    lost = [lost for _, (lost, _, _) in breaks if lost is not None] or [0.0]
    back = [back for _, (_, back, _) in breaks if back is not None] or [0.0]
    parts = [part for one in found["sessions"] for part in one["parts"]]
    watched = [seconds for kill in kills for seconds in kill.watched] or [0.0]
    return {
        "lost_s_max": round(max(lost), 3),
        "lost_s_p50": round(percentile(lost, 0.5), 3),
        "back_s_max": round(max(back), 2),
        "back_s_p50": round(percentile(back, 0.5), 2),
        "watched_s_max": round(max(watched), 2),
        "watched_s_p50": round(percentile(watched, 0.5), 2),
        "well_s_max": round(max((kill.seconds for kill in kills), default=0.0), 1),
        "orphans": sum(part["orphan"] for part in parts)
        + len(found["left_on_disk"])
        + sum(one["exhibits"] != 1 for one in found["sessions"]),
        "unhashed": sum(not part["hashed"] for part in parts),
        "stuck": sum(kill.stuck for kill in kills) + _unfinished(found) + len(found["outbox"]),
        "unledgered": sum(not told for _, (_, _, told) in breaks),
        "moved": sum(lost is not None for _, (lost, _, _) in breaks),
        "ledger_says": sorted({hole["why"] for one in found["sessions"] for hole in one["holes"]}),
        "parts": len(parts),
        "pictures": sum(part["frames"] for part in parts),
        "by_kind": {kind: sum(kill.name.startswith(kind) for kill in kills) for kind in KINDS},
        "outbox": found["outbox"][:10],  # what is due and was not done
        "unfinished": [one["progress"] for one in found["sessions"]],
    }


def _break(session: dict[str, Any], at: float) -> tuple[float | None, float | None, bool]:
    """Of the recording around a kill: seconds lost before it, seconds until it went on, whether the ledger has it."""
    parts = [part for part in session["parts"] if part["start"] is not None and part["end"] is not None]
    if any(part["start"] <= at and part["end"] >= at + 0.3 for part in parts):
        return None, None, True  # its recording was elsewhere: only the phone changed its connection
    ends = [part["end"] for part in parts if part["end"] < at + 0.3]
    starts = [part["start"] for part in parts if part["start"] > at]
    last, first = max(ends, default=None), min(starts, default=None)
    told = any(hole["from"] <= at + 0.5 and hole["to"] >= at - 0.5 for hole in session["holes"])
    return (None if last is None else max(0.0, at - last)), (None if first is None else first - at), told


def _check(figures: dict[str, Any]) -> None:
    for name in ("orphans", "unhashed", "stuck", "unledgered"):
        if figures[name]:
            raise BenchmarkError(f"{name}: {figures[name]}", figures)
    if figures["lost_s_max"] > MUST_LOSE_LESS:
        raise BenchmarkError("more was lost than may be", figures)
    if max(figures["back_s_max"], figures["watched_s_max"]) > MUST_BE_BACK:
        raise BenchmarkError("a call was not back in time", figures)
