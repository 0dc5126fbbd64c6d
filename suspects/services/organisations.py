"""Organisations: never a person's record (STANDARDS 1.1)."""

from __future__ import annotations

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from core.models import AuditAction
from core.permissions import check
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.models import Organisation
from suspects.services.records import force_of


def add_organisation(*, actor: Actor, name: str, kind: str = "", source: str = "") -> Organisation:
    """Raises NotAllowed, Invalid, Conflict (the name is on file)."""
    check(actor, "person.write")
    problems = Problems()
    called = problems.take(lambda: clean_text(name, field="name", limit=255, required=True), "")
    what = problems.take(lambda: clean_text(kind, field="kind", limit=40), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60), "")
    problems.stop_here()
    with transaction.atomic():
        if Organisation.objects.visible_to(actor).filter(name__iexact=called).exists():
            raise Conflict("This organisation is on file. Open that record and add to it.", code="already_there")
        row = Organisation.objects.create(
            force_id=force_of(actor), name=called, kind=what, source=origin, recorded_at=now()
        )
        audit.record(actor, AuditAction.COLLECT, f"suspects.organisation:{row.pk}")
    return row
