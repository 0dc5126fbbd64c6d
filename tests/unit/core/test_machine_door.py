"""The door for machines: who signs properly is let in once; everybody else hears one and the same answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core import machine_door, outgoing
from core.clock import now
from core.models import MachineNonce
from incidents.models import Transfer
from tests.factories.incidents import make_stranger, make_tables
from tests.factories.partners import DOOR, Machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def ambulance() -> Machine:
    make_tables()
    return Machine.of()


@pytest.fixture
def fire() -> Machine:
    return Machine.of(name="Northmere Fire", kind="fire")


def refused(answer) -> None:
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed"
    assert Transfer.objects.count() == 0


def test_a_signed_message_is_taken(ambulance) -> None:
    answer = ambulance.send(ambulance.message())
    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "received"


def test_forged_with_another_key(ambulance) -> None:
    refused(ambulance.send(ambulance.message(), key=Ed25519PrivateKey.generate()))


def test_another_partners_key_is_not_this_partners(ambulance, fire) -> None:
    refused(ambulance.send(ambulance.message(), key=fire.key))
    refused(ambulance.send(ambulance.message(), keyid=fire.partner.their_key_id))


def test_an_agency_in_the_body_that_is_not_the_signers_is_refused(ambulance, fire) -> None:
    answer = fire.send(ambulance.message())
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["originator.agency"])
    wrong = ambulance.message(recipient={"agency": "southmere-police", "reference": ""})
    assert "recipient.agency" in ambulance.send(wrong).json()["fields"]


def test_the_same_request_twice_is_a_replay(ambulance) -> None:
    body = b"{}"
    headers = ambulance.signed(body)
    assert ambulance.post(body, "application/json", headers).status_code == 422  # let in, and unreadable
    refused(ambulance.post(body, "application/json", headers))


def test_an_altered_body_or_header(ambulance) -> None:
    import json

    body = json.dumps(ambulance.message()).encode()
    headers = ambulance.signed(body)
    refused(ambulance.post(body.replace(b"Knife", b"Spoon"), "application/json", headers))
    refused(ambulance.post(body, "application/cap+xml", ambulance.signed(body)))
    other = ambulance.signed(body.replace(b"Knife", b"Spoon"))
    refused(ambulance.post(body, "application/json", {**headers, "Content-Digest": other["Content-Digest"]}))
    later = headers["Signature-Input"].replace("created=1", "created=2")
    refused(ambulance.post(body, "application/json", {**headers, "Signature-Input": later}))


def test_signed_for_another_address_or_method(ambulance) -> None:
    refused(ambulance.send(ambulance.message(), url="https://elsewhere.example" + DOOR))
    refused(ambulance.send(ambulance.message(), method="PUT"))


@pytest.mark.parametrize("missing", ["@method", "@target-uri", "content-digest", "content-type"])
def test_something_that_must_be_covered_is_not(ambulance, missing: str) -> None:
    components = tuple(name for name in machine_door.COVERED if name != missing)
    refused(ambulance.send(ambulance.message(), components=components))


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**10])
def test_made_too_long_ago_or_ahead(ambulance, seconds: int) -> None:
    refused(ambulance.send(ambulance.message(), created=int(now().timestamp()) + seconds))


def test_within_five_minutes_it_is_believed(ambulance) -> None:
    assert ambulance.send(ambulance.message(), created=int(now().timestamp()) - 290).status_code == 202


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65])
def test_a_nonce_is_needed(ambulance, nonce: str) -> None:
    refused(ambulance.send(ambulance.message(), nonce=nonce))


def test_an_unknown_key_a_switched_off_partner_and_no_signature_are_one_answer(ambulance) -> None:
    unknown = ambulance.send(ambulance.message(), keyid="nobody")
    refused(unknown)
    bare = ambulance.client.post(DOOR, b"{}", content_type="application/json")
    ambulance.partner.active = False
    ambulance.partner.save()
    off = ambulance.send(ambulance.message())
    assert unknown.content == bare.content == off.content


def test_a_signed_in_person_is_no_machine(ambulance) -> None:
    from django.conf import settings

    stranger = make_stranger()
    ambulance.client.force_login(stranger.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    refused(ambulance.client.post(DOOR, b"{}", content_type="application/json"))


def test_a_large_body_is_refused_before_it_is_looked_at(ambulance) -> None:
    body = b"x" * (256 * 1024 + 1)
    assert ambulance.client.post(DOOR, body, content_type="application/json").status_code == 413
    assert MachineNonce.objects.count() == 0


def test_a_key_nobody_has_is_tried_all_the_same(ambulance, monkeypatch) -> None:
    tried = []
    monkeypatch.setattr(machine_door, "verify", lambda request, claim, key: tried.append(key))
    refused(ambulance.send(ambulance.message(), keyid="nobody"))
    assert len(tried) == 1


def test_spent_nonces_are_kept_as_long_as_they_matter_and_then_purged(ambulance) -> None:
    ambulance.send(ambulance.message())
    assert machine_door.purge_nonces() == 0
    with time_machine.travel(now() + timedelta(minutes=9), tick=False):
        assert machine_door.purge_nonces() == 0
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert machine_door.purge_nonces() == 1


def test_our_own_requests_pass_a_door_like_ours(ambulance) -> None:
    """What we sign is what the other side of the same software believes."""
    url = f"http://localhost:8000{DOOR}"
    keyid = "police-to-police"
    ambulance.partner.their_key_id, ambulance.partner.their_public_key = keyid, machine_door.own_public_key(keyid)
    ambulance.partner.save()
    headers = machine_door.signed_headers(url=url, body=b"{}", content_type="application/json", keyid=keyid)
    headers.pop("Content-Type")
    assert ambulance.post(b"{}", "application/json", headers).status_code == 422


def test_another_key_id_is_another_key() -> None:
    assert machine_door.own_public_key("a") != machine_door.own_public_key("b")
    assert machine_door.own_public_key("a") == machine_door.own_public_key("a")


def test_only_the_configured_address_is_asked() -> None:
    with pytest.raises(outgoing.NoAnswer):
        outgoing.post("http://127.0.0.1:9/", b"", {}, seconds=2, limit=10)
