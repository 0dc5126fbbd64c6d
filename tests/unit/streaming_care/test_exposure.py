"""Pictures that open covered, minutes that are counted for the person's own sake, sessions that are handed over."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import DISPATCHER, OFFICER
from incidents.services import book_off, book_on
from streaming.models import CarePolicy, Exposure, ExposureTally, Viewing
from streaming.selectors import care
from streaming.services import exposure, sessions
from streaming.tasks import purge_exposure
from tests.factories.core import make_actor
from tests.factories.links import open_call, send

pytestmark = pytest.mark.usefixtures("midday")


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def log_of(call) -> list[str]:
    return list(call.session.incident.log.order_by("seq").values_list("text", flat=True))


def opens(call) -> care.Veil:
    return care.veils(call.session.force_id, [call.session.incident_id])[call.session.incident_id]


def heard(kind: str, topic: str = "") -> list[dict]:
    rows = LiveEvent.objects.filter(kind=kind).order_by("id")
    return [row.data for row in (rows.filter(topic=topic) if topic else rows)]


# --- covered, softened, clear


def test_new_video_opens_covered_where_the_force_says_so_and_clear_where_it_does_not(call, okafor):
    assert opens(call) == care.Veil(level="covered", graphic=False, counts=False), "where nobody decided, it is on"
    exposure.switch_guard(actor=Actor.system(okafor.force_id), force_id=okafor.force_id, on=False)
    policy = CarePolicy.objects.get()
    assert opens(call) == care.Veil(level="clear", graphic=False, counts=False)
    policy.guard_on = policy.count_all = True
    policy.save()
    assert opens(call) == care.Veil(level="covered", graphic=False, counts=True)


def test_a_reveal_is_remembered_for_the_incident_and_not_for_the_person(call, guard, okafor, bello):
    exposure.set_level(actor=okafor, session_id=call.session.pk, level="softened")
    page = signed_in(bello).get(reverse("streaming:panel", args=[call.session.incident_id])).content.decode()
    assert 'data-veil="softened"' in page
    other = send(okafor, open_call(okafor, number="07700 900124"), number="07700 900124")
    assert care.veils(okafor.force_id, [other.incident_id])[other.incident_id].level == "covered"


def test_a_reveal_is_timed_and_logged_once_for_each_change(call, guard, okafor, bello):
    for actor in (okafor, bello):  # both press Clear: one change, two who saw
        exposure.set_level(actor=actor, session_id=call.session.pk, level="clear")
    exposure.set_level(actor=bello, session_id=call.session.pk, level="covered")
    assert [text for text in log_of(call) if text.startswith("Picture")] == ["Picture clear.", "Picture covered."]
    purposes = AuditEvent.objects.filter(purpose__startswith="Picture").order_by("at")
    assert list(purposes.values_list("purpose", flat=True)) == ["Picture clear", "Picture clear", "Picture covered"]
    assert [one["level"] for one in heard("video.exposure_changed")] == ["clear", "covered"]


def test_wherever_a_picture_is_shown_the_page_says_what_it_opens_with(call, guard, okafor, hale):
    client = signed_in(hale)
    for address in (
        reverse("streaming:panel", args=[call.session.incident_id]),
        reverse("streaming:watch", args=[call.session.pk]),
        reverse("streaming:wall") + "?part=feeds",
        reverse("streaming:incident_wall", args=[call.session.incident_id]),
    ):
        page = client.get(address).content.decode()
        assert 'data-veil="covered"' in page, address
        assert 'data-veil="clear"' not in page, address


def test_the_wall_asks_two_questions_however_many_pictures(call, guard, okafor, django_assert_num_queries):
    with django_assert_num_queries(2):
        care.put_veils(okafor.force_id, [call.session] * 9)


@pytest.mark.parametrize("level", ["", "CLEAR", "seen", "clear\x00", "c" * 5000])
def test_a_level_that_is_none_is_refused_in_words(call, okafor, level):
    with pytest.raises(Invalid):
        exposure.set_level(actor=okafor, session_id=call.session.pk, level=level)
    assert not Exposure.objects.exists()


def test_another_force_reveals_nothing(call, guard, southmere):
    for act, what in ((exposure.set_level, {"level": "clear"}), (exposure.set_graphic, {"graphic": True})):
        with pytest.raises(NotFound):
            act(actor=southmere, session_id=call.session.pk, **what)
    assert opens(call).level == "covered"


# --- minutes


def test_looking_at_what_a_person_marked_graphic_is_counted_and_nothing_else(call, okafor, watches, looks):
    watches(okafor)
    assert looks(okafor, 3) == 0, "nobody marked it"
    exposure.set_graphic(actor=okafor, session_id=call.session.pk, graphic=True)
    assert looks(okafor, 3) == 30
    exposure.set_graphic(actor=okafor, session_id=call.session.pk, graphic=False)
    assert looks(okafor, 3) == 30


def test_two_windows_count_once_and_a_page_that_hurries_gains_nothing(call, okafor, watches, later):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    watches(okafor, "w-2")
    exposure.look(actor=okafor, session_ids=[call.session.pk])
    for _ in range(6):  # each window says so every ten seconds, five apart
        later(5)
        found = exposure.look(actor=okafor, session_ids=[call.session.pk])
    assert 39 <= found.seconds <= 41
    for _ in range(50):  # a page that hurries
        found = exposure.look(actor=okafor, session_ids=[call.session.pk, uuid4()])
    assert found.seconds <= 42


def test_a_network_that_drops_counts_one_sign_and_not_the_hour(call, okafor, watches, looks, later):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    looks(okafor)
    later(3600)
    assert looks(okafor) == 20


def test_only_a_picture_that_is_open_on_ones_own_screens_counts(call, okafor, bello, hale, southmere, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    CarePolicy.objects.create(force_id=southmere.force_id, count_all=True)
    watches(okafor)
    assert looks(bello, 2) == 0
    assert looks(southmere, 2) == 0
    assert looks(okafor, 1) == 10
    Viewing.objects.update(ended_at=now())
    assert looks(okafor, 2) == 10


def test_a_new_shift_begins_at_nothing(call, okafor, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    assert looks(okafor) == 10, "off duty: of the day"
    book_on(actor=okafor, call_sign="CR4")
    assert looks(okafor, 2) == 20
    book_off(actor=okafor)
    book_on(actor=okafor, call_sign="CR4")
    assert care.own_looked(okafor).seconds == 0


def test_the_person_is_asked_at_twenty_minutes_and_the_supervisor_offered_at_thirty(call, okafor, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True, ask_minutes=1, hand_over_minutes=2)
    watches(okafor)
    topic = f"care.{okafor.force_id}"
    looks(okafor, 5)
    assert heard("video.exposure_reached", topic) == []
    looks(okafor, 1)
    assert heard("video.exposure_reached", topic) == [{"user": okafor.user_id, "mark": "ask"}]
    assert care.own_looked(okafor).mark == "ask"
    looks(okafor, 8)
    assert [one["mark"] for one in heard("video.exposure_reached", topic)] == ["ask", "hand_over"]
    assert [one["mark"] for one in heard("video.exposure_reached", f"person.{okafor.user_id}")] == ["ask", "hand_over"]


def test_the_defaults_are_twenty_and_thirty(okafor):
    policy = care.policy_of(okafor.force_id)
    assert (policy.guard_on, policy.ask_minutes, policy.hand_over_minutes) == (True, 20, 30)


# --- who reads the figures


def test_minutes_are_read_by_the_person_and_supervisors_of_their_force(
    call, okafor, bello, hale, southmere, watches, looks
):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    looks(okafor, 2)
    assert signed_in(okafor).post(reverse("streaming:look")).json() == {"seconds": 20, "mark": ""}
    assert signed_in(bello).post(reverse("streaming:look")).json() == {"seconds": 0, "mark": ""}
    for other in (bello, make_actor(roles=(DISPATCHER,)), make_actor(roles=(OFFICER,))):
        assert signed_in(other).get(reverse("streaming:wellbeing")).status_code == 403
    [person] = care.wellbeing(hale).people
    assert (person.tally.user_id, person.mark, person.sessions) == (okafor.user_id, "", (call.session,))
    assert care.wellbeing(southmere).people == ()
    page = signed_in(southmere).get(reverse("streaming:wellbeing")).content.decode()
    assert okafor.label not in page


def test_a_supervisors_look_at_the_minutes_is_audited(call, okafor, hale, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    looks(okafor)
    before = AuditEvent.objects.count()
    care.wellbeing(hale)
    assert AuditEvent.objects.count() == before + 1


def test_minutes_are_deleted_when_their_time_is_over(call, okafor, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True, keep_days=7)
    watches(okafor)
    looks(okafor)
    purge_exposure()
    assert ExposureTally.objects.count() == 1
    ExposureTally.objects.update(last_at=now() - timedelta(days=7, minutes=1))
    purge_exposure()
    assert ExposureTally.objects.count() == 0


# --- handing over


def test_a_session_is_handed_over_and_both_are_told(call, okafor, bello, hale):
    give = {"session_id": call.session.pk, "from_user": okafor.user_id, "to_user": bello.user_id}
    row = exposure.hand_over(actor=hale, **give)
    assert log_of(call)[-1] == f"Live video and chat handed over from {okafor.label} to {bello.label}."
    for person in (okafor, bello):
        [event] = heard("video.handed_over", f"person.{person.user_id}")
        assert (event["from_user"], event["to_user"]) == (okafor.user_id, bello.user_id)
    assert care.handled_by(call.session.pk) == row
    page = signed_in(bello).get(reverse("streaming:panel", args=[call.session.incident_id])).content.decode()
    assert f"With {bello.label} since" in page
    with pytest.raises(Conflict, match="has this session already"):
        exposure.hand_over(actor=hale, **give)
    exposure.hand_over(actor=hale, **give | {"from_user": bello.user_id, "to_user": okafor.user_id})


def test_what_cannot_be_handed_over(call, okafor, bello, hale, southmere):
    give = {"session_id": call.session.pk, "from_user": okafor.user_id, "to_user": bello.user_id}
    with pytest.raises(NotAllowed):
        exposure.hand_over(actor=okafor, **give)
    with pytest.raises(NotFound):
        exposure.hand_over(actor=southmere, **give)
    officer = make_actor(roles=(OFFICER,))
    for taker in (okafor.user_id, officer.user_id, southmere.user_id, 2**40):
        with pytest.raises(Invalid):
            exposure.hand_over(actor=hale, **give | {"to_user": taker})
    with pytest.raises(NotFound):
        exposure.hand_over(actor=hale, **give | {"from_user": southmere.user_id})
    sessions.end_session(actor=okafor, session_id=call.session.pk, reason="handler")
    with pytest.raises(Conflict, match="ended"):
        exposure.hand_over(actor=hale, **give)


def test_the_supervisors_list_offers_colleagues_who_are_on_duty(call, okafor, bello, hale, watches, looks):
    CarePolicy.objects.create(force_id=okafor.force_id, count_all=True)
    watches(okafor)
    looks(okafor)
    assert care.wellbeing(hale).takers == ()
    book_on(actor=bello, call_sign="CR5")
    page = signed_in(hale).get(reverse("streaming:wellbeing")).content.decode()
    assert f'<option value="{bello.user_id}">' in page
    answer = signed_in(hale).post(
        reverse("streaming:hand_over", args=[call.session.pk]),
        {"from_user": okafor.user_id, "to_user": bello.user_id}, HTTP_HX_REQUEST="true",
    )  # fmt: skip
    assert answer.status_code == 200
    assert "<form" not in answer.content.decode(), "what was handed over is offered no more"
