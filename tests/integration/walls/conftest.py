"""The world is built once for each file of tests, in a transaction that never commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from streaming import gateway as gateways
from tests.fakes.gateway import FakeGateway
from tests.integration.walls.world import World, build, undone


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest) -> None:
    """pytest-django's own transaction a test closes the connection after it: not where the world is kept open."""
    if "world" not in request.fixturenames:
        request.getfixturevalue("_django_db_helper")


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("walls")
    before = gateways.set_gateway(FakeGateway())
    places = override_settings(
        EVIDENCE_DIR=folder / "evidence",
        MEDIA_RECORDINGS_DIR=folder / "recordings",
        SMS_PROVIDERS=["streaming.sms.onscreen.OnScreenProvider"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with django_db_blocker.unblock(), places, transaction.atomic():
        yield build(folder)
        transaction.set_rollback(True)
    gateways.set_gateway(before)


@pytest.fixture
def world(built: World, django_db_blocker: Any, settings: Any, fresh_places: None) -> Iterator[World]:
    settings.EVIDENCE_DIR = built.folder / "evidence"
    settings.MEDIA_RECORDINGS_DIR = built.folder / "recordings"
    with django_db_blocker.unblock(), undone():
        yield built
