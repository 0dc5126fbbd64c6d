"""Exhibit references: INITIALS/NUMBER of the person producing it (STANDARDS 9.4)."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from core.actors import Actor
from core.errors import Conflict
from evidence.models import ProducerSerial

_OTHERS = {"system": "SYS", "caller": "CALLER", "provider": "EXT", "user": "USER"}


def initials_of(producer: Actor) -> str:
    """Two to five capital letters: first names and surname of a person, a fixed word for everything else."""
    user = producer.user
    words = f"{user.first_name} {user.last_name}".replace("-", " ").split() if user else []
    plain = (unicodedata.normalize("NFKD", word)[:1].upper() for word in words)
    letters = "".join(letter for letter in plain if "A" <= letter <= "Z")
    if len(letters) > 5:
        letters = letters[:4] + letters[-1]
    return letters if len(letters) >= 2 else _OTHERS[producer.kind][:5]


def next_reference(*, force_id: int, incident_id: UUID, producer: Actor) -> tuple[str, int]:
    """The producer's initials in this incident and their next number. Inside the transaction that opens the exhibit.

    The producer's row is locked until then, so numbers are consecutive. Another producer with the same initials gets
    a digit after them ("JAS2"). Never renumbered.
    """
    row = _serial_row(force_id, incident_id, _producer_key(producer), initials_of(producer))
    if row.last >= 9999:
        raise Conflict("This producer has no exhibit numbers left in this incident.", code="numbers_used")
    row.last += 1
    row.save(update_fields=["last"])
    return row.initials, row.last


def _serial_row(force_id: int, incident_id: UUID, key: str, initials: str) -> ProducerSerial:
    rows = ProducerSerial.objects.select_for_update().filter(incident_id=incident_id, producer_key=key)
    row: ProducerSerial | None = rows.first()
    for candidate in (initials, *(f"{initials}{digit}" for digit in range(2, 10))):
        if row is not None:
            return row
        # Kept only when neither this producer nor these initials are there yet: the database decides, not this loop.
        ProducerSerial.objects.bulk_create(
            [ProducerSerial(force_id=force_id, incident_id=incident_id, producer_key=key, initials=candidate)],
            ignore_conflicts=True,
        )
        row = rows.first()
    if row is None:
        raise Conflict("Too many producers with these initials in one incident.", code="initials_used")
    return row


def _producer_key(producer: Actor) -> str:
    who = str(producer.user_id) if producer.user_id is not None else producer.reference
    return f"{producer.kind}:{who}"[:80]
