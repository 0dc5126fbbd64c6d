"""Guessing: addresses that miss are slowed and stopped; callers, who do not miss, never are."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from core import limits
from core.errors import NotFound, TooMany
from core.limits import Limit
from streaming.services import claims, rates
from streaming.tokens import new_token
from tests.factories import links as make

IP = "203.0.113.9"


def guess(ip=IP):
    with pytest.raises(NotFound):
        claims.read_link(new_token(), ip=ip)


def test_an_address_that_misses_too_often_is_stopped(db, held_clock):
    for _ in range(rates.MISSES.most):
        guess()
    with pytest.raises(TooMany) as refused:
        claims.read_link(new_token(), ip=IP)
    assert 0 < refused.value.retry_after <= rates.MISSES.seconds
    guess("203.0.113.10")


def test_claims_count_as_guesses_too(db, held_clock):
    from core.errors import Gone

    for _ in range(rates.MISSES.most):
        with pytest.raises(Gone):
            claims.claim_link(token=new_token(), browser_secret=None, notice_hash=make.NOTICE, ip=IP)
    with pytest.raises(TooMany):
        claims.claim_link(token=new_token(), browser_secret=None, notice_hash=make.NOTICE, ip=IP)


def test_a_stopped_address_may_try_again_in_the_next_window(db, held_clock, monkeypatch):
    for _ in range(rates.MISSES.most):
        guess()
    monkeypatch.setattr(limits, "clock", lambda: held_clock + rates.MISSES.seconds)
    guess()


def test_a_right_token_never_counts(okafor, held_clock):
    token = make.token_of(make.send(okafor))
    for _ in range(rates.MISSES.most * 3):
        claims.read_link(token, ip=IP)


def test_a_flood_from_everywhere_leaves_callers_their_links(okafor, held_clock, monkeypatch):
    monkeypatch.setattr(rates, "ALL_MISSES", Limit("link-miss-all", most=30, seconds=600))
    token = make.token_of(make.send(okafor))
    for number in range(30):
        guess(f"203.0.113.{number + 20}")
    guess("203.0.113.77")
    with pytest.raises(TooMany):
        claims.read_link(new_token(), ip="203.0.113.77")
    assert claims.read_link(token, ip="198.51.100.7").holder == "nobody"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_addresses_of_one_customer_count_together(address, network):
    assert limits.network_of(address) == network


def test_without_the_cache_links_stay_open(okafor, monkeypatch):
    token = make.token_of(make.send(okafor))

    def broken(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(cache, "get", broken)
    monkeypatch.setattr(cache, "add", broken)
    assert claims.read_link(token, ip=IP).holder == "nobody"
    guess()


def test_a_guesser_behind_the_same_address_does_not_cut_a_caller_off(okafor, held_clock):
    """Mobile networks put thousands of phones behind one address."""
    session = make.send(okafor)
    token = make.token_of(session)
    secret = make.claim(session, ip=IP).secret
    for _ in range(rates.MISSES.most):
        guess()
    assert claims.read_link(token, ip=IP, browser_secret=secret).holder == "this_browser"
    with pytest.raises(TooMany):
        claims.read_link(token, ip=IP)
    with pytest.raises(TooMany):
        claims.read_link(new_token(), ip=IP, browser_secret=secret)
