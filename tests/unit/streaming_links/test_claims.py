"""The caller's side: looking spends nothing, one browser wins, over is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.clock import now
from core.errors import Conflict, Gone, Invalid, NotFound
from core.models import AuditEvent
from incidents.models import LogEntry
from streaming.models import LinkToken, NoticeAcceptance
from streaming.services import claims, links, progress
from streaming.states import SessionState
from streaming.tokens import digest, new_token
from tests.factories import links as make

IP = "198.51.100.7"


def expire(session):
    LinkToken.objects.filter(session=session).update(expires_at=now() - timedelta(seconds=1))


def end(session):
    with transaction.atomic():
        progress.advance(session, SessionState.ENDED, end_reason="handler")


def test_a_hundred_preview_bots_spend_nothing(okafor):
    session = make.send(okafor)
    token = make.token_of(session)
    for number in range(100):
        view = claims.read_link(token, ip=f"203.0.113.{number}")
    assert view.holder == "nobody"
    assert view.trust_code == session.trust_code
    assert view.force_name == "Northmere Police"
    assert make.open_link(session).fetch_count == 100
    claimed = make.claim(session)
    assert claimed.session.state == SessionState.OPENED
    assert not claimed.resumed


def test_the_tap_opens_the_session_and_keeps_what_was_accepted(okafor):
    session = make.send(okafor)
    make.claim(session)
    accepted = NoticeAcceptance.objects.get(link__session=session)
    assert accepted.notice_hash == make.NOTICE
    assert accepted.force_id == okafor.force_id
    assert "accepted the notice" in LogEntry.objects.filter(incident=session.incident_id).latest("seq").text
    entry = AuditEvent.objects.get(object__startswith="streaming.linktoken:")
    assert (entry.actor_kind, entry.ip, entry.device) == ("caller", IP, "Test phone")


def test_an_acceptance_is_never_rewritten(okafor):
    make.claim(make.send(okafor))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        NoticeAcceptance.objects.update(notice_hash="0" * 64)


def test_the_secret_is_kept_as_a_hash_and_the_token_forgotten(okafor):
    session = make.send(okafor)
    claimed = make.claim(session)
    link = make.open_link(session)
    assert link.claim_hash == digest(claimed.secret)
    assert link.sealed_token == ""


def test_the_same_browser_comes_back_until_the_end(okafor):
    session = make.send(okafor)
    token = make.token_of(session)
    first = make.claim(session)
    for _ in range(3):
        again = claims.claim_link(token=token, browser_secret=first.secret, notice_hash=make.NOTICE, ip=IP)
        assert again.resumed
        assert again.secret == first.secret
    assert claims.read_link(token, ip=IP, browser_secret=first.secret).holder == "this_browser"
    assert claims.session_of_browser(first.secret) == session
    assert NoticeAcceptance.objects.count() == 1


@pytest.mark.parametrize("secret", [None, "", "x" * 43, "-_" * 21 + "A", "é" * 43])
def test_another_browser_is_told_it_is_in_use(okafor, secret):
    session = make.send(okafor)
    token = make.token_of(session)
    make.claim(session)
    with pytest.raises(Conflict) as refused:
        claims.claim_link(token=token, browser_secret=secret, notice_hash=make.NOTICE, ip=IP)
    assert refused.value.code == "in_use"
    view = claims.read_link(token, ip=IP, browser_secret=secret)
    assert (view.holder, view.trust_code) == ("another_browser", "")


def test_a_cookie_of_an_earlier_call_does_not_claim_in_its_own_name(okafor):
    first = make.claim(make.send(okafor))
    session = make.send(okafor, number="07700 900456")
    second = make.claim(session, secret=first.secret)
    assert not second.resumed
    assert second.secret != first.secret
    assert claims.session_of_browser(first.secret) != session


def revoke(session):
    session.refresh_from_db()
    with transaction.atomic():
        progress.advance(session, SessionState.ENDED, end_reason="revoked")


@pytest.mark.parametrize("over", [expire, end, revoke])
@pytest.mark.parametrize("claimed", [True, False])
def test_over_is_over_and_looks_like_never_was(okafor, over, claimed):
    session = make.send(okafor)
    token = make.token_of(session)
    secret = make.claim(session).secret if claimed else None
    over(session)
    answers = []
    for tried in (token, new_token()):
        with pytest.raises(NotFound) as hidden:
            claims.read_link(tried, ip=IP, browser_secret=secret)
        with pytest.raises(Gone) as gone:
            claims.claim_link(token=tried, browser_secret=secret, notice_hash=make.NOTICE, ip=IP)
        answers.append((hidden.value.message, hidden.value.code, gone.value.message, gone.value.code))
    assert answers[0] == answers[1]
    if secret:
        assert claims.session_of_browser(secret) is None


@pytest.mark.parametrize("token", ["", "a", "x" * 5000, "\x00" * 22, "' OR 1=1 --", "../../etc/passwd", "<script>"])
def test_what_is_no_token_is_over_too(db, token):
    with pytest.raises(NotFound):
        claims.read_link(token, ip=IP)
    with pytest.raises(Gone):
        claims.claim_link(token=token, browser_secret=None, notice_hash=make.NOTICE, ip=IP)


@pytest.mark.parametrize("notice", ["", "0" * 63, "0" * 65, "Z" * 64, "0" * 64 + "\n", "<b>" * 20])
def test_without_the_notices_version_nothing_is_claimed(okafor, notice):
    session = make.send(okafor)
    with pytest.raises(Invalid):
        claims.claim_link(token=make.token_of(session), browser_secret=None, notice_hash=notice, ip=IP)
    assert make.open_link(session).claimed_at is None


def test_a_hostile_user_agent_is_kept_harmless(okafor):
    session = make.send(okafor)
    claims.claim_link(
        token=make.token_of(session), browser_secret=None, notice_hash=make.NOTICE, ip=IP, ua="<b>\r\n\x00" + "x" * 9000
    )
    agent = NoticeAcceptance.objects.get().user_agent
    assert agent.startswith("<b>xx")
    assert len(agent) == 200
    assert agent.isprintable()


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "x" * 5000, "\x00" * 43])
def test_no_secret_opens_a_session_by_chance(okafor, secret):
    make.claim(make.send(okafor))
    assert claims.session_of_browser(secret) is None


def test_a_secret_opens_its_own_session_only(okafor):
    first = make.claim(make.send(okafor))
    other = make.send(okafor, number="07700 900456")
    assert claims.session_of_browser(first.secret, first.session.pk) == first.session
    assert claims.session_of_browser(first.secret, other.pk) is None


def test_revocation_closes_a_call_in_the_middle(okafor):
    session = make.send(okafor)
    secret = make.claim(session).secret
    with transaction.atomic():
        progress.advance(session, SessionState.LIVE)
    ended = links.revoke_link(actor=okafor, session_id=session.pk)
    assert (ended.state, ended.end_reason) == (SessionState.ENDED, "revoked")
    assert LinkToken.objects.get(session=session).close_reason == "revoked"
    assert claims.session_of_browser(secret) is None
    assert links.revoke_link(actor=okafor, session_id=session.pk).state == SessionState.ENDED


def test_expiry_closes_a_call_in_the_middle(okafor):
    session = make.send(okafor)
    secret = make.claim(session).secret
    with transaction.atomic():
        progress.advance(session, SessionState.LIVE)
    link = make.open_link(session)
    assert not links.expire_link(link.pk)
    expire(session)
    assert claims.session_of_browser(secret) is None, "over at its hour, whoever sweeps later"
    assert links.expire_due_links() == 1
    session.refresh_from_db()
    assert (session.state, session.end_reason) == (SessionState.ENDED, "expired")
    assert LinkToken.objects.get(pk=link.pk).close_reason == "expired"
    assert links.expire_due_links() == 0


def test_a_handler_keeps_a_call_open_longer(okafor):
    session = make.send(okafor)
    LinkToken.objects.filter(session=session).update(expires_at=now() + timedelta(seconds=30))
    link = links.extend_link(actor=okafor, session_id=session.pk)
    assert link.expires_at - now() > timedelta(minutes=29)
    expire(session)
    with pytest.raises(Conflict):
        links.extend_link(actor=okafor, session_id=session.pk)


def test_the_outbox_row_ends_the_link_at_its_hour(okafor):
    session = make.send(okafor)
    expire(session)
    make.work("link.expire")
    session.refresh_from_db()
    assert session.end_reason == "expired"


def test_both_sides_read_the_same_four_digits(okafor):
    session = make.send(okafor)
    assert claims.read_link(make.token_of(session), ip=IP).trust_code == session.trust_code
