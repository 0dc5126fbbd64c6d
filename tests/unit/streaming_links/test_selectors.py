"""Reading: own force only, audited, numbers masked; the on-screen outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import now
from core.errors import NotAllowed, NotFound
from core.models import AuditEvent
from streaming.models import LinkToken, MessageText, NoticeAcceptance, OutboxText, SmsMessage, VideoSession
from streaming.permissions import can_follow_session
from streaming.selectors import links as reads
from streaming.services import links
from tests.factories import links as make


def entries(action):
    return AuditEvent.objects.filter(action=action)


def test_the_console_reads_state_link_and_texts(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    before = entries("LIST").count()
    (row,) = reads.incident_sessions(okafor, session.incident_id)
    assert row.state_words == "Sent"
    assert (row.link.number, row.link.open, row.link.claimed, row.link.fetched) == ("+44 ••• 123", True, False, 0)
    assert [(text.provider, text.status_words) for text in row.link.texts] == [("recording", "Sent")]
    assert (row.can_resend, row.can_revoke) == (True, True)
    assert entries("LIST").count() == before + 1
    assert entries("LIST").latest("at").result_ids == [str(session.pk)]


def test_the_newest_link_is_the_one_shown(okafor):
    session = make.send(okafor)
    links.resend_link(actor=okafor, session_id=session.pk, number="07700 900456")
    assert reads.get_session(okafor, session.pk).link.number == "+44 ••• 456"


def test_an_expired_link_is_not_shown_as_open(okafor):
    session = make.send(okafor)
    LinkToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert not reads.get_session(okafor, session.pk).link.open


def test_one_session_is_one_entry(okafor, hale):
    session = make.send(okafor)
    reads.get_session(hale, session.pk, purpose="Supervising")
    entry = entries("CONSULT").get(object=f"streaming.videosession:{session.pk}")
    assert (entry.actor_label, entry.purpose) == (hale.label, "Supervising")


def test_an_ended_session_is_not_in_the_live_list(okafor):
    session = make.send(okafor)
    links.revoke_link(actor=okafor, session_id=session.pk)
    assert [row.session for row in reads.all_sessions(okafor)] == [session]
    assert reads.all_sessions(okafor, live_only=True) == []


def test_another_force_sees_nothing(okafor, stranger):
    session = make.send(okafor)
    assert reads.all_sessions(stranger) == []
    for read, key in ((reads.incident_sessions, session.incident_id), (reads.get_session, session.pk)):
        with pytest.raises(NotFound):
            read(stranger, key)
    assert not can_follow_session(stranger, str(session.pk))
    assert can_follow_session(okafor, str(session.pk))
    assert not can_follow_session(okafor, "not-a-uuid")


@pytest.mark.parametrize("model", [VideoSession, LinkToken, SmsMessage, OutboxText, NoticeAcceptance, MessageText])
def test_every_row_stays_with_its_force(okafor, stranger, admin, settings, model):
    settings.SMS_PROVIDERS = ["streaming.sms.onscreen.OnScreenProvider"]
    session = make.send(okafor)
    make.work("sms.send")
    make.claim(session)
    MessageText.objects.create(force_id=okafor.force_id, kind="video_link", locale="en", text="{link}")
    assert model.objects.visible_to(okafor).count() == model.objects.count() == 1
    assert not model.objects.visible_to(stranger).exists()


def test_the_administrator_sees_no_session(okafor, admin):
    session = make.send(okafor)
    for read in (lambda: reads.get_session(admin, session.pk), lambda: reads.all_sessions(admin)):
        with pytest.raises(NotAllowed):
            read()


def test_the_on_screen_outbox_shows_the_text_while_the_link_works(okafor, stranger, reid, settings):
    settings.SMS_PROVIDERS = ["streaming.sms.onscreen.OnScreenProvider"]
    session = make.send(okafor)
    token = make.token_of(session)
    make.work("sms.send")
    session.refresh_from_db()
    assert session.state == "delivered"
    (shown,) = reads.on_screen_texts(okafor)
    assert shown.body.endswith(f"/v/{token}")
    assert shown.number == "+44 ••• 123"
    assert token not in OutboxText.objects.get().sealed
    assert reads.on_screen_texts(stranger) == []
    with pytest.raises(NotAllowed):
        reads.on_screen_texts(reid)
    links.revoke_link(actor=okafor, session_id=session.pk)
    assert reads.on_screen_texts(okafor)[0].body == ""
