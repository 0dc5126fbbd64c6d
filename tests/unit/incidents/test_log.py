"""The log: numbered, attributed, chained, corrected by another entry and never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import ADMIN, AUDITOR
from incidents.models import GENESIS, LogEntry
from incidents.selectors import log_entries, verify_log
from incidents.services import append_log, assess_risk, close_incident
from incidents.thrive import RARA, THRIVE, THRIVE_PLUS
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_entry, make_incident
from tests.helpers.flush import triggers_off


def test_entries_are_numbered_without_gaps_per_incident(okafor, incident):
    other = make_incident(okafor)
    for _ in range(3):
        make_entry(incident, okafor)
        make_entry(other, okafor)
    for one in (incident, other):
        assert [entry.seq for entry in log_entries(okafor, one)] == list(range(1, 8))


def test_an_entry_says_who_wrote_it_as_what_and_where(incident):
    actor = Actor(kind="user", label="R. Hale 1180", force_id=incident.force_id, force_code="99", user_id=7,
                  roles=frozenset({"supervisor", "call_handler"}), terminal="Position 4")  # fmt: skip
    entry = make_entry(incident, actor)
    assert (entry.author_label, entry.author_role) == ("R. Hale 1180", "call_handler, supervisor")
    assert (entry.author_id, entry.terminal, entry.channel) == (7, "Position 4", "typed")


def test_what_the_system_writes_is_not_shown_as_typed(incident):
    assert make_entry(incident, type="MEDIA").channel == "system"


def test_the_same_key_adds_once(okafor, incident):
    key = uuid4()
    first = make_entry(incident, okafor, client_key=key)
    again = make_entry(incident, okafor, client_key=str(key), text="Sent twice")
    assert again.pk == first.pk
    assert again.text == "Male has left."
    assert LogEntry.objects.filter(incident=incident).count() == 5


def test_somebody_elses_key_is_refused(okafor, hale, incident):
    key = uuid4()
    make_entry(incident, okafor, client_key=key)
    with pytest.raises(Conflict):
        make_entry(incident, hale, client_key=key)


def test_a_correction_names_the_entry_it_corrects(okafor, incident):
    entry = make_entry(incident, okafor, text="Number 19, not 17.", corrects_seq=3)
    assert (entry.type, entry.corrects_seq, entry.corrects.seq) == ("CORRECTION", 3, 3)
    assert LogEntry.objects.get(incident=incident, seq=3).text == "Two men fighting, one has a knife."


@pytest.mark.parametrize("seq", [0, 99, -1])
def test_a_correction_of_nothing_is_refused(okafor, incident, seq):
    with pytest.raises(Invalid) as refusal:
        make_entry(incident, okafor, corrects_seq=seq)
    assert list(refusal.value.fields) == ["corrects_seq"]


def test_a_correction_cannot_reach_into_another_incident(okafor, incident):
    longer = make_incident(okafor)
    make_entry(longer, okafor)
    with pytest.raises(Invalid):
        make_entry(incident, okafor, corrects_seq=5)


@pytest.mark.parametrize("kind", ["CORRECTION", "SYSTEM", "STATUS", "GRADE", "CLOSE", "NONSENSE", "", "<b>"])
def test_a_person_cannot_type_what_an_act_records(okafor, incident, kind):
    with pytest.raises(Invalid):
        make_entry(incident, okafor, type=kind)


@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 4001])
def test_empty_and_endless_texts_are_refused(okafor, incident, text):
    with pytest.raises(Invalid) as refusal:
        make_entry(incident, okafor, text=text)
    assert list(refusal.value.fields) == ["text"]


def test_text_stays_text(okafor, incident):
    entry = make_entry(incident, okafor, text="<img src=x onerror=alert(1)>\x00\x1b\r\nsecond line")
    assert entry.text == "<img src=x onerror=alert(1)>\nsecond line"


def test_four_thousand_characters_of_any_script_fit(okafor, incident):
    assert len(make_entry(incident, okafor, text="ਪ" * 4000).text) == 4000


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("ago", "late"), [(0, False), (299, False), (300, False), (301, True), (7200, True)])
def test_an_entry_over_five_minutes_old_is_late(okafor, incident, ago, late):
    with time_machine.travel(NOON, tick=False):
        entry = make_entry(incident, okafor, occurred_at=NOON - timedelta(seconds=ago))
    assert entry.late is late
    assert entry.entered_at == NOON


@pytest.mark.parametrize("moment", [NOON + timedelta(minutes=2), NOON.replace(tzinfo=None)])
def test_times_that_cannot_be_are_refused(okafor, incident, moment):
    with time_machine.travel(NOON, tick=False), pytest.raises(Invalid):
        make_entry(incident, okafor, occurred_at=moment)


@pytest.mark.parametrize(
    "said",
    [
        "soon",
        "2026-11-21T12:05:00+00:00",
        "2026-11-21T12:00:00",
        "2026-13-45T99:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "\u202e12:00",
    ],
)
def test_no_clock_of_a_terminal_keeps_words_out_of_the_log(okafor, incident, said):
    desk = Client()
    url, key = reverse("incidents:log", args=[incident.pk]), str(uuid4())
    body = {"client_key": key, "type": "NARRATIVE", "text": "He has a knife.", "occurred_at": said}
    with time_machine.travel(NOON, tick=False):
        desk.force_login(okafor.user)
        for _ in range(2):  # sent again: once in the log
            assert desk.post(url, body, headers={"X-Requested-With": "fetch"}).status_code == 201
    words, why = LogEntry.objects.filter(incident=incident).order_by("seq")[4:]
    assert (words.text, words.occurred_at, words.entered_at) == ("He has a knife.", NOON, NOON)
    clock = said.replace("\u202e", "")
    assert why.text == f"Entry {words.seq} has the server's time. The terminal's clock said {clock}: have it set right."
    assert (why.type, why.channel) == ("SYSTEM", "system")
    assert verify_log(okafor, incident).ok


def test_a_terminals_time_that_can_be_is_when_it_happened(okafor, incident):
    with time_machine.travel(NOON, tick=False):
        entry = make_entry(incident, okafor, terminal_time="2026-11-21T11:50:00.000Z")
    assert (entry.occurred_at, entry.late) == (NOON - timedelta(minutes=10), True)


def test_nothing_of_long_words_is_cut(okafor, hale, incident):
    long = {f"{name}": f"{name} {'x' * 480}" for name, _, _ in (*THRIVE, THRIVE_PLUS)}
    long |= {name: f"{name} {'y' * 480}" for name, _ in RARA}
    scores = {f"{name}_score": "HIGH" for name, _, _ in (*THRIVE, THRIVE_PLUS)}
    made = assess_risk(actor=okafor, incident_id=incident.pk, given=long | scores, occasion="CLOSING")
    kept = [text for _, text, _ in made.lines if text] + [text for _, text in made.safeguarding]
    entries = LogEntry.objects.filter(incident=incident, type="RISK").order_by("seq")
    assert entries.count() == 2
    said = "".join(entries.values_list("text", flat=True))
    assert all(words in said for words in kept)
    words = "".join(f"{n:05d} " for n in range(499))  # 2,994 characters
    why = "z" * 500
    rest = {"qualifiers": (), "crime_numbers": [f"99/{n:06d}/26" for n in range(20)], "no_crime_rationale": why}
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text=words, **rest)
    closing = "".join(LogEntry.objects.filter(incident=incident, type="CLOSE").values_list("text", flat=True))
    assert words.strip() in closing
    assert closing.endswith(why)
    assert verify_log(okafor, incident).ok


def test_a_closed_incident_still_takes_late_facts(hale, incident):
    from incidents.services import close_incident

    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Both gone.")
    assert make_entry(incident, hale, text="Witness rang back.").seq == 7


def test_open_pages_hear_of_an_entry_without_its_words(okafor, incident):
    entry = make_entry(incident, okafor, text="Leah is upstairs")
    event = LiveEvent.objects.filter(kind="log.appended").latest("pk")
    assert event.topic == f"incident.{incident.pk}"
    assert event.data["entry_seq"] == entry.seq
    assert set(event.data) == {"incident", "entry", "entry_seq", "type", "at"}
    assert "Leah" not in str(event.data)


@pytest.mark.parametrize("role", [ADMIN, AUDITOR])
def test_who_has_no_business_with_content_cannot_write(incident, role):
    with pytest.raises(NotAllowed):
        make_entry(incident, make_actor(roles=(role,)))


def test_another_force_finds_no_incident_to_write_in(stranger, incident):
    with pytest.raises(NotFound):
        make_entry(incident, stranger)
    with pytest.raises(NotFound):
        make_entry(incident, Actor.system(stranger.force_id))
    assert LogEntry.objects.filter(incident=incident).count() == 4


@pytest.mark.parametrize("key", ["", "1", "../1", "' OR 1=1 --", "0" * 36, "6f1c9c1e-6a0b-4c55-9a53-0d3a3f0e4d11"])
def test_hostile_ids_name_nothing(okafor, key):
    for call in (
        lambda: append_log(actor=okafor, incident_id=key, type="NARRATIVE", text="x"),
        lambda: log_entries(okafor, key),
        lambda: verify_log(okafor, key),
    ):
        with pytest.raises(NotFound):
            call()


def test_reading_is_one_audit_entry(okafor, incident):
    before = AuditEvent.objects.count()
    assert [entry.seq for entry in log_entries(okafor, incident, after_seq=2)] == [3, 4]
    assert AuditEvent.objects.count() == before + 1
    read = AuditEvent.objects.latest("at")
    assert (read.action, read.fields, read.result_count) == ("CONSULT", ["log"], 2)


def test_no_audit_entry_no_log(okafor, incident, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("core.audit.record", broken)
    with pytest.raises(RuntimeError):
        log_entries(okafor, incident)


# --- the chain ----------------------------------------------------------------------------------------------------


def test_the_chain_holds(okafor, incident):
    make_entry(incident, okafor)
    make_entry(incident)
    verdict = verify_log(okafor, incident)
    assert verdict.ok
    assert verdict.entries == 6
    assert LogEntry.objects.get(incident=incident, seq=1).prev_hash == GENESIS


def tamper(sql: str, *values: object) -> None:
    """What an intruder with the table owner's rights would do."""
    with triggers_off(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("column", ["text", "author_label", "author_role", "terminal", "type"])
def test_a_changed_word_is_found(okafor, incident, column):
    value = "DECISION" if column == "type" else "somebody else"
    tamper(f"UPDATE incidents_logentry SET {column} = %s WHERE seq = 2", value)
    verdict = verify_log(okafor, incident)
    assert (verdict.ok, verdict.broken_at) == (False, 2)


def test_a_changed_time_is_found(okafor, incident):
    tamper("UPDATE incidents_logentry SET occurred_at = %s WHERE seq = 3", NOON - timedelta(days=365))
    assert verify_log(okafor, incident).broken_at == 3


def test_a_removed_entry_is_found(okafor, incident):
    tamper("DELETE FROM incidents_logentry WHERE seq = 2")
    assert verify_log(okafor, incident).problem == "Entry 2 is missing."


def test_an_entry_rehashed_after_a_change_still_breaks_the_next(okafor, incident):
    entry = LogEntry.objects.get(incident=incident, seq=2)
    entry.text = "Somewhere else entirely"
    tamper("UPDATE incidents_logentry SET text = %s, hash = %s WHERE seq = 2", entry.text, entry.compute_hash())
    assert verify_log(okafor, incident).broken_at == 3


@pytest.mark.parametrize("sql", ["UPDATE incidents_logentry SET text = 'x'", "DELETE FROM incidents_logentry",
                                 "UPDATE incidents_gradechange SET reason = 'x'",
                                 "DELETE FROM incidents_gradechange"])  # fmt: skip
def test_the_database_refuses_rewriting(incident, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_saving_a_read_entry_is_refused_too(incident):
    entry = LogEntry.objects.filter(incident=incident).first()
    entry.text = "changed"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
