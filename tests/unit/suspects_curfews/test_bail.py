"""Granting, varying, cancelling bail; and which conditions bind now and here."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction, AuditEvent
from suspects.codes.curfew_hours import Slot
from suspects.models import Bail, BailCondition, CurfewSlot
from suspects.selectors.bail import conditions_in_force
from suspects.services import bail as services
from suspects.services.bail import BailTerms, ConditionTerms
from tests.factories import suspects as make
from tests.factories.core import make_actor
from tests.factories.curfews import london

TANNER_ROW = [[0.450, 53.740], [0.452, 53.740], [0.452, 53.741], [0.450, 53.741]]
NIGHTLY = tuple(Slot(weekday=day, start=dt.time(20), minutes=660) for day in range(7))


def terms(**changes):
    given = {
        "type": "COURT", "authority": "Northmere Magistrates", "starts_at": london("12/11/2026 14:00"),
        "source": "Court result", "offence": "Assault occasioning actual bodily harm",
    }  # fmt: skip
    return BailTerms(**{**given, **changes})


def curfew_terms(door, **changes):
    given = {"code": "JE", "text": "To be at home", "address_id": door.pk, "slots": NIGHTLY}
    return ConditionTerms(**{**given, **changes})


def test_bail_with_its_conditions_in_one_go(sergeant, investigator, jade, door):
    granted = services.grant_bail(
        actor=sergeant, person_id=jade.pk, terms=terms(oic="7041"),
        conditions=[
            curfew_terms(door),
            ConditionTerms(code="JK", text="Not to contact Owen Hart in any way", persons="Owen Hart"),
            ConditionTerms(code="EX", text="Not to enter Tanner Row", zone=TANNER_ROW),
        ],
    )  # fmt: skip
    assert granted.power_if_broken == "arrest under Bail Act s.7(3). Court within 24 h."
    assert (granted.oic_id, granted.oic_label) == (investigator.user_id, investigator.label)
    assert [one.kind.code for one in granted.conditions.all()] == ["EX", "JE", "JK"]
    assert CurfewSlot.objects.count() == 7
    [entry] = AuditEvent.objects.filter(action=AuditAction.COLLECT)
    assert entry.object == f"suspects.bail:{granted.pk}"
    assert entry.fields == ["EX", "JE", "JK"]


def test_a_knock_at_night_is_not_allowed_by_whoever_records_the_bail(investigator, sergeant, jade, door):
    """The inspector's word is written down by those who review curfews (STANDARDS 7.5)."""
    conditions = [curfew_terms(door, quiet_hours_authorised="Insp. Dowd 1021")]
    with pytest.raises(Invalid) as refused:
        services.grant_bail(actor=investigator, person_id=jade.pk, terms=terms(), conditions=conditions)
    assert list(refused.value.fields) == ["condition_1.quiet_hours_authorised"]
    assert not Bail.objects.exists()
    granted = services.grant_bail(actor=sergeant, person_id=jade.pk, terms=terms(), conditions=conditions)
    assert granted.conditions.get().quiet_hours_authorised == "Insp. Dowd 1021"


@pytest.mark.parametrize(
    ("bail_changes", "condition_changes", "field"),
    [
        ({"type": "PAROLE"}, {}, "type"),
        ({"type": "RUI"}, {}, "conditions"),
        ({"authority": " "}, {}, "authority"),
        ({"source": "x" * 61}, {}, "source"),
        ({"ends_at": london("12/11/2026 13:00")}, {}, "ends_at"),
        ({"starts_at": dt.datetime(2026, 11, 12)}, {}, "starts_at"),
        ({"oic": "9999"}, {}, "oic"),
        ({}, {"code": "ZZ"}, "condition_1.code"),
        ({}, {"text": ""}, "condition_1.text"),
        ({}, {"slots": ()}, "condition_1.slots"),
        ({}, {"slots": NIGHTLY + NIGHTLY[:1]}, "condition_1.slots"),
        ({}, {"address_id": None}, "condition_1.address_id"),
        ({}, {"address_id": uuid4()}, "condition_1.address_id"),
        ({}, {"zone": TANNER_ROW}, "condition_1.zone"),
        ({}, {"code": "EX", "zone": [[1, 2]], "slots": ()}, "condition_1.zone"),
        ({}, {"code": "JK"}, "condition_1.slots"),
        ({}, {"checks_per_night": 0}, "condition_1.checks_per_night"),
        ({}, {"starts_on": dt.date(2026, 12, 1), "ends_on": dt.date(2026, 11, 1)}, "condition_1.ends_on"),
    ],
)
def test_bail_that_cannot_be_is_refused_whole(sergeant, jade, door, bail_changes, condition_changes, field):
    with pytest.raises(Invalid) as refusal:
        services.grant_bail(
            actor=sergeant, person_id=jade.pk, terms=terms(**bail_changes),
            conditions=[curfew_terms(door, **condition_changes)],
        )  # fmt: skip
    assert set(refusal.value.fields) == {field}
    assert not Bail.objects.exists()
    assert not BailCondition.objects.exists()
    assert not AuditEvent.objects.exists()


