"""Restricted entries: whoever may see the incident sees that they are there; their words are for few."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction, AuditEvent, LiveEvent
from core.roles import DISCLOSURE_OFFICER, INVESTIGATOR, ROLES
from incidents.models import LogEntry, LogRestriction
from incidents.selectors import log_entries, log_moments, marked_entry, newest_log, search_incidents, verify_log
from incidents.services import append_log, attach_contact, restrict_entry
from incidents.services.contacts import Caller
from tests.factories.core import make_actor
from tests.factories.incidents import make_entry, make_incident, make_stranger

SECRET = "Informant Larch says he is at the chandlery."


@pytest.fixture
def secret(okafor, incident) -> LogEntry:
    return make_entry(incident, okafor, text=SECRET, restricted=True)


@pytest.fixture
def open_entry(okafor, incident) -> LogEntry:
    return make_entry(incident, okafor, text=SECRET, client_key=uuid4())


def restrict(hale, entry, *, restricted=True, reason="Names a source."):
    return restrict_entry(
        actor=hale, incident_id=entry.incident_id, seq=entry.seq, restricted=restricted, reason=reason
    )


def seen(actor, entry) -> LogEntry:
    (one,) = [row for row in log_entries(actor, entry.incident_id) if row.seq == entry.seq]
    return one


def page(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def log_page(actor, incident) -> str:
    return page(actor).get(reverse("incidents:log", args=[incident.pk])).content.decode()


def found(actor, words):
    return search_incidents(actor, words)


def test_a_handler_an_officer_and_a_dispatcher_see_that_it_is_there_and_no_word(incident, secret, reid, dispatcher):
    for reader in (make_actor(last_name="Brandt"), reid, dispatcher):
        row = seen(reader, secret)
        assert (row.hidden, row.text, row.client_key, row.said.lead) == (True, "", None, "")
        assert (row.author_label, row.type, row.occurred_at) == (secret.author_label, "NARRATIVE", secret.occurred_at)
        assert newest_log(reader, incident)[-1].text == ""


def test_its_author_and_the_supervisor_read_it_and_that_is_audited(okafor, hale, secret):
    for reader in (okafor, hale):
        before = AuditEvent.objects.count()
        assert seen(reader, secret).text == SECRET
        assert AuditEvent.objects.count() == before + 2
        read = AuditEvent.objects.get(fields=["restricted"], actor_label=reader.label)
        assert (read.action, read.result_ids) == (AuditAction.CONSULT, [str(secret.pk)])


def test_who_gets_no_word_reads_nothing_that_is_audited_as_read(reid, secret):
    before = AuditEvent.objects.count()
    seen(reid, secret)
    assert AuditEvent.objects.count() == before + 1


def test_who_reveals_a_case_reads_and_only_supervisors_restrict():
    may = {"incident.read_restricted": ["supervisor", "investigator", "disclosure_officer"]}
    may["incident.restrict"] = ["supervisor"]
    for capability, codes in may.items():
        assert [code for code, role in ROLES.items() if capability in role.capabilities] == codes


@pytest.mark.parametrize("role", [INVESTIGATOR, DISCLOSURE_OFFICER])
def test_who_reveals_the_case_reads_it_audited_and_restricts_nothing(role, incident, secret, open_entry):
    farrow = make_actor(roles=(role,), last_name="Farrow")
    assert seen(farrow, secret).text == SECRET
    read = AuditEvent.objects.get(fields=["restricted"], actor_label=farrow.label)
    assert (read.action, read.result_ids) == (AuditAction.CONSULT, [str(secret.pk)])
    shown = log_page(farrow, incident)
    assert "Larch" in shown
    assert "data-restrict=" not in shown
    with pytest.raises(NotAllowed):
        restrict(farrow, open_entry)


def test_of_another_force_nobody_who_reveals_a_case_reads_it(secret):
    for role in (INVESTIGATOR, DISCLOSURE_OFFICER):
        with pytest.raises(NotFound):
            log_entries(make_stranger(roles=(role,)), secret.incident_id)


def test_another_force_finds_no_log_at_all(stranger, secret):
    for ask in (lambda: log_entries(stranger, secret.incident_id), lambda: restrict(stranger, secret)):
        with pytest.raises(NotFound):
            ask()
    assert found(stranger, "larch").found == []


def test_the_page_the_fragment_and_the_api_have_no_word_of_it(incident, secret, reid, hale):
    for url in (
        reverse("incidents:detail", args=[incident.pk]),
        reverse("incidents:log", args=[incident.pk]),
        reverse("incidents:log", args=[incident.pk]) + "?only=5",
        reverse("incidents:log", args=[incident.pk]) + "?before=9",
    ):
        shown = page(reid).get(url).content.decode()
        assert "Larch" not in shown
        assert str(secret.client_key) not in shown
        assert "Restricted entry" in shown
        assert "data-restricted" in shown
        assert "Larch" in page(hale).get(url).content.decode()
    (row,) = page(reid).get(reverse("incidents_api:log", args=[incident.pk]), {"after": 4}).json()
    assert (row["text"], row["restricted"], row["hidden"], row["decision"]) == ("", True, True, {})
    (row,) = page(hale).get(reverse("incidents_api:log", args=[incident.pk]), {"after": 4}).json()
    assert (row["text"], row["restricted"], row["hidden"]) == (SECRET, True, False)


def test_a_line_sent_as_restricted_is_restricted_once(okafor, reid, incident):
    body = {"client_key": str(uuid4()), "type": "NARRATIVE", "text": SECRET, "restricted": "1"}
    for _ in range(2):  # kept on the terminal and sent again
        url = reverse("incidents:log", args=[incident.pk])
        answer = page(okafor).post(url, body, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == 201
        assert "Larch" in answer.content.decode()
    assert LogEntry.objects.get(incident=incident, text=SECRET).restricted
    assert "Larch" not in log_page(reid, incident)
    sent = {"text": "Larch again.", "restricted": True}
    url = reverse("incidents_api:log", args=[incident.pk])
    answer = page(okafor).post(url, sent, content_type="application/json")
    assert (answer.status_code, answer.json()["restricted"], answer.json()["hidden"]) == (201, True, False)
    assert "Larch" not in log_page(reid, incident)


def test_a_search_by_a_word_only_in_it_finds_nothing_for_anybody(okafor, hale, reid, incident, secret):
    plain = make_incident(okafor, description="A boat adrift near Larch Point.")
    for reader in (okafor, hale, reid):
        answer = found(reader, "larch")
        assert ([one.incident for one in answer.found], answer.more) == ([plain], False)
        assert found(reader, "chandlery").found == []
        assert found(reader, "knife chandlery").found == []  # nor as one of several words
        assert found(reader, '"Informant Larch"').found == []
    assert "chandlery" not in page(reid).post(reverse("incidents:search"), {"search": "knife"}).content.decode()


def test_a_supervisor_restricts_an_entry_afterwards_and_no_row_changes(okafor, hale, reid, incident, open_entry):
    assert found(reid, "larch").found
    assert seen(reid, open_entry).text == SECRET
    kept = LogEntry.objects.filter(pk=open_entry.pk).values().get()
    restrict(hale, open_entry)
    assert seen(reid, open_entry).hidden
    assert seen(okafor, open_entry).text == SECRET == seen(hale, open_entry).text
    assert found(reid, "larch").found == [] == found(hale, "larch").found
    assert [moment.number for moment in log_moments(reid, incident.pk)] == [1, 2, 3, 4, 6]
    assert LogEntry.objects.filter(pk=open_entry.pk).values().get() == kept
    assert verify_log(reid, incident).ok
    said = log_entries(reid, incident)[-1]
    assert (said.type, said.text) == ("SUPERVISOR", "Entry 5 restricted.")


def test_lifting_is_another_marking_and_the_words_are_found_again(hale, reid, incident, open_entry, secret_of_hale):
    for entry in (open_entry, secret_of_hale):
        if entry is open_entry:
            restrict(hale, entry)
        restrict(hale, entry, restricted=False, reason="The source is safe.")
        assert not seen(reid, entry).hidden
    assert [one.incident for one in found(reid, "larch").found] == [incident]
    assert [one.incident for one in found(reid, "birch").found] == [incident]
    assert [(mark.number, mark.restricted) for mark in marked_entry(hale, incident.pk, 5).marks] == [
        (2, False), (1, True),
    ]  # fmt: skip
    assert verify_log(reid, incident).ok


@pytest.fixture
def secret_of_hale(hale, incident, open_entry) -> LogEntry:
    return make_entry(incident, hale, text="Source Birch.", restricted=True)


def test_open_pages_are_told_by_number_and_without_words(hale, open_entry):
    restrict(hale, open_entry, reason="Names Larch.")
    event = LiveEvent.objects.filter(kind="log.restricted").get()
    assert (event.data["entry_seq"], event.data["restricted"]) == (5, True)
    assert not [one for one in LiveEvent.objects.all() if "Larch" in str(one.data)]


def test_what_corrects_or_cites_it_goes_with_it(okafor, hale, reid, incident):
    picture = append_log(actor=okafor, incident_id=incident.pk, type="MEDIA", text="Mark: Larch in the doorway")
    decision = make_entry(incident, okafor, type="DECISION", text="Hold.", cites_seq=picture.seq)
    correction = make_entry(incident, okafor, text="Larch is on the left.", corrects_seq=decision.seq)
    restrict(hale, picture)
    assert [seen(reid, one).hidden for one in (picture, decision, correction)] == [True, True, True]
    assert "Larch" not in log_page(reid, incident)
    assert log_entries(reid, incident)[-1].text == "Entry 5 restricted. With it, because they repeat it: 6, 7."
    restrict(hale, picture, restricted=False)
    assert [seen(reid, one).hidden for one in (picture, decision, correction)] == [False, True, True]


def test_a_later_correction_of_a_restricted_entry_is_restricted(okafor, hale, reid, incident, open_entry):
    restrict(hale, open_entry)
    later = make_entry(incident, okafor, text="Not Larch: Birch.", corrects_seq=open_entry.seq)
    assert later.restricted
    assert seen(reid, later).hidden


def test_a_restricted_entry_is_no_citation(okafor, hale, incident):
    picture = append_log(actor=okafor, incident_id=incident.pk, type="MEDIA", text="Mark: Larch")
    restrict(hale, picture)
    with pytest.raises(Invalid) as refusal:
        make_entry(incident, okafor, type="DECISION", text="Hold.", cites_seq=picture.seq)
    assert "Larch" not in str(refusal.value.fields)


def test_nobody_else_restricts_and_not_without_a_reason(okafor, reid, dispatcher, hale, open_entry):
    for actor in (okafor, reid, dispatcher):
        with pytest.raises(NotAllowed):
            restrict(actor, open_entry)
        with pytest.raises(NotAllowed):
            marked_entry(actor, open_entry.incident_id, open_entry.seq)
    for reason in ("", " \x00 ", "x" * 301):
        with pytest.raises(Invalid):
            restrict(hale, open_entry, reason=reason)
    assert not LogRestriction.objects.exists()


def test_twice_is_told_and_what_is_not_there_is_not_found(hale, open_entry):
    restrict(hale, open_entry)
    with pytest.raises(Conflict):
        restrict(hale, open_entry)
    restrict(hale, open_entry, restricted=False)
    with pytest.raises(Conflict):
        restrict(hale, open_entry, restricted=False)
    for seq in (0, -1, 99_999):
        with pytest.raises(NotFound):
            restrict_entry(actor=hale, incident_id=open_entry.incident_id, seq=seq, restricted=True, reason="x")


def test_what_everybody_reads_beside_the_log_is_not_pretended_away(hale, incident):
    said = LogEntry.objects.get(incident=incident, text=incident.description)
    graded = LogEntry.objects.get(incident=incident, type="GRADE")
    for entry in (said, graded):
        with pytest.raises(Invalid):
            restrict(hale, entry)


def test_nobody_guesses_a_restricted_entry_by_attaching_a_call(okafor, incident, secret):
    key = uuid4()
    for _ in range(2):
        caller = Caller(name="A", number="+447700900001")
        attach_contact(actor=okafor, incident_id=incident.pk, caller=caller, words="First words", client_key=key)
    before = LogEntry.objects.filter(incident=incident).count()
    with pytest.raises(Conflict):  # as any other words would be: that it stands there already is not told
        attach_contact(actor=okafor, incident_id=incident.pk, caller=caller, words=SECRET, client_key=key)
    assert LogEntry.objects.filter(incident=incident).count() == before


def test_its_hash_cannot_be_tried_with_words(secret):
    assert secret.client_key is not None  # random, part of what is hashed, shown to nobody


def test_a_changed_marking_or_restricted_entry_is_refused_by_the_database(hale, incident, open_entry, secret):
    restrict(hale, open_entry)
    for rows in (LogRestriction.objects.all(), LogEntry.objects.filter(pk=secret.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(restricted=False)


def test_the_sheet_shows_the_entry_and_says_what_was_wrong(hale, open_entry, reid):
    url = reverse("incidents:restrict", args=[open_entry.incident_id, open_entry.seq])
    assert page(reid).get(url).status_code == 403
    shown = page(hale).get(url, headers={"X-Requested-With": "fetch"}).content.decode()
    assert "Restrict entry 5" in shown
    assert "<html" not in shown
    refused = page(hale).post(url, {"restricted": "1", "reason": ""})
    assert refused.status_code == 422
    assert "Enter some text." in refused.content.decode()
    assert page(hale).post(url, {"restricted": "1", "reason": "Source."}).status_code == 302
    shown = page(hale).get(url).content.decode()
    assert "Lift the restriction of entry 5" in shown
    assert "Source." in shown


def test_reading_a_log_with_restricted_entries_costs_no_query_each(
    reid, okafor, incident, secret, django_assert_num_queries
):
    with django_assert_num_queries(5):
        log_entries(reid, incident)
    for _ in range(20):
        make_entry(incident, okafor, text=SECRET, restricted=True)
    with django_assert_num_queries(5):
        log_entries(reid, incident)
