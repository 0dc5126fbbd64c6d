"""A profile on a phone: warnings first, an operation's number, the picture of a child, other forces."""

from __future__ import annotations

import datetime as dt
import re

from core.clock import now
from core.models import AuditEvent
from suspects.models import KnowledgeReceipt, OperationLook
from tests.factories.wanted import make_operation, make_picture, make_pyke
from tests.unit.suspects_pages.conftest import words


def test_nothing_but_the_name_stands_above_the_warnings(phone, record, pyke) -> None:
    page = phone.get(f"/people/{pyke.pk}/?wanted={record.pk}").content.decode()
    main = words_of(page.split("<main")[1].split("</main>")[0])
    places = [
        main.index(part) for part in ("Darren Pyke", "Lock knife", "May have needles", "Recall to prison", "Known")
    ]
    assert places == sorted(places)
    assert f'href="/wanted/{record.pk}/reserve/"' in page
    assert "Arrest: unlawfully at large" in main


def test_what_was_shown_is_kept_and_the_look_is_one_entry(phone, record, pyke) -> None:
    looks = AuditEvent.objects.filter(object=f"suspects.person:{pyke.pk}", action="CONSULT")
    page = phone.get(f"/people/{pyke.pk}/")
    assert looks.count() == 1
    receipt = KnowledgeReceipt.objects.get(record_id=pyke.pk)
    assert f"/receipts/{receipt.pk}/" in page.content.decode()


def test_an_operation_is_a_number_to_call_and_hears_who_looked(phone, record, pyke, hale) -> None:
    operation = make_operation(pyke, hale)
    text = words(phone.get(f"/people/{pyke.pk}/"))
    assert "Call 01632 960 417" in text
    assert "Larkspur" not in text
    assert "Reserve" not in text
    assert "Arrest" not in text
    assert "Fenside" not in text
    assert "Lock knife" in text, "warnings are for everybody's safety"
    assert OperationLook.objects.filter(operation=operation, call_sign="NB21", what="profile").count() == 1


def test_the_picture_of_a_child_waits_for_a_reason(phone, record) -> None:
    child = make_pyke(surname="Brand", given_names="Tyler", date_of_birth=now().date() - dt.timedelta(days=365 * 16))
    picture = make_picture(child, now().date())
    url = f"/people/{child.pk}/"
    shown = f'src="/people/images/{picture.pk}/'
    page = phone.get(url).content.decode()
    assert shown not in page
    assert "Image hidden: under 18" in page
    refused = phone.post(url, {"image": str(picture.pk), "reason": "because"})
    assert refused.status_code == 422
    assert "at least 10 characters" in words(refused)
    given = phone.post(url, {"image": str(picture.pk), "reason": "Looking for him at the station"})
    assert given.status_code == 302
    assert shown in phone.get(given.url).content.decode()
    reasons = AuditEvent.objects.filter(justification="Looking for him at the station")
    assert reasons.count() == 1
    assert shown not in phone.get(f"{url}?grant=made-up").content.decode()


def test_somebody_not_wanted_and_without_warnings_is_said_plainly(phone, record) -> None:
    person = make_pyke(surname="Ashby", given_names="Nell")
    text = words(phone.get(f"/people/{person.pk}/"))
    assert "No warnings are held. Treat nobody as safe." in text
    assert "Not wanted by this force" in text
    assert "No contact with the police is recorded." in text


def test_another_forces_person_is_not_found(stranger_phone, record, pyke) -> None:
    assert stranger_phone.get(f"/people/{pyke.pk}/").status_code == 404


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
