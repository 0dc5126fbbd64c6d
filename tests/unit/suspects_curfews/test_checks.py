"""A check at the door: what is written, and what is refused with words that say what to do."""

from __future__ import annotations

import datetime as dt
import io
from uuid import uuid4

import pytest
from PIL import Image

from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.models import AuditAction, AuditEvent, LiveEvent
from evidence.models import KeptFile
from suspects.models import CurfewBreach, CurfewCheck, OperationLook, SuspectRules
from suspects.services import bail as bail_services
from suspects.services.curfews import Seen, record_check
from tests.factories import suspects as make
from tests.factories.curfews import log, london
from tests.factories.wanted import make_operation


def refused(code, actor, curfew, outcome="NO_REPLY", **changes) -> DomainError:
    before = CurfewCheck.objects.count()
    with pytest.raises(DomainError) as refusal:
        log(actor, curfew, outcome, **changes)
    assert refusal.value.code == code, refusal.value.message
    assert CurfewCheck.objects.count() == before
    return refusal.value


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


def test_a_check_is_a_row_an_entry_and_an_event(clock, reid, investigator, curfew):
    clock.at("22:16")
    recorded = log(
        reid, curfew, "PRESENT_SEEN", note="Opened the door herself.", body_worn_ref="BWV 0417", accuracy_m=6
    )
    row = CurfewCheck.objects.get()
    assert recorded.check == row
    assert recorded.breach is None
    assert (row.night, row.attempt, row.outcome, row.at) == (dt.date(2026, 11, 21), 1, "PRESENT_SEEN", clock.moment)
    assert row.distance_m == pytest.approx(9, abs=0.5)
    assert (row.officer_id, row.call_sign, row.body_worn_ref) == (reid.user_id, "NB21", "BWV 0417")
    entry = AuditEvent.objects.get(action=AuditAction.COLLECT)
    assert (entry.object, entry.purpose) == (f"suspects.curfewcheck:{row.pk}", "curfew check: PRESENT_SEEN")
    heard = {event.topic: event.data for event in LiveEvent.objects.filter(kind="curfew.checked")}
    assert set(heard) == {f"curfews.{reid.force_id}", f"person.{investigator.user_id}"}
    assert heard[f"curfews.{reid.force_id}"]["outcome"] == "PRESENT_SEEN"
    assert "Jade" not in str(heard)


def test_the_small_hours_belong_to_the_night_before(clock, reid, curfew):
    clock.at("00:40", day="22/11/2026")
    assert log(reid, curfew).check.night == dt.date(2026, 11, 21)


def test_the_same_key_is_one_check(clock, reid, ansah, curfew):
    key = uuid4()
    first = log(reid, curfew, key=key)
    clock.at("23:00")
    assert log(reid, curfew, key=key).check == first.check
    assert CurfewCheck.objects.count() == 1
    refused("key_used", ansah, curfew, key=key)


def test_outside_its_hours_it_says_when(clock, reid, curfew):
    clock.at("19:59")
    words = refused("not_due", reid, curfew).message
    assert words == "Not due: 19:59 is outside the curfew. The next hours begin 21/11/2026 at 20:00."
    clock.at("08:00", day="22/11/2026")
    refused("not_due", reid, curfew, at=london("22/11/2026 07:00"))
    assert log(reid, curfew, at=london("22/11/2026 06:59")).check.night == dt.date(2026, 11, 21)  # sent late


def test_an_order_that_ended(clock, reid, sergeant, bail, curfew):
    bail_services.cancel_bail(actor=sergeant, bail_id=bail.pk, reason="No further action")
    clock.at("22:30")
    assert "Do not knock" in refused("order_ended", reid, curfew).message


def test_a_tagged_curfew_is_not_knocked_at(clock, reid, jade, bail, door):
    tagged = make.make_condition(jade, "JD", bail=bail, address=door, start=dt.time(20), minutes=660, tagged=True)
    assert refused("no_doorstep", reid, tagged).message == "Do not knock (JD). The tag contractor checks this curfew."
    told = log(reid, tagged, "EM_TAMPER", method="EM", lat=None, lon=None)
    assert told.breach is not None
    assert set(_fields(reid, tagged, "PRESENT_SEEN", method="EM")) == {"method"}


def _fields(actor, curfew, outcome="NO_REPLY", **changes) -> dict[str, str]:
    refusal = refused(changes.pop("code", "invalid"), actor, curfew, outcome, **changes)
    assert isinstance(refusal, Invalid)
    return refusal.fields


