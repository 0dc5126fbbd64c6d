"""Ways to reach a person or an organisation. The number that is safe to call is a kind of its own (STANDARDS 1.2)."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text, parse_phone
from incidents.services.problems import Problems
from suspects.models import ContactPoint, Organisation, Person
from suspects.services import pole
from suspects.services.records import record
from suspects.states import ContactKind

_EMAIL = re.compile(r"^[^@\s<>\"'(),;:]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_EXTENSION = re.compile(r"^[0-9]{1,6}$")


def add_contact_point(
    *,
    actor: Actor,
    kind: str,
    value: str,
    source: str,
    person_id: UUID | str | None = None,
    organisation_id: UUID | str | None = None,
    extension: str = "",
) -> ContactPoint:
    """A telephone number (kept as E.164) or an email of one person or one organisation. Held once while it is good.

    Raises NotFound, NotAllowed, Invalid.
    """
    check(actor, "person.write")
    if (person_id is None) == (organisation_id is None):
        raise Invalid(fields={"person_id": "Name one person or one organisation."})
    problems = Problems()
    good = ""
    if kind not in ContactKind.values:
        problems.add("kind", "Choose what kind of number this is.")
    else:
        good = problems.take(lambda: _value(kind, value), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    if extension and not _EXTENSION.match(extension):
        problems.add("extension", "An extension has one to six digits.")
    problems.stop_here()
    with transaction.atomic():
        model, key = (Organisation, organisation_id or "") if person_id is None else (Person, person_id)
        owner: Person | Organisation = record(model, actor, key, lock=True)
        end = {"person": owner} if isinstance(owner, Person) else {"organisation": owner}
        row, new = ContactPoint.objects.get_or_create(
            **end, kind=kind, value=good, extension=extension, ended_at=None,
            defaults={"force_id": owner.force_id, "source": origin, "recorded_at": now()},
        )  # fmt: skip
        if new:
            if isinstance(owner, Person):
                pole.flag(owner)
            audit.record(actor, AuditAction.ALTER, f"{owner._meta.label_lower}:{owner.pk}", fields=["contact_points"])
    return row


def end_contact_point(*, actor: Actor, contact_id: UUID | str, reason: str) -> ContactPoint:
    """It no longer reaches them; it stays in the history. Raises NotFound, NotAllowed, Invalid (reason)."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        rows = ContactPoint.objects.visible_to(actor).select_for_update()
        row: ContactPoint | None = rows.filter(pk=as_uuid(contact_id)).first()
        if row is None:
            raise NotFound()
        if row.ended_at is None:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            if row.person is not None:
                pole.flag(row.person)
            audit.record(
                actor, AuditAction.ALTER, f"suspects.contactpoint:{row.pk}", fields=["ended_at"], justification=words
            )
    return row


def _value(kind: str, raw: str) -> str:
    if kind != ContactKind.EMAIL:
        return parse_phone(raw, field="value")
    text = raw.strip()
    if not 5 <= len(text) <= 120 or not _EMAIL.match(text):
        raise Invalid(fields={"value": "Enter an email address, like name@example.org."})
    return text
