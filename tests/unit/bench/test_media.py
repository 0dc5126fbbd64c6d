"""The rules of `bench media`, `bench chart` and `bench latency`: what counts, what fails a run, what is drawn."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as xml
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from bench import chart, janus, latency, tapped
from bench.common import BenchmarkError
from bench.media import check, mean, steps

GOOD = {
    "sessions": 10, "viewers": 1, "size": "vga", "cpu_per_session_second": 0.01, "cores": 0.1, "rss_mb_per_session": 3,
    "delivery_ratio": 1.0, "recorded_ratio": 1.0, "peers_lost": 0, "sessions_per_core": 85,
}  # fmt: skip
PEER = {
    "name": "janus", "cpu_per_session_second": 0.02, "cores": 0.2, "rss_mb_per_session": 0.5, "delivery_ratio": 1.0,
    "recorded_ratio": 0.99, "peers_lost": 0,
}  # fmt: skip


def test_a_sweep_grows_in_sessions_then_in_viewers() -> None:
    assert list(steps(90)) == [(1, 1), (5, 1), (10, 1), (20, 1), (40, 1), (60, 1), (90, 1), (10, 2), (10, 4), (10, 8)]
    assert list(steps(5)) == [(1, 1), (5, 1)]


def test_costs_are_means_and_what_was_lost_is_the_worst() -> None:
    worse = GOOD | {"cpu_per_session_second": 0.03, "delivery_ratio": 0.9995, "peers_lost": 1}

    figures = mean([GOOD, worse])

    assert figures["cpu_per_session_second"] == 0.02
    assert figures["sessions_per_core"] == 42
    assert figures["delivery_ratio"] == 0.9995
    assert figures["peers_lost"] == 1
    assert figures["rounds"] == 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"delivery_ratio": 0.99}, {}),
        ({"recorded_ratio": 0.5}, {}),
        ({"recorded_ratio": 1.2}, {}),
        ({"peers_lost": 1}, {}),
        ({}, {"delivery_ratio": 0.99}),
        ({}, {"recorded_ratio": 0.1}),
        ({}, {"peers_lost": 2}),
    ],
)
def test_costs_count_only_where_everything_came(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    check(GOOD | {"peer": PEER})
    with pytest.raises(BenchmarkError):
        check(GOOD | ours | {"peer": PEER | theirs})


def test_a_machine_without_janus_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(janus.shutil, "which", lambda name: None)
    with pytest.raises(BenchmarkError, match="apt-get install"):
        janus.find()


def test_packets_of_a_janus_recording_are_counted_once_each(tmp_path: Path) -> None:
    head = json.dumps({"t": "v"}).encode()
    film = b"MJR00002" + struct.pack(">H", len(head)) + head
    for seq in (1, 2, 2, 3):
        packet = struct.pack("!BBHII", 0x80, 96, seq, 9, 5) + b"picture"
        film += b"MEET" + struct.pack(">IH", seq, len(packet)) + packet
    path = tmp_path / "room-video-0.mjr"
    path.write_bytes(film + b"MEET\0\0")  # the end is torn

    assert janus._packets(path) == 3


def test_the_chart_has_a_line_for_each_and_leaves_failures_out(tmp_path: Path) -> None:
    rows = [
        GOOD | {"sessions": 1, "peer": PEER}, GOOD | {"sessions": 10, "peer": PEER, "cpu_ratio_to_peer": 0.5},
        GOOD | {"sessions": 90, "failed": "packets were not delivered"}, GOOD | {"viewers": 8, "peer": PEER},
    ]  # fmt: skip
    sweep, picture = tmp_path / "sweep.jsonl", tmp_path / "cost.svg"
    sweep.write_text("\n".join(map(json.dumps, rows)))

    figures = chart.run(Namespace(sweeps=[sweep], svg=picture, table=None))

    assert chart.curves(rows, "sessions", "cores", viewers=1) == {
        "engine vga": [(1, 0.1), (10, 0.1)],
        "janus vga": [(1, 0.2), (10, 0.2)],
    }
    drawn = xml.fromstring(picture.read_text())
    assert len(drawn.findall(".//{*}polyline")) == 4
    assert len(figures["table"]) == 2 + len(rows)
    assert "0.50" in figures["table"][3]
    assert "failed: packets were not delivered" in figures["table"][4]
    with pytest.raises(BenchmarkError):
        sweep.write_text("")
        chart.run(Namespace(sweeps=[sweep], svg=picture, table=None))


def test_stages_add_up_to_the_whole_and_one_that_overlaps_is_nothing() -> None:
    marks = {"start": 0.0, "page": 200.0, "pressed": 300.0, "permission": 350.0, "ice": 500.0, "dtls": 490.0}

    figures = tapped.summary([marks | {"picture": 700.0}])

    assert figures["tap_to_picture_ms_p50"] == 700.0
    assert figures["tap_stages_ms_p50"] == {
        "page": 200.0, "press": 100.0, "permission": 50.0, "ice": 150.0, "dtls": 0.0, "first_keyframe": 210.0,
    }  # fmt: skip


def test_missed_aims_are_named() -> None:
    assert latency.missed({"added_ms_p50": 9.0, "added_ms_p95": 31.0, "tap_to_picture_ms_p50": 1400.0}) == [
        "added_ms_p95"
    ]
