"""A note for a statement, from what was logged and nothing else (B6.4). The officer reads and changes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from core.clock import local
from suspects.codes.curfew_hours import wall_words
from suspects.states import CurfewOutcome as Outcome

LIMIT = 2000
_ENDS = {
    Outcome.PRESENT_SEEN: "{name} came to the door and I saw them.",
    Outcome.PRESENT_VOICE_ONLY: "I heard {name} and did not see them.",
    Outcome.NO_REPLY: "There was no reply.",
    Outcome.NOT_PRESENT_CONFIRMED: "I was told that {name} was not there.",
    Outcome.REFUSED: "{name} refused to come to the door.",
    Outcome.INACCESSIBLE: "I could not reach the door.",
    Outcome.MOVED: "I was told that {name} does not live there.",
    Outcome.EM_TAMPER: "The tag had been tampered with.",
    Outcome.EXCUSED: "{name} was excused.",
    Outcome.WITHDREW: "I withdrew because it was not safe.",
}
_NOT_AT_THE_DOOR = frozenset({Outcome.INACCESSIBLE, Outcome.EXCUSED, Outcome.WITHDREW})


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One check as the note needs it. `officer` is empty for the writer of the statement."""

    at: dt.datetime
    outcome: str
    note: str
    officer: str
    by_tag: bool = False


def statement_note(checks: Sequence[Logged], *, name: str, address: str) -> str:
    """ "At 22:16 and 22:23 on 21 November 2026 I knocked at Flat 3, 8 Eel Pie Court. Lights were on. There was no
    reply." Checks with the same outcome by the same officer are one paragraph; at most 2,000 characters."""
    in_order = sorted(checks, key=lambda one: one.at)
    groups = groupby(in_order, key=lambda one: (one.officer, one.outcome, one.by_tag))
    paragraphs = [_paragraph(list(group), name, address) for _, group in groups]
    text = "\n".join(paragraphs)
    return text if len(text) <= LIMIT else f"{text[: LIMIT - 1]}…"


def _paragraph(checks: list[Logged], name: str, address: str) -> str:
    first = checks[0]
    who = first.officer or "I"
    did = "was told by the tag contractor about" if first.by_tag else "knocked at"
    if first.outcome in _NOT_AT_THE_DOOR and not first.by_tag:
        did = "was at"
    notes = " ".join(dict.fromkeys(_sentence(one.note) for one in checks if one.note))
    ending = _ENDS[Outcome(first.outcome)].format(name=name)
    if first.officer:
        ending = ending.replace("I was", f"{first.officer} was").replace("I ", f"{first.officer} ")
    return " ".join(part for part in (f"At {_times(checks)} {who} {did} {address}.", notes, ending) if part)


def _times(checks: Sequence[Logged]) -> str:
    """ "22:16 and 22:23 on 21 November 2026"; a night has two dates."""
    days = [(day, [wall_words(one.at) for one in group]) for day, group in groupby(checks, key=_day)]
    return " and ".join(f"{_listed(times)} on {day.day} {day:%B %Y}" for day, times in days)


def _day(check: Logged) -> dt.date:
    return local(check.at).date()


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
