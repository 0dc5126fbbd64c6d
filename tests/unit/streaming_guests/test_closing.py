"""What was shared of an incident ends when the incident is closed, and does not come back with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from core.models import AuditEvent
from incidents.models import Incident, LogEntry
from incidents.services import close_incident, reopen_incident
from streaming.models import GuestLink, GuestMessage, Viewing
from streaming.selectors.guests import guest_rows
from streaming.services import guest_codes, guest_viewing, guests
from tests.factories import guests as make
from tests.factories.incidents import assess_again
from tests.factories.links import work
from tests.unit.streaming_guests.test_hostile import browser, url

ENDED = "Access of J. Smith, Northmere Ambulance ended: the incident was closed."


@pytest.fixture
def link(okafor: Actor, call) -> GuestLink:
    return make.share(okafor, call.session.incident_id)


def close(hale: Actor, link: GuestLink) -> None:
    assess_again(hale, Incident.objects.get(pk=link.incident_id))
    close_incident(actor=hale, incident_id=link.incident_id, category_code="307", text="Area searched, no trace.")


def test_a_closed_incident_ends_what_was_shared_and_opening_again_brings_nothing_back(hale, link, call, gateway):
    token = make.token_of(link)
    session, secret = make.open_door(link, token)
    guest_viewing.start(actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-1")
    close(hale, link)
    work("incident.closed")
    work("guest.close")
    assert gateway.named("close_peer")[-1].data["peer_id"] == "g-1"
    assert not Viewing.objects.filter(ended_at=None).exists()
    link.refresh_from_db()
    assert (link.state, link.closed_by_label) == ("ended", "System")
    reopen_incident(actor=hale, incident_id=link.incident_id, reason="The caller rang again.")
    work("incident.closed")  # a courier that comes twice changes nothing
    assert guest_codes.guest_of(token, secret) is None
    assert browser(token, secret).get(url("guest", token)).status_code == 404
    assert browser(token, secret).post(url("guest_ask", token)).status_code == 404
    assert LogEntry.objects.filter(text=ENDED).count() == 1


def test_the_partner_reads_why_and_a_strange_browser_does_not(hale, link):
    token = make.token_of(link)
    _, secret = make.open_door(link, token)
    close(hale, link)
    work("incident.closed")
    guest = browser(token, secret)
    assert guest.get(url("guest_state", token)).json()["why"] == "closed"
    page = guest.get(url("guest", token)).content.decode()
    assert "The incident is closed" in page
    assert "The incident is closed" not in browser(token, "").get(url("guest", token)).content.decode()


def test_the_ending_is_in_the_log_the_audit_trail_and_the_list(okafor, hale, link):
    close(hale, link)
    work("incident.closed")
    entry = LogEntry.objects.filter(incident_id=link.incident_id).latest("seq")
    assert (entry.type, entry.channel, entry.text) == ("TRANSFER", "system", ENDED)
    audit = AuditEvent.objects.get(object=f"streaming.guestlink:{link.pk}", purpose=ENDED)
    assert (audit.recipient, audit.incident) == ("J. Smith, Northmere Ambulance", str(link.incident_id))
    assert guest_rows(okafor, link.incident_id)[0].state_words == "Ended with the incident"
    assert set(GuestMessage.objects.filter(link=link).values_list("status", "sealed")) == {("cancelled", "")}


def test_a_slow_courier_does_not_end_what_was_shared_after_opening_again(okafor, hale, link):
    close(hale, link)
    reopen_incident(actor=hale, incident_id=link.incident_id, reason="The caller rang again.")
    later = make.share(okafor, link.incident_id, address="07700 900643")
    work("incident.closed")
    link.refresh_from_db()
    later.refresh_from_db()
    assert (link.is_over, later.is_over) == (True, False)


def test_what_had_ended_before_keeps_its_own_reason(okafor, hale, link):
    guests.revoke(actor=okafor, link_id=link.pk)
    close(hale, link)
    assert guests.end_with_incident(link.incident_id, now() + timedelta(seconds=1)) == 0
    link.refresh_from_db()
    assert (link.state, link.ended_early) == ("revoked", False)


def test_a_closed_incident_is_shared_with_nobody(okafor, hale, link):
    close(hale, link)
    with pytest.raises(Conflict):
        make.share(okafor, link.incident_id, address="07700 900643")
