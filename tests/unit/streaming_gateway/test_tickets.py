"""A ticket lets one peer into one session for a minute, and nothing else does."""

from __future__ import annotations

import base64
import json
import time

import pytest
from django.conf import settings

from streaming.contracts import EngineError, Ticket
from streaming.gateway import TICKET_SECONDS, mint_ticket

KEY = b"a key of the engine"


def ticket(**changes: object) -> Ticket:
    values: dict[str, object] = {
        "session_id": "session-1",
        "peer_id": "peer-1",
        "role": "caller",
        "expires_at": 1000.0,
    }
    return Ticket(**(values | changes))  # type: ignore[arg-type]  # the tests pass bad values on purpose


def refuse(text: str, key: bytes = KEY, now: float = 900.0) -> str:
    with pytest.raises(EngineError) as caught:
        Ticket.verify(text, key, now=now)
    assert caught.value.code == "bad_ticket"
    return str(caught.value)


def test_a_signed_ticket_comes_back_whole() -> None:
    assert Ticket.verify(ticket().sign(KEY), KEY, now=999.9) == ticket()


def test_the_gateway_mints_for_a_minute_with_the_key_of_the_settings() -> None:
    before = time.time()
    minted = Ticket.verify(mint_ticket("session-1", "viewer-9", "viewer"), settings.MEDIA_TICKET_KEY)
    assert (minted.session_id, minted.peer_id, minted.role) == ("session-1", "viewer-9", "viewer")
    assert before + TICKET_SECONDS <= minted.expires_at <= time.time() + TICKET_SECONDS


def test_an_expired_ticket_is_refused() -> None:
    assert refuse(ticket().sign(KEY), now=1000.1) == "expired"


def test_a_ticket_of_another_key_is_refused() -> None:
    refuse(ticket().sign(b"a key of another engine"))


@pytest.mark.parametrize("change", [{"session_id": "session-2"}, {"role": "viewer"}, {"expires_at": 9e9}])
def test_a_rewritten_ticket_is_refused(change: dict[str, object]) -> None:
    body, signature = ticket().sign(KEY).split(".")
    data = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | change
    forged = base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()
    refuse(f"{forged}.{signature}")


def test_every_single_changed_character_is_refused() -> None:
    whole = ticket().sign(KEY)
    # The last character of a base64 group may hold bits that decode to nothing: those do not change the ticket.
    for at, character in enumerate(whole[:-1]):
        other = "A" if character != "A" else "B"
        try:
            got = Ticket.verify(whole[:at] + other + whole[at + 1 :], KEY, now=900.0)
        except EngineError as error:
            assert error.code == "bad_ticket"  # noqa: PT017 - both outcomes are looked at
        else:
            pytest.fail(f"character {at} changed and the ticket was still {got}")


@pytest.mark.parametrize("text", ["", ".", "..", "a", "a.b", "a.b.c", "é.é", "\x00.\x00", "e30." + "A" * 43])
def test_what_is_not_a_ticket_is_refused(text: str) -> None:
    refuse(text)


@pytest.mark.parametrize("bad", ["../other", "", "a b", "x" * 65])
def test_no_ticket_is_minted_for_an_id_that_is_not_one(bad: str) -> None:
    with pytest.raises(ValueError, match="ids"):
        mint_ticket(bad, "peer", "caller")
    with pytest.raises(ValueError, match="ids"):
        mint_ticket("session", bad, "caller")
