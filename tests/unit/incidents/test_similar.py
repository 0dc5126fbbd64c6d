"""The same incident? Offered with reasons, never decided."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from core.clock import local_date, now
from core.errors import NotAllowed
from core.models import AuditEvent
from core.roles import AUDITOR
from incidents.models import Contact, Incident
from incidents.selectors import Description, similar_incidents
from incidents.services import Caller, attach_contact, take_event
from tests.factories.calls import told
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_location

CRASH = {
    "location_text": "Tidewell Road / Ropewalk", "description": "Car on its side, road blocked, driver trapped.",
    "category_code": "001", "caller_number": "07700 900101",
}  # fmt: skip


@pytest.fixture
def crash(okafor):
    incident = make_incident(okafor, **CRASH)
    make_location(incident, lat=53.73588, lon=0.44905)
    return incident


def test_the_same_crash_seen_by_another_caller_is_likely(okafor, crash):
    said = Description(
        place="Tidewell Road, by Ropewalk junction", words="Two cars, one on its side across both lanes.",
        category_code="001", lat=53.73620, lon=0.44960,
    )  # fmt: skip
    [found] = similar_incidents(okafor, said)
    assert found.incident == crash
    assert found.likeliness == "Likely"
    assert found.reasons == ["51 m away", "“on its side”", "same category"]


def test_the_same_words_far_away_are_another_crash(okafor, crash):
    said = Description(words="Car on its side, driver trapped", category_code="001", lat=53.90, lon=0.44905)
    assert similar_incidents(okafor, said) == []


def test_the_same_time_and_category_alone_offer_nothing(okafor, crash):
    assert similar_incidents(okafor, Description(category_code="001")) == []
    assert similar_incidents(okafor, Description(place="Salt Hill Crescent", category_code="001")) == []


def test_another_house_of_the_street_is_not_the_same_place(okafor):
    make_incident(okafor, location_text="14 Harbour Lane, Northmere", description="Shouting")
    assert similar_incidents(okafor, Description(place="92 Harbour Lane, Northmere")) == []
    [found] = similar_incidents(okafor, Description(place="14 Harbour Ln Northmere"))
    assert found.reasons[0] in {"same place", "place sounds alike"}


def test_of_two_equally_likely_the_one_of_these_minutes_comes_first(okafor, crash):
    """A few metres say less than half an hour: the caller stands where the first one stood."""
    later = make_incident(okafor, **CRASH)
    make_location(later, lat=53.73598, lon=0.44925)
    Incident.objects.filter(pk=crash.pk).update(received_at=now() - timedelta(minutes=20))
    said = Description(
        place="Tidewell Road / Ropewalk", words="Car on its side, driver trapped", lat=53.73588, lon=0.44905,
    )  # fmt: skip
    assert [one.incident for one in similar_incidents(okafor, said)] == [later, crash]


def test_the_same_number_is_offered(okafor, crash):
    [found] = similar_incidents(okafor, Description(number="+447700900101"))
    assert "same number" in found.reasons


@pytest.mark.parametrize("field", ["number", "callback_number", "safe_number"])
def test_the_number_of_any_caller_of_it_is_offered(okafor, crash, field):
    """The second caller about the crash rings again: whichever of her numbers it is, the crash is offered."""
    joyce = Caller(name="Joyce Bell", **{field: "07700 900333"})
    attach_contact(actor=okafor, incident_id=crash.pk, caller=joyce, words="He is trapped.", client_key=uuid4())
    [found] = similar_incidents(okafor, Description(number="+447700900333"))
    assert (found.incident, found.reasons) == (crash, ["same number"])
    assert similar_incidents(okafor, Description(number="+447700900334")) == []
    entry = AuditEvent.objects.filter(action="SEARCH").order_by("-at").first()
    assert (entry.result_ids, "900334" in str(vars(entry))) == ([], False)


def test_this_very_call_is_not_the_same_number_too(okafor, iccs, crash):
    take_event(actor=iccs, told=told())
    call = Contact.objects.get()
    attach_contact(actor=okafor, incident_id=crash.pk, caller=Caller(contact_id=call.pk), words="Smoke.")
    [found] = similar_incidents(okafor, Description(number=call.cli, call=call.pk))
    assert found.reasons == ["this very call"]


def test_another_forces_callers_are_not_compared(okafor, crash, stranger):
    theirs = make_incident(stranger, location_text="Far Lane", caller_number="07700 900777")
    number = Description(number=theirs.caller_number)
    assert [one.incident for one in similar_incidents(stranger, number)] == [theirs]
    assert similar_incidents(okafor, number) == []


def test_a_number_costs_one_query_however_many_callers_there_are(okafor, crash, django_assert_num_queries):
    for count in range(12):
        caller = Caller(number=f"07700 9003{count:02}")
        attach_contact(actor=okafor, incident_id=crash.pk, caller=caller, words=f"Caller {count}", client_key=uuid4())
    with django_assert_num_queries(6):
        [found] = similar_incidents(okafor, Description(number="+447700900311"))
    assert found.incident == crash


def test_a_closed_or_an_old_one_is_less_likely_and_yesterdays_is_not_offered(okafor, crash):
    said = Description(place="Tidewell Road / Ropewalk")
    [fresh] = similar_incidents(okafor, said)
    Incident.objects.filter(pk=crash.pk).update(received_at=now() - timedelta(hours=6))
    [old] = similar_incidents(okafor, said)
    assert old.points < fresh.points
    Incident.objects.filter(pk=crash.pk).update(opened_at=now() - timedelta(hours=13))
    assert similar_incidents(okafor, said) == []


def test_another_forces_incidents_are_not_there_and_who_reads_none_may_not_look(okafor, crash, stranger):
    assert similar_incidents(stranger, Description(place="Tidewell Road / Ropewalk")) == []
    with pytest.raises(NotAllowed):
        similar_incidents(make_actor(roles=(AUDITOR,)), Description(place="Tidewell Road"))


def test_what_was_shown_is_one_entry_without_the_words(okafor, crash):
    before = AuditEvent.objects.count()
    similar_incidents(okafor, Description(place="Tidewell Road / Ropewalk"))
    entry = AuditEvent.objects.order_by("-at").first()
    assert AuditEvent.objects.count() == before + 1
    assert (entry.action, entry.result_ids) == ("SEARCH", [str(crash.pk)])
    assert "Tidewell" not in str(vars(entry))


@pytest.mark.parametrize(
    "words", ["", "   ", "☂" * 200, "\u202e drowssap", "a" * 4000, "'; DROP TABLE incidents_incident; --", "\x00"]
)
def test_no_words_are_too_odd_to_look_for(okafor, crash, words):
    assert len(similar_incidents(okafor, Description(words=words, place=words[:300]))) <= 3


def many(incident: Incident, count: int) -> None:
    """`count` more like it, opened over the last eleven hours."""
    values = {field.attname: getattr(incident, field.attname) for field in incident._meta.concrete_fields}
    Incident.objects.bulk_create(
        [
            Incident(
                **values
                | {
                    "id": uuid4(), "client_key": None, "serial": number + 10, "location_id": None,
                    "local_date": local_date(now()), "location_text": f"{number} Salt Hill Crescent",
                    "description": f"Noise number {number} from the flat above", "caller_number": "",
                    "opened_at": now() - timedelta(seconds=number * 8),
                }
            )
            for number in range(count)
        ],
        batch_size=500,
    )  # fmt: skip


def test_five_thousand_incidents_are_read_by_an_index_in_as_many_queries(okafor, crash, django_assert_num_queries):
    many(crash, 5_000)
    said = Description(place="Tidewell Road, by Ropewalk junction", words="one on its side", lat=53.7362, lon=0.4496)
    with django_assert_num_queries(5) as counted:
        [found, *_] = similar_incidents(okafor, said)
    assert found.incident == crash
    query = next(one["sql"] for one in counted.captured_queries if "opened_at" in one["sql"] and "LIMIT" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query)
        plan = str(cursor.fetchall())
    assert "incident_newest" in plan or connection.vendor == "postgresql", plan
