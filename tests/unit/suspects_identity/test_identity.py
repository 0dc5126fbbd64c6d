"""PC Reid asks somebody at a stop who he is: nothing is read out, every answer is kept, the officer decides."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent
from suspects.models import IdentityAnswer, IdentityCheck, OperationLook
from suspects.selectors.identity import Grade, grade, identity_page, summary
from suspects.services.identity import WOULD_NOT_SAY, begin_identity_check, end_identity_check, record_answer
from suspects.services.stops import start_stop
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.incidents import make_stranger

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

SECRETS = (
    "Patrick", "04/06/1998", "Quaymouth", "Harbour Street", "Fenside Walk", "wallow", "KX68", "7700900417",
    "7700900555",
)  # fmt: skip


@pytest.fixture
def reid():
    make.make_suspect_tables()
    return make.make_officer()


@pytest.fixture
def halloran(reid):
    looks = {"height_from": 178, "height_to": 178, "build": "Slim"}
    person = make.make_person(
        reid.user.force, surname="Halloran", given_names="Conor Patrick", born=dt.date(1998, 6, 4),
        birthplace="Quaymouth", **looks,
    )  # fmt: skip
    make.make_link(person, make.make_address(reid.user.force, number="8", street="Harbour Street", postcode="NM4 2AB"))
    make.make_link(
        person, make.make_address(reid.user.force), valid_from=dt.date(2021, 1, 1), valid_to=dt.date(2023, 5, 1)
    )
    make.make_link(person, make.make_vehicle(reid.user.force), kind="DRIVER")
    make.make_contact_point(person)
    make.make_contact_point(person, kind="SAFE", value="+447700900555")
    person.marks.create(
        force=person.force, feature="Tattoo", location="left neck", text="Swallow", recorded_at=person.recorded_at
    )
    return person


@pytest.fixture
def phone(client, reid):
    client.force_login(reid.user)
    return client


def shown(page: str) -> str:
    """The page without what the frame adds."""
    return re.sub(r"<header class=\"duty\".*?</header>", "", page, flags=re.DOTALL)


def test_nothing_on_file_is_on_the_screen_before_it_was_answered(phone, reid, halloran):
    before = shown(phone.get(f"/people/{halloran.pk}/identity/").content.decode())
    assert not [secret for secret in (*SECRETS, "Halloran") if secret in before]
    assert AuditEvent.objects.filter(object__contains="identity").count() == 0  # it showed nothing
    page = phone.post(f"/people/{halloran.pk}/identity/", {"name": "Connor Halloran"}, follow=True).content.decode()
    assert "Is this Conor Halloran?" in page
    assert "178 cm" in page
    # The full name was answered, so it is shown beside what was said; nothing else is.
    assert "We hold: HALLORAN, Conor Patrick" in page
    assert not [secret for secret in SECRETS[1:] if secret in shown(page)]
    for ask in (
        "middle name",
        "When were you born",
        "Where do you live",
        "live in 2023",
        "scars",
        "plate",
        "telephone",
    ):
        assert ask in page


def test_one_look_is_one_entry_and_every_answer_is_one(phone, reid, halloran):
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    entries = AuditEvent.objects.filter(object=f"suspects.identitycheck:{one.pk}")
    assert [entry.action for entry in entries] == ["COLLECT"]
    phone.get(f"/identity/{one.pk}/")
    assert sorted(entry.action for entry in entries.all()) == ["COLLECT", "CONSULT"]
    answer = phone.post(f"/identity/{one.pk}/", {"question": "middle_name", "said": "Paddy"})
    assert answer["Location"] == f"/identity/{one.pk}/"
    page = phone.get(answer["Location"]).content.decode()
    assert "They say: <b>Paddy</b>" in page
    assert "We hold: Patrick" in page
    assert "1 fits, 0 do not, 8 to ask. Not proof either way." in page
    assert sorted(entry.action for entry in entries.all()) == ["COLLECT", "COLLECT", "CONSULT", "CONSULT"]


def test_the_story_of_a_false_address(reid, halloran):
    stop = start_stop(actor=reid, reason_code="1", justification="Trying car doors, Weir Street car park")
    one = begin_identity_check(
        actor=reid, person_id=halloran.pk, said={"date_of_birth": "4.6.98", "address": "8 Harbour St"}
    )
    assert one.stop_id == stop.pk
    page = identity_page(reid, one.pk)
    former = next(question for question in page.questions if question.key == "former_address")
    assert former.ask == "Where did you live in 2023?"
    record_answer(actor=reid, identity_id=one.pk, question="former_address", about=former.about, said="4 Mill Lane")
    record_answer(actor=reid, identity_id=one.pk, question="marks", refused=True)
    page = identity_page(reid, one.pk)
    assert [(answer.key, answer.fits) for answer in page.answers] == [
        ("date_of_birth", True), ("address", True), ("former_address", False), ("marks", None),
    ]  # fmt: skip
    assert page.answers[3].said == WOULD_NOT_SAY
    assert page.grade is Grade.MIXED
    assert page.summary == "2 fit, 1 does not, 1 not settled, 5 to ask. Not proof either way."
    ended = end_identity_check(actor=reid, identity_id=one.pk, verdict="NOT_SURE")
    assert ended.ended_at is not None
    page = identity_page(reid, one.pk)
    assert (page.verdict_words, page.questions) == ("Not sure", ())
    entry = AuditEvent.objects.filter(object=f"suspects.identitycheck:{one.pk}", action="ALTER").get()
    assert (entry.reason_code, "NOT_SURE" in entry.fields) == ("1", True)


def test_an_answer_stays_as_it_was_said(reid, halloran):
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    first = record_answer(actor=reid, identity_id=one.pk, question="birthplace", said="Wexmoor")
    assert record_answer(actor=reid, identity_id=one.pk, question="birthplace", said="Wexmoor") == first  # a second tap
    with pytest.raises(Conflict):
        record_answer(actor=reid, identity_id=one.pk, question="birthplace", said="Quaymouth")
    with pytest.raises(Invalid):
        record_answer(actor=reid, identity_id=one.pk, question="shoe_size", said="9")
    with pytest.raises(Invalid):
        record_answer(actor=reid, identity_id=one.pk, question="middle_name", said="   ")
    end_identity_check(actor=reid, identity_id=one.pk, verdict="HIM")
    assert end_identity_check(actor=reid, identity_id=one.pk, verdict="HIM").verdict == "HIM"
    for late in (
        lambda: end_identity_check(actor=reid, identity_id=one.pk, verdict="NOT_HIM"),
        lambda: record_answer(actor=reid, identity_id=one.pk, question="middle_name", said="Patrick"),
    ):
        with pytest.raises(Conflict):
            late()
    with transaction.atomic(), pytest.raises(IntegrityError):
        IdentityAnswer.objects.create(
            force=halloran.force, identity_check=one, question="birthplace", said="x", at=one.started_at
        )
    assert one.answers.count() == 1


def test_an_impossible_date_writes_nothing_and_keeps_what_was_typed(phone, reid, halloran):
    url = f"/people/{halloran.pk}/identity/"
    answer = phone.post(url, {"name": "Conor Halloran", "date_of_birth": "31/02/1998"})
    assert answer.status_code == 422
    assert "February 1998 has 28 days" in answer.content.decode()
    assert "Conor Halloran" in answer.content.decode()
    assert not IdentityCheck.objects.exists()
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    answer = phone.post(f"/identity/{one.pk}/", {"question": "date_of_birth", "said": "31/02/1998"})
    assert answer.status_code == 422
    assert 'value="31/02/1998"' in answer.content.decode()
    assert phone.post(f"/identity/{one.pk}/", {"verdict": "MAYBE"}).status_code == 422


def test_only_the_officer_who_began_and_only_the_own_force(phone, reid, halloran):
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    colleague, stranger = make.make_sergeant(), make_stranger()
    for who in (colleague, stranger):
        with pytest.raises((NotFound, NotAllowed)):
            identity_page(who, one.pk)
        with pytest.raises((NotFound, NotAllowed)):
            record_answer(actor=who, identity_id=one.pk, question="middle_name", said="Patrick")
    with pytest.raises((NotFound, NotAllowed)):
        begin_identity_check(actor=stranger, person_id=halloran.pk)
    with pytest.raises(NotFound):
        begin_identity_check(actor=reid, person_id="nobody")
    with pytest.raises(NotAllowed):
        begin_identity_check(actor=make_actor(roles=()), person_id=halloran.pk)
    assert phone.get("/identity/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_an_operation_hears_of_it_and_hides_where_he_lives(phone, reid, halloran):
    make.make_operation(halloran, make.make_sergeant())
    one = begin_identity_check(actor=reid, person_id=halloran.pk)
    assert OperationLook.objects.get().what == "identity"
    page = identity_page(reid, one.pk)
    assert page.operation is not None
    assert not [question for question in page.questions if "address" in question.key]
    assert "Do not approach" in phone.get(f"/identity/{one.pk}/").content.decode()


def test_the_api_says_the_same(phone, reid, halloran):
    answer = phone.post(
        f"/api/v1/people/{halloran.pk}/identity/", {"name": "Darren Pyke"}, content_type="application/json"
    )
    assert answer.status_code == 201
    body = answer.json()
    assert [(one["key"], one["fits"]) for one in body["answers"]] == [("name", False)]
    assert not [secret for secret in SECRETS[1:] if secret in str(body["questions"])]
    url = f"/api/v1/identity/{body['id']}/"
    answer = phone.post(
        f"{url}answers/", {"question": "telephone", "said": "07700 900417"}, content_type="application/json"
    )
    assert answer.json()["answers"][-1]["held"] == "+447700900417"  # never the number that is safe to call
    assert (
        phone.post(f"{url}end/", {"verdict": "NOT_HIM"}, content_type="application/json").json()["verdict"] == "NOT_HIM"
    )
    assert phone.get(url).json()["summary"].endswith("Not proof either way.")


def test_answers_are_counted_not_judged():
    assert grade([]) is Grade.NOTHING
    assert grade([None]) is Grade.UNSETTLED
    assert grade([True, None]) is Grade.FITS
    assert grade([False]) is Grade.DIFFERS
    assert grade([True, False]) is Grade.MIXED
    assert summary([True, False], 2) == "1 fits, 1 does not, 2 to ask. Not proof either way."
    assert not re.search("probab|identified|confirmed", " ".join(Grade))
