"""What is known of a session's film right now: its timeline and its parts on the disk, its rows, the phone's pieces.

Web and engine share the directory of the recordings (ADR 0002). Each process keeps what it has read of the newest
sessions, so that a page that asks again costs only what was written since.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings

from core.clock import now
from streaming.fragments import NotAPart, PartIndex
from streaming.ledger import Film, Gap, Piece, Span, TimelineReader, Why, film_from_document
from streaming.models import GapLedger, PhonePiece, Recording, RecordingGap, RecordingPart, VideoSession
from streaming.states import PartState, PieceState, PieceVerdict

#: The newest second is not judged: its frames may be on their way to the disk, and its timeline's lines as well.
SETTLING = 1.0
_KEPT = 64  # sessions, and parts, whose readings are kept
_READ = 1 << 20  # bytes of a timeline read at once
_WHY: dict[str, Why] = {"storage": "storage"}

Value = TypeVar("Value")


class _Newest(Generic[Value]):
    """A few values, the one used longest ago goes first."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)
            return self._values[key]


class _Reading:
    """A timeline that grows, where the session began and perhaps in the second place too, and how far it was read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reader = TimelineReader()
        self._places: dict[Path, tuple[int, int]] = {}  # inode, bytes read

    def read_on(self, paths: list[Path]) -> bool:
        """Feed whole new lines, by time. A file that was replaced, cut or brought together with the other is read from
        its start. False when there is none."""
        found = [path for path in paths if path.is_file()]
        if any(self._is_another(path) for path in self._places):
            self.reader, self._places = TimelineReader(), {}
        news = [lines for path in found if (lines := self._new_lines(path))]
        if len(news) > 1:
            news = [sorted((line for lines in news for line in lines), key=_time_of)]
        for lines in news:
            self.reader.feed(lines)
        return bool(found)

    def _is_another(self, path: Path) -> bool:
        inode, place = self._places[path]
        try:
            status = path.stat()
        except OSError:
            return True
        return status.st_ino != inode or status.st_size < place

    def _new_lines(self, path: Path) -> list[bytes]:
        lines: list[bytes] = []
        try:
            with path.open("rb") as file:
                inode, place = self._places.get(path, (path.stat().st_ino, 0))
                file.seek(place)
                while data := file.read(_READ):
                    if not (whole := data.rfind(b"\n") + 1):
                        break
                    lines += data[:whole].splitlines()
                    place += whole
                    file.seek(place)
                self._places[path] = inode, place
        except OSError:
            return lines
        return lines


def _time_of(line: bytes) -> float:
    try:
        return float(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return 0.0


_timelines: _Newest[_Reading] = _Newest()
_parts: _Newest[PartIndex] = _Newest()


def part_index(path: Path) -> PartIndex:
    """The part's rows, up to date. Raises OSError (not here, or not any more), NotAPart."""
    index = _parts.get(str(path), lambda: PartIndex(path))
    index.update()
    return index


def timeline(session: VideoSession) -> TimelineReader | None:
    """What the recorder wrote about the session so far; None when it is not on this disk."""
    reading = _timelines.get(str(session.pk), _Reading)
    with reading.lock:
        return reading.reader if reading.read_on(_timeline_paths(session)) else None


def _timeline_paths(session: VideoSession) -> list[Path]:
    """Once the engine has closed it there is one; until then each place may have some of it."""
    said = Recording.objects.filter(session=session).values_list("timeline_path", flat=True).first()
    if said:
        return [Path(said)]
    roots = dict.fromkeys(
        root for root in (settings.MEDIA_RECORDINGS_DIR, settings.MEDIA_SPILL_DIR) if root is not None
    )
    return [Path(root) / str(session.pk) / "timeline.jsonl" for root in roots]


def film(session: VideoSession) -> Film:
    """From the timeline while it is on the disk; afterwards from the ledger that was sealed. The rows of parts and gaps
    come in as well: they may know what a full disk refused to write down. And the phone's pieces, always."""
    rows = list(RecordingPart.objects.filter(session=session).exclude(state=PartState.OPEN))
    parts = [Span(p.started_at.timestamp(), p.ended_at.timestamp()) for p in rows if p.started_at and p.ended_at]
    gaps = [
        Gap(gap.started_at.timestamp(), gap.ended_at.timestamp(), gap.frames, _WHY.get(gap.cause, "network"))
        for gap in RecordingGap.objects.filter(session=session)
    ]
    reader = timeline(session)
    if reader is None or reader.started is None:
        return _without_timeline(session, parts, gaps)
    known = reader.film(start=reader.started, open_end=_open_end(session, reader))
    gaps = [gap for gap in gaps if not any(abs(gap.start - other.start) < 0.01 for other in known.gaps)]
    parts += known.parts
    return Film(
        start=known.start,
        end=_end(session, parts),
        parts=tuple(parts),
        gaps=(*known.gaps, *gaps),
        reasons=known.reasons,
        pieces=_pieces(session),
    )


def _without_timeline(session: VideoSession, parts: list[Span], gaps: list[Gap]) -> Film:
    sealed = GapLedger.objects.filter(session=session).order_by("-number").first()
    if sealed is not None:
        return film_from_document(content_of(sealed), parts, _pieces(session))
    starts = [part.start for part in parts] + [gap.start for gap in gaps]
    starts += [session.camera_on_at.timestamp()] if session.camera_on_at else []
    begun = min(starts, default=0.0)
    end = _end(session, parts) if begun else 0.0
    return Film(begun, end, tuple(parts), tuple(gaps), (), _pieces(session))


def _open_end(session: VideoSession, reader: TimelineReader) -> float | None:
    """The last frame in the file of the part that is being written."""
    if reader.open_part is None:
        return None
    part = RecordingPart.objects.filter(session=session, number=reader.open_part).first()
    if part is None:
        return None
    try:
        return part_index(Path(part.path)).last_wall
    except (OSError, NotAPart):
        return None


def _end(session: VideoSession, parts: list[Span]) -> float:
    if session.ended_at is None:
        return now().timestamp() - SETTLING
    return max([session.ended_at.timestamp(), *(part.end for part in parts)])


def _pieces(session: VideoSession) -> tuple[Piece, ...]:
    """What the phone holds or has sent, where it can be placed. One that differs from its hash counts for nothing."""
    coming = (PieceState.ANNOUNCED, PieceState.RECEIVING, PieceState.RECEIVED)
    found = []
    for piece in PhonePiece.objects.filter(session=session, placed=True):
        kept = piece.state in coming and piece.sha256 != ""
        sent = piece.state == PieceState.REGISTERED and piece.verdict == PieceVerdict.MATCHES and piece.readable
        if kept or sent:
            found.append(Piece(piece.start.timestamp(), piece.end.timestamp(), kept=kept))
    return tuple(found)


def part_list(session: VideoSession) -> list[dict[str, Any]]:
    """The files that a ledger is about, with their hashes: the engine's parts, and what the phone sent."""
    files = [
        {"source": "engine", "number": part.number, "sha256": part.sha256}
        for part in RecordingPart.objects.filter(session=session).order_by("number")
        if part.sha256
    ]
    sent = PhonePiece.objects.filter(session=session).exclude(item_id=None).order_by("started_at", "sequence")
    return files + [{"source": "phone", "number": p.sequence, "sha256": p.received_sha256} for p in sent]


def content_of(row: GapLedger) -> dict[str, Any]:
    """The document of a sealed ledger."""
    content: dict[str, Any] = json.loads(row.text)
    return content
