"""A local server that speaks GOV.UK Notify's API: a JWT for sign-in, JSON bodies, its error texts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.provider_server import ProviderState, Received, post, serve

SERVICE = "11111111-2222-4333-8444-555555555555"
SECRET = "66666666-7777-4888-8999-aaaaaaaaaaaa"
API_KEY = f"northmere-{SERVICE}-{SECRET}"
TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
CALLBACK_TOKEN = "callback-bearer-token"
ERRORS = {
    "refuse": (400, "ValidationError", "phone_number Not a UK mobile number"),
    "refuse-trial": (400, "BadRequestError", "Can't send to this recipient when service is in trial mode"),
    "busy": (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
    "broken": (500, "Exception", "Internal server error"),
}


def _answer(state: ProviderState, received: Received, step: str) -> tuple[int, bytes]:
    if not _signed(received.headers.get("authorization", "")):
        return 403, _error(403, "AuthError", "Invalid token: API key not found")
    if received.path != "/v2/notifications/sms":
        return 404, _error(404, "NotFound", "Not found")
    if step in ERRORS:
        status, name, words = ERRORS[step]
        return status, _error(status, name, words)
    body = json.loads(received.body)
    text = body["personalisation"]["message"]
    reference = body.get("reference")
    notification = str(uuid.uuid5(uuid.NAMESPACE_URL, str(reference)))
    return 201, json.dumps({"id": notification, "reference": reference, "content": {"body": text}}).encode()


def _error(status: int, name: str, words: str) -> bytes:
    return json.dumps({"status_code": status, "errors": [{"error": name, "message": words}]}).encode()


def _signed(header: str) -> bool:
    """Check the JWT by hand: HS256 over header.payload with the key's secret, issued by our service."""
    try:
        scheme, _, token = header.partition(" ")
        head, payload, mac = token.split(".")
        claims = json.loads(_unpad(payload))
        expected = hmac.new(SECRET.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
        return scheme == "Bearer" and claims["iss"] == SERVICE and hmac.compare_digest(_unpad(mac), expected)
    except (ValueError, KeyError):
        return False


def _unpad(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def call_back(deliver_to: str, report: dict[str, Any], token: str = CALLBACK_TOKEN) -> int:
    """Report to `deliver_to`; returns the HTTP status."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return post(deliver_to, json.dumps(report).encode(), headers)


@contextmanager
def notify_server() -> Iterator[tuple[str, ProviderState]]:
    with serve(_answer) as running:
        yield running
