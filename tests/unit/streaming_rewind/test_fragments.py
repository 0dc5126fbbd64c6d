"""What the index says of a part that grows is what the engine's own walker says of the same bytes."""

from __future__ import annotations

import contextlib
import io
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.fragments import NotAPart, PartIndex
from tests.helpers.recording import START
from tests.unit.streaming_recorder.test_walk import CODECS, WALKERS, part

SUFFIX = {"H264": ".mp4", "VP8": ".webm"}


def written(folder: Path, codec: str, length: int | None = None) -> Path:
    path = folder / f"part-0001{SUFFIX[codec]}"
    path.write_bytes(part(codec)[0][:length])
    return path


@pytest.mark.parametrize("codec", CODECS)
def test_a_part_that_grows_byte_by_byte_is_read_as_far_as_it_is_whole(tmp_path: Path, codec: str) -> None:
    data, ends = part(codec)
    path = written(tmp_path, codec, 0)
    index = PartIndex(path)
    seen = set()
    for length in sorted({*range(0, len(data), 997), *ends, len(data)}):
        path.write_bytes(data[:length])
        index.update()
        whole = [end for end in ends if end <= length]
        assert index.size == (whole[-1] if whole else index.head)
        seen.add(index.size)
    assert set(ends) <= seen
    assert index.last_wall == pytest.approx(WALKERS[codec](io.BytesIO(data)).video.last + START, abs=0.002)


@pytest.mark.parametrize(
    ("codec", "mime"),
    [("H264", r'video/mp4; codecs="avc1\.42[0-9a-f]{4},opus"'), ("VP8", 'video/webm; codecs="vp8,opus"')],
)
def test_the_rows_cover_the_file_and_name_what_a_player_must_know(tmp_path: Path, codec: str, mime: str) -> None:
    index = PartIndex(written(tmp_path, codec))
    index.update()
    assert re.fullmatch(mime, index.mime)
    at = index.head
    for row in index.chunks:
        assert row.offset == at
        at += row.size
    assert at == index.size == len(part(codec)[0])
    assert index.chunks[0].key
    assert index.zero == pytest.approx(START, abs=0.001)


@given(st.sampled_from(CODECS), st.data())
def test_damaged_bytes_are_refused_or_waited_for(tmp_path_factory, codec: str, data: st.DataObject) -> None:
    content = bytearray(part(codec)[0])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("part") / f"part-0001{SUFFIX[codec]}"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    index = PartIndex(path)
    with contextlib.suppress(NotAPart):
        index.update()
    assert index.size <= path.stat().st_size


def test_a_film_without_its_codec_and_a_time_of_a_thousand_digits_are_no_parts(tmp_path: Path) -> None:
    path = written(tmp_path, "H264")
    path.write_bytes(path.read_bytes().replace(b"avcC", b"avcX"))
    with pytest.raises(NotAPart):
        PartIndex(path).update()

    path = written(tmp_path, "VP8")
    whole = PartIndex(path)
    whole.update()
    cluster = b"\xe7\x41\x90" + 400 * b"\xff" + b"\xa3\x84" + struct.pack(">BhB", 0x81, 0, 0x80)
    size = b"\x01" + len(cluster).to_bytes(7, "big")
    path.write_bytes(path.read_bytes()[: whole.head] + b"\x1f\x43\xb6\x75" + size + cluster)
    with pytest.raises(NotAPart):
        PartIndex(path).update()
