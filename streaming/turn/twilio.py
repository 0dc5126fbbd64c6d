"""Twilio's Network Traversal Service: tokens for its relays, through its SDK.

An answer holds `ice_servers` [{`urls`, `username`, `credential`}] and `ttl` in seconds. STUN entries are left out: they
would tell a third party the address of every caller, and find nothing that the engine needs.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar
from uuid import UUID

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from streaming.contracts.base import PeerRole
from streaming.turn.ahead import Token, TokensAhead
from streaming.turn.provider import Grant, IceServer, TurnTrouble
from streaming.turn.uris import read_uri
from streaming.twilio_http import RedirectingHttpClient

LIFETIME = 3600  # seconds: Twilio may look at the expiry again when a relay is kept up, and a call may last
SHORTEST = 300  # seconds; what lives shorter is over before it is used
HTTP_TIMEOUT = 4.0  # seconds
ASK_AGAIN = 3.0  # seconds until a page that got nothing is given what has come meanwhile
MAX_SERVERS = 8
MAX_SECRET = 512  # characters of a name or password


class TwilioTurn:
    name: ClassVar[str] = "twilio"

    def __init__(self) -> None:
        self._client = Client(
            settings.TWILIO_ACCOUNT_SID or "unset",
            settings.TWILIO_AUTH_TOKEN or "unset",
            http_client=RedirectingHttpClient(settings.TWILIO_BASE_URL, HTTP_TIMEOUT),
        )
        self.tokens = TokensAhead(self.fetch)

    def grant(self, session_id: UUID, role: PeerRole) -> Grant:
        token = self.tokens.take((session_id, role))
        if token is None:
            return Grant(renew_at=time.time() + ASK_AGAIN)
        return Grant(servers=token.servers, renew_at=max(token.renew_at, time.time() + ASK_AGAIN))

    def check(self) -> None:
        self.tokens.start()
        if self.tokens.trouble is not None:
            raise TurnTrouble(self.tokens.trouble.code)

    def close(self) -> None:
        self.tokens.close()

    def fetch(self) -> Token:
        """One new token. Raises TurnTrouble."""
        asked = time.time()
        try:
            made = self._client.tokens.create(ttl=LIFETIME)
            answer = (made.ice_servers, made.ttl)
        except requests.Timeout as error:
            raise TurnTrouble("timeout") from error
        except requests.RequestException as error:
            raise TurnTrouble("provider_down") from error
        except TwilioRestException as error:
            raise _trouble(error.status) from error
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError) as error:
            raise TurnTrouble("malformed") from error
        return _token(*answer, asked)


def _trouble(status: int) -> TurnTrouble:
    if status in (401, 403):
        return TurnTrouble("sign_in", retry_after=60.0)
    if status == 429:
        return TurnTrouble("busy", retry_after=10.0)
    return TurnTrouble("provider_down" if status >= 500 else "refused")


def _token(entries: Any, ttl: Any, asked: float) -> Token:
    """Nothing of an answer is handed to a browser unread."""
    servers = [found for entry in _list(entries) if (found := _server(entry)) is not None][:MAX_SERVERS]
    try:
        lifetime = int(ttl)
    except (TypeError, ValueError) as error:
        raise TurnTrouble("malformed") from error
    if not servers or not SHORTEST <= lifetime <= 86_400:
        raise TurnTrouble("malformed")
    return Token(tuple(servers), asked, asked + lifetime)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _server(entry: Any) -> IceServer | None:
    if not isinstance(entry, dict):
        return None
    urls = entry.get("urls") or entry.get("url")
    urls = [url for url in (urls if isinstance(urls, list) else [urls]) if read_uri(url)]
    name, password = entry.get("username"), entry.get("credential")
    if not urls or not all(isinstance(text, str) and 0 < len(text) <= MAX_SECRET for text in (name, password)):
        return None
    return {"urls": urls, "username": name, "credential": password}
