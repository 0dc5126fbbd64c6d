"""Fifty browsers at the same moment: exactly one wins.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file (`test_races_embedded`). SQLite in
memory, as quick test loops use it, refuses the second writer instead.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from core.errors import Conflict
from streaming.models import LinkToken, NoticeAcceptance
from streaming.services import claims, links
from streaming.states import SessionState
from streaming.tokens import digest
from tests.factories import links as make

BROWSERS = 50
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(count, work):
    """Run `work(number)` in `count` threads that start together; results in order, exceptions as results."""
    gate = threading.Barrier(count)

    def one(number):
        gate.wait(30)
        try:
            return work(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_of_fifty_browsers_wins(okafor, recording):
    session = make.send(okafor)
    token = make.token_of(session)

    def claim(number):
        return claims.claim_link(token=token, browser_secret=None, notice_hash=make.NOTICE, ip=f"203.0.113.{number}")

    outcomes = at_once(BROWSERS, claim)
    winners = [outcome for outcome in outcomes if isinstance(outcome, claims.Claim)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(winners) == 1, outcomes
    assert len(losers) == BROWSERS - 1, outcomes
    assert {loser.code for loser in losers} == {"in_use"}
    link = LinkToken.objects.get(session=session)
    assert link.claim_hash == digest(winners[0].secret)
    assert NoticeAcceptance.objects.count() == 1
    session.refresh_from_db()
    assert session.state == SessionState.OPENED


def test_twenty_clicks_are_one_link(okafor, recording):
    incident = make.open_call(okafor)
    outcomes = at_once(20, lambda _: make.send(okafor, incident))
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1, outcomes
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Exception)} == {"already_open"}


def test_a_claim_and_a_withdrawal_at_the_same_moment_leave_nothing_open(okafor, recording):
    for _ in range(5):
        session = make.send(okafor)
        token = make.token_of(session)

        def both(number, token=token, session=session):
            if number:
                return links.revoke_link(actor=okafor, session_id=session.pk)
            return claims.claim_link(token=token, browser_secret=None, notice_hash=make.NOTICE, ip="203.0.113.1")

        claimed, _ = at_once(2, both)
        session.refresh_from_db()
        assert session.state == SessionState.ENDED
        assert LinkToken.objects.get(session=session).close_reason == "revoked"
        if isinstance(claimed, claims.Claim):
            assert claims.session_of_browser(claimed.secret) is None
