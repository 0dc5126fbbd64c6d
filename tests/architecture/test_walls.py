"""The walls between forces and the rules every model, event and lifecycle keeps."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import typing
import uuid

import pytest
from django.apps import apps
from django.db import models

from core.actors import Actor
from core.querysets import ForceQuerySet
from core.realtime import EVENTS

OWN_APPS = ("core", "incidents", "evidence", "streaming", "suspects")
# Rows without a force of their own, and why nobody reaches another force's through them.
WITHOUT_FORCE = {
    "core.Force": "the wall itself; shown by name only",
    "core.User": "has a force, reached through the session or the force-bound admin",
    "core.RoleGrant": "reached through its user",
    "core.AuditEvent": "keeps the force's code: no foreign keys; its admin filters by it",
    "core.AuditLink": "hashes only",
    "core.AuditHead": "hashes only",
    "core.OutboxMessage": "ids only, no page shows it",
    "core.Outage": "a part of the system and times, told to every screen",
    "core.MachineNonce": "numbers a machine used once, no page shows it",
    "core.LiveTopic": "reached through the topic's own permission",
    "core.LiveEvent": "reached through the topic's own permission",
    "streaming.TakenFact": "message ids only, no page shows it",
}


def own_models() -> list[type[models.Model]]:
    return [model for label in OWN_APPS for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_row_belongs_to_a_force_or_says_why_not(model):
    if model._meta.label in WITHOUT_FORCE:
        return
    field = model._meta.get_field("force")
    assert isinstance(field, models.ForeignKey)
    assert not field.null
    assert isinstance(model._default_manager.get_queryset(), ForceQuerySet), "reach it through visible_to(actor)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [model for model in own_models() if model._meta.label not in WITHOUT_FORCE], ids=lambda m: m._meta.label
)
def test_an_actor_without_a_force_sees_no_row_of_any_model(model):
    assert model._default_manager.visible_to(Actor.nobody()).query.is_empty()
    seen = str(model._default_manager.visible_to(Actor.system(7)).query)
    assert "force_id" in seen


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_live_events_hold_nothing_that_could_name_a_person(kind):
    thin = {uuid.UUID, int, float, bool, str, dt.datetime, type(None)}
    hints = typing.get_type_hints(EVENTS[kind])
    for name, hint in hints.items():
        if typing.get_origin(hint) is typing.ClassVar:
            continue
        parts = set(typing.get_args(hint)) or {hint}
        assert parts <= thin or all(inspect.isclass(part) and issubclass(part, str) for part in parts - thin), name
        assert not any(word in name for word in ("name", "text", "number", "address", "phone", "note")), name


def lifecycles() -> list[tuple[str, str, dict[str, frozenset[str]]]]:
    found = []
    for app in ("incidents", "evidence", "streaming", "suspects"):
        module = importlib.import_module(f"{app}.states")
        for attribute, table in vars(module).items():
            if attribute.endswith("TRANSITIONS"):
                initial = getattr(module, "INITIAL_" + attribute.replace("_TRANSITIONS", "_STATUS"), None) or next(
                    iter(table)
                )
                found.append((f"{app}.{attribute}", initial, table))
    return found


@pytest.mark.parametrize(("name", "initial", "table"), lifecycles(), ids=[row[0] for row in lifecycles()])
def test_every_state_of_a_lifecycle_can_be_reached_and_leads_to_known_states(name, initial, table):
    reached, waiting = set(), [initial]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += table[state]
    assert reached == set(table), f"{name}: never reached {set(table) - reached}"
