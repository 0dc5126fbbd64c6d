"""Finding an incident by whatever somebody remembers of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from core.errors import Invalid, NotAllowed
from core.models import AuditAction, AuditEvent
from incidents.models import Incident, LogEntry
from incidents.selectors import search_incidents
from incidents.services import attach_contact, change_grade
from incidents.services.contacts import Caller
from tests.factories.core import make_actor
from tests.factories.incidents import make_entry, make_incident


def found(actor, text, **how):
    return [one.incident for one in search_incidents(actor, text, **how).found]


def test_okafor_finds_the_knife_by_a_word_that_was_typed_later(okafor, incident):
    other = make_incident(okafor, description="Cat on a roof.", location_text="2 Salt Hill")
    entry = make_entry(incident, okafor, text="Male in a red jacket went towards the bridge.")
    page = search_incidents(okafor, "RED jacket bridge")
    assert [one.incident for one in page.found] == [incident]
    [one] = page.found
    assert (one.number, one.at) == (entry.seq, entry.occurred_at)
    assert one.before + one.match + one.after == entry.text
    assert one.match == "jacket"
    assert found(okafor, "salt hill cat") == [other]
    assert found(okafor, "jacket roof") == []


def test_quoted_words_stay_together(okafor, incident):
    make_entry(incident, okafor, text="He left by the blue door.")
    assert found(okafor, '"blue door"') == [incident]
    assert found(okafor, '"door blue"') == []
    assert found(okafor, "door blue") == [incident]


def test_by_reference_first(okafor, incident):
    assert found(okafor, str(incident.serial)) == [incident]
    assert found(okafor, f"{incident.serial} today") == [incident]
    assert found(okafor, incident.canonical) == [incident]
    assert found(okafor, f"98{incident.canonical[2:]}") == []


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900417", "+447700900417", "(07700) 900417", "900417", "07700 9004", "0044 7700 900417",
        "+44 (0)7700 900417",
    ],
)  # fmt: skip
def test_by_the_callers_number_whole_or_as_much_as_was_caught(okafor, incident, typed):
    make_incident(okafor, caller_number="07700 900862")
    assert found(okafor, typed) == [incident]


@pytest.mark.parametrize("typed", ["07700 900871", "900999", "07700 900555"])
def test_by_the_number_of_any_caller_also_where_to_ring_back(okafor, stranger, incident, typed):
    second = Caller(number="07700 900871", callback_number="07700 900999", safe_number="07700 900555")
    attach_contact(actor=okafor, incident_id=incident.pk, caller=second)
    assert found(okafor, typed) == [incident]
    assert found(stranger, typed) == []


def test_signs_of_the_database_are_letters_like_others(okafor, incident):
    make_entry(incident, okafor, text="Discount of 50% in file a_b.")
    assert found(okafor, "50%") == [incident]
    assert found(okafor, "5_%") == []
    assert found(okafor, "a_b") == [incident]
    assert found(okafor, "' OR 1=1 --") == []


def test_a_restricted_entry_tells_nothing(okafor, incident):
    last = LogEntry.objects.get(incident=incident, seq=4)
    hidden = LogEntry(
        force_id=incident.force_id, incident=incident, seq=5, entered_at=last.entered_at, occurred_at=last.entered_at,
        author_label="x", channel="system", type="NARRATIVE", text="Informant at the harbour.", restricted=True,
        prev_hash=last.hash, client_key=uuid4(),
    )  # fmt: skip
    hidden.hash = hidden.compute_hash()
    hidden.save(force_insert=True)
    assert found(okafor, "informant") == []


def test_old_ones_are_found_when_asked_for(okafor, incident, monkeypatch):
    import incidents.selectors.search as search

    monkeypatch.setattr(search, "RECENT", timedelta(0))
    assert found(okafor, "knife") == []
    assert found(okafor, "knife", everywhere=True) == [incident]


def test_more_than_the_page_holds_is_said(okafor, incident):
    second = make_incident(okafor)
    page = search_incidents(okafor, "knife", limit=1)
    assert (page.more, [one.incident for one in page.found]) == (True, [second])


def test_what_was_searched_and_shown_is_kept(okafor, incident):
    search_incidents(okafor, "knife  harbour")
    event = AuditEvent.objects.get(action=AuditAction.SEARCH)
    assert (event.purpose, event.result_ids) == ("search knife harbour", [str(incident.pk)])


def test_another_force_finds_nothing_and_an_administrator_may_not_look(okafor, incident, stranger):
    assert found(stranger, "knife") == []
    assert found(stranger, "07700 900417") == []
    with pytest.raises(NotAllowed):
        search_incidents(make_actor(roles=("admin",)), "knife")


@pytest.mark.parametrize("typed", ["", "   ", "a", "x y", "k" * 201])
def test_too_little_or_too_much_says_what_to_type(okafor, typed):
    with pytest.raises(Invalid) as refusal:
        search_incidents(okafor, typed)
    assert "search" in refusal.value.fields


def test_the_number_of_questions_does_not_grow(okafor, hale, incident, django_assert_num_queries):
    with django_assert_num_queries(5):
        search_incidents(okafor, "knife harbour")
    for _ in range(5):
        change_grade(actor=hale, incident_id=make_incident(okafor).pk, grade_code="P", reason="Knife seen to be a toy.")
    assert Incident.objects.count() == 6
    with django_assert_num_queries(5):
        search_incidents(okafor, "knife harbour")
