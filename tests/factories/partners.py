"""Other agencies' control rooms, and what their machines send."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client

from core.clock import now
from core.http_signatures import Request, content_digest, sign
from core.machine_door import COVERED
from core.models import Force, OutboxMessage, OutboxState
from core.outbox import deliver_one
from incidents.models import PartnerAgency
from tests.factories.core import make_force

DOOR = "/api/v1/partners/transfers/"
_numbers = itertools.count(1)


def public_key(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def make_partner(force: Force | None = None, key: Ed25519PrivateKey | None = None, **changes: Any) -> PartnerAgency:
    """Northmere Ambulance: nobody answers at its address unless a test says who."""
    number = next(_numbers)
    fields = {
        "name": "Northmere Ambulance", "kind": "ambulance", "code": f"northmere-ambulance-{number}",
        "our_code": "northmere-police", "endpoint": "http://127.0.0.1:9/transfers/", "telephone": "01632 960111",
        "our_key_id": f"police-{number}", "their_key_id": f"ambulance-{number}",
        "their_public_key": public_key(key or Ed25519PrivateKey.generate()),
    }  # fmt: skip
    return PartnerAgency.objects.create(force=force or make_force(), **{**fields, **changes})


@dataclass
class Machine:
    """The partner's system: signs as it should, and with `changes` as it should not."""

    partner: PartnerAgency
    key: Ed25519PrivateKey
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    sent: int = 0

    @classmethod
    def of(cls, force: Force | None = None, **changes: Any) -> Machine:
        key = Ed25519PrivateKey.generate()
        return cls(make_partner(force, key, **changes), key)

    def message(self, kind: str = "CREATE", **changes: Any) -> dict[str, Any]:
        self.sent += 1
        base: dict[str, Any] = {
            "schema": "sightline-transfer/1", "message_type": kind, "message_id": str(uuid4()), "in_reply_to": None,
            "sequence": self.sent, "sent_at": now().isoformat(), "environment": "exercise", "marking": "",
            "originator": {"agency": self.partner.code, "reference": "AMB-2211-0417"},
            "recipient": {"agency": self.partner.our_code, "reference": ""},
            "incident": {
                "priority": "Immediate", "type": "Assault with injury",
                "location": {"words": "Outside 14 Harbour Lane", "lat": 53.7361, "lon": 0.4471, "radius_m": 12.0},
                "caller": {"name": "Leah Marsden", "number": "07700 900417"},
                "casualties": "One, conscious", "hazards": "Knife seen", "narrative": "Patient says he was stabbed.",
            },
            "decision": {"by": "", "reason": ""},
        }  # fmt: skip
        return {**base, **changes}

    def send(self, message: dict[str, Any] | bytes, content_type: str = "application/json", **how: Any) -> Any:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        headers = self.signed(body, content_type, **how)
        return self.post(body, content_type, headers)

    def post(self, body: bytes, content_type: str, headers: dict[str, str]) -> Any:
        return self.client.post(DOOR, body, content_type=content_type, headers=headers)

    def signed(self, body: bytes, content_type: str = "application/json", **how: Any) -> dict[str, str]:
        request = Request(
            method=how.get("method", "POST"), target_uri=how.get("url", f"{settings.PUBLIC_URL}{DOOR}"),
            headers={"content-type": content_type, "content-digest": content_digest(body)},
        )  # fmt: skip
        signature = sign(
            request, how.get("key", self.key), keyid=how.get("keyid", self.partner.their_key_id),
            created=how.get("created", int(now().timestamp())), nonce=how.get("nonce", secrets.token_urlsafe(24)),
            components=how.get("components", COVERED),
        )  # fmt: skip
        return {"Content-Digest": request.headers["content-digest"], **signature}

    def again(self) -> Machine:
        """The same machine with its count at the beginning: another incident of theirs."""
        return replace(self, sent=0)


def work(kind: str) -> int:
    """Run the waiting work of `kind` that is due, and of it what each piece makes due at once."""
    rows = OutboxMessage.objects.filter(kind=kind, state=OutboxState.WAITING, due_at__lte=now()).order_by("created_at")
    return sum(deliver_one(str(key)) for key in list(rows.values_list("pk", flat=True)))