def test_only_who_may_write_people_of_the_same_force(reid, sergeant, stranger, jade, curfew):
    with pytest.raises(NotAllowed):
        services.grant_bail(actor=reid, person_id=jade.pk, terms=terms())
    for call in (
        lambda: services.grant_bail(actor=stranger, person_id=jade.pk, terms=terms()),
        lambda: services.cancel_bail(actor=stranger, bail_id=curfew.bail_id, reason="Charge dropped"),
        lambda: services.cancel_condition(actor=stranger, condition_id=curfew.pk, reason="Charge dropped"),
        lambda: services.allow_quiet_hours(actor=stranger, condition_id=curfew.pk, inspector="Insp. Dowd"),
        lambda: services.cancel_bail(actor=sergeant, bail_id="not a key", reason="Charge dropped"),
    ):
        with pytest.raises(NotFound):
            call()
    assert Bail.objects.count() == 1


def test_a_varied_condition_ends_and_another_begins(sergeant, jade, door, curfew):
    new = services.vary_condition(
        actor=sergeant, condition_id=curfew.pk, reason="Crown Court varied hours",
        terms=curfew_terms(door, slots=[Slot(weekday=day, start=dt.time(22), minutes=480) for day in range(7)]),
    )  # fmt: skip
    curfew.refresh_from_db()
    assert curfew.cancelled_at is not None
    assert new.bail_id == curfew.bail_id
    assert new.slots.count() == 7
    entry = AuditEvent.objects.get(purpose="condition varied")
    assert entry.justification == "Crown Court varied hours"
    assert entry.result_ids == [str(new.pk)]
    for again in (services.cancel_condition, services.vary_condition):
        more = {"terms": curfew_terms(door)} if again is services.vary_condition else {}
        with pytest.raises(Conflict):
            again(actor=sergeant, condition_id=curfew.pk, reason="Again", **more)


def test_bail_is_cancelled_once_and_with_a_reason(sergeant, bail, curfew):
    with pytest.raises(Invalid):
        services.cancel_bail(actor=sergeant, bail_id=bail.pk, reason=" ")
    cancelled = services.cancel_bail(actor=sergeant, bail_id=bail.pk, reason="No further action")
    assert cancelled.cancelled_reason == "No further action"
    with pytest.raises(Conflict):
        services.cancel_bail(actor=sergeant, bail_id=bail.pk, reason="Again")


def test_what_binds_at_this_minute_is_open_and_the_rest_folded(reid, jade, bail, curfew):
    make.make_condition(jade, "JK", bail=bail, text="Not to contact Owen Hart in any way")
    make.make_condition(jade, "EX", bail=bail, text="Not to enter Tanner Row", zone=TANNER_ROW)
    views = conditions_in_force(reid, jade.pk, london("21/11/2026 21:52"))
    assert [(one.code, one.state, one.until_words) for one in views] == [
        ("JE", "now", "until 07:00"), ("EX", "now", "always"), ("JK", "now", "always"),
    ]  # fmt: skip
    first = views[0]
    assert first.may_knock
    assert first.door_words == "You may knock (JE doorstep check)"
    assert first.door_detail == "Not 01:00 to 06:00 without an inspector. No check yet tonight"
    assert first.source_words == "Court bail, Northmere Magistrates, 12/11/2026. 9 days old. Checked 21:50"
    assert first.address == "Flat 3, 8 Eel Pie Court, Northmere NM4 2AB"
    [entry] = AuditEvent.objects.filter(object=f"suspects.person:{jade.pk}")
    assert (entry.action, entry.result_ids) == (AuditAction.CONSULT, [str(one.id) for one in views])

    noon = {one.code: one for one in conditions_in_force(reid, jade.pk, london("21/11/2026 12:00"))}
    assert (noon["JE"].state, noon["JE"].until_words) == ("folded", "from 20:00")


def test_an_exclusion_is_here_or_not(reid, jade, bail):
    make.make_condition(jade, "EX", bail=bail, zone=TANNER_ROW)
    moment = london("21/11/2026 12:00")
    [inside] = conditions_in_force(reid, jade.pk, moment, (53.7405, 0.451))
    assert (inside.state, inside.inside) == ("now", True)
    [outside] = conditions_in_force(reid, jade.pk, moment, (53.7361, 0.4471))
    assert (outside.state, outside.inside, outside.until_words) == ("folded", False, "not where you are")
    [unknown] = conditions_in_force(reid, jade.pk, moment)
    assert (unknown.state, unknown.inside) == ("now", None)


def test_a_tagged_curfew_is_not_knocked_at(reid, jade, bail):
    make.make_condition(jade, "JD", bail=bail, tagged=True)
    [view] = conditions_in_force(reid, jade.pk, london("21/11/2026 23:00"))
    assert (view.may_knock, view.door_words, view.door_detail) == (False, "Do not knock (JD). Tag only.", "")