def test_a_condition_that_is_no_curfew(clock, reid, jade, bail):
    refused("no_curfew", reid, make.make_condition(jade, "JK", bail=bail))


def test_the_wrong_door_needs_a_reason(clock, reid, curfew):
    far = {"lat": 53.7418, "lon": 0.4471}
    words = _fields(reid, curfew, code="wrong_door", **far)["place_reason"]
    assert words == "You are 630 m from this address. Go to the door, or say why the position is wrong."
    words = _fields(reid, curfew, code="no_position", lat=None, lon=None)["place_reason"]
    assert words == "This phone gives no position. Say how you know that this is the door."
    row = log(reid, curfew, note="Lights on.", place_reason="Number on the door, phone has no signal", **far).check
    assert row.note == "Lights on. Position: Number on the door, phone has no signal"
    assert row.distance_m == pytest.approx(634, abs=2)
    # Who had to leave, or could not get there, is not at the door.
    clock.at("22:40")
    assert log(reid, curfew, "OFFICER_SAFETY_WITHDREW", **far).check.attempt == 2


def test_an_address_without_a_place_on_the_map_asks_for_none(clock, reid, jade, bail, force):
    nowhere = make.make_address(force, number="1", street="Quay Steps", lat=None, lon=None)
    curfew = make.make_condition(jade, "JE", bail=bail, address=nowhere, start=dt.time(20), minutes=660)
    assert log(reid, curfew, lat=None, lon=None).check.distance_m is None


def test_quiet_hours_need_an_inspector(clock, reid, sergeant, curfew):
    clock.at("01:00", day="22/11/2026")
    words = refused("quiet_hours", reid, curfew).message
    assert words.startswith("No knocking from 01:00 to 06:00 without an inspector.")
    assert log(reid, curfew, "OFFICER_SAFETY_WITHDREW").check.attempt == 1  # safety is always written down
    with pytest.raises(NotAllowed):
        bail_services.allow_quiet_hours(actor=reid, condition_id=curfew.pk, inspector="Insp. Dowd 1021")
    bail_services.allow_quiet_hours(actor=sergeant, condition_id=curfew.pk, inspector="Insp. Dowd 1021")
    assert log(reid, curfew, "PRESENT_SEEN").check.attempt == 2


def test_the_second_try_waits_but_an_answer_does_not(clock, reid, curfew):
    clock.at("22:16")
    log(reid, curfew)
    clock.at("22:20")
    refusal = refused("too_soon", reid, curfew)
    assert refusal.message == "NB21 logged No reply at 22:16. Try again after 22:21."
    assert refusal.retry_after == 60
    assert log(reid, curfew, "PRESENT_SEEN").check.attempt == 2  # she came down after all
    clock.at("22:23")
    refused("too_soon", reid, curfew, "PRESENT_SEEN")


def test_nobody_is_woken_oftener_than_the_force_allows(clock, reid, curfew):
    SuspectRules.objects.update(checks_per_night=2)
    for wall in ("20:30", "22:16"):
        clock.at(wall)
        log(reid, curfew, "PRESENT_SEEN")
    clock.at("23:30")
    words = refused("enough_tonight", reid, curfew).message
    assert words.startswith("2 checks tonight is the most this person may have. NB21 logged Seen at 22:16.")
    assert log(reid, curfew, "EXCUSED").check.attempt == 3  # nobody was disturbed
    clock.at("20:30", day="22/11/2026")
    assert log(reid, curfew, "PRESENT_SEEN").check.attempt == 1  # another night


def test_a_condition_may_allow_fewer_and_never_more(clock, reid, jade, curfew):
    curfew.checks_per_night = 1
    curfew.save()
    clock.at("20:30")
    log(reid, curfew)
    clock.at("20:40")
    log(reid, curfew, "PRESENT_SEEN")  # the same check: the first try found nobody
    clock.at("22:00")
    refused("enough_tonight", reid, curfew)
    curfew.checks_per_night = 9
    curfew.save()
    log(reid, curfew, "PRESENT_SEEN")
    clock.at("22:30")
    assert "2 checks tonight" in refused("enough_tonight", reid, curfew).message


