"""What the templates over the picture are given: words for the screen, no rules, no queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.clock import now
from streaming.descriptions import FIELDS, mark_warning
from streaming.models import Description, DescriptionVersion, Prompt
from streaming.phrase_bank import ANSWERS, answer_in_english
from streaming.selectors import Described, PictureNotes
from streaming.services.moments import clock_words
from streaming.states import DescribedRole, PromptKind, PromptState


def clock(offset_ms: int) -> str:
    return clock_words(timedelta(milliseconds=offset_ms))


def notes(found: PictureNotes) -> dict[str, Any]:
    began = found.session.first_frame_at
    return {
        "session": found.session,
        "first_frame_ms": round(began.timestamp() * 1000) if began else "",
        "marks": [{"mark": mark, "at": clock(mark.offset_ms)} for mark in found.marks],
        "boxes": [box(one) for one in found.described if one.newest.has_box],
        "prompt": prompt(found.prompt) if found.prompt else None,
    }


def box(one: Described) -> dict[str, Any]:
    newest = one.newest
    short = newest.words.split(", ")
    return {
        "label": one.description.label,
        "words": " ".join([one.description.label, *short[:1]]),
        "title": newest.words,
        "finished": newest.finished,
        "at": round(one.description.moment.timestamp() * 1000),
        **{name: getattr(newest, name) for name in ("x", "y", "width", "height")},
    }


def moments(found: PictureNotes) -> list[dict[str, Any]]:
    """Marks and descriptions in the order of the film."""
    rows = [
        {
            "label": "Mark",
            "words": mark.note,
            "by": mark.author_label,
            "at": clock(mark.offset_ms),
            "moment": mark.moment,
            "moment_ms": round(mark.moment.timestamp() * 1000),
        }
        for mark in found.marks
    ]
    for one in found.described:
        row = described(one)
        words = f"{row['role']}: {one.newest.words}"
        named = {"label": row["label"], "words": words, "by": one.newest.author_label, "at": row["at"]}
        snapshot = one.description.snapshot_id
        rows.append({**named, "moment": one.description.moment, "moment_ms": row["moment_ms"], "snapshot": snapshot})
    return sorted(rows, key=lambda row: row["moment"])


def prompt(one: Prompt) -> dict[str, Any]:
    """“Stay inside” shown, seen by caller."""
    name = f"“{one.english}”" if one.kind == PromptKind.POINT else f"{PromptKind(one.kind).label}:"
    ends = {
        PromptState.ASKED: "shown" if one.delivered_at else "on its way",
        PromptState.SEEN: "shown, seen by caller",
        PromptState.DONE: "OK" if one.kind == PromptKind.POINT else "done",
        PromptState.REFUSED: "the caller cannot" if one.kind == PromptKind.POINT else "the caller said no",
        PromptState.IMPOSSIBLE: "not possible on this phone",
        PromptState.WITHDRAWN: "withdrawn",
    }
    answered = one.answer and one.answer not in ANSWERS["ok"]  # those two say no more than how it ended
    words = f"answered “{answer_in_english(one.answer)}”" if answered else ends[PromptState(one.state)]
    shown = one.shown_words if one.shown_locale not in ("", "en") else ""
    return {
        "row": one,
        "words": f"{name} {words}",
        "shown": shown,
        "open": one.ended_at is None and now() < one.asked_at + timedelta(seconds=one.seconds),
    }


def described(one: Described) -> dict[str, Any]:
    """For one row of the Descriptions tab."""
    description = one.description
    return {
        "description": description,
        "label": description.label,
        "newest": one.newest,
        "role": DescribedRole(one.newest.role).label,
        "at": clock(description.offset_ms),
        "moment_ms": round(description.moment.timestamp() * 1000),
        "older": one.versions[1:],
        "warning": mark_warning(one.newest.details),
    }


def form(
    description: Description,
    newest: DescriptionVersion,
    *,
    typed: dict[str, Any] | None = None,
    both: tuple[str, ...] = (),
) -> dict[str, Any]:
    """For `_description_form.html`. After a clash `typed` is what the writer had, beside what the other one saved."""
    values = typed if typed is not None else newest.details
    rows = [
        {
            "field": field,
            "value": values.get(field.name, ""),
            "theirs": (newest.details.get(field.name) or "nothing") if field.name in both else None,
        }
        for field in FIELDS[description.kind]
    ]
    return {
        "description": description,
        "newest": newest,
        "rows": rows,
        "roles": DescribedRole.choices,
        "role": (typed or {}).get("role", newest.role),
        "finished": (typed or {}).get("finished", newest.finished),
        "clash": bool(both),
        "at": clock(description.offset_ms),
    }