def test_what_is_over_says_so_and_then_goes(reid, sergeant, jade, bail, curfew, clock):
    moment = clock.at("22:30")
    services.cancel_bail(actor=sergeant, bail_id=bail.pk, reason="No further action")
    [view] = conditions_in_force(reid, jade.pk, moment)
    assert (view.state, view.until_words) == ("ended", "ended 21/11/2026")
    assert conditions_in_force(reid, jade.pk, moment + dt.timedelta(days=29)) == []
    later = make.make_bail(jade, starts_at=london("01/12/2026 09:00"))
    make.make_condition(jade, "JK", bail=later)
    assert "JK" not in [one.code for one in conditions_in_force(reid, jade.pk, moment)]  # bail that has not begun


def test_nights_before_the_first_and_after_the_last(reid, jade, bail, door):
    make.make_condition(jade, "JE", bail=bail, address=door, starts_on=dt.date(2026, 12, 1))
    make.make_condition(jade, "JK", bail=bail, ends_on=dt.date(2026, 11, 20))
    views = {one.code: one for one in conditions_in_force(reid, jade.pk, london("21/11/2026 23:00"))}
    assert (views["JE"].state, views["JE"].until_words) == ("folded", "from 01/12/2026")
    assert (views["JK"].state, views["JK"].until_words) == ("ended", "ended 20/11/2026")


def test_conditions_are_of_ones_own_force_and_role(jade, curfew, stranger, force):
    with pytest.raises(NotFound):
        conditions_in_force(stranger, jade.pk, london("21/11/2026 22:00"))
    with pytest.raises(NotAllowed):
        conditions_in_force(make_actor(roles=("records",)), jade.pk, london("21/11/2026 22:00"))
    assert not AuditEvent.objects.filter(object__startswith="suspects.person").exists()


def test_the_api_grants_varies_and_cancels(client, sergeant, reid, stranger, jade, door):
    client.force_login(sergeant.user)
    slots = [{"weekday": day, "start": "20:00", "minutes": 660} for day in range(7)]
    home = {"code": "JE", "text": "To be at home", "address_id": str(door.pk), "slots": slots}
    away = {"code": "EX", "text": "Not to enter Tanner Row", "zone": TANNER_ROW}
    sent = {
        "person_id": str(jade.pk), "type": "COURT", "authority": "Northmere Magistrates", "source": "Court result",
        "starts_at": "2026-11-12T14:00:00Z", "conditions": [home, away],
    }  # fmt: skip

    def post(name, args, body):
        return client.post(reverse(f"suspects_api:{name}", args=args), body, "application/json")

    granted = post("bail", [], sent)
    assert granted.status_code == 201, granted.content
    refused = post("bail", [], {**sent, "conditions": [{**home, "slots": []}]})
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"condition_1.slots"})

    of_person = reverse("suspects_api:person_bail", args=[jade.pk])
    assert sorted(one["code"] for one in client.get(of_person).json()) == ["EX", "JE"]
    inside = client.post(of_person, {"lat": 53.7405, "lon": 0.451}, "application/json").json()
    assert {one["code"]: one["inside"] for one in inside} == {"EX": True, "JE": None}

    curfew = BailCondition.objects.get(kind__code="JE")
    varied = post("condition_vary", [curfew.pk], {**home, "reason": "Crown Court varied hours"})
    assert (varied.status_code, varied.json()["code"]) == (201, "JE")
    assert post("condition_cancel", [curfew.pk], {"reason": "Again"}).status_code == 409
    assert post("condition_cancel", [varied.json()["id"]], {"reason": "Not needed"}).status_code == 200
    client.force_login(reid.user)
    assert post("bail_cancel", [granted.json()["id"]], {"reason": "No"}).status_code == 403
    client.force_login(stranger.user)
    assert post("bail_cancel", [granted.json()["id"]], {"reason": "No"}).status_code == 404
    assert client.get(of_person).status_code == 404
    client.force_login(sergeant.user)
    assert post("bail_cancel", [granted.json()["id"]], {"reason": "No further action"}).json()["cancelled_at"]


def test_under_an_operation_no_condition_says_where(reid, sergeant, jade, bail, curfew):
    make.make_condition(jade, "EX", bail=bail, text="Not to enter Tanner Row", zone=TANNER_ROW)
    moment, hours = london("21/11/2026 21:52"), {"starts_at": london("21/11/2026 20:00")}
    make.make_operation(jade, sergeant, **hours, ends_at=london("22/11/2026 20:00"))
    seen = conditions_in_force(reid, jade.pk, moment, (53.7405, 0.451))
    assert {(one.address, one.may_knock, one.door_words, one.inside) for one in seen} == {("", False, "", None)}
    assert [one.text for one in seen] == [one.label for one in seen]
    assert not [word for word in ("Eel Pie", "Tanner") if word in str(seen)]
    assert "Eel Pie" in str(conditions_in_force(sergeant, jade.pk, moment))
