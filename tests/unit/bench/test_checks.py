"""A benchmark that does not notice what went wrong is worthless: each check is shown a run that is wrong."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest

from bench import __main__ as program
from bench import crash, media
from bench.clip import Clip, make_clip
from bench.common import BenchmarkError, environment, percentile
from bench.payload import MAX_PAYLOAD, h264_payloads, payloads, vp8_payloads
from streaming.contracts import PartSealed


@pytest.fixture(scope="module")
def film() -> Clip:
    return make_clip("H264", seconds=2, width=320, height=240)


def test_percentile_is_the_nearest_rank() -> None:
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile([1.0], 0.95) == 1.0
    assert percentile(list(range(101)), 0.95) == 95
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_h264_payloads_put_together_are_the_picture() -> None:
    units = [b"\x67abc", b"\x68de", b"\x65" + bytes(range(256)) * 20]
    packets = h264_payloads(b"".join(b"\x00\x00\x00\x01" + unit for unit in units))
    assert packets[:2] == units[:2]
    fragments = packets[2:]
    assert all(len(packet) <= MAX_PAYLOAD for packet in fragments)
    assert [packet[1] >> 6 for packet in fragments] == [2, 0, 0, 0, 1]
    whole = bytes(((fragments[0][0] & 0xE0) | (fragments[0][1] & 0x1F),)) + b"".join(p[2:] for p in fragments)
    assert whole == units[2]


def test_vp8_payloads_put_together_are_the_picture() -> None:
    frame = bytes(3000)
    packets = vp8_payloads(frame)
    assert [packet[0] for packet in packets] == [0x10, 0, 0]
    assert b"".join(packet[1:] for packet in packets) == frame


def sent_and_received(film: Clip) -> tuple[dict[str, Any], dict[str, Any]]:
    """Logs of a caller and a viewer who got everything, timestamps shifted by 1000."""
    counts = [len(payloads("H264", frame)) for frame in film.frames]
    pictures = [[number, 500 + 3000 * number, number / 30, counts[number]] for number in range(len(counts))]
    mark_payload = next(p for p in payloads("H264", film.frames[10]) if len(p) > 500)
    viewer = {
        "pictures": [[timestamp + 1000, count] for _, timestamp, _, count in pictures],
        "mark": [media.zlib.crc32(mark_payload), pictures[10][1] + 1000, pictures[10][2] + 0.01],
        "first_ms": 5.0,
        "nacked": 0,
        "lost": "",
    }
    caller = {"pictures": pictures, "resent": 0, "keyframes_asked": 1, "lost": ""}
    return {"peers": {"bench-0": caller}}, {"peers": {"bench-0/0": viewer}}


def test_everything_delivered_is_one(film: Clip) -> None:
    callers, viewers = sent_and_received(film)
    figures = media._delivered(film, callers, viewers, (0.0, 10.0))
    assert figures["delivery_ratio"] == 1.0
    assert figures["packets_expected"] == sum(len(payloads("H264", frame)) for frame in film.frames)


def test_a_lost_packet_is_counted(film: Clip) -> None:
    callers, viewers = sent_and_received(film)
    viewers["peers"]["bench-0/0"]["pictures"][20][1] -= 1
    del viewers["peers"]["bench-0/0"]["pictures"][30]
    figures = media._delivered(film, callers, viewers, (0.0, 10.0))
    missing = 1 + len(payloads("H264", film.frames[30]))
    assert figures["delivery_ratio"] == pytest.approx(1 - missing / figures["packets_expected"], abs=1e-6)


def test_a_viewer_who_got_nothing_is_counted(film: Clip) -> None:
    callers, viewers = sent_and_received(film)
    viewers["peers"]["bench-0/0"] |= {"pictures": [], "mark": None}
    assert media._delivered(film, callers, viewers, (0.0, 10.0))["delivery_ratio"] == 0.0


@pytest.mark.parametrize(
    "wrong", [{"delivery_ratio": 0.9989}, {"recorded_ratio": 0.99}, {"recorded_ratio": 1.1}, {"peers_lost": 1}]
)
def test_a_wrong_run_fails_with_its_figures(wrong: dict[str, float]) -> None:
    right = {"delivery_ratio": 0.9991, "recorded_ratio": 1.0, "peers_lost": 0}
    media._check(right)
    with pytest.raises(BenchmarkError) as failed:
        media._check(right | wrong)
    assert failed.value.figures == right | wrong


class Sender:
    """A caller's log: picture n was sent at n/30 s."""

    def __init__(self, numbers: list[int]) -> None:
        self.log = [(number, 3000 * at, at / 30, 3) for at, number in enumerate(numbers)]


def recording(film: Clip, path: Path, count: int, **changes: Any) -> PartSealed:
    """The film's first pictures in a file, and the fact that announces it."""
    with av.open(str(path), "w", format="mp4") as container:
        template = av.open(BytesIO(film.frames[0]), format="h264").streams.video[0]
        stream = container.add_stream_from_template(template, opaque=True)
        for number, frame in enumerate(film.frames[:count]):
            packet = av.Packet(frame)
            packet.pts = packet.dts = number * 3000
            packet.time_base, packet.stream = Fraction(1, 90000), stream
            packet.is_keyframe = number in film.keyframes
            container.mux(packet)
    values: dict[str, Any] = {
        "session_id": "crash", "at": 0.0, "number": 1, "path": str(path), "container": "mp4", "video_codec": "H264",
        "audio_codec": "", "width": 320, "height": 240, "start": 0.0, "end": (count - 1) / 30, "frames": count,
        "size": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "prev_sha256": "",
    }  # fmt: skip
    return PartSealed(**(values | changes))


def test_what_was_recorded_is_compared_with_what_was_sent(film: Clip, tmp_path: Path) -> None:
    part = recording(film, tmp_path / "a.mp4", 40)
    lost, pictures = crash._compare(part, film, Sender(list(range(50))), killed=50 / 30)  # type: ignore[arg-type]  # its log is all that is read
    assert pictures == 40
    assert lost == pytest.approx(11 / 30)


@pytest.mark.parametrize(
    ("changes", "sent", "because"),
    [
        ({"sha256": "0" * 64}, range(50), "hash"),
        ({"frames": 41}, range(50), "decoded"),
        ({"end": 3.0}, range(50), "ends"),
        ({}, range(39), "run"),
        ({}, [*range(20), *range(21, 50)], "run"),
    ],
)
def test_a_recording_that_is_not_what_was_sent_is_unplayable(
    film: Clip, tmp_path: Path, changes: dict[str, Any], sent: list[int], because: str
) -> None:
    part = recording(film, tmp_path / "a.mp4", 40, **changes)
    with pytest.raises(crash.UnplayableError, match=because):
        crash._compare(part, film, Sender(list(sent)), killed=2.0)  # type: ignore[arg-type]  # its log is all that is read


def test_damaged_pictures_are_unplayable(film: Clip, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    recording(film, path, 40)
    assert crash._decode(path, film) == list(range(40))
    data = bytearray(path.read_bytes())
    data[data.index(film.frames[20][-100:]) + 50] ^= 1
    path.write_bytes(data)
    with pytest.raises(crash.UnplayableError):
        crash._decode(path, film)


def test_a_failed_benchmark_prints_its_figures_and_exits_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: Namespace) -> dict[str, Any]:
        raise BenchmarkError("packets were not delivered", {"delivery_ratio": 0.5})

    monkeypatch.setattr(media, "run", fail)
    assert program.main(["media"]) == 1
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["failed"], line["delivery_ratio"]) == ("packets were not delivered", 0.5)
    assert line["environment"].keys() == environment().keys()
