"""What a page needs to look back: the parts, where their fragments lie, and the moments worth going to.

Everything here is for a rewind that `services.rewinding` has let in and written down.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.actors import Actor
from core.errors import NotFound
from evidence import selectors as evidence
from incidents import selectors as incidents
from streaming import recorded
from streaming.fragments import NotAPart, PartIndex
from streaming.models import ChatMessage, PictureMark, RecordingPart, Rewind, VideoSession
from streaming.selectors.ledgers import ledger_of

#: The most bytes of one answer. A player asks for about two seconds of film at once.
LARGEST = 2 * 1024 * 1024


def overview(actor: Actor, rewind: Rewind) -> dict[str, Any]:
    """Parts, marks and ledger. Times in epoch milliseconds."""
    session = rewind.session
    ledger = ledger_of(actor, session)
    return {
        "rewind": str(rewind.pk),
        "ended": session.ended,
        "parts": [_part(part) for part in RecordingPart.objects.filter(session=session).order_by("number")],
        "marks": sorted(_marks(actor, session), key=lambda mark: mark["at"]),
        "ledger": ledger.content,
    }


def _part(part: RecordingPart) -> dict[str, Any]:
    return {
        "number": part.number,
        "start": _ms(part.started_at),
        "end": _ms(part.ended_at) if part.sha256 else None,  # None: it is being written
        "width": part.width,
        "height": part.height,
    }


def _marks(actor: Actor, session: VideoSession) -> list[dict[str, Any]]:
    """Moments, never words: what was said is read where it is kept."""
    marks = [
        {"kind": "chat", "at": _ms(at), "who": direction}
        for at, direction in ChatMessage.objects.filter(session=session).values_list("sent_at", "direction")
    ]
    marks += [
        {"kind": "log", "at": _ms(entry.at), "number": entry.number, "type": entry.type}
        for entry in incidents.log_moments(actor, session.incident_id)
    ]
    marks += [
        {"kind": "snapshot", "at": _ms(shot.at), "ref": shot.ref}
        for shot in evidence.picture_moments(actor, f"snapshot:{session.pk}:")
    ]
    marks += [
        {"kind": "mark", "at": _ms(at)}
        for at in PictureMark.objects.filter(session=session).values_list("moment", flat=True)
    ]
    reader = recorded.timeline(session)
    marks += [{"kind": "join", "at": round(at * 1000)} for at in (reader.joins if reader else ())]
    return marks


def _ms(moment: Any) -> int:
    return round(moment.timestamp() * 1000)


def part_rows(rewind: Rewind, number: int, first: int) -> dict[str, Any]:
    """Where the fragments of a part lie, from row `first` on; the last row may still grow. Raises NotFound."""
    part, index = _index(rewind, number)
    return {
        "number": number,
        "mime": index.mime,
        "head": index.head,
        "zero": None if index.zero is None else round(index.zero * 1000, 3),
        "final": bool(part.sha256),
        "first": first,
        "rows": [list(asdict(row).values()) for row in index.chunks[max(0, first) :]],
    }


def part_bytes(rewind: Rewind, number: int, start: int, stop: int) -> tuple[bytes, int, int]:
    """Bytes `start` to `stop` of a part, at most LARGEST and only whole fragments' bytes; with where they begin and how
    many there are in all by now. Raises NotFound."""
    part, index = _index(rewind, number)
    stop = min(stop, index.size, start + LARGEST)
    if start >= stop:
        return b"", start, index.size
    try:
        with Path(part.path).open("rb") as file:
            file.seek(start)
            return file.read(stop - start), start, index.size
    except OSError as error:
        raise NotFound() from error


def _index(rewind: Rewind, number: int) -> tuple[RecordingPart, PartIndex]:
    part = RecordingPart.objects.filter(session_id=rewind.session_id, number=number).first()
    if part is None:
        raise NotFound()
    try:
        return part, recorded.part_index(Path(part.path))
    except (OSError, NotAPart) as error:
        raise NotFound("This part is not here any more. Its exhibit has it.") from error
