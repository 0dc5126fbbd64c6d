"""What the recorder writes, read as a film: one test for each reason why a second is missing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaming.ledger import LOSS, LOST, RECORDED, TimelineReader, ledger

T = 1_790_000_000.0


def read(*lines: dict[str, Any]) -> TimelineReader:
    reader = TimelineReader()
    reader.feed(json.dumps({**line, "at": T + line["at"]}).encode() for line in lines)
    return reader


def part(number: int, start: float, end: float, *, event: str = "part_sealed") -> list[dict[str, Any]]:
    where = {"number": number, "start": T + start, "recovered": event == "part_recovered"}
    return [{"at": start + 0.3, "event": "part_opened", **where}, {"at": end, "event": event, **where, "end": T + end}]


def gap(start: float, end: float, cause: str, frames: int = 0) -> dict[str, Any]:
    return {"at": end, "event": "gap", "start": T + start, "end": T + end, "cause": cause, "frames": frames}


JOINED = {"at": 0, "event": "joined", "peer": "p"}


def line(reader: TimelineReader, **about: Any) -> list[tuple[int, str, str]]:
    return [(run.seconds, run.state, run.why) for run in ledger(reader.film(**about)).runs]


def test_a_call_without_trouble() -> None:
    reader = read(
        JOINED, *part(1, 0.2, 8), {"at": 8, "event": "left", "reason": "closed"}, {"at": 8, "event": "stopped"}
    )
    assert line(reader) == [(8, RECORDED, "")]


def test_packets_that_never_came_are_the_networks() -> None:
    assert line(read(JOINED, gap(3.1, 3.4, "loss", 8), *part(1, 0, 6))) == [
        (3, RECORDED, ""),
        (1, LOSS, "network"),
        (2, RECORDED, ""),
    ]


def test_a_dead_connection_is_the_networks_until_the_phone_comes_again() -> None:
    reader = read(
        JOINED, *part(1, 0, 3), {"at": 33, "event": "left", "reason": "consent"}, {"at": 35, "event": "joined"},
        gap(3, 36, "rejoin"), *part(2, 36, 40),
    )  # fmt: skip
    assert line(reader) == [(3, RECORDED, ""), (33, LOST, "network"), (4, RECORDED, "")]


def test_a_caller_who_closed_the_page_stopped() -> None:
    reader = read(JOINED, *part(1, 0, 3), {"at": 3, "event": "left", "reason": "closed"}, {"at": 3.1, "event": "note"})
    assert line(reader, end=T + 9) == [(3, RECORDED, ""), (6, LOST, "caller")]


def test_a_camera_that_was_off_is_the_callers_even_when_it_is_on_again_as_the_gap_is_told() -> None:
    reader = read(
        JOINED, {"at": 2, "event": "device", "camera": "off"}, {"at": 6.9, "event": "device", "camera": "rear"},
        gap(2, 7, "no_rtp"), *part(1, 0, 10),
    )  # fmt: skip
    assert line(reader) == [(2, RECORDED, ""), (5, LOST, "caller"), (3, RECORDED, "")]
    assert line(read(JOINED, gap(2, 7, "no_rtp"), *part(1, 0, 10)))[1] == (5, LOST, "network")


def test_an_engine_that_died_is_named_even_for_a_tenth_of_a_second() -> None:
    reader = read(
        JOINED, *part(1, 0, 3.2, event="part_recovered"), {"at": 3.3, "event": "session_continued"},
        {"at": 3.4, "event": "joined"}, *part(2, 3.35, 6),
    )  # fmt: skip
    assert line(reader) == [(3, RECORDED, ""), (1, LOSS, "engine"), (2, RECORDED, "")]


def test_an_engine_that_died_is_the_reason_until_the_phone_is_back() -> None:
    reader = read(
        JOINED, *part(1, 0, 3, event="part_recovered"), {"at": 5, "event": "stopped", "reason": "lost"},
        {"at": 6, "event": "session_continued"}, {"at": 8, "event": "joined"}, gap(3, 8, "rejoin"), *part(2, 8, 10),
    )  # fmt: skip
    assert line(reader) == [(3, RECORDED, ""), (5, LOST, "engine"), (2, RECORDED, "")]


def test_a_full_disk_is_storage() -> None:
    reader = read(
        JOINED, {"at": 3.1, "event": "recording_alarm", "reason": "No space left on device"}, *part(1, 0, 3),
        gap(3, 7, "storage", 120), {"at": 7.3, "event": "recording_resumed"}, *part(2, 7, 10),
    )  # fmt: skip
    assert line(reader) == [(3, RECORDED, ""), (4, LOST, "storage"), (3, RECORDED, "")]


def test_an_alarm_that_goes_on_is_storage_before_its_gap_is_told() -> None:
    reader = read(JOINED, *part(1, 0, 3), {"at": 3.1, "event": "recording_alarm", "reason": "full"})
    assert line(reader, end=T + 6)[-1] == (3, LOST, "storage")


def test_the_part_being_written_counts_as_far_as_its_file_goes() -> None:
    opened = {"at": 0.5, "event": "part_opened", "number": 1, "start": T}
    reader = read(JOINED, opened)
    assert reader.open_part == 1
    assert line(reader, end=T + 4) == [(4, LOST, "network")]
    assert line(reader, end=T + 4, open_end=T + 3.9) == [(4, RECORDED, "")]


def test_no_join_no_line() -> None:
    assert line(read({"at": 0, "event": "session_started"})) == []


NAMES = ["gap", "part_opened", "part_sealed", "joined", "left", "device", "part_empty", "stopped"]
FIELDS = st.dictionaries(
    st.sampled_from(["start", "end", "number", "frames", "cause"]),
    st.none() | st.integers() | st.floats() | st.text(max_size=5),
)
LINES = st.builds(lambda name, fields: json.dumps({"at": T, "event": name, **fields}), st.sampled_from(NAMES), FIELDS)


@given(st.lists(st.binary(max_size=60) | st.text(max_size=60) | LINES, max_size=12))
def test_damaged_lines_are_passed_over(lines: list[bytes | str]) -> None:
    reader = TimelineReader()
    reader.feed(lines)
    found = ledger(reader.film())
    assert sum(run.seconds for run in found.runs) == found.seconds
