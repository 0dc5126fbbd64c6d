"""Relays for strict networks: who gets which credentials, and that a call never waits for a provider in trouble."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import logging
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from core import health
from streaming import ice
from streaming.checks import phones_behind_strict_networks_are_reached, relay_settings_fit_together
from streaming.contracts import PeerRole
from streaming.turn import TurnCredentials, TurnTrouble, ahead, set_turn
from streaming.turn.ahead import Token, TokensAhead
from streaming.turn.coturn import LIFETIME, Coturn
from streaming.turn.none import NoTurn
from streaming.turn.twilio import TwilioTurn
from streaming.turn.uris import read_uri
from tests.fakes.provider_server import ProviderState
from tests.helpers.services import wait_for

SESSION, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
SECRET = "a-long-secret-shared-with-coturn-alone"
ROLES: tuple[PeerRole, ...] = ("caller", "viewer")


@pytest.fixture
def using() -> Iterator[Callable[[TurnCredentials], TurnCredentials]]:
    """Set the process's source of credentials for one test."""
    used: list[TurnCredentials] = []

    def use(source: TurnCredentials) -> TurnCredentials:
        used.append(source)
        set_turn(source)
        return source

    before = set_turn(None)
    yield use
    set_turn(before)
    for source in used:
        source.close()


@pytest.fixture
def coturn(settings, using) -> TurnCredentials:
    settings.TURN_URLS = ["turn:relay.example:3478", "turns:relay.example:443?transport=tcp"]
    settings.TURN_SECRET = SECRET
    return using(Coturn())


@pytest.fixture
def traversal(twilio: ProviderState, using, monkeypatch) -> ProviderState:
    """Twilio's relays; nobody waits long for them."""
    monkeypatch.setattr("streaming.turn.twilio.HTTP_TIMEOUT", 0.4)
    monkeypatch.setattr(ahead, "BACKOFF", (0.05,))
    using(TwilioTurn())
    return twilio


def source() -> TwilioTurn:
    from streaming.turn import get_turn

    found = get_turn()
    assert isinstance(found, TwilioTurn)
    return found


# --- the contract of each ---


def test_without_a_relay_there_is_nothing_to_give_and_nothing_to_ask(using):
    using(NoTurn())
    assert ice.ice_servers(SESSION, "caller").servers == ()
    assert ice.ice_servers(SESSION, "caller").renew_at is None
    assert ice.check_relay() == "none set up"


def test_coturns_password_is_the_hmac_of_a_name_that_holds_its_own_expiry(coturn):
    (server,) = ice.ice_servers(SESSION, "caller").servers
    expires, _, _ = server["username"].partition(":")
    assert 0 < int(expires) - time.time() <= LIFETIME
    digest = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()
    assert server["urls"] == ["turn:relay.example:3478", "turns:relay.example:443?transport=tcp"]


def names(*grants: object) -> set[str]:
    return {server["username"].rpartition(":")[2] for grant in grants for server in grant.servers}  # type: ignore[attr-defined]  # Grant


@pytest.mark.parametrize("kind", ["coturn", "traversal"])
def test_every_session_and_role_has_its_own_credentials_and_keeps_them(request, kind):
    request.getfixturevalue(kind)
    first = {(session, role): names(ice.ice_servers(session, role)) for session in (SESSION, OTHER) for role in ROLES}
    again = {(session, role): names(ice.ice_servers(session, role)) for session in (SESSION, OTHER) for role in ROLES}
    assert first == again
    assert len(set.union(*first.values())) == 4
    assert str(SESSION) not in str(first.values())


@pytest.mark.parametrize("kind", ["coturn", "traversal"])
def test_credentials_are_shown_by_nothing_that_is_printed_or_logged(request, kind, caplog, capsys):
    request.getfixturevalue(kind)
    with caplog.at_level(logging.DEBUG):
        grant = ice.ice_servers(SESSION, "caller")
    (server, *_) = grant.servers
    printed = f"{grant!r}{caplog.text}{''.join(capsys.readouterr())}"
    assert server["credential"] not in printed
    assert server["username"] not in printed


