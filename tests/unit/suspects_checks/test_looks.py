"""A look has one entry with its reason; a reason of the desk stays there; a silence on the street reveals nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from core.errors import Conflict, TooMany
from core.models import AuditEvent, LiveEvent
from core.roles import DISPATCHER
from suspects.models import Check, SearchSurge, SuspectRules
from suspects.selectors.identity import identity_page
from suspects.services.checks import run_check
from suspects.services.identity import begin_identity_check, record_answer
from suspects.services.stops import start_stop
from suspects.services.typed import Typed
from tests.factories import suspects as make

pytestmark = pytest.mark.django_db
WHY = "Trying car doors, Weir Street car park"
PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"


@pytest.mark.parametrize("code", ["6", "9"])
def test_a_reason_given_at_a_desk_is_not_carried_into_the_street(reid, halloran, code):
    desk = make.make_officer(roles=(DISPATCHER,), last_name="Okafor")
    start_stop(actor=desk, reason_code=code, justification="Weekly review of the wanted list")
    assert run_check(actor=desk, typed=Typed(surname="Halloran")).check.shown
    with pytest.raises(Conflict, match="desk") as refused:
        run_check(actor=replace(desk, device=PHONE), typed=Typed(surname="Halloran"))
    assert refused.value.code == "reason_needed"
    assert Check.objects.count() == 1


def test_a_profile_opened_from_a_check_is_one_entry_with_the_reason_of_the_stop(reid, halloran):
    start_stop(actor=reid, reason_code="2", justification=WHY)
    phone = Client()
    phone.force_login(reid.user)
    before = AuditEvent.objects.count()
    assert phone.get(f"/people/{halloran.pk}/").status_code == 200
    [entry] = AuditEvent.objects.order_by("at")[before:]
    assert (entry.action, entry.object) == ("CONSULT", f"suspects.person:{halloran.pk}")
    assert (entry.reason_code, entry.justification) == ("2", WHY)
    assert phone.get(f"/api/v1/people/{halloran.pk}/").status_code == 200
    [entry] = AuditEvent.objects.order_by("at")[before + 1 :]
    assert (entry.reason_code, entry.justification) == ("2", WHY)


def test_who_would_not_say_is_not_told_by_the_screen(reid, halloran):
    halloran.birthplace = "Wexmoor"
    halloran.save(update_fields=["birthplace"])
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    record_answer(actor=reid, identity_id=one.pk, question="birthplace", refused=True)
    page = identity_page(reid, one.pk)
    assert [(answer.said, answer.held) for answer in page.answers] == [("Would not say", "")]
    assert "Wexmoor" not in str(page)


def test_records_opened_one_after_the_other_are_a_search_too(reid, halloran, held_clock):
    """Pages, the API and identity checks count together; the supervisors hear of it, what was told stays."""
    SuspectRules.objects.update(searches_per_minute=8)
    car = make.make_vehicle(halloran.force)
    phone = Client()
    phone.force_login(reid.user)
    pages = [f"/people/{halloran.pk}/", f"/api/v1/people/{halloran.pk}/", f"/vehicles/{car.pk}/"]
    assert [phone.get(url).status_code for url in (*pages, *pages)] == [200] * 6
    begin_identity_check(actor=reid, person_id=halloran.pk)
    begin_identity_check(actor=reid, person_id=halloran.pk)
    slowed = [phone.get(url) for url in (*pages, f"/api/v1/vehicles/{car.pk}/")]
    assert [(one.status_code, one.headers.get("Retry-After")) for one in slowed] == [(429, "5")] * 4
    with pytest.raises(TooMany):
        begin_identity_check(actor=reid, person_id=halloran.pk)
    assert SearchSurge.objects.get().searches == 13
    assert LiveEvent.objects.filter(kind="checks.slowed").count() == 1
