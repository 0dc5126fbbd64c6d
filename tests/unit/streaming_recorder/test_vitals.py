"""REC shows only while bytes reach the disk."""

from __future__ import annotations

from streaming.contracts import Fact
from streaming.media.recorder.vitals import STALE, Alarm, Vitals
from streaming.media.recorder.watchdog import PERIOD


def flowing(until: float, wrote: float | None) -> Vitals:
    """A caller who joined at 100 and sent packets from then until `until`."""
    vitals = Vitals()
    vitals.joined_at = 100.0
    for step in range(int((until - 100.0) * 20) + 1):
        vitals.packet(100.0 + step / 20)
    vitals.last_write_at = wrote
    return vitals


def test_off_without_a_caller() -> None:
    assert Vitals().state(5.0, False) == "off"


def test_waiting_before_the_first_key_frame_but_not_for_ever() -> None:
    assert flowing(100.5, None).state(100.5, False) == "waiting"
    assert flowing(102.4, None).state(102.4, False) == "waiting"
    assert flowing(102.6, None).state(102.6, False) == "stalled"


def test_writing_late_stalled_by_the_age_of_the_last_write() -> None:
    assert flowing(110.0, 109.1).state(110.0, False) == "writing"
    assert flowing(110.0, 108.9).state(110.0, False) == "late"
    assert flowing(110.0, 107.6).state(110.0, False) == "late"
    assert flowing(110.0, 107.4).state(110.0, False) == "stalled"


def test_without_frames_there_is_nothing_to_write() -> None:
    vitals = flowing(110.0, 109.9)
    assert vitals.state(115.0, False) == "waiting"
    vitals.unwritten = True
    assert vitals.state(115.0, False) == "stalled"


def test_frames_that_come_back_do_not_start_with_an_alarm() -> None:
    vitals = flowing(110.0, 109.9)
    vitals.packet(200.0)
    assert vitals.state(200.1, False) == "late"
    assert vitals.state(200.9, False) == "late"


def test_the_write_of_an_earlier_stay_does_not_count() -> None:
    vitals = flowing(110.0, 109.9)
    vitals.joined_at = 110.2
    vitals.packet(110.3)
    assert vitals.state(110.4, False) == "waiting"


def test_a_blocked_writer_is_stalled_even_when_frames_stopped() -> None:
    assert flowing(110.0, 109.9).state(115.0, True) == "stalled"


def test_the_alarm_comes_within_three_seconds() -> None:
    assert STALE + PERIOD <= 3.0


def test_an_alarm_is_raised_once_and_ended_once() -> None:
    facts: list[Fact] = []
    lines: list[tuple[str, str]] = []
    alarm = Alarm("s", facts.append, lambda event, reason: lines.append((event, reason)))
    alarm.end(1.0)
    alarm.raise_("disk full", 2.0)
    alarm.raise_("disk full", 3.0)
    alarm.end(4.0)
    alarm.end(5.0)
    assert [(fact.kind, fact.at) for fact in facts] == [("recording_alarm", 2.0), ("recording_resumed", 4.0)]
    assert lines == [("recording_alarm", "disk full"), ("recording_resumed", "")]
