"""One viewer wants less: pictures are left out whole, numbers have no holes, and more begins at a keyframe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.media.answer import Chosen
from streaming.media.rtp import Packet
from streaming.media.sdp import Codec, Section
from streaming.media.source import Source
from streaming.media.thinning import THUMBNAIL_EVERY
from streaming.media.viewer import Outgoing, Viewer
from tests.unit.streaming_media.test_source_and_viewer import DELTA, KEY, Line, Notes, Wire

LAYERED = "90a0{id:02x}{tid:02x}"  # X; I and T; a picture id of one byte; TID in the top two bits


class Wall(Line):
    """A caller whose pictures have three packets each, and one viewer."""

    def __init__(self, rate: str = "thumbnail") -> None:
        super().__init__(rtx=True)
        self.asked: list[float] = []
        self.viewer = Viewer("v", "VP8", "c", joined=lambda v: None, left=lambda v, r: None,
                             want_keyframe=lambda: self.asked.append(self.now))  # fmt: skip
        self.source.listeners.clear()
        self.viewer.attach(self.wire, [self.out])  # type: ignore[arg-type]  # only sends
        self.viewer.tune(rate)  # type: ignore[arg-type]  # a word of `Rate`
        self.viewer.connected()
        self.next = 60_000
        self.pictures = 0

    def picture(self, *, key: bool = False, lost: int = -1, head: bytes = b"") -> None:
        self.pictures += 1
        for part in range(3):
            if part != lost:
                body = head or (KEY if key and part == 0 else DELTA if part == 0 else b"\x00" + DELTA[1:])
                self.send(
                    self.next, body + bytes([self.pictures % 256, part]), ts=self.pictures * 3000, marker=part == 2
                )
            self.next += 1
        self.now += 1 / 30 - 3 / 30  # three packets took a tenth of a second of the line's clock

    def shown(self) -> list[tuple[int, int]]:
        """(picture, part) of everything sent."""
        return [(payload[-2], payload[-1]) for *_, payload in self.wire.sent]

    @property
    def without_holes(self) -> bool:
        return self.seqs == list(range(len(self.seqs)))


def test_a_thumbnail_is_made_of_whole_keyframes_and_numbered_without_holes() -> None:
    wall = Wall()
    for n in range(91):
        wall.picture(key=n % 30 == 0)
    assert wall.shown() == [(n, part) for n in (1, 31, 61, 91) for part in range(3)]
    assert wall.without_holes


def test_keyframes_are_asked_for_now_and_then_while_somebody_looks() -> None:
    wall = Wall()
    wall.picture(key=True)
    before = len(wall.asked)
    for _ in range(150):
        wall.picture()
        wall.viewer.tick()
    seconds = 150 / 30
    assert wall.asked[before] - 100 >= THUMBNAIL_EVERY - 0.1
    assert len(wall.asked) > before
    wall.viewer.tune("full")
    wall.picture(key=True)
    asked = len(wall.asked)
    for _ in range(150):
        wall.picture()
        wall.viewer.tick()
    assert len(wall.asked) == asked, f"a viewer that sees everything asks for nothing in {seconds} s"


def test_keyframes_without_end_do_not_make_a_film_of_a_thumbnail() -> None:
    wall = Wall()
    for _ in range(60):  # two seconds
        wall.picture(key=True)
    assert 4 <= len({picture for picture, _ in wall.shown()}) <= 5
    assert wall.without_holes


def test_large_begins_at_the_next_keyframe_and_small_at_once_after_the_picture_on_its_way() -> None:
    wall = Wall()
    wall.picture(key=True)
    for _ in range(5):
        wall.picture()
    wall.viewer.tune("full")
    assert wall.asked
    wall.picture()
    wall.picture(key=True)
    wall.picture()
    wall.picture()
    assert [picture for picture, part in wall.shown() if part == 0] == [1, 8, 9, 10]
    wall.send(wall.next, DELTA + bytes([11, 0]), ts=11 * 3000, marker=False)
    wall.viewer.tune("thumbnail")
    wall.send(wall.next + 1, b"\x00\x01\x00" + bytes([11, 1]), ts=11 * 3000)
    wall.send(wall.next + 2, DELTA + bytes([12, 0]), ts=12 * 3000)
    assert wall.shown()[-2:] == [(11, 0), (11, 1)]
    assert wall.without_holes


def test_what_was_lost_of_a_thumbnail_is_sent_again_also_after_it_became_large() -> None:
    wall = Wall()
    for n in range(61):
        wall.picture(key=n % 30 == 0)
    wall.viewer.tune("full")
    wall.picture(key=True)
    wall.picture()
    sent = {seq: payload for _, _, seq, _, _, payload in wall.wire.sent}
    assert len(sent) == 15
    assert wall.out.resend(sorted(sent), 100) == 15
    again = wall.wire.sent[15:]
    assert {int.from_bytes(payload[:2], "big"): payload[2:] for *_, payload in again} == sent


def test_a_packet_lost_on_its_way_to_us_leaves_the_one_hole_that_it_is() -> None:
    wall = Wall()
    wall.picture(key=True, lost=1)
    wall.picture()
    wall.picture(key=True)
    assert wall.seqs == [0, 2]
    wall.now += 3
    wall.picture(key=True)
    assert wall.seqs == [0, 2, 3, 4, 5]


def test_the_lowest_layer_is_passed_on_where_the_phone_sends_layers() -> None:
    wall = Wall()
    wall.picture(key=True)
    for n in range(1, 9):
        wall.picture(head=bytes.fromhex(LAYERED.format(id=n, tid=(0, 2, 1, 2)[n % 4] << 6)) + b"\x01\x00")
    assert [picture for picture, part in wall.shown() if part == 0] == [1, 5, 9]
    assert wall.without_holes


@pytest.mark.parametrize(("rate", "packets"), [("full", 20), ("thumbnail", 0), ("thumbnail_with_sound", 20)])
def test_sound_comes_with_the_large_picture_or_when_it_is_listened_to(rate: str, packets: int) -> None:
    sound, wire = Source("audio", 48_000), Wire()
    sound.begin("OPUS")
    out = Outgoing(wire, sound, Chosen(Section("audio", 9, "x", []), Codec(111, "OPUS", 48_000, 2), None, True, 5))  # type: ignore[arg-type]  # only sends
    viewer = Viewer("v", "VP8", "c", joined=lambda v: None, left=lambda v, r: None, want_keyframe=lambda: None)
    viewer.attach(wire, [out])  # type: ignore[arg-type]  # only sends
    sound.listeners.append(out)
    viewer.tune(rate)  # type: ignore[arg-type]  # a word of `Rate`

    def speak(first: int, count: int = 20) -> None:
        for n in range(first, first + count):
            sound.receive(Packet(0x80, 0, 111, n, n * 960, 7, bytes([n])), 100 + n / 50, Notes())

    speak(1)
    assert len(wire.sent) == max(packets, 1)  # the first packet of a join goes through: it sets the numbers
    viewer.tune("full")
    speak(21)
    viewer.tune("thumbnail")
    speak(41)
    viewer.tune("full")
    speak(61)
    seqs = [(sent[2] - wire.sent[0][2]) & 0xFFFF for sent in wire.sent]
    assert seqs == list(range(len(seqs)))
    assert [sent[5][0] for sent in wire.sent][-40:] == [*range(21, 41), *range(61, 81)]


@given(st.lists(st.sampled_from(["key", "delta", "full", "thumbnail", "thumbnail_with_sound"]), max_size=120))
def test_whatever_is_chosen_when_no_number_is_left_out_and_none_stands_for_two(steps: list[str]) -> None:
    wall = Wall("full")
    for step in steps:
        if step in ("key", "delta"):
            wall.picture(key=step == "key")
        else:
            wall.viewer.tune(step)  # type: ignore[arg-type]  # a word of `Rate`
    if wall.wire.sent:
        assert wall.without_holes
        pictures = [picture for picture, part in wall.shown() if part == 0]
        assert wall.shown() == [(picture, part) for picture in pictures for part in range(3)]
