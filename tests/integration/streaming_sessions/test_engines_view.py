"""How full the video service is: the supervisor's page and `/metrics`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from core.roles import CALL_HANDLER, SUPERVISOR
from streaming.contracts import EngineError, EngineHealth
from tests.factories.core import make_user
from tests.fakes.gateway import FakeGateway

pytestmark = pytest.mark.django_db

ENGINE = EngineHealth(
    worker_id="worker-1",
    sessions=12,
    peers=30,
    limit=40,
    draining=False,
    cpu_seconds=10.0,
    rss_bytes=120_000_000,
    capacity=36,
    load=0.28,
    lag_ms=3.0,
    disk_free=50 * 1024**3,
    spill_free=20 * 1024**3,
    has_spill=True,
)


@pytest.fixture
def hale() -> Client:
    client = Client()
    client.force_login(make_user(roles=(SUPERVISOR,), first_name="Ruth", last_name="Hale"))
    return client


@pytest.fixture
def engines(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> list[EngineHealth]:
    found = [ENGINE]

    async def workers(self: Any) -> list[EngineHealth]:
        return found

    monkeypatch.setattr(FakeGateway, "workers", workers)
    return found


def page(client: Client, part: str = "") -> str:
    answer = client.get("/video/service/", {"part": part} if part else {})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_head_room_and_each_engine(hale: Client, engines: list[EngineHealth]) -> None:
    engines.append(replace(ENGINE, worker_id="worker-2", sessions=3, draining=True))
    said = page(hale)
    assert '<b class="num">15</b> <span>calls now,</span> <b class="num">24</b> <span>more can begin.' in said
    assert "Draining" in said
    assert "of 36" in said
    assert 'data-trouble="no"' in page(hale, "rows")
    assert "<html" not in page(hale, "rows")


def test_what_troubles_a_disk_is_said(hale: Client, engines: list[EngineHealth]) -> None:
    engines[0] = replace(ENGINE, disk_free=10 * 1024**2, spilled=2, alarms=1, spill_free=None)
    said = page(hale)
    for words in (
        "1 call is not recorded",
        "The disk of the recordings has 10 MB left",
        "2 calls are recorded to the second disk",
        "The second disk does not answer",
    ):
        assert words in said
    assert 'data-trouble="yes"' in said


def test_no_room_no_engine_and_no_answer(
    hale: Client, engines: list[EngineHealth], monkeypatch: pytest.MonkeyPatch
) -> None:
    engines[0] = replace(ENGINE, sessions=36)
    assert "No room for another call." in page(hale)
    engines.clear()
    assert "No engine is running." in page(hale)

    async def gone(self: Any) -> list[EngineHealth]:
        raise EngineError("unavailable", "")

    monkeypatch.setattr(FakeGateway, "workers", gone)
    assert "The video service does not answer." in page(hale)


def test_it_is_for_supervisors(engines: list[EngineHealth]) -> None:
    client = Client()
    client.force_login(make_user(roles=(CALL_HANDLER,)))
    assert client.get("/video/service/").status_code == 403


def test_the_same_figures_are_on_metrics(client: Client, engines: list[EngineHealth]) -> None:
    said = client.get("/metrics").content.decode()
    for line in (
        "sightline_engines 1.0",
        'sightline_engine_limit{engine="worker-1"} 40.0',
        'sightline_engine_capacity{engine="worker-1"} 36.0',
        'sightline_engine_head_room{engine="worker-1"} 24.0',
        'sightline_engine_recordings_second_disk{engine="worker-1"} 0.0',
    ):
        assert line in said
