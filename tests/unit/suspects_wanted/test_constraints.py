"""Each rule the database itself keeps of wanted people and of a force's tables, shown by the row it refuses."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from core.clock import now
from suspects.models import ConditionKind, MarkerKind, PriorityBand, SuspectRules, WantedBasis
from suspects.services.reservations import ResultGiven, record_result, reserve
from tests.factories.wanted import make_operation, make_pyke, make_record
from tests.helpers.refused_rows import insert, refused


def test_wanted_records(reid):
    record = make_record()
    refused("wanted_closed_is_timed", insert(record, state="IN_CUSTODY"))
    refused("wanted_closed_is_timed", insert(record, state="CANCELLED"))
    refused("wanted_closed_is_timed", insert(record, closed_at=now()))
    refused("wanted_closed_is_timed", insert(record, state="DRAFT", closed_at=now()))
    refused("wanted_closed_is_timed", insert(record, state="LOST"))
    insert(record, state="IN_CUSTODY", closed_at=now())()


def test_reservations(reid):
    record = make_record()
    row = reserve(actor=reid, wanted_id=record.pk, acknowledged=[], client_key=uuid4())
    other = {"person_id": make_pyke(surname="Teague").pk, "client_key": uuid4()}
    for state in ("RESERVED", "EN_ROUTE", "ATTEMPTED"):
        refused("one_live_reservation_per_person", insert(row, client_key=uuid4(), state=state))
    refused("reservation_tap_once", insert(row, person_id=other["person_id"]))
    refused("reservation_state_known", insert(row, **other, state="LOST", ended_at=now()))
    refused("reservation_end_is_timed", insert(row, **other, state="RELEASED"))
    refused("reservation_end_is_timed", insert(row, **other, ended_at=now()))
    insert(row, **other, previous_id=row.pk)()
    ended = {"state": "RELEASED", "ended_at": now(), "client_key": uuid4()}
    refused("suspects.Reservation.previous", insert(row, **ended, previous_id=row.pk))
    insert(row, **ended)()  # any number that are over


def test_results(reid):
    row = reserve(actor=reid, wanted_id=make_record().pk, acknowledged=[], client_key=uuid4())
    given = {"custody_ref": "22/1187/26", "place_text": "31 Fenside Walk", "cautioned": True}
    result = record_result(actor=reid, reservation_id=row.pk, result=ResultGiven(outcome="ARRESTED", **given))
    refused("suspects.ReservationResult.reservation", insert(result))
    again = reserve(actor=reid, wanted_id=make_record().pk, acknowledged=[], client_key=uuid4())
    refused("arrest_says_where_and_custody", insert(result, reservation_id=again.pk, custody_ref=""))
    refused("arrest_says_where_and_custody", insert(result, reservation_id=again.pk, place_text=""))
    insert(result, reservation_id=again.pk, outcome="NO_TRACE", custody_ref="", place_text="")()


def test_operations(reid, sergeant):
    operation = make_operation(make_pyke(), sergeant)
    refused("operation_ends_after_it_begins", insert(operation, ends_at=operation.starts_at))
    refused("operation_ends_after_it_begins", insert(operation, ends_at=operation.starts_at - dt.timedelta(hours=1)))
    refused("operation_has_a_number_to_call", insert(operation, call_number=""))


def test_tables(reid):
    refused("band_code_once_per_force", insert(PriorityBand.objects.get(code="P1")))
    basis = WantedBasis.objects.get(code="RECALL_PRISON")
    refused("basis_code_once_per_force", insert(basis))
    refused("basis_names_its_power", insert(basis, code="X", power=""))
    refused("basis_names_its_power", insert(basis, code="X", may_arrest=False))
    insert(basis, code="X", may_arrest=False, power="")()
    refused("marker_code_once_per_family", insert(MarkerKind.objects.get(family="SIGNAL", code="WE")))
    kind = ConditionKind.objects.get(code="JD")
    refused("condition_code_once_per_force", insert(kind))
    refused("doorstep_only_for_curfew", insert(kind, code="X", is_curfew=False, permits_doorstep=True))
    refused("one_row_of_suspect_rules", insert(SuspectRules.objects.get()))
