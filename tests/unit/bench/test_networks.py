"""What `bench networks` makes of what it noted, and what it tells the kernel."""

from __future__ import annotations

import json
from pathlib import Path

from bench.networks import judge, netem
from bench.networks.impairment import Burst, Conditions
from bench.networks.judge import Run
from bench.networks.profiles import PROFILES, Event, Profile
from streaming.ledger import Hole

T0 = 1_790_000_000.0


def run(pauses: list[tuple[float, float]] = (), **more: object) -> Run:  # type: ignore[assignment]  # () is no list
    """A minute at 30 frames a second with those pauses in it."""
    times = [T0 + 1 + n / 30 for n in range(59 * 30)]
    shown = [
        {"at": 1000 * at, "width": 640, "height": 480}
        for at in times
        if not any(start < at - T0 < end for start, end in pauses)
    ]
    return Run(started=T0, ended=T0 + 60, shown=shown, **more)  # type: ignore[arg-type]  # fields of Run


def test_freezes_are_counted_and_the_way_back_is_timed():
    figures = judge.seen(run([(20, 36.5), (50, 50.8)], outages=[(T0 + 20, T0 + 35)]))

    assert figures["first_frame_ms"] == 1000
    assert figures["freezes"] == 2
    assert 16.4 < figures["longest_freeze_s"] < 16.7
    assert 1.4 < figures["back_after_s"][0] < 1.6
    assert figures["sizes"] == {"640x480": figures["frames"]}


def test_a_picture_that_never_came_back_is_a_freeze_to_the_end():
    figures = judge.seen(run([(40, 61)]))

    assert figures["freezes"] == 1
    assert 19.9 < figures["longest_freeze_s"] < 20.1


def faults(noted: Run, holes: list[Hole], *, clean: bool = True) -> list[str]:
    return judge.faults(noted, holes, T0 + 1, [], clean=clean)


def test_the_ledger_must_hold_the_outage_and_nothing_else():
    noted = run([(20, 36)], outages=[(T0 + 20, T0 + 35)])
    outage = Hole(T0 + 19.9, T0 + 35.9, 0, "network")

    assert faults(noted, [outage]) == []
    assert "is not in the ledger" in faults(noted, [])[0]
    assert "is not in the ledger" in faults(noted, [Hole(T0 + 25, T0 + 36, 0, "network")])[0]
    assert "is not in the ledger" in faults(noted, [Hole(T0 + 19.9, T0 + 35.9, 0, "caller")])[0]
    assert "nobody made" in faults(noted, [outage, Hole(T0 + 50, T0 + 51, 5, "network")])[0]
    assert faults(noted, [outage, Hole(T0 + 50, T0 + 51, 5, "network")], clean=False) == []


def test_the_picture_must_be_back():
    noted = run([(20, 50)], outages=[(T0 + 20, T0 + 35)])

    assert "no picture within" in faults(noted, [Hole(T0 + 20, T0 + 36, 0, "network")])[0]


def test_the_recording_is_read_by_its_own_timeline(tmp_path: Path):
    lines = [
        {"at": T0, "event": "session_started", "label": "bench"},
        {"at": T0, "event": "joined", "peer": "phone-1", "video_codec": "H264", "audio": True},
        {"at": T0 + 1, "event": "part_opened", "number": 1, "file": "part-0001.mp4", "start": T0 + 1},
        {"at": T0 + 36, "event": "gap", "start": T0 + 20, "end": T0 + 36, "frames": 0, "cause": "no_rtp"},
        {"at": T0 + 60, "event": "part_sealed", "number": 1, "start": T0 + 1, "end": T0 + 60, "frames": 1, "size": 1},
        {"at": T0 + 60, "event": "stopped", "reason": "caller", "parts": 1},
    ]
    (tmp_path / "timeline.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    figures, holes, start = judge.recorded(tmp_path, run())

    assert start == T0 + 1
    assert figures["seconds"] == 59
    assert figures["recorded_s"] + figures["with_loss_s"] + figures["not_recorded_s"] == 59
    assert figures["not_recorded_s"] == 16
    assert [round(hole.start - T0) for hole in holes] == [20]


def test_how_soon_the_bitrate_followed():
    sending = [{"at": T0 + 15, "available": 400_000}]
    offered, through, sent = 0, 0, []
    for n in range(400):  # tenths of a second
        sent.append((T0 + n / 10, offered, through))
        offered += (450_000 if 107 <= n < 221 else 2_400_000) // 80
        through += (450_000 if 100 <= n < 221 else 2_400_000) // 80
    steps = [(T0, 2_500_000.0), (T0 + 10, 500_000.0), (T0 + 20, 2_500_000.0)]

    figures = judge.followed(run(sending=sending, sent=sent, steps=steps))

    assert 0.5 <= figures["down_s"] <= 0.8
    assert 1.8 <= figures["up_s"] <= 2.2
    assert figures["least_bitrate"] == 400_000


def test_a_timetable_repeats_for_as_long_as_the_run_is():
    tunnel = Profile("t", Conditions(), Conditions(), 60, (Event(15, "dark"), Event(30, "light")), repeat=60)

    assert [(event.at, event.what) for event in tunnel.timetable(100)] == [
        (15, "dark"),
        (30, "light"),
        (75, "dark"),
        (90, "light"),
    ]
    assert PROFILES["hand-over"].timetable(12) == [Event(10, "move")]


def test_every_profile_can_be_told_to_the_kernel():
    assert netem.rules(Conditions(dark=True, delay=1)) == ["loss", "100%"]
    told = netem.rules(Conditions(delay=0.15, jitter=0.03, loss=0.01, burst=Burst(0.006, 0.3), rate=300_000))
    assert told[:3] == ["delay", "165.0ms", "15.0ms"]
    assert told[3:9] == ["loss", "gemodel", "0.6%", "30%", "100%", "1%"]
    assert told[9:11] == ["rate", "300kbit"]
    for profile in PROFILES.values():
        assert netem.rules(profile.up)
        assert netem.rules(profile.down)
