"""The alarm of a recording in words: nothing is written, or the second disk is written to."""

from __future__ import annotations

import re

from streaming.contracts import RecordingAlarm

#: How the alarm of a recording begins that goes on in the second place; the console shows it as a warning.
SECOND_PLACE = "second place"


def alarm_word(reason: str) -> str:
    """The engine's reason as the short word that events and the row may carry."""
    word = " ".join(re.sub(r"[^A-Za-z0-9_./:-]+", " ", reason).split())[:40].strip()
    return word or "not writing"


def raised(fact: RecordingAlarm) -> tuple[str, str]:
    """The word for the session's row, and the line for the incident's log."""
    if fact.spilled:
        line = f"Recording goes on to the second disk. The first one: {alarm_word(fact.reason)}."
        return alarm_word(f"{SECOND_PLACE}: {fact.reason}"), line
    line = "NOT RECORDING. The picture may still be live, but no bytes reach the disk. Note what you see in the log."
    return alarm_word(fact.reason), line


def ended(alarm: str) -> str:
    """The line for the log when `alarm` is over."""
    return "Recording to the first disk again." if alarm.startswith(SECOND_PLACE) else "Recording again."
