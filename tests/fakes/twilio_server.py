"""A local server that speaks Twilio's message and token APIs: Basic sign-in, form bodies, JSON answers, error codes.

Its callbacks are signed the way Twilio documents (HMAC-SHA1 over the address and the sorted parameters), written out
here on purpose and not with the SDK, so that the SDK's check is tested against an independent one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

from tests.fakes.provider_server import ProviderState, Received, post, serve

SID = "AC" + "0" * 32
TOKEN = "test-auth-token"
ERRORS = {
    "refuse": (400, 21211, "The 'To' number is not a valid phone number."),
    "refuse-sender": (400, 21212, "The 'From' number is not valid."),
    "busy": (429, 20429, "Too Many Requests"),
    "broken": (500, 20500, "Internal Server Error"),
}


def _answer(state: ProviderState, received: Received, step: str) -> tuple[int, bytes]:
    expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if received.headers.get("authorization") != expected:
        return 401, _error(401, 20003, "Authenticate")
    if step in ERRORS:
        status, code, words = ERRORS[step]
        return status, _error(status, code, words)
    if received.path == f"/2010-04-01/Accounts/{SID}/Tokens.json":
        return 201, token(len(state.requests), int(form_of(received)["Ttl"])) if step == "ok" else step.encode()
    if received.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
        return 404, _error(404, 20404, "Not found")
    form = form_of(received)
    sid = "SM" + uuid.uuid5(uuid.NAMESPACE_URL, form["StatusCallback"]).hex
    return 201, json.dumps({"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"]}).encode()


def token(number: int, ttl: int) -> bytes:
    """The answer of the Network Traversal Service, as its documentation shows it; every token is another one."""
    secret = {"username": f"token-name-{number}", "credential": f"token-password-{number}"}
    relay = "turn:relay.twilio.example"
    servers: list[dict[str, str]] = [
        {"url": "stun:relay.twilio.example:3478", "urls": "stun:relay.twilio.example:3478"}
    ]
    ports = ("3478?transport=udp", "3478?transport=tcp", "443?transport=tcp")
    servers += [{"url": f"{relay}:{port}", "urls": f"{relay}:{port}", **secret} for port in ports]
    body = {"username": secret["username"], "password": secret["credential"], "ttl": str(ttl), "ice_servers": servers}
    return json.dumps({"account_sid": SID, "date_created": "Sat, 21 Nov 2026 12:00:00 +0000", **body}).encode()


def _error(status: int, code: int, words: str) -> bytes:
    return json.dumps({"status": status, "code": code, "message": words}).encode()


def form_of(received: Received) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(received.body.decode()).items()}


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def call_back(deliver_to: str, public_url: str, form: dict[str, str], token: str = TOKEN) -> int:
    """Report to `deliver_to`, signed for `public_url` (what a proxy in front makes of it). Returns the HTTP status."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(public_url, form, token),
    }
    return post(deliver_to, urlencode(form).encode(), headers)


@contextmanager
def twilio_server() -> Iterator[tuple[str, ProviderState]]:
    with serve(_answer) as running:
        yield running
