"""What telephony systems and partners tell: each rule the database itself keeps, shown by the row it refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from core.actors import Actor
from core.clock import now
from incidents.models import Contact, DeviceIdentity, PartnerShare, Seat, Transfer, UnspokenDefault
from incidents.services import Caller, attach_contact, sit_down, take_event, telephony
from tests.factories.calls import aml, told
from tests.factories.incidents import make_incident
from tests.factories.partners import Machine
from tests.helpers.refused_rows import insert, refused


@pytest.fixture
def call(okafor):
    take_event(actor=Actor.provider(okafor.force_id, "ICCS"), told=told("AML", call_id="C-1", aml=aml()))
    return Contact.objects.get()


def test_contacts(okafor, incident, call):
    free = {"external_id": "C-2"}
    refused("contact_call_id_once", insert(call))
    Contact.objects.filter(pk=call.pk).update(client_key=uuid4())
    call.refresh_from_db()
    refused("contact_client_key_once", insert(call, **free))
    free |= {"client_key": None}
    refused("contact_channel_known", insert(call, **free, channel="PIGEON"))
    refused("contact_role_known", insert(call, **free, role="HERO"))
    refused("contact_eisec_known", insert(call, **free, eisec_kind="TELEX"))
    for number in ("cli", "callback_number", "safe_number"):
        refused("contact_numbers_are_e164", insert(call, **free, **{number: "07700900862"}))
    refused("contact_dismissal_is_whole", insert(call, **free, dismissed_at=now()))
    refused("contact_dismissal_is_whole", insert(call, **free, dismissed_why="Wrong number."))
    refused("contact_answerer_has_a_time", insert(call, **free, answered_by_id=okafor.user_id, answered_at=None))
    attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=call.pk))
    refused("contact_linked_once", insert(call.links.get()))


def test_call_events_fixes_and_identities(call):
    event, fix, identity = call.events.get(), call.fixes.get(), DeviceIdentity.objects.get()
    refused("call_event_once", insert(event, seq=9))
    refused("call_event_order", insert(event, event_id="E-9"))
    refused("call_event_kind_known", insert(event, seq=9, event_id="E-9", kind="WAVED"))
    refused("incidents.CallFix.location", insert(fix))
    whole = {"location_id": None, "semi_major_m": 600, "semi_minor_m": 300, "orientation_deg": 40}
    for part in ("semi_major_m", "semi_minor_m", "orientation_deg"):
        refused("call_fix_ellipse_whole", insert(fix, **{**whole, part: None}))
    refused("call_fix_ellipse_whole", insert(fix, **{**whole, "semi_minor_m": 601}))
    refused("call_fix_ellipse_whole", insert(fix, **{**whole, "semi_minor_m": -1}))
    refused("call_fix_ellipse_whole", insert(fix, **{**whole, "orientation_deg": 361}))
    refused("device_identity_says_something", insert(identity, imsi="", imei=""))
    refused("device_identity_ends_after_it_begins", insert(identity, purge_after=identity.received_at))


def test_telephony_connections_and_starts_of_unspoken_calls(okafor, incident):
    connection, _ = telephony.make_connection(
        actor=Actor.system(okafor.force_id), force_id=okafor.force_id, name="ICCS"
    )
    refused("telephony_name_once_per_force", insert(connection, token_hash="0" * 64))
    refused("incidents.TelephonyConnection.token_hash", insert(connection, name="Other"))
    refused("telephony_token_is_hashed", insert(connection, name="Other", token_hash="a token"))
    refused("telephony_has_a_name", insert(connection, name="", token_hash="0" * 64))
    start = UnspokenDefault.objects.create(
        force_id=okafor.force_id, kind="SILENT", category=incident.opening_category, grade=incident.current_grade
    )
    refused("unspoken_default_once", insert(start))
    refused("unspoken_kind_known", insert(start, kind="LOUD"))


def test_partners(okafor):
    partner = Machine.of().partner
    free = {"code": "x", "our_key_id": "x", "their_key_id": "x"}
    refused("partner_code_once", insert(partner, **{**free, "code": partner.code}))
    refused("incidents.PartnerAgency.our_key_id", insert(partner, **{**free, "our_key_id": partner.our_key_id}))
    refused("incidents.PartnerAgency.their_key_id", insert(partner, **{**free, "their_key_id": partner.their_key_id}))
    refused("partner_kind_known", insert(partner, **free, kind="circus"))
    refused("partner_standard_known", insert(partner, **free, standard="PIGEON"))
    refused("partner_has_address_and_key", insert(partner, **free, endpoint=""))
    refused("partner_has_address_and_key", insert(partner, **free, their_public_key=""))
    insert(partner, **free, standard="PHONE", endpoint="", their_public_key="")()


def test_sharings(okafor):
    incident, partner = make_incident(okafor), Machine.of().partner
    share = PartnerShare(
        force=partner.force, partner=partner, incident=incident, direction="OUT", purpose="x",
        legal_basis="PUBLIC_TASK", opened_at=now(), opened_by_label="x", their_ref="A1",
    )  # fmt: skip
    share.save()
    refused("share_open_once_per_partner", insert(share))
    insert(share, closed_at=now())()
    refused("share_says_why", insert(share, closed_at=now(), purpose=""))
    refused("share_says_why", insert(share, closed_at=now(), legal_basis=""))
    refused("share_says_why", insert(share, incident_id=None))
    offer = {"direction": "IN", "incident_id": None, "purpose": "", "legal_basis": ""}
    insert(share, **offer)()
    refused("share_offered_once", insert(share, **offer))


def test_transfers(okafor):
    machine = Machine.of()
    machine.send(machine.message())
    one = Transfer.objects.get()
    free = {"message_id": uuid4(), "sequence": 9}
    refused("transfer_message_once", insert(one, sequence=9))
    refused("transfer_sequence_once", insert(one, message_id=uuid4()))
    refused("transfer_type_known", insert(one, **free, message_type="GOSSIP"))
    refused("transfer_standard_known", insert(one, **free, standard="PIGEON"))
    refused("transfer_hash_length", insert(one, **free, payload_sha256="short"))
    refused("transfer_status_fits_direction", insert(one, **free, direction="OUT"))
    refused("transfer_status_fits_direction", insert(one, **free, status="DELIVERED"))
    refused("transfer_status_fits_direction", insert(one, **free, received_at=None))
    refused("transfer_point_has_a_radius", insert(one, **free, radius_m=None))
    refused("transfer_point_has_a_radius", insert(one, **free, lat=91.0))
    refused("incidents.TransferPayload.transfer", insert(one.payload))


def test_seats(okafor):
    assert sit_down(Actor.for_user(okafor.user, terminal="CH 12"))
    seat = Seat.objects.get()
    gone = {"left_at": now() + timedelta(hours=1)}
    refused("seat_one_at_a_time", insert(seat))
    refused("seat_has_a_position", insert(seat, **gone, position=""))
    refused("seat_ends_after_it_begins", insert(seat, **gone, until=seat.since))
    refused("seat_left_after", insert(seat, left_at=seat.since - timedelta(seconds=1)))
