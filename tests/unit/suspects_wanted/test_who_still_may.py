"""What a reservation and a card still allow when a role, a record or a receipt is no longer what it was."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from core.errors import Invalid, NotAllowed
from core.roles import CALL_HANDLER
from suspects.selectors.reservations import reserve_page
from suspects.services import reservations, wanted
from suspects.services.receipts import keep_receipt
from suspects.services.reservations import ResultGiven, reserve
from tests.factories.wanted import make_pyke, make_record


def tap(actor, record, **more):
    return reserve(actor=actor, wanted_id=record.pk, acknowledged=[], client_key=uuid4(), **more)


def test_a_holder_whose_role_is_gone_does_nothing_more_with_the_person(reid):
    row = tap(reid, make_record())
    no_officer = replace(reid, roles=frozenset({CALL_HANDLER}))
    for step in (
        lambda: reservations.extend(actor=no_officer, reservation_id=row.pk),
        lambda: reservations.set_en_route(actor=no_officer, reservation_id=row.pk),
        lambda: reservations.release(actor=no_officer, reservation_id=row.pk, reason="Sent away"),
        lambda: reservations.record_result(
            actor=no_officer, reservation_id=row.pk, result=ResultGiven(outcome="NO_TRACE")
        ),
    ):
        with pytest.raises(NotAllowed):
            step()
    row.refresh_from_db()
    assert (row.state, row.extensions) == ("RESERVED", 0)


def test_only_ones_own_receipt_about_this_person_is_kept_with_the_tap(reid, ansah, stranger):
    record = make_record()
    shown = {"subject": "PERSON", "title": "Pyke", "facts": [], "purpose": "profile"}
    others = [
        keep_receipt(actor=ansah, record_id=record.person_id, **shown),
        keep_receipt(actor=stranger, record_id=record.person_id, **shown),
        keep_receipt(actor=reid, record_id=make_pyke(surname="Ashby").pk, **shown),
    ]
    for key in (*(one.pk for one in others), uuid4()):
        with pytest.raises(Invalid) as refused:
            tap(reid, record, receipt_id=key)
        assert list(refused.value.fields) == ["receipt"]
    own = keep_receipt(actor=reid, record_id=record.person_id, **shown)
    assert tap(reid, record, receipt_id=own.pk).receipt_id == own.pk


def test_whoever_is_wanted_no_longer_is_nobody_to_arrest(reid, sergeant):
    record = make_record()
    assert reserve_page(reid, record.pk).card.may_arrest
    wanted.cancel(actor=sergeant, wanted_id=record.pk, reason="Recall was withdrawn")
    page = reserve_page(reid, record.pk)
    assert (page.card.may_arrest, page.card.power_text, page.card.icon_kind) == (False, "No power of arrest", "none")
    assert page.refusal.startswith("Not wanted any more")