# --- Twilio ---


def test_twilios_tokens_come_with_its_relays_and_without_a_third_partys_stun(traversal):
    servers = ice.ice_servers(SESSION, "caller").servers
    assert [server["urls"] for server in servers] == [
        ["turn:relay.twilio.example:3478?transport=udp"],
        ["turn:relay.twilio.example:3478?transport=tcp"],
        ["turn:relay.twilio.example:443?transport=tcp"],
    ]
    assert source().check() is None
    assert b"Ttl=3600" in traversal.requests[0].body


def test_tokens_are_there_before_somebody_asks(traversal):
    source().check()  # what a probe of readiness does, long before the first call
    wait_for(lambda: len(traversal.requests) >= ahead.SPARE, "the spare tokens")
    traversal.script[:] = ["hang"] * 10
    assert ice.ice_servers(SESSION, "caller").servers


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("refuse", "refused"),
        ("busy", "busy"),
        ("broken", "provider_down"),
        ("hang", "timeout"),
        ("not json", "malformed"),
        ("[]", "malformed"),
        ("null", "malformed"),
        ('{"ttl": "3600"}', "malformed"),
        ('{"ttl": "soon", "ice_servers": []}', "malformed"),
        ('{"ttl": "3600", "ice_servers": "turn:x"}', "malformed"),
        ('{"ttl": "3600", "ice_servers": [1, null, {"urls": "turn:relay.example"}]}', "malformed"),
        ('{"ttl": "3600", "ice_servers": [{"urls": "javascript:1", "username": "a", "credential": "b"}]}', "malformed"),
        ('{"ttl": "5", "ice_servers": [{"urls": "turn:r.example", "username": "a", "credential": "b"}]}', "malformed"),
    ],
)
def test_a_provider_in_trouble_costs_the_relay_and_nothing_else(traversal, caplog, step, code):
    traversal.script[:] = [step] * 50
    with caplog.at_level(logging.ERROR):
        before = time.monotonic()
        grant = ice.ice_servers(SESSION, "caller")
        waited = time.monotonic() - before
    assert grant.servers == ()
    assert grant.renew_at is not None, "the page is given one later"
    assert waited < ahead.PATIENCE + 2, "a caller does not wait for a provider"
    wait_for(lambda: source().tokens.trouble, "the trouble to be known")
    with pytest.raises(TurnTrouble, match=code):
        ice.check_relay()
    assert ice.ice_servers(OTHER, "caller").servers == (), "and who comes next does not wait at all"


def test_wrong_account_details_are_told_as_such(settings, twilio, using):
    settings.TWILIO_AUTH_TOKEN = "wrong"
    using(TwilioTurn())
    assert ice.ice_servers(SESSION, "caller").servers == ()
    with pytest.raises(TurnTrouble, match="sign_in"):
        ice.check_relay()


def test_a_provider_that_recovers_is_used_again(traversal):
    traversal.script[:] = ["broken", "broken"]
    ice.ice_servers(SESSION, "caller")
    wait_for(lambda: ice.ice_servers(SESSION, "caller").servers, "the relay to be back")
    assert ice.check_relay() is None


# --- fetched ahead ---


def pool(lives: list[float], **options: float) -> TokensAhead:
    """Tokens that live as long as `lives` says, in order; the last one for ever after."""
    made: list[int] = []

    def fetch() -> Token:
        made.append(1)
        now = time.time()
        return Token(({"username": str(len(made))},), now, now + lives[min(len(made), len(lives)) - 1])

    return TokensAhead(fetch, **options)  # type: ignore[arg-type]  # spare is an int