def test_two_orders_of_one_person_share_the_limit(clock, reid, jade, bail, door, curfew):
    SuspectRules.objects.update(checks_per_night=1)
    other = make.make_condition(jade, "JE", bail=bail, address=door, start=dt.time(19), minutes=700)
    log(reid, other, "PRESENT_SEEN")
    clock.at("23:00")
    refused("enough_tonight", reid, curfew)


def test_what_somebody_else_logged_first_is_told(clock, reid, ansah, curfew):
    clock.at("22:16")
    log(reid, curfew, attempt=1)
    clock.at("22:30")
    words = refused("already_logged", ansah, curfew, attempt=1).message
    assert words == "NB21 logged No reply at 22:16. Look again before you log another."
    assert log(ansah, curfew, attempt=2).check.attempt == 2


def test_a_planned_operation_keeps_everybody_away_and_hears_of_it(clock, reid, sergeant, jade, curfew):
    operation = make_operation(jade, sergeant, starts_at=london("01/01/2026 00:00"), ends_at=london("01/01/2030 00:00"))
    words = refused("do_not_approach", reid, curfew).message
    assert words == "Do not approach. Call 01632 960 417."
    look = OperationLook.objects.get(operation=operation)
    assert (look.what, look.user_id) == ("curfew", reid.user_id)


def test_a_photo_is_kept_as_evidence_and_only_with_a_check(clock, reid, curfew):
    clock.at("19:00")
    refused("not_due", reid, curfew, photo=picture())
    assert not KeptFile.objects.exists()
    clock.at("22:16")
    assert set(_fields(reid, curfew, photo=b"GIF89a not a picture")) == {"photo"}
    assert not KeptFile.objects.exists()
    key = uuid4()
    row = log(reid, curfew, photo=picture(), key=key).check
    kept = KeptFile.objects.get()
    assert row.photo_id == kept.pk
    assert (kept.mime, kept.force_id) == ("image/jpeg", reid.force_id)
    assert log(reid, curfew, photo=picture(), key=key).check == row
    assert KeptFile.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "ASLEEP"}, "outcome"),
        ({"outcome": "NOT_DUE"}, "outcome"),
        ({"method": "PIGEON"}, "method"),
        ({"note": "x" * 301}, "note"),
        ({"place_reason": "x" * 151}, "place_reason"),
        ({"body_worn_ref": "x" * 41}, "body_worn_ref"),
        ({"at": dt.datetime(2026, 11, 21, 22)}, "at"),
        ({"at": london("20/11/2026 22:00")}, "at"),
        ({"lat": 91.0}, "lat"),
        ({"lat": float("nan")}, "lat"),
        ({"accuracy_m": -1.0}, "lat"),
        ({"key": "not a key"}, "client_key"),
    ],
)
def test_what_cannot_be_read_names_its_field(clock, reid, curfew, changes, field):
    assert set(_fields(reid, curfew, **changes)) == {field}


def test_a_clock_that_runs_ahead_is_set_back(clock, reid, curfew):
    row = log(reid, curfew, at=clock.moment + dt.timedelta(hours=2)).check
    assert row.at == row.recorded_at == clock.moment


def test_it_takes_the_role_and_the_force(clock, okafor, dispatcher, hale, stranger, reid, curfew):
    for actor in (okafor, dispatcher, hale):
        with pytest.raises(NotAllowed):
            log(actor, curfew)
    with pytest.raises(NotFound):
        log(make.make_officer(force=stranger.user.force), curfew)
    with pytest.raises(NotFound):
        record_check(actor=reid, condition_id="nonsense", client_key=uuid4(), seen=Seen(outcome="NO_REPLY"))
    assert not CurfewCheck.objects.exists()
    assert not CurfewBreach.objects.exists()


def test_across_the_hour_that_comes_twice(clock, reid, jade, bail, door):
    """Sunday 25/10/2026: the night of the 24th is twelve hours long, and 01:30 comes twice."""
    bail.starts_at = london("01/10/2026 09:00")
    bail.save()
    curfew = make.make_condition(
        jade, "JE", bail=bail, address=door, start=dt.time(20), minutes=660, quiet_hours_authorised="Insp. Dowd 1021"
    )
    clock.moment = london("25/10/2026 01:30")
    log(reid, curfew)
    clock.moment = london("25/10/2026 01:30", fold=1)
    second = log(reid, curfew)
    assert second.check.night == dt.date(2026, 10, 24)
    assert second.breach is not None
    assert "At 01:30 BST and 01:30 GMT on 25 October 2026 I knocked at" in second.breach.statement
