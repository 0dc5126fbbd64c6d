"""Sharing one incident with a partner's person: who may, what is written, how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from incidents.models import LogEntry
from streaming.models import GuestCode, GuestLink, GuestMessage, GuestRule, GuestSession, OutboxText, Viewing
from streaming.selectors.guests import guest_rows
from streaming.services import guest_codes, guest_viewing, guests
from streaming.sms.mail import OnScreenMail
from tests.factories import guests as make
from tests.factories.evidence import make_copy, make_exhibit, make_file, register
from tests.factories.links import open_call, work
from tests.fakes.sms import RecordingProvider


def past(link: GuestLink) -> None:
    """As if it had been shared two hours ago."""
    GuestLink.objects.filter(pk=link.pk).update(
        created_at=now() - timedelta(hours=2), expires_at=now() - timedelta(seconds=1)
    )


def test_who_shared_what_with_whom_why_and_by_which_law_is_in_the_log_and_the_audit_trail(okafor, link):
    entry = LogEntry.objects.filter(incident_id=link.incident_id).latest("seq")
    assert entry.type == "TRANSFER"
    assert entry.text == (
        "Shared with J. Smith, Northmere Ambulance for 60 minutes: live video, place. Purpose: To find the patient. "
        "To protect somebody's life."
    )
    audit = AuditEvent.objects.get(object=f"streaming.guestlink:{link.pk}", action="DISCLOSE")
    assert (audit.recipient, audit.actor_id) == ("J. Smith, Northmere Ambulance", str(okafor.user_id))
    assert (audit.purpose, audit.justification) == ("Shared: To find the patient", "vital_interests")
    assert audit.incident == str(link.incident_id)


def test_the_link_goes_by_text_and_its_words_are_forgotten_once_they_have_left(link):
    token = make.token_of(link)
    work("guest.send")
    [text] = RecordingProvider.sent
    assert text.to == "+447700900642"
    assert f"/guest/{token}/" in text.body
    message = GuestMessage.objects.get(link=link)
    assert (message.status, message.sealed, message.to_masked) == ("sent", "", "+44 ••• 642")
    assert token not in str(GuestLink.objects.values().get(pk=link.pk))


def test_a_text_that_no_provider_takes_is_said_on_the_console(okafor, link, settings):
    from streaming.sms import SmsRefused
    from tests.fakes.sms import ScriptedProvider

    settings.SMS_PROVIDERS = ["tests.fakes.sms.ScriptedProvider", "tests.fakes.sms.ScriptedProvider"]
    ScriptedProvider.script[:] = [SmsRefused("blocked"), SmsRefused("unreachable")]
    work("guest.send")
    work("guest.send")
    [row] = guest_rows(okafor, link.incident_id)
    assert row.link.problem == "The phone is off or has no signal. Try again, or ask for another number."


def test_an_officer_and_another_force_cannot_share_and_another_forces_link_is_not_there(reid, stranger, link):
    with pytest.raises(NotAllowed):
        make.share(reid, link.incident_id)
    with pytest.raises(NotFound):
        make.share(stranger, link.incident_id)
    with pytest.raises(NotFound):
        guests.revoke(actor=stranger, link_id=link.pk)
    with pytest.raises(NotFound):
        guest_rows(stranger, link.incident_id)
    with pytest.raises(NotAllowed):
        guest_rows(reid, link.incident_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"agency": "\u202e"}, "agency"),
        ({"purpose": " "}, "purpose"),
        ({"basis": "because"}, "basis"),
        ({"agency_kind": "press"}, "agency_kind"),
        ({"address": "0117 496 0123"}, "address"),
        ({"address": "j.smith@ambulance.nhs.uk"}, "address"),
        ({"channel": "email", "address": "j.smith@ambulance.nhs.uk"}, "channel"),
        ({"confirmed": False}, "confirmed"),
        ({"minutes": 241}, "minutes"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"video": False, "place": False}, "video"),
    ],
)
def test_a_share_that_cannot_be_says_which_field_and_leaves_nothing(okafor, change, field):
    incident = open_call(okafor)
    before = LogEntry.objects.count()
    with pytest.raises(Invalid) as refusal:
        make.share(okafor, incident, **change)
    assert field in refusal.value.fields
    assert (GuestLink.objects.count(), LogEntry.objects.count()) == (0, before)


def test_a_force_sets_how_long_it_shares(okafor):
    GuestRule.objects.create(force_id=okafor.force_id, usual_minutes=15, most_minutes=30)
    with pytest.raises(Invalid, match="5 to 30 minutes"):
        make.share(okafor, minutes=31)
    assert make.share(okafor, minutes=30).expires_at


def test_two_clicks_share_once(okafor, link):
    with pytest.raises(Conflict):
        make.share(okafor, link.incident_id)
    guests.revoke(actor=okafor, link_id=link.pk)
    assert make.share(okafor, link.incident_id).pk != link.pk


def test_an_email_goes_where_email_is_set_up(okafor, settings):
    settings.EMAIL_URL = "screen:"
    settings.EMAIL_BACKEND = f"{OnScreenMail.__module__}.{OnScreenMail.__name__}"
    link = make.share(okafor, channel="email", address="J.Smith@Ambulance.nhs.uk")
    words = make.words_of(link, "link")
    work("guest.send")
    shown = OutboxText.objects.get(guest_message__link=link)
    assert shown.guest_message.to_masked == "j•••@ambulance.nhs.uk"
    from streaming.tokens import unseal

    assert unseal(shown.sealed) == words


def test_only_a_sealed_film_of_this_incident_that_plays_can_be_chosen(okafor, call, tmp_path):
    from core.actors import Actor
    from evidence import services as evidence

    incident = call.session.incident
    exhibit = make_exhibit(incident, okafor)
    register(exhibit, make_file(tmp_path))
    with pytest.raises(Invalid):
        make.share(okafor, incident, exhibits=[exhibit.pk])
    make_copy(exhibit, make_file(tmp_path))
    evidence.seal_exhibit(actor=Actor.system(exhibit.force_id), exhibit_id=exhibit.pk)
    other = open_call(okafor)
    with pytest.raises(Invalid):
        make.share(okafor, other, exhibits=[exhibit.pk])
    link = make.share(okafor, incident, exhibits=[exhibit.pk])
    assert [film.exhibit_id for film in link.films.all()] == [exhibit.pk]


def test_who_shared_it_or_a_supervisor_withdraws_it_and_nobody_else(okafor, hale, link):
    from core.roles import CALL_HANDLER
    from tests.factories.core import make_actor

    colleague = make_actor(roles=(CALL_HANDLER,), last_name="Byrne", collar_number="5128")
    with pytest.raises(NotAllowed):
        guests.revoke(actor=colleague, link_id=link.pk)
    assert guests.revoke(actor=hale, link_id=link.pk).state == "revoked"


def test_two_supervisors_withdraw_at_once_and_it_is_withdrawn_once(hale, link):
    guests.revoke(actor=hale, link_id=link.pk)
    written = (LogEntry.objects.count(), AuditEvent.objects.count(), LiveEvent.objects.count())
    assert guests.revoke(actor=hale, link_id=link.pk).state == "revoked"
    assert (LogEntry.objects.count(), AuditEvent.objects.count(), LiveEvent.objects.count()) == written


def test_withdrawing_ends_sessions_codes_messages_and_pictures(okafor, link, call, gateway):
    session, _ = make.open_door(link)
    actor = guest_viewing.actor_of(session)
    guest_viewing.start(actor=actor, guest=session, session_id=call.session.pk, peer_id="g-1")
    guest_codes.ask_code(token=make.token_of(link), ip=make.IP)
    guests.revoke(actor=okafor, link_id=link.pk)
    assert not guest_viewing.is_open(session.pk)
    assert GuestSession.objects.get(pk=session.pk).ended_at
    assert not GuestCode.objects.filter(link=link, used_at=None, void_at=None).exists()
    assert set(GuestMessage.objects.filter(link=link).values_list("status", "sealed")) == {("cancelled", "")}
    work("guest.close")
    assert gateway.named("close_peer")[-1].data["peer_id"] == "g-1"
    assert not Viewing.objects.filter(ended_at=None).exists()
    assert LogEntry.objects.filter(text="Access of J. Smith, Northmere Ambulance withdrawn.").count() == 1


def test_when_the_time_is_over_the_link_ends_by_itself(link, call, gateway):
    session, _ = make.open_door(link)
    guest_viewing.start(actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-1")
    assert not guests.expire(link.pk)
    past(link)
    assert guest_viewing.sweep() == 2  # the link and its picture
    link.refresh_from_db()
    assert (link.state, link.closed_by_label) == ("ended", "System")
    assert gateway.named("close_peer")[-1].data["peer_id"] == "g-1"
    assert guest_viewing.sweep() == 0


def test_the_address_of_a_link_long_over_is_forgotten_and_that_is_written_down(okafor, link):
    guests.revoke(actor=okafor, link_id=link.pk)
    assert guests.forget_old() == 0
    GuestLink.objects.filter(pk=link.pk).update(closed_at=now() - timedelta(days=32))
    assert (guests.forget_old(), guests.forget_old()) == (1, 0)
    link.refresh_from_db()
    assert (link.address, link.name) == ("", "J. Smith")
    assert AuditEvent.objects.filter(object=f"streaming.guestlink:{link.pk}", action="ERASE").count() == 1


def test_the_list_says_where_each_guest_stands(okafor, link, call):
    def words() -> str:
        return guest_rows(okafor, link.incident_id)[0].state_words

    assert words() == "Not opened"
    session, _ = make.open_door(link)
    assert words() == "Opened"
    viewing = guest_viewing.start(
        actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-1"
    )
    assert words() == "Watching now"
    guest_viewing.stop(actor=guest_viewing.actor_of(session), viewing_id=viewing.pk)
    [row] = guest_rows(okafor, link.incident_id)
    assert (row.state_words, row.parts, row.may_revoke) == ("Opened", "Live video, place", True)
    assert row.link.last_look_at
    guests.revoke(actor=okafor, link_id=link.pk)
    assert words() == "Withdrawn"


def test_the_list_costs_the_same_however_many_guests_there_are(okafor, link, django_assert_num_queries):
    for number in range(3):
        make.share(okafor, link.incident_id, address=f"07700 90065{number}")
    with django_assert_num_queries(6):
        assert len(guest_rows(okafor, link.incident_id)) == 4


def test_live_events_name_nobody(link):
    make.open_door(link)
    told = LiveEvent.objects.filter(kind="video.guest_changed")
    assert told.count() >= 3
    assert not [event for event in told if "Smith" in str(event.data) or "900642" in str(event.data)]
