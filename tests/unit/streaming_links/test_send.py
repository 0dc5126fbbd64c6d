"""Sending a link: who may, to whom, what is written before anything leaves, and sending again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from core.models import AuditEvent, LiveEvent, OutboxMessage
from incidents.models import LogEntry
from incidents.services import close_incident
from streaming.models import CloseReason, LinkToken, SmsMessage, VideoSession
from streaming.services import claims, links, progress
from streaming.services.rates import TEXTS_PER_NUMBER
from streaming.states import SessionState
from streaming.tokens import digest
from tests.factories import links as make
from tests.factories.incidents import assess_again
from tests.fakes.sms import RecordingProvider


def test_a_link_is_rows_before_anything_leaves(okafor):
    incident = make.open_call(okafor)
    session = make.send(okafor, incident)

    assert session.state == SessionState.QUEUED
    assert session.force_id == okafor.force_id
    assert len(session.trust_code) == 4
    link = make.open_link(session)
    assert link.number == make.E164
    assert timedelta(minutes=29) < link.expires_at - now() <= timedelta(minutes=30)
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"sms.send", "link.expire"} <= kinds
    assert RecordingProvider.sent == []


def test_the_text_leaves_with_the_link_and_the_console_sees_it(okafor):
    session = make.send(okafor)
    make.work("sms.send")

    (text,) = RecordingProvider.sent
    assert text.to == make.E164
    assert text.sender == "NORTHMERE"
    assert text.body.startswith(
        "Northmere Police: the link for your 999 call. We will not ask for money or a password."
    )
    assert RecordingProvider.last_token() == make.token_of(session)
    session.refresh_from_db()
    assert session.state == SessionState.SENT
    assert session.trust_code not in text.body


def test_the_token_is_nowhere_in_the_database_in_the_open(okafor):
    session = make.send(okafor)
    token = make.token_of(session)
    make.work("sms.send")
    link = make.open_link(session)
    assert link.token_hash == digest(token)
    stored = [
        str(list(model.objects.values())) for model in (LinkToken, SmsMessage, OutboxMessage, LiveEvent, LogEntry)
    ]
    assert not any(token in text for text in [*stored, str(list(AuditEvent.objects.values()))])


def test_number_and_name_are_in_no_event_outbox_row_or_log_text(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    events = str(list(LiveEvent.objects.values_list("data", flat=True)))
    rows = str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    log = LogEntry.objects.filter(incident=session.incident_id, type="MEDIA").latest("seq")
    for text in (events, rows, log.text):
        assert "7700900123" not in text
        assert "Harper" not in text
    assert "ending 123" in log.text


def test_sending_leaves_an_audit_entry(okafor):
    session = make.send(okafor)
    entry = AuditEvent.objects.get(object=f"streaming.videosession:{session.pk}")
    assert (entry.action, entry.actor_label, entry.recipient) == ("COLLECT", okafor.label, "mobile ending 123")


@pytest.mark.parametrize(
    "number",
    ["", "999", "020 7946 0123", "+33612345678", "0770090012", "077009001234", "07700 90012a", "<b>07700900123</b>",
     "07700900123\r\nBcc: x", "07700\u202e900123", "\x00", "7" * 4000, "07600 123456", "07012 345678"],
)  # fmt: skip
def test_a_number_that_is_not_one_sends_nothing(okafor, number):
    incident = make.open_call(okafor)
    with pytest.raises(Invalid) as refused:
        make.send(okafor, incident, number=number)
    assert set(refused.value.fields) == {"number"}
    assert not VideoSession.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("consent", False), ("consent", None), ("mode", "film"), ("locale", "tlh"), ("locale", "<b>")],
)
def test_what_must_be_chosen_is_named(okafor, field, value):
    incident = make.open_call(okafor)
    with pytest.raises(Invalid) as refused:
        make.send(okafor, incident, **{field: value})
    assert set(refused.value.fields) == {field}


def test_an_officer_may_not_send(reid, okafor):
    with pytest.raises(NotAllowed):
        make.send(reid, make.open_call(okafor))


def test_another_forces_incident_is_not_found(okafor, stranger):
    with pytest.raises(NotFound):
        make.send(stranger, make.open_call(okafor))
    assert not VideoSession.objects.exists()


def test_two_clicks_are_one_link(okafor):
    incident = make.open_call(okafor)
    make.send(okafor, incident)
    with pytest.raises(Conflict) as refused:
        make.send(okafor, incident)
    assert refused.value.code == "already_open"
    assert VideoSession.objects.count() == 1


def close(incident, hale):
    assess_again(hale, incident)
    close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Done.")


def test_a_closed_incident_sends_no_link_and_no_new_one(okafor, hale):
    incident, other = make.open_call(okafor), make.open_call(okafor)
    session = make.send(okafor, incident)
    token, texts = make.token_of(session), SmsMessage.objects.count()
    for each in (incident, other):
        close(each, hale)
    entries = LogEntry.objects.count()
    for attempt in (
        lambda: make.send(okafor, other),
        lambda: make.send(okafor, incident, number="07700 900456"),
        lambda: links.resend_link(actor=okafor, session_id=session.pk),
        lambda: links.resend_link(actor=okafor, session_id=session.pk, number="07700 900456"),
    ):
        with pytest.raises(Conflict, match="closed") as refused:
            attempt()
        assert refused.value.code == "closed"
    assert VideoSession.objects.count() == 1
    assert SmsMessage.objects.count() == texts
    assert LogEntry.objects.count() == entries
    assert make.token_of(session) == token, "the link that was sent before works on until it is withdrawn or runs out"


def test_two_callers_of_one_incident_have_a_link_each(okafor):
    incident = make.open_call(okafor)
    first, second = make.send(okafor, incident), make.send(okafor, incident, number="07700 900456")
    assert make.token_of(first) != make.token_of(second)


def test_a_number_is_not_flooded(okafor):
    session = make.send(okafor)
    for _ in range(TEXTS_PER_NUMBER - 1):
        links.resend_link(actor=okafor, session_id=session.pk)
    with pytest.raises(TooMany) as refused:
        links.resend_link(actor=okafor, session_id=session.pk)
    assert 0 < refused.value.retry_after <= 3601


def test_another_forces_texts_to_the_number_are_not_told(okafor, stranger):
    """A refusal would say that another force is dealing with this very phone."""
    theirs = make.send(stranger)
    for _ in range(TEXTS_PER_NUMBER - 1):
        links.resend_link(actor=stranger, session_id=theirs.pk)
    make.send(okafor)


def test_a_new_link_replaces_the_old_one(okafor):
    session = make.send(okafor)
    old = make.token_of(session)
    links.resend_link(actor=okafor, session_id=session.pk, number="07700 900456")
    assert make.open_link(session).number == "+447700900456"
    assert LinkToken.objects.get(token_hash=digest(old)).close_reason == CloseReason.REPLACED
    assert claims.read_link(make.token_of(session), ip="").holder == "nobody"
    with pytest.raises(NotFound):
        claims.read_link(old, ip="")


def test_a_new_link_starts_the_row_again_and_shuts_the_first_browser_out(okafor):
    session = make.send(okafor)
    secret = make.claim(session).secret
    links.resend_link(actor=okafor, session_id=session.pk)
    session.refresh_from_db()
    assert session.state == SessionState.QUEUED
    assert claims.session_of_browser(secret) is None


def test_no_new_link_while_the_camera_is_on(okafor):
    session = make.send(okafor)
    with transaction.atomic():
        progress.advance(session, SessionState.CAMERA_ON)
    with pytest.raises(Conflict) as refused:
        links.resend_link(actor=okafor, session_id=session.pk)
    assert refused.value.code == "camera_on"


def test_the_database_holds_one_open_link_per_session(okafor):
    link = make.open_link(make.send(okafor))
    with pytest.raises(IntegrityError), transaction.atomic():
        LinkToken.objects.create(
            force_id=link.force_id,
            session=link.session,
            token_hash="0" * 64,
            number=link.number,
            created_at=now(),
            created_by=link.created_by,
            consent_at=now(),
            expires_at=now(),
        )


@pytest.mark.parametrize("verb", [links.resend_link, links.revoke_link, links.extend_link])
def test_another_forces_session_is_not_found(okafor, stranger, verb):
    session = make.send(okafor)
    with pytest.raises(NotFound):
        verb(actor=stranger, session_id=session.pk)
    with pytest.raises(NotFound):
        verb(actor=okafor, session_id=make.stranger_id())


@pytest.mark.parametrize("verb", [links.resend_link, links.revoke_link, links.extend_link])
def test_an_officer_may_do_none_of_it(okafor, reid, verb):
    session = make.send(okafor)
    with pytest.raises(NotAllowed):
        verb(actor=reid, session_id=session.pk)
