"""One provider after the other: refusals, silence, late and repeated reports, and what the console sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import now
from core.errors import NotFound
from core.models import LiveEvent, OutboxMessage
from streaming.models import SmsMessage
from streaming.services import claims, delivery, links
from streaming.sms import SmsRefused, SmsReport, SmsRetry, SmsUnclear
from streaming.states import SessionState, SmsStatus
from tests.factories import links as make
from tests.fakes.sms import RecordingProvider, ScriptedProvider, SecondProvider


def statuses(session):
    return dict(SmsMessage.objects.filter(link__session=session).values_list("attempt", "status"))


def state_of(session):
    session.refresh_from_db()
    return session.state


def report(session, status, *, attempt=1, code="", ref=None):
    message = SmsMessage.objects.get(link__session=session, attempt=attempt)
    ref = message.provider_ref if ref is None else ref
    said = SmsReport(status=status, provider_ref=ref, reason_code=code)
    return delivery.take_report(provider=message.provider, report=said, message_id=message.pk)


def test_the_row_moves_with_the_reports(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    assert state_of(session) == SessionState.SENT
    assert report(session, SmsStatus.DELIVERED)
    assert state_of(session) == SessionState.DELIVERED
    shown = LiveEvent.objects.filter(kind="video.text_changed", topic=f"session.{session.pk}").order_by("id")
    assert [event.data["status"] for event in shown] == ["queued", "sending", "sent", "delivered"]


def test_a_refusal_goes_to_the_second_provider_at_once(okafor, two_providers):
    ScriptedProvider.script[:] = [SmsRefused("sign_in")]
    session = make.send(okafor)
    make.work("sms.send")
    assert statuses(session) == {1: SmsStatus.FAILED, 2: SmsStatus.QUEUED}
    assert state_of(session) == SessionState.QUEUED
    make.work("sms.send")
    assert statuses(session) == {1: SmsStatus.FAILED, 2: SmsStatus.SENT}
    assert state_of(session) == SessionState.SENT
    assert SecondProvider.last_token() == make.token_of(session), "the same link"


def test_no_answer_goes_to_the_second_provider_and_both_may_arrive(okafor, two_providers):
    ScriptedProvider.script[:] = [SmsUnclear()]
    session = make.send(okafor)
    make.work("sms.send")
    make.work("sms.send")
    assert statuses(session) == {1: SmsStatus.FAILED, 2: SmsStatus.SENT}
    assert report(session, SmsStatus.DELIVERED, attempt=1, ref="scr-late")
    assert statuses(session)[1] == SmsStatus.DELIVERED
    assert state_of(session) == SessionState.DELIVERED


def test_a_busy_provider_is_asked_again(okafor, two_providers):
    ScriptedProvider.script[:] = [SmsRetry(2.0)]
    session = make.send(okafor)
    row = make.work("sms.send")
    assert row.state == "waiting"
    assert now() < row.due_at <= now() + timedelta(seconds=2)
    assert statuses(session) == {1: SmsStatus.SENDING}
    make.work("sms.send")
    assert statuses(session) == {1: SmsStatus.SENT}
    assert len(ScriptedProvider.sent) == 1


def test_a_provider_that_is_busy_for_too_long_is_passed_over(okafor, two_providers):
    ScriptedProvider.script[:] = [SmsRetry(60.0)]
    session = make.send(okafor)
    make.work("sms.send")
    assert statuses(session) == {1: SmsStatus.FAILED, 2: SmsStatus.QUEUED}


def test_an_unconfirmed_text_falls_back_within_the_settings_seconds(okafor, two_providers, settings):
    session = make.send(okafor)
    due = OutboxMessage.objects.get(kind="sms.fallback").due_at
    assert due - now() < timedelta(seconds=settings.SMS_FALLBACK_SECONDS - 5), "leaves the courier its time"
    make.work("sms.send")
    make.work("sms.fallback")
    assert statuses(session) == {1: SmsStatus.SENT, 2: SmsStatus.QUEUED}
    make.work("sms.fallback")
    assert len(statuses(session)) == 2, "falling back twice is falling back once"


@pytest.mark.parametrize("proof", ["network", "delivered", "fetched", "claimed", "ended"])
def test_a_confirmed_text_does_not_fall_back(okafor, two_providers, proof):
    session = make.send(okafor)
    make.work("sms.send")
    if proof == "network":
        report(session, SmsStatus.SENT)
    elif proof == "delivered":
        report(session, SmsStatus.DELIVERED)
    elif proof == "fetched":
        claims.read_link(make.token_of(session), ip="198.51.100.7")
    elif proof == "claimed":
        make.claim(session)
    else:
        links.revoke_link(actor=okafor, session_id=session.pk)
    make.work("sms.fallback")
    assert set(statuses(session)) == {1}


def test_when_the_last_provider_fails_the_session_says_why_in_words(okafor, two_providers):
    ScriptedProvider.script[:] = [SmsRefused("provider_down")]
    session = make.send(okafor)
    make.work("sms.send")
    make.work("sms.send")
    report(session, SmsStatus.FAILED, attempt=2, code="unknown_number")
    session.refresh_from_db()
    assert (session.state, session.failure_code) == (SessionState.FAILED, "unknown_number")
    assert session.state_words == "Failed: The network does not know this number, or it cannot receive texts."
    event = LiveEvent.objects.filter(kind="video.session_changed").latest("id")
    assert event.data["failure_code"] == "unknown_number"


def test_a_failure_reported_long_after_still_falls_back(okafor, two_providers):
    session = make.send(okafor)
    make.work("sms.send")
    report(session, SmsStatus.SENT)
    make.work("sms.fallback")
    report(session, SmsStatus.FAILED, code="unreachable")
    assert statuses(session) == {1: SmsStatus.FAILED, 2: SmsStatus.QUEUED}
    assert state_of(session) == SessionState.SENT


def test_a_failed_session_comes_back_when_the_text_arrives_after_all(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    report(session, SmsStatus.FAILED, code="unreachable")
    assert state_of(session) == SessionState.FAILED
    report(session, SmsStatus.DELIVERED)
    session.refresh_from_db()
    assert (session.state, session.failure_code, session.failure_reason) == (SessionState.DELIVERED, "", "")


def test_a_failed_session_is_claimed_by_a_link_that_was_read_out(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    report(session, SmsStatus.FAILED, code="unreachable")
    assert make.claim(session).session.state == SessionState.OPENED


def test_reports_in_any_order_and_number_only_move_forward(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    assert report(session, SmsStatus.DELIVERED)
    session.refresh_from_db()
    version = session.version
    for late in (SmsStatus.SENT, SmsStatus.DELIVERED, SmsStatus.FAILED, None):
        assert not report(session, late, code="unreachable")
    session.refresh_from_db()
    assert (session.state, session.version) == (SessionState.DELIVERED, version)


def test_a_report_never_takes_an_opened_session_back(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    make.claim(session)
    report(session, SmsStatus.DELIVERED)
    assert state_of(session) == SessionState.OPENED


def test_a_report_may_come_before_the_providers_own_answer(okafor):
    session = make.send(okafor)
    assert report(session, SmsStatus.DELIVERED, ref="rec-early")
    make.work("sms.send")
    assert RecordingProvider.sent == [], "delivered already: nothing to send"
    assert state_of(session) == SessionState.DELIVERED


def test_news_about_a_replaced_links_text_is_not_the_calls_state(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    old = SmsMessage.objects.get()
    links.resend_link(actor=okafor, session_id=session.pk)
    said = SmsReport(status=SmsStatus.DELIVERED, provider_ref=old.provider_ref)
    assert delivery.take_report(provider="recording", report=said, message_id=old.pk)
    assert state_of(session) == SessionState.QUEUED


def test_a_report_with_another_reference_is_about_no_text_of_ours(okafor):
    session = make.send(okafor)
    make.work("sms.send")
    with pytest.raises(NotFound):
        report(session, SmsStatus.DELIVERED, ref="somebody-elses")
    with pytest.raises(NotFound):
        delivery.take_report(provider="recording", report=SmsReport(status=SmsStatus.DELIVERED, provider_ref=""))
    with pytest.raises(NotFound):
        delivery.take_report(
            provider="twilio",
            report=SmsReport(status=SmsStatus.DELIVERED, provider_ref="x"),
            message_id=SmsMessage.objects.get().pk,
        )


def test_a_text_of_a_closed_link_does_not_leave(okafor):
    session = make.send(okafor)
    links.revoke_link(actor=okafor, session_id=session.pk)
    make.work("sms.send")
    assert RecordingProvider.sent == []
    assert statuses(session) == {1: SmsStatus.CANCELLED}


def test_sending_twice_after_a_crash_is_one_text(okafor):
    make.send(okafor)
    make.work("sms.send")
    delivery.send_text(SmsMessage.objects.get().pk)
    assert len(RecordingProvider.sent) == 1


def test_a_changed_key_fails_the_text_in_words(okafor, settings):
    session = make.send(okafor)
    settings.SECRET_KEY = "a new key, after the text was queued and before it left"
    make.work("sms.send")
    session.refresh_from_db()
    assert session.failure_code == "link_lost"
    assert RecordingProvider.sent == []


def test_the_number_is_masked_on_the_message(okafor):
    make.send(okafor)
    message = SmsMessage.objects.get()
    assert message.number_masked == "+44 ••• 123"
    assert len(message.body_hash) == 64
