"""The ledger as it is sealed with the film: canonical JSON, so that the same film has the same bytes and hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from streaming.ledger.line import STATES, Hole, Ledger, Run

FORMAT = 1


class LedgerError(ValueError):
    """Not a ledger document."""


def document(session_id: str, line: Ledger, parts: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Everything a reader needs without us: times in UTC, states in words, the hash of each part and piece it is about.

    `parts` say of each file `source` ("engine" or "phone"), `file` or number, and `sha256`.
    """
    return {
        "format": FORMAT,
        "session": session_id,
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
            {"from": round(hole.start, 3), "to": round(hole.end, 3), "frames": hole.frames, "why": hole.why}
            | ({"phone": hole.phone} if hole.phone else {})
            for hole in line.holes
        ],
        "parts": [dict(part) for part in parts],
    }


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
