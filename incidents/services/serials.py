"""The daily number of an incident: from 1 each day in London, no two alike, none skipped (STANDARDS 2.6)."""

from __future__ import annotations

from datetime import date

from core.errors import Conflict
from incidents.models import IncidentSerial
from incidents.states import SERIAL_LIMIT


def lock_day(*, force_id: int, system: str, local_date: date) -> IncidentSerial:
    """The day's row, locked until the transaction ends: call it inside the one that writes the incident.

    The first incident of a day makes the row; when two are first, the database keeps one row and both go on with it.
    """
    key = {"force_id": force_id, "system": system, "local_date": local_date}
    row: IncidentSerial | None = IncidentSerial.objects.select_for_update().filter(**key).first()
    if row is None:
        IncidentSerial.objects.bulk_create([IncidentSerial(**key)], ignore_conflicts=True)
        row = IncidentSerial.objects.select_for_update().get(**key)
    return row


def take_number(day: IncidentSerial) -> int:
    """The day's next number. A number that is rolled back is given out again, so numbers stay consecutive."""
    if day.last >= SERIAL_LIMIT:
        raise Conflict("Every number of today is used. Use the reserved manual block.", code="serials_used")
    day.last += 1
    day.save(update_fields=["last"])
    return day.last
