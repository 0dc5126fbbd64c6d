"""The ledger as it is sealed with the film: canonical JSON, so that the same film has the same bytes and hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from streaming.ledger.line import STATES, Film, Gap, Hole, Ledger, Piece, Run, Span, ledger

FORMAT = 1


class LedgerError(ValueError):
    """Not a ledger document."""


def document(session_id: str, film: Film, parts: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The line of the film, with all that a reader needs without us: times in UTC, states in words, hashes.

    `parts` say of each file that it is about `source` ("engine" or "phone"), `number` and `sha256`.
    """
    film = replace(film, start=round(film.start, 3), end=round(film.end, 3))
    line = ledger(film)
    return {
        "format": FORMAT,
        "session": session_id,
        "film": {"from": film.start, "to": film.end},
        "start": line.start,
        "start_utc": datetime.fromtimestamp(line.start, UTC).isoformat() if line.seconds else "",
        "seconds": line.seconds,
        "totals": line.totals(),
        "runs": [
            {"at": run.at, "for": run.seconds, "state": run.state, "why": run.why, "frames": run.frames}
            | ({"kept": True} if run.kept else {})
            for run in line.runs
        ],
        "holes": [
            {"from": hole.start, "to": hole.end, "frames": hole.frames, "why": hole.why}
            | ({"phone": hole.phone} if hole.phone else {})
            for hole in line.holes
        ],
        "parts": [dict(part) for part in parts],
    }


def film_from_document(content: Any, late: Iterable[Span] = (), pieces: Iterable[Piece] = ()) -> Film:
    """The film that a document was made of, with parts that may have turned up `late`, behind its end, and the phone's
    pieces as they are now. Raises LedgerError."""
    line = from_document(content)
    begin, end = float(content["film"]["from"]), float(content["film"]["to"])
    more = tuple(span for span in late if span.end > end + 0.01)
    gaps = tuple(Gap(hole.start, hole.end, hole.frames, hole.why) for hole in line.holes)
    return Film(
        start=begin,
        end=max([end, *(span.end for span in more)]),
        parts=(Span(begin, end), *more),
        gaps=gaps,
        pieces=tuple(pieces),
    )


def canonical(content: dict[str, Any]) -> bytes:
    """The bytes that are hashed and stored: keys sorted, no blanks, ASCII, one newline at the end."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def from_document(content: Any) -> Ledger:
    """The line back from its document. Raises LedgerError when its runs do not fill it second by second."""
    try:
        runs = tuple(
            Run(run["at"], run["for"], run["state"], run["why"], run["frames"], run.get("kept", False))
            for run in content["runs"]
        )
        holes = tuple(
            Hole(hole["from"], hole["to"], hole["frames"], hole["why"], hole.get("phone", ""))
            for hole in content["holes"]
        )
        line = Ledger(content["start"], content["seconds"], runs, holes)
    except (KeyError, TypeError) as error:
        raise LedgerError("not a ledger") from error
    at = 0
    for run in runs:
        if run.at != at or run.seconds < 1 or run.state not in STATES:
            raise LedgerError("the runs do not follow one another")
        at += run.seconds
    if at != line.seconds:
        raise LedgerError("the runs do not fill the line")
    return line
