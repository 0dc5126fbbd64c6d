"""Units on the console's map: what a page is given and what it hears, and who hears nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from core.models import AuditEvent
from core.roles import AUDITOR, DISPATCHER
from incidents import services
from incidents.services import resources, units
from tests.factories.core import make_actor
from tests.factories.incidents import make_resource, make_tables
from tests.unit.console.conftest import browser_of

AT = datetime(2026, 11, 21, 22, 44, tzinfo=UTC)


@pytest.fixture
def nb21(okafor) -> Any:
    unit = make_resource(call_sign="NB21", crew="Arkwright, Sheikh")
    services.move_resource(actor=dispatcher(), resource_id=unit.pk, lat=53.7385, lon=0.4421, at=AT)
    return unit


def dispatcher() -> Any:
    return make_actor(roles=(DISPATCHER,), last_name="Dhillon")


@pytest.mark.parametrize("path", ["/", "/incidents/units/"])
def test_a_unit_is_on_the_map_with_its_state_in_words_and_without_its_crew(desk: Client, nb21, path: str) -> None:
    page = desk.get(path).content.decode()
    item = page.split(f'data-unit="{nb21.pk}"')[1].split("</li>")[0]
    assert 'data-lat="53.738500" data-lon="0.442100" data-at="2026-11-21T22:44:00+00:00"' in item
    assert "<b>NB21</b><span>On patrol, available</span>" in item
    assert "Arkwright" not in page


def test_a_unit_without_a_position_is_not_on_the_map(desk: Client) -> None:
    unit = make_resource()
    page = desk.get("/").content.decode()
    assert str(unit.pk) not in page
    assert "No unit has said where it is" in page


def test_another_force_sees_none_of_it(stranger_desk: Client, nb21) -> None:
    assert str(nb21.pk) not in stranger_desk.get("/incidents/units/").content.decode()


def test_who_sees_no_list_sees_no_units(db) -> None:
    make_tables()
    assert browser_of(make_actor(roles=(AUDITOR,))).get("/incidents/units/").status_code == 403


def test_asking_again_for_the_units_reads_nothing_personal(desk: Client, nb21) -> None:
    before = AuditEvent.objects.count()
    desk.get("/incidents/units/")
    assert AuditEvent.objects.count() == before


def test_maps_hear_of_a_position_and_of_a_state_once_it_is_written(
    nb21, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    heard: list[tuple[str, str, dict[str, Any]]] = []
    for module in (resources, units):
        monkeypatch.setattr(module, "send_ephemeral", lambda topic, kind, data: heard.append((topic, kind, data)))
    actor, later = dispatcher(), AT.replace(minute=45)
    with django_capture_on_commit_callbacks(execute=True):
        services.set_resource_status(actor=actor, resource_id=nb21.pk, status_code="5")
        services.move_resource(actor=actor, resource_id=nb21.pk, lat=53.7, lon=0.4, at=later)
        assert heard == []
    topic, key = f"board.{nb21.force_id}", str(nb21.pk)
    (first, state, said), moved = heard
    assert (first, state, said.pop("at") is not None) == (topic, "unit.state", True)
    assert said == {"resource": key, "call_sign": "NB21", "state": "5", "incident": None, "serial": None}
    where = {"resource": key, "call_sign": "NB21", "state": "5", "lat": 53.7, "lon": 0.4, "at": later.isoformat()}
    assert moved == (topic, "unit.moved", where)
