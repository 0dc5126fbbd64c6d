"""What the database itself refuses about guests."""

from __future__ import annotations

from datetime import timedelta

from core.clock import now
from streaming.models import GuestCode, GuestFilm, GuestMessage, GuestRule, OutboxText, Viewing
from streaming.services import guest_viewing
from tests.factories import guests as make
from tests.factories.evidence import make_exhibit
from tests.helpers.refused_rows import insert, refused


def test_links(link):
    free = {"token_hash": "b" * 64}
    refused("streaming.GuestLink.token_hash", insert(link))
    refused("guest_state_known", insert(link, **free, state="lost"))
    refused("guest_agency_known", insert(link, **free, agency_kind="press"))
    refused("guest_channel_known", insert(link, **free, channel="fax"))
    refused("guest_basis_known", insert(link, **free, basis="because"))
    for name in ("name", "agency", "purpose"):
        refused("guest_named_for_a_purpose", insert(link, **free, **{name: ""}))
    refused("guest_expires_after_start", insert(link, **free, expires_at=link.created_at))
    refused("guest_over_has_time", insert(link, **free, state="revoked"))
    refused("guest_over_has_time", insert(link, **free, closed_at=now()))
    refused("guest_address_while_open", insert(link, **free, address=""))


def test_rules_of_forces(okafor):
    row = GuestRule.objects.create(force_id=okafor.force_id)
    refused("guest_rule_one_per_force", insert(row))
    from tests.factories.core import make_force

    other = make_force("98", "Southmere Police")
    for wrong in ({"usual_minutes": 4}, {"usual_minutes": 241}, {"most_minutes": 1441}):
        refused("guest_rule_minutes", insert(row, force_id=other.pk, **wrong))


def test_films(okafor, link):
    exhibit = make_exhibit(link.incident, okafor)
    film = GuestFilm.objects.create(force_id=link.force_id, link=link, exhibit=exhibit, ref="AO/1")
    refused("guest_film_once", insert(film))


def test_codes(link):
    from streaming.services import guest_codes

    guest_codes.ask_code(token=make.token_of(link), ip=make.IP)
    row = GuestCode.objects.get(link=link)
    refused("guest_code_one_live_per_link", insert(row))
    refused("guest_code_tries", insert(row, void_at=now(), tries=6))
    refused("guest_code_used_or_void", insert(row, void_at=now(), used_at=now()))


def test_sessions(link):
    session, _ = make.open_door(link)
    refused("streaming.GuestSession.code", insert(session, secret_hash="c" * 64))
    spare = insert(GuestCode.objects.get(pk=session.code_id))
    spare()
    other = GuestCode.objects.exclude(pk=session.code_id).get()
    refused("streaming.GuestSession.secret_hash", insert(session, code_id=other.pk))
    early = session.opened_at - timedelta(seconds=1)
    refused("guest_session_order", insert(session, code_id=other.pk, secret_hash="c" * 64, ended_at=early))


def test_messages(link):
    row = GuestMessage.objects.get(link=link)
    refused("guest_message_kind_known", insert(row, kind="fax"))
    refused("guest_message_status_known", insert(row, status="lost", sealed=""))
    refused("guest_message_forgotten_after_sending", insert(row, status="sent"))


def test_texts_on_screen(link, call):
    from streaming.models import SmsMessage

    message, text = GuestMessage.objects.get(link=link), SmsMessage.objects.first()
    row = OutboxText(force_id=link.force_id, guest_message=message, sealed="", created_at=now())
    row.save(force_insert=True)
    refused("streaming.OutboxText.guest_message", insert(row))
    refused("outbox_text_of_one_message", insert(row, guest_message_id=None))
    assert text
    other = GuestMessage.objects.create(
        force_id=link.force_id, link=link, kind="code", to_masked="+44 ••• 642", queued_at=now()
    )
    refused("outbox_text_of_one_message", insert(row, guest_message_id=other.pk, message_id=text.pk))


def test_viewings(okafor, link, call):
    session, _ = make.open_door(link)
    viewing = guest_viewing.start(
        actor=guest_viewing.actor_of(session), guest=session, session_id=call.session.pk, peer_id="g-1"
    )
    assert Viewing.objects.get(pk=viewing.pk).user_id is None
    refused("viewing_of_one_person", insert(viewing, peer_id="g-2", guest_id=None))
    refused("viewing_of_one_person", insert(viewing, peer_id="g-2", user_id=okafor.user_id))
