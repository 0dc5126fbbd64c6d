"""Roles, permissions and sign-in names."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from core.actors import Actor, client_ip
from core.errors import NotAllowed
from core.models import RoleGrant, User
from core.permissions import can, check
from core.roles import ADMIN, CALL_HANDLER, CAPABILITIES, OFFICER, ROLES, SUPERVISOR
from tests.factories.core import PASSWORD, make_actor, make_force, make_user


def test_every_role_says_in_prose_what_it_can_and_cannot():
    assert all(role.can.endswith(".") and role.cannot.endswith(".") for role in ROLES.values())
    assert len(ROLES) == 14


@pytest.mark.parametrize(
    ("role", "capability", "allowed"),
    [
        (CALL_HANDLER, "incident.open", True),
        (CALL_HANDLER, "incident.grade_down", False),
        (SUPERVISOR, "incident.grade_down", True),
        (OFFICER, "video.watch", True),
        (OFFICER, "video.send_link", False),
        (ADMIN, "incident.view", False),
        (ADMIN, "video.watch", False),
        (ADMIN, "evidence.view", False),
    ],
)
@pytest.mark.django_db
def test_who_may(role, capability, allowed):
    assert can(make_actor(roles=(role,)), capability) is allowed


@pytest.mark.django_db
def test_no_role_no_force_no_account_may_nothing():
    nobody = Actor.nobody()
    gone = make_user()
    gone.is_active = False
    for actor in (nobody, Actor.for_user(gone), Actor.caller(1, "s"), make_actor(roles=())):
        assert not any(can(actor, capability) for capability in CAPABILITIES)
        with pytest.raises(NotAllowed):
            check(actor, "incident.view")


@pytest.mark.django_db
def test_a_misspelt_capability_is_an_error_not_a_silent_no():
    with pytest.raises(LookupError):
        can(make_actor(), "incident.opne")


@pytest.mark.django_db
def test_collar_numbers_are_unique_within_a_force_only():
    here, there = make_force(), make_force("98", "Elsewhere Police")
    make_user(force=here, collar_number="5127")
    make_user(force=there, collar_number="5127")
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        make_user(force=here, collar_number="5127")
    assert set(User.objects.values_list("username", flat=True)) == {"99-5127", "98-5127"}


@pytest.mark.django_db
def test_a_role_is_granted_once():
    user = make_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role=CALL_HANDLER)


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "expected"),
    [
        (0, "10.0.0.1", "192.0.2.9", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.7, 192.0.2.9", "192.0.2.9"),
        (2, "10.0.0.1", "198.51.100.7, 192.0.2.9", "198.51.100.7"),
        (1, "10.0.0.1", "<script>", ""),
    ],
)
def test_forwarded_addresses_count_only_from_trusted_proxies(settings, trusted, remote, forwarded, expected):
    settings.TRUSTED_PROXIES = trusted
    assert client_ip(remote, forwarded) == expected


@pytest.mark.django_db
def test_a_guesser_behind_the_proxy_does_not_lock_a_handler_out(settings):
    """All requests come from the proxy's address: the lock must count the one behind it."""
    settings.TRUSTED_PROXIES = 1
    user = make_user()
    wrong = {"collar_number": user.collar_number, "password": "not this one at all"}
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        last = Client(headers={"X-Forwarded-For": "203.0.113.66"}).post("/sign-in/", wrong)
    assert last.status_code == 429
    right = Client(headers={"X-Forwarded-For": "192.0.2.10"})
    assert right.post("/sign-in/", {**wrong, "password": PASSWORD}).status_code == 302
