"""What is lost is said; what would decode wrongly is left out; a caller without key frames is recorded all the same."""

from __future__ import annotations

from streaming.media.recorder.gaps import PATIENCE, Continuity, Gap
from streaming.media.recorder.packets import Frame, VideoFormat


class Story:
    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.requests = 0
        self.continuity = Continuity(self.count, self.gaps.append)
        self.written: list[int] = []
        self.damaged: list[int] = []

    def count(self) -> None:
        self.requests += 1

    def frame(self, number: int, key: bool = False) -> None:
        now = 100 + number / 30
        shape = VideoFormat("VP8", 2, 2) if key else None
        frame = Frame(number * 3000, now, now, key, b"x", shape)
        if self.continuity.admits(frame, now, bool(self.written) or key):
            self.written.append(number)
            if self.continuity.wrote(frame, now):
                self.damaged.append(number)

    def frames(self, first: int, last: int, keys: tuple[int, ...] = ()) -> None:
        for number in range(first, last + 1):
            self.frame(number, number in keys)


def test_nothing_before_the_first_key_frame_and_no_gap_for_it() -> None:
    story = Story()
    story.continuity.begin("rejoin", 100.0)
    story.frames(0, 20, keys=(12,))
    assert story.written == list(range(12, 21))
    assert story.gaps == []
    assert story.requests == 2  # at once and after 300 ms


def test_a_loss_skips_to_the_next_key_frame_and_is_one_gap() -> None:
    story = Story()
    story.frames(0, 30, keys=(0,))
    story.continuity.lost(100 + 32 / 30)
    story.continuity.lost(100 + 33 / 30)
    story.frames(33, 60, keys=(45,))
    assert story.written == [*range(31), *range(45, 61)]
    assert [(gap.frames, gap.cause) for gap in story.gaps] == [(14, "loss")]
    assert abs(story.gaps[0].start - 101.0) < 1e-6
    assert abs(story.gaps[0].end - 101.5) < 1e-6


def test_a_key_frame_is_wished_for_when_the_film_had_none_for_ten_seconds() -> None:
    story = Story()
    story.continuity.refresh(100.0)
    assert story.requests == 0  # no film yet
    story.frames(0, 3, keys=(0,))
    for tenth in range(150):
        story.continuity.refresh(100 + tenth / 10)
    assert story.requests == 3  # after 10 s, and every 2 s until it comes
    story.frames(450, 452, keys=(450,))
    story.continuity.refresh(100 + 455 / 30)
    assert story.requests == 3
    assert story.written[:6] == [0, 1, 2, 3, 450, 451]


def test_without_a_key_frame_damaged_frames_are_kept_after_a_while() -> None:
    story = Story()
    story.frames(0, 30, keys=(0,))
    story.continuity.lost(100 + 31 / 30)
    story.frames(32, 200, keys=(150,))
    first = story.written[31]
    assert (first - 31) / 30 > PATIENCE
    assert story.written == [*range(31), *range(first, 201)]
    assert story.damaged == [first]
    assert len(story.gaps) == 1
    assert story.requests >= 12  # every 300 ms, also while damaged frames are kept


def test_a_second_loss_while_damaged_frames_are_kept_is_another_gap() -> None:
    story = Story()
    story.frames(0, 30, keys=(0,))
    story.continuity.lost(100 + 31 / 30)
    story.frames(32, 120)
    story.continuity.lost(100 + 121 / 30)
    story.frames(122, 130, keys=(125,))
    assert [gap.cause for gap in story.gaps] == ["loss", "loss"]


def test_silence_of_the_camera_is_a_gap_without_lost_frames() -> None:
    story = Story()
    story.frames(0, 30, keys=(0,))
    story.frames(100, 110)
    assert [(gap.frames, gap.cause) for gap in story.gaps] == [(0, "no_rtp")]


def test_a_rejoin_and_a_storage_error_have_their_own_cause() -> None:
    story = Story()
    story.frames(0, 30, keys=(0,))
    story.continuity.begin("rejoin", 102.0)
    story.frames(90, 100, keys=(95,))
    story.continuity.begin("storage", 100 + 100 / 30, last_wall=100 + 97 / 30)
    story.frames(101, 110, keys=(105,))
    assert [(gap.frames, gap.cause) for gap in story.gaps] == [(0, "rejoin"), (7, "storage")]
    assert abs(story.gaps[1].start - (100 + 97 / 30)) < 1e-6
