"""Each rule the database itself keeps for video calls, shown by the row it refuses."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest

from core.actors import Actor
from core.clock import now
from streaming import gateway as gateways
from streaming.models import (
    ChatMessage,
    Interruption,
    LinkToken,
    MessageText,
    NoticeAcceptance,
    OutboxText,
    Recording,
    RecordingGap,
    RecordingPart,
    SmsMessage,
    Viewing,
)
from streaming.services import chat, locations, viewing
from streaming.signalling import Fix
from tests.factories import links as make
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.helpers.refused_rows import insert, refused

HASH = "f" * 64


@pytest.fixture
def call(okafor: Actor):
    """Live, one part sealed."""
    before = gateways.set_gateway(FakeGateway())
    call = make_call(okafor)
    call.go_live()
    call.seal()
    yield call
    gateways.set_gateway(before)


def test_sessions(call: Call) -> None:
    session = call.fresh()
    refused("session_state_known", insert(session, state="gone"))
    refused("session_mode_known", insert(session, mode="smoke"))
    refused("session_failed_has_reason", insert(session, state="failed", failure_reason=""))
    refused("session_ended_has_time", insert(session, state="ended", ended_at=None))
    for code in ("471", "47l9", ""):
        refused("session_trust_code_4_digits", insert(session, trust_code=code))


def test_links(okafor: Actor, call: Call) -> None:
    claimed = LinkToken.objects.get(session=call.session)
    waiting = make.open_link(make.send(okafor))
    closed = {"closed_at": now(), "close_reason": "ended", "sealed_token": ""}
    insert(waiting, **closed, token_hash=HASH)()
    refused("streaming.LinkToken.token_hash", insert(waiting, **closed, token_hash=HASH))
    free = {**closed, "token_hash": "e" * 64}
    refused("link_one_open_per_session", insert(waiting, token_hash="e" * 64))
    refused("link_one_claim_per_secret", insert(claimed, **free))
    refused("link_claim_has_time_and_browser", insert(waiting, **free, claimed_at=now()))
    refused("link_claim_has_time_and_browser", insert(waiting, **free, claim_hash="d" * 64))
    refused("link_closed_has_reason", insert(waiting, **{**free, "close_reason": ""}))
    refused("link_closed_has_reason", insert(waiting, **{**free, "close_reason": "lunch"}))
    refused("link_token_forgotten_after_use", insert(waiting, **{**free, "sealed_token": "kept"}))


def test_texts(okafor: Actor, settings) -> None:
    settings.SMS_PROVIDERS = ["streaming.sms.onscreen.OnScreenProvider"]
    make.send(okafor)
    make.work("sms.send")
    text = SmsMessage.objects.get()
    refused("sms_one_per_link_and_attempt", insert(text, provider_ref="other"))
    refused("sms_provider_ref_unique", insert(text, attempt=2, provider_ref=text.provider_ref or "same"))
    free = {"attempt": 2, "provider_ref": "other"}
    refused("sms_status_known", insert(text, **free, status="lost"))
    refused("sms_failed_has_reason", insert(text, **free, status="failed", reason=""))
    refused("streaming.OutboxText.message", insert(OutboxText.objects.get()))


def test_wording(okafor: Actor) -> None:
    text = MessageText(force_id=okafor.force_id, kind="video_link", locale="en", text="Tap {link}")
    text.save()
    refused("message_text_one_per_kind_and_locale", insert(text))
    refused("message_text_has_link", insert(text, locale="cy", text="No link at all"))


def test_acceptances(call: Call) -> None:
    row = NoticeAcceptance.objects.get()
    refused("notice_once_per_link_and_version", insert(row))
    insert(row, notice_hash=HASH)()


def test_chat(call: Call) -> None:
    chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid4(), text="Help")
    message = ChatMessage.objects.get()
    refused("chat_once_per_key", insert(message))
    refused("chat_direction_known", insert(message, key=uuid4(), direction="crow"))
    refused("chat_not_empty", insert(message, key=uuid4(), text=""))
    refused("chat_police_has_author", insert(message, key=uuid4(), direction="police", author_id=None))
    refused("chat_police_has_author", insert(message, key=uuid4(), author_id=1))


def test_positions(call: Call) -> None:
    fix = Fix(lat=53.7, lon=0.4, accuracy=8.0, at=round(time.time() * 1000))
    row = locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix)
    for lat in (-90.1, 90.1):
        refused("fix_lat_in_range", insert(row, lat=lat))
    for lon in (-180.1, 180.1):
        refused("fix_lon_in_range", insert(row, lon=lon))
    refused("fix_accuracy_not_negative", insert(row, accuracy=-1.0))


def test_recordings(okafor: Actor, call: Call) -> None:
    recording = Recording.objects.get(session=call.session)
    refused("streaming.Recording.session", insert(recording))
    other = {"session_id": make.send(okafor).pk}
    refused("recording_progress_known", insert(recording, **other, progress="lost"))
    refused("recording_lost_not_negative", insert(recording, **other, lost_seconds=-0.1))
    refused("recording_stopped_counts", insert(recording, **other, stopped_at=now(), expected_parts=None))


def test_parts(call: Call) -> None:
    part = RecordingPart.objects.get(session=call.session)
    refused("part_number_once", insert(part))
    refused("part_state_known", insert(part, number=2, state="lost"))
    for missing in ({"sha256": ""}, {"started_at": None}, {"ended_at": None}):
        refused("part_sealed_has_hash_and_times", insert(part, number=2, state="sealed", **missing))
    for state in ("registered", "removed"):
        refused("part_registered_has_item", insert(part, number=2, state=state, item_id=None))


def test_gaps(call: Call) -> None:
    gap = RecordingGap(
        force_id=call.session.force_id, session=call.session, started_at=now(), ended_at=now(), cause="loss"
    )
    gap.save()
    refused("gap_ends_after_start", insert(gap, ended_at=gap.started_at - timedelta(seconds=1)))


def test_interruptions(call: Call) -> None:
    started = now()
    row = Interruption(
        force_id=call.session.force_id, session=call.session, what="camera", why="frozen", page_why="frozen",
        started_at=started,
    )  # fmt: skip
    row.save()
    refused("interruption_one_open_of_each", insert(row, why="taken"))
    refused("interruption_what_known", insert(row, what="torch"))
    refused("interruption_why_known", insert(row, what="page", why="bored"))
    refused("interruption_not_backwards", insert(row, ended_at=started - timedelta(seconds=1)))
    refused("interruption_has_a_witness", insert(row, what="page", why="hidden", page_why=""))


def test_viewings(okafor: Actor, call: Call) -> None:
    viewing.start_viewing(actor=okafor, session_id=call.session.pk, peer_id="p-1")
    row = Viewing.objects.get()
    refused("streaming.Viewing.peer_id", insert(row))
    refused("viewing_ends_after_start", insert(row, peer_id="p-2", ended_at=row.started_at - timedelta(seconds=1)))
