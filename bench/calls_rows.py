"""The force that `bench calls` rings, and what of the storm is in its database afterwards.

Needs Django set up on a database of its own (`bench.calls` sees to both).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db.models import Count, Max

from core.models import AuditEvent
from tests.factories.calls import make_connection
from tests.factories.core import make_force
from tests.factories.incidents import make_tables


def make(out: Path) -> None:
    """Write {"token"}: of the telephony system that tells of the calls."""
    call_command("migrate", interactive=False, verbosity=0)
    _, token = make_connection(make_tables(make_force()))
    out.write_text(json.dumps({"token": token}))


def count(given: Path, out: Path) -> None:
    """What is there: `given` has {call: {"cli", "events": [...], "lost"}}, as it was sent."""
    sent: dict[str, dict[str, Any]] = json.loads(given.read_text())
    calls, events, links = (
        apps.get_model("incidents", name).objects for name in ("Contact", "CallEvent", "ContactLink")
    )
    kept = {call.external_id: call for call in calls.all()}
    kinds: dict[str, set[str]] = {}
    for call, kind in events.values_list("contact__external_id", "kind"):
        kinds.setdefault(call, set()).add(kind)
    recorded = set(links.values_list("contact__external_id", flat=True))
    numbered = events.values("contact").annotate(many=Count("pk"), last=Max("seq"))
    wrong = [
        name
        for name, one in sent.items()
        if name not in kept
        or kept[name].cli != one["cli"]
        or kinds.get(name) != set(one["events"])
        or (name in recorded) != one["lost"]
        or (kept[name].answered_at is None) != one["lost"]
    ]
    figures = {
        "calls_wrong": len(wrong),
        "calls_not_sent": len(kept.keys() - sent.keys()),
        "events": events.count(),
        "numbers_with_gaps": sum(1 for one in numbered if one["many"] != one["last"]),
        "positions": apps.get_model("incidents", "Location").objects.count(),
        "records_of_lost_calls": len(recorded),
        "audit_entries": AuditEvent.objects.count(),
    }
    out.write_text(json.dumps(figures))
