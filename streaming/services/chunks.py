"""What a caller's phone sends in chunks, whatever it is: announced with a hash, taken at an offset, taken up again
anywhere, hashed here and compared. What is announced, what is refused and who is told differs: `Kind` has a method for
each (film recorded by itself: services.backfill; photos and films the caller chose: services.uploads).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction

from core import audit
from core.clock import now
from core.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from core.models import AuditAction
from streaming.models import CallerFile, PhonePiece, VideoSession
from streaming.services import phone_files
from streaming.services.phone_access import Passage
from streaming.services.progress import lock_session

CHUNK_BYTES = 512 * 1024
#: This much of the disk stays the live recorder's.
KEEP_FREE = 512 * 1024 * 1024

#: States in which more is taken; those of all kinds have the same values.
OPEN = ("announced", "receiving")

Row = TypeVar("Row", PhonePiece, CallerFile)
Said = TypeVar("Said")


class Kind(ABC, Generic[Row, Said]):
    """One kind of thing that a phone sends."""

    model: type[Row]
    transitions: Mapping[Any, frozenset[Any]]
    done: str  # what is said when nothing more is taken for one
    taken_back: str  # for the trail

    @abstractmethod
    def check_said(self, said: list[Said]) -> None:
        """Raises Invalid, TooLarge for announcements that nothing can be made of."""

    @abstractmethod
    def check_open(self, passage: Passage, session: VideoSession, row: Row | None = None) -> None:
        """Raises NotAllowed, Conflict when nothing is announced, or taken for `row`, any more."""

    @abstractmethod
    def keep(self, passage: Passage, session: VideoSession, said: Said) -> tuple[Row, bool]:
        """The row of an announcement, and whether it is new."""

    @abstractmethod
    def check_room(self, session: VideoSession) -> None:
        """Raises TooLarge."""

    @abstractmethod
    def purpose(self, fresh: int) -> str:
        """For the trail: what was announced."""

    @abstractmethod
    def look(self, row: Row, head: bytes) -> Invalid | None:
        """What the first chunk says; refuses the row when it is nothing we take."""

    @abstractmethod
    def judged(self, row: Row, path: Path, found: str) -> None:
        """All that comes is here, and its hash is `found`: compare it and hand it on."""

    @abstractmethod
    def tell(self, session: VideoSession) -> None:
        """Open pages fetch again. In a transaction."""

    def moved(self, row: Row, before: int) -> None:
        """A chunk is kept; there were `before` bytes."""

    def announce(self, *, passage: Passage, said: list[Said]) -> list[Row]:
        """Keep the announcements, each once: the same again changes nothing. In one transaction with its audit entry.

        Raises what the kind's checks raise, before anything is kept.
        """
        self.check_said(said)
        with transaction.atomic():
            session = lock_session(passage.session_id)
            self.check_open(passage, session)
            kept = [self.keep(passage, session, one) for one in said]
            fresh = [row.pk for row, new in kept if new]
            if fresh:
                self.check_room(session)
                audit.record(
                    passage.actor,
                    AuditAction.COLLECT,
                    f"streaming.videosession:{session.pk}",
                    purpose=self.purpose(len(fresh)),
                    result_ids=fresh,
                    incident=str(session.incident_id),
                )
                self.tell(session)
        return [row for row, _ in kept]

    def all_of(self, *, passage: Passage) -> list[Row]:
        """What this session's phone has announced, for the phone itself."""
        return list(self.model.objects.filter(session_id=passage.session_id))

    def one_of(self, *, passage: Passage, row_id: UUID) -> Row:
        """One of them. Raises NotFound, also for another session's."""
        row = self.model.objects.filter(session_id=passage.session_id, pk=row_id).first()
        if row is None:
            raise NotFound()
        return row

    def take_chunk(self, *, passage: Passage, row_id: UUID, offset: int, data: bytes) -> Row:
        """Put `data` at `offset`; with the last byte it is hashed, compared and handed on.

        Raises NotFound; Conflict ("offset": the row, read again, says where to go on; "done"; what `check_open`
        raises); TooLarge (longer than announced); Invalid (refused for good); Unavailable (no room, try later).
        """
        if len(data) > CHUNK_BYTES:
            raise TooLarge()
        refused: Invalid | None = None
        with transaction.atomic():
            row = self._locked(passage, row_id)
            self.check_open(passage, row.session, row)
            have = phone_files.length(phone_files.path_of(row.session_id, row.pk))
            wrong = have < row.received_bytes  # the disk lost what a power cut took
            if wrong:
                self.save(row, received_bytes=have)
            elif offset != row.received_bytes:
                wrong = True
            else:
                refused = self._take(row, data)
        if wrong:
            raise Conflict("Go on from where the last chunk ended.", code="offset")
        if refused is not None:
            raise refused
        return row

    def _locked(self, passage: Passage, row_id: UUID) -> Row:
        rows = self.model.objects.select_for_update(of=("self",)).select_related("session")
        row = rows.filter(session_id=passage.session_id, pk=row_id).first()
        if row is None:
            raise NotFound()
        if row.state not in OPEN:
            raise Conflict(self.done, code="done")
        return row

    def _take(self, row: Row, data: bytes) -> Invalid | None:
        """Keep a chunk, or refuse all of it by its first bytes."""
        before, total = row.received_bytes, row.received_bytes + len(data)
        if total > row.size_bytes:
            raise TooLarge("This is longer than was announced.")
        refused = None if before else self.look(row, data)
        if refused is not None:
            return refused
        if phone_files.free_bytes() < KEEP_FREE:
            raise Unavailable("There is no room just now. Try again in a minute.", retry_after=60)
        last = total == row.size_bytes
        phone_files.write_at(phone_files.path_of(row.session_id, row.pk), before, data, last=last)
        self.save(row, state="receiving", received_bytes=total, touched_at=now())
        self.moved(row, before)
        if last:
            self.judge(row)
        return None

    def judge(self, row: Row) -> None:
        """Hash what is here, compare it with the announcement, and hand it on. In a transaction that holds the row."""
        path = phone_files.path_of(row.session_id, row.pk)
        self.judged(row, path, phone_files.sha256_of(path))

    def withdraw(self, *, passage: Passage, row_id: UUID) -> Row:
        """The caller takes it back before all of it is here: what came of it is removed too.

        Raises NotFound, Conflict ("done": it is here already, and is evidence).
        """
        with transaction.atomic():
            row = self._locked(passage, row_id)
            self.save(row, state="withdrawn", received_bytes=0, touched_at=now())
            audit.record(
                passage.actor,
                AuditAction.ALTER,
                f"{row._meta.label_lower}:{row.pk}",
                purpose=self.taken_back,
                incident=str(row.session.incident_id),
            )
            self.tell(row.session)
            transaction.on_commit(Removal(row.session_id, row.pk), robust=True)
        return row

    def close(self, row_id: UUID) -> bool:
        """It will not come: what came in part is kept as incomplete, the rest is given up. False: it had ended."""
        with transaction.atomic():
            rows = self.model.objects.select_for_update(of=("self",)).select_related("session")
            row = rows.filter(pk=row_id, state__in=OPEN).first()
            if row is None:
                return False
            if (
                row.received_bytes
                and phone_files.length(phone_files.path_of(row.session_id, row.pk)) >= row.received_bytes
            ):
                self.judge(row)
            else:
                self.save(row, state="abandoned")
                self.tell(row.session)
            return True

    def save(self, row: Row, **changes: object) -> None:
        state = changes.get("state", row.state)
        if state != row.state and state not in self.transitions[row.state]:
            raise Conflict(self.done, code="done")
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))


@dataclass(frozen=True)
class Removal:
    """The file goes after the row has said so."""

    session_id: UUID
    row_id: UUID

    def __call__(self) -> None:
        phone_files.remove(phone_files.path_of(self.session_id, self.row_id))
