"""The intake form: one screen, nothing typed is lost, opened once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from incidents.forms.intake import IntakeForm
from incidents.models import Incident, IncidentCategory


def typed(**changes: str) -> dict[str, str]:
    return {
        "client_key": str(uuid4()),
        "channel": "999",
        "caller_number": "07700 900862",
        "caller_name": "Hannah Pryce",
        "location_text": "Tidewell Road, by Ropewalk junction",
        "description": "Two cars, one on its side.",
        "category_code": "001 RTC: death or injury",
        "grade_code": "I",
        "link_mode": "video",
        "then": "open",
        **changes,
    }


def test_the_form_offers_the_forces_grades_and_categories(desk) -> None:
    page = desk.get("/incidents/new/").content.decode()
    assert page.count('name="grade_code"') == 5
    assert '<option value="001 RTC: death or injury">' in page


def test_opening_only(desk) -> None:
    response = desk.post("/incidents/new/", typed())
    incident = Incident.objects.get()
    assert (response.status_code, response.url) == (302, f"/incidents/{incident.pk}/")
    assert incident.caller_number == "+447700900862"


def test_opening_and_sending_goes_on_in_the_video_panel(desk) -> None:
    response = desk.post("/incidents/new/", typed(then="link", caller_agrees="on"))
    incident = Incident.objects.get()
    assert response.url == f"/incidents/{incident.pk}/?link=video"
    page = desk.get(response.url).content.decode()
    assert f"/video/incident/{incident.pk}/?send=video" in page


def test_a_made_up_link_mode_is_not_passed_on(desk) -> None:
    desk.post("/incidents/new/", typed())
    page = desk.get(f"/incidents/{Incident.objects.get().pk}/?link=%22%3E%3Cscript%3E").content.decode()
    assert "?send=" not in page


def test_a_link_needs_consent_and_a_number_before_anything_is_opened(desk) -> None:
    page = desk.post("/incidents/new/", typed(then="link", caller_number=""))
    assert page.status_code == 422
    assert "Ask the caller first" in page.content.decode()
    assert "Enter a mobile number" in page.content.decode()
    assert not Incident.objects.exists()


def test_everything_typed_stays_when_it_is_refused(desk) -> None:
    page = desk.post("/incidents/new/", typed(caller_number="12345", grade_code="", category_code="nonsense"))
    text = page.content.decode()
    assert page.status_code == 422
    for kept in (
        "12345",
        "Hannah Pryce",
        "Tidewell Road, by Ropewalk junction",
        "Two cars, one on its side.",
        "nonsense",
    ):
        assert kept in text
    assert text.count("data-invalid") >= 2


def test_the_services_words_stand_beside_their_field(desk) -> None:
    text = desk.post("/incidents/new/", typed(caller_number="12345")).content.decode()
    field = text.split('for="id_caller_number"')[1].split('for="id_caller_name"')[0]
    assert 'id="id_caller_number_error"' in field


def test_the_same_form_sent_twice_opens_once(desk) -> None:
    given = typed()
    first, second = desk.post("/incidents/new/", given), desk.post("/incidents/new/", given)
    assert first.url == second.url
    assert Incident.objects.count() == 1


def test_an_officer_cannot_open_incidents(officer_phone) -> None:
    assert officer_phone.get("/incidents/new/").status_code == 403
    assert officer_phone.post("/incidents/new/", typed()).status_code == 403
    assert "/incidents/new/" not in officer_phone.get("/").content.decode()


@pytest.mark.parametrize("moment", ["", "9" * 18, "-5", "soon"])
def test_an_unreadable_moment_means_now_or_is_refused(desk, moment: str) -> None:
    assert desk.post("/incidents/new/", typed(opened=moment)).status_code in (302, 422)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("034", "034"),
        ("034 Anything", "034"),
        ("burglary: dwelling", "404"),
        ("trapped", "205"),
        ("Burglary", None),
        ("x", None),
    ],
)
def test_a_category_is_found_by_number_or_words(words: str, code: str | None) -> None:
    categories = [
        IncidentCategory(code="205", name="Concern for safety, collapse, trapped"),
        IncidentCategory(code="404", name="Burglary: dwelling"),
        IncidentCategory(code="405", name="Burglary: other"),
    ]
    form = IntakeForm(typed(category_code=words), categories=categories)
    assert form.is_valid() is (code is not None)
    assert form.cleaned_data.get("category_code") == code
