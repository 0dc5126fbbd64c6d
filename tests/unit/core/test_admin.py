"""The administration: what it changes is in the trail in full, and it opens no door upwards."""

from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.test import Client

from core import health, realtime
from core.models import AuditEvent, RoleGrant, User
from core.roles import ADMIN, AUDITOR, CALL_HANDLER, OFFICER
from tests.factories.core import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(db):
    return make_user(roles=(ADMIN,), last_name="Clarke", is_staff=True)


def change_page(user: User) -> str:
    return f"/admin/core/user/{user.pk}/change/"


def form_of(user: User, grants: list[tuple[str, str, bool]]) -> dict[str, str]:
    """The change form: `grants` are (grant's key or "", role, taken away)."""
    data = {
        "force": str(user.force_id), "collar_number": user.collar_number, "first_name": user.first_name,
        "last_name": user.last_name, "rank": "", "call_sign": "", "email": "", "is_active": "on",
        "role_grants-TOTAL_FORMS": str(len(grants)),
        "role_grants-INITIAL_FORMS": str(sum(bool(key) for key, _, _ in grants)),
    }  # fmt: skip
    for number, (key, role, gone) in enumerate(grants):
        name = f"role_grants-{number}"
        data |= {f"{name}-id": key, f"{name}-user": str(user.pk), f"{name}-role": role}
        data |= {f"{name}-DELETE": "on"} if gone else {}
    return data


def test_the_trail_says_which_role_was_given_and_which_taken(admin):
    reid = make_user(roles=(CALL_HANDLER,), last_name="Reid")
    old = reid.role_grants.get()
    form = form_of(reid, [(str(old.pk), CALL_HANDLER, True), ("", OFFICER, False)])
    assert signed_in(admin).post(change_page(reid), form).status_code == 302
    assert set(RoleGrant.objects.filter(user=reid).values_list("role", flat=True)) == {OFFICER}
    entries = AuditEvent.objects.filter(action="PERMISSION", object=f"core.user:{reid.pk}")
    assert [f"+{OFFICER}", f"-{CALL_HANDLER}"] in list(entries.values_list("fields", flat=True))
    assert RoleGrant.objects.get(user=reid).granted_by.startswith("A. Clarke")


def test_what_a_person_has_open_is_asked_again_once_it_is_written(
    admin, monkeypatch, django_capture_on_commit_callbacks
):
    reid = make_user(roles=(CALL_HANDLER,), last_name="Reid")
    told = []

    class Layer:
        async def group_send(self, group, message):
            told.append((group, message))

    monkeypatch.setattr(realtime, "get_channel_layer", Layer)
    client, new = signed_in(admin), {"password1": "northmere-harbour-wall", "password2": "northmere-harbour-wall"}
    for path, form in ((change_page(reid), form_of(reid, [])), (f"/admin/core/user/{reid.pk}/password/", new)):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(path, form).status_code == 302
            assert told == [], "not before the commit"
        assert told.pop() == (realtime.RECHECK_GROUP, {"type": "recheck", "user_id": reid.pk})


def test_an_administrator_cannot_take_over_the_break_glass_account(admin):
    glass = make_user(last_name="Glass", is_staff=True)
    User.objects.filter(pk=glass.pk).update(is_superuser=True)
    client = signed_in(admin)
    new = {"password1": "northmere-taken-over", "password2": "northmere-taken-over"}
    assert client.post(f"/admin/core/user/{glass.pk}/password/", new).status_code == 404
    assert client.get(change_page(glass)).status_code == 302, "Django's answer for what is not there"
    assert User.objects.get(pk=glass.pk).check_password(PASSWORD)


def test_reading_one_entry_of_the_trail_is_an_entry(admin):
    auditor = make_user(roles=(AUDITOR,), last_name="Price", is_staff=True)
    client = signed_in(auditor)
    client.get("/admin/core/auditevent/")
    first = AuditEvent.objects.filter(object="core.auditevent").get()
    assert client.get(f"/admin/core/auditevent/{first.pk}/change/").status_code == 200
    read = AuditEvent.objects.get(object=f"core.auditevent:{first.pk}")
    assert (read.action, read.actor_id) == ("CONSULT", str(auditor.pk))


def test_a_flood_of_health_questions_runs_the_checks_once(monkeypatch):
    """Anybody may ask; each run writes to the evidence store and asks the engine."""
    runs: list[int] = []
    monkeypatch.setattr(health, "_newest", None)
    monkeypatch.setattr(health, "KEEP_SECONDS", 3600.0)
    monkeypatch.setattr(health, "_CHECKS", {"part": ("Part", lambda: runs.append(1), True)})
    for _ in range(20):
        assert Client().get("/readyz").json()["parts"] == {"part": "ok"}
        Client().get("/sign-in/")
    assert runs == [1]


def test_metrics_are_not_for_strangers(settings):
    stranger = Client(REMOTE_ADDR="203.0.113.66")
    assert stranger.get("/metrics").status_code == 404
    assert stranger.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200
    settings.METRICS_TOKEN = "of-the-monitoring"
    assert stranger.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 404
    assert stranger.get("/metrics", headers={"Authorization": "Bearer of-the-monitoring"}).status_code == 200


def test_an_administrator_finds_only_tables_that_know_forces() -> None:
    """Sign-in attempts kept by django-axes name people and addresses of every force: not in the administration."""
    registered = {model._meta.label for model in site._registry}
    assert registered == {
        "core.AuditEvent",
        "core.Force",
        "core.User",
        "incidents.AttendanceArea",
        "incidents.CategorySkill",
        "incidents.GradeCriterion",
        "incidents.IncidentCategory",
        "incidents.PartnerAgency",
        "incidents.Qualifier",
        "incidents.RadioConnection",
        "incidents.ResourceStatus",
        "incidents.ResponseGrade",
        "incidents.RiskSettings",
        "incidents.Skill",
        "incidents.TelephonyConnection",
        "incidents.TravelSpeed",
        "incidents.UnspokenDefault",
        "incidents.VulnerabilityFlag",
        "streaming.CarePolicy",
        "streaming.Feed",
        "streaming.GuestRule",
        "streaming.MessageText",
        "streaming.Phrase",
        "suspects.ConditionKind",
        "suspects.MarkerKind",
        "suspects.PriorityBand",
        "suspects.SuspectRules",
        "suspects.WantedBasis",
    }