def test_a_token_is_kept_until_half_of_its_life_is_over_and_then_replaced():
    tokens = pool([0.5, 3600], spare=1)
    try:
        first = tokens.take("a")
        assert first is not None
        assert tokens.take("a") is first
        wait_for(lambda: tokens.take("a") is not first, "a new token in time")
        assert time.time() < first.expires_at
    finally:
        tokens.close()


def test_spare_tokens_that_grow_old_are_thrown_away():
    tokens = pool([0.3, 0.3, 3600], spare=2)
    try:
        tokens.start()
        wait_for(lambda: len(tokens._spare) == 2 and tokens._spare[0].expires_at > time.time() + 60, "fresh spares")
        token = tokens.take("a")
        assert token is not None
        assert token.expires_at > time.time() + 60
    finally:
        tokens.close()


# --- operators ---


def test_operators_are_told_and_the_site_stays_ready(monkeypatch, traversal, db):
    """The relay is down: readiness says which part, and stays 200, because calls go on."""
    traversal.script[:] = ["broken"] * 50
    ice.ice_servers(SESSION, "caller")
    parts = {"relay": health._CHECKS["relay"], "fine": ("Fine", lambda: None, True)}
    monkeypatch.setattr(health, "_CHECKS", parts)
    monkeypatch.setattr(health, "_newest", None)
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": {"relay": "not answering", "fine": "ok"}}
    page = Client().get("/sign-in/").content.decode()
    assert "Relay for strict networks: not answering, calls go on without it" in page


def deploy_check() -> str:
    errors = io.StringIO()
    call_command("check", deploy=True, stderr=errors, stdout=io.StringIO())
    return errors.getvalue()


def test_check_deploy_says_that_there_is_no_relay(settings, monkeypatch):
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # the browser tests' own, an error in service
    said = deploy_check()
    assert "streaming.W001" in said
    assert "No TURN relay is set up. Video works only where UDP gets through" in said
    settings.TURN_PROVIDER = "streaming.turn.coturn.Coturn"
    settings.TURN_URLS, settings.TURN_SECRET = ["turns:relay.example:443?transport=tcp"], SECRET
    assert "streaming." not in deploy_check()


@pytest.mark.parametrize(
    ("urls", "secret", "found"),
    [
        (["turn:relay.example"], SECRET, {"streaming.W002"}),
        (["turn:relay.example:443?transport=tcp"], SECRET, {"streaming.W002"}),
        (["turns:relay.example:443?transport=tcp"], "short", {"streaming.W003"}),
        (["turns:relay.example:443?transport=tcp"], "", {"streaming.E001", "streaming.W003"}),
        (["https://relay.example"], SECRET, {"streaming.E002", "streaming.W002"}),
    ],
)
def test_half_a_relay_is_told(settings, urls, secret, found):
    settings.TURN_URLS, settings.TURN_SECRET = urls, secret
    settings.TURN_PROVIDER = "streaming.turn.coturn.Coturn"
    problems = [*relay_settings_fit_together(None), *phones_behind_strict_networks_are_reached(None)]
    assert {problem.id for problem in problems} == found


def test_twilio_without_an_account_is_told(settings):
    settings.TURN_PROVIDER, settings.TWILIO_ACCOUNT_SID = "streaming.turn.twilio.TwilioTurn", ""
    assert [problem.id for problem in relay_settings_fit_together(None)] == ["streaming.E003"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("turn:r.example", ("r.example", 3478, "udp", False)),
        ("turns:r.example", ("r.example", 5349, "tcp", True)),
        ("turns:[2001:db8::1]:443?transport=tcp", ("2001:db8::1", 443, "tcp", True)),
        ("turn:r.example:0", None),
        ("turn:r.example:99999", None),
        ("stun:r.example", None),
        ("turn:r.example?transport=sctp", None),
        ("turn:user@r.example", None),
        ("turn:" + "a" * 400, None),
        (None, None),
    ],
)
def test_turn_addresses_are_read_strictly(text, parts):
    found = read_uri(text)
    assert (found and (found.host, found.port, found.transport, found.secure)) == parts
