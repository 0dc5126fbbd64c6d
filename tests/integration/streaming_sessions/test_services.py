"""Ending, chatting, positions, snapshots, the console's reads: permissions, walls between forces, bad input."""

from __future__ import annotations

import struct
import uuid
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from core.roles import INTEL
from evidence.models import EvidenceItem, Exhibit
from incidents.models import LogEntry
from streaming import selectors
from streaming.contracts import EngineError
from streaming.models import ChatMessage, LocationFix, Recording
from streaming.pictures import NotAPicture, measure
from streaming.services import chat, links, locations, sessions, snapshots, viewing
from streaming.signalling import Fix
from tests.factories.core import make_actor
from tests.factories.links import work
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway

pytestmark = pytest.mark.django_db


def png(width: int = 640, height: int = 480) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def jpeg(width: int = 640, height: int = 480) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9 + frame + b"\xff\xd9"


def fix(**changes: Any) -> Fix:
    fields = {"lat": 53.73615, "lon": 0.44712, "accuracy": 8.0, "at": round(now().timestamp() * 1000), **changes}
    return Fix(**fields)


def log_of(call: Call, type_: str) -> list[str]:
    rows = LogEntry.objects.filter(incident=call.session.incident_id, type=type_).order_by("seq")
    return list(rows.values_list("text", flat=True))


# --- every write and read, from the other side of the wall ------------------------------------------------------------

WRITES = {
    "end": lambda actor, call: sessions.end_session(actor=actor, session_id=call.session.pk, reason="handler"),
    "revoke": lambda actor, call: sessions.end_session(actor=actor, session_id=call.session.pk, reason="revoked"),
    "chat": lambda actor, call: chat.send_to_caller(
        actor=actor, session_id=call.session.pk, key=uuid.uuid4(), text="Hello"
    ),
    "chat seen": lambda actor, call: chat.mark_seen_by_police(actor=actor, session_id=call.session.pk, ids=[]),
    "watch": lambda actor, call: viewing.start_viewing(actor=actor, session_id=call.session.pk, peer_id="p"),
    "ticket": lambda actor, call: sessions.watch_ticket(actor=actor, session_id=call.session.pk, peer_id="p"),
    "snapshot": lambda actor, call: snapshots.take_snapshot(
        actor=actor, session_id=call.session.pk, data=png(), moment=now(), key=uuid.uuid4()
    ),
    "read chat": lambda actor, call: selectors.chat_list(actor, call.session.pk),
    "read trail": lambda actor, call: selectors.trail(actor, call.session.pk),
    "read viewers": lambda actor, call: selectors.viewers(actor, call.session.pk),
    "watchable": lambda actor, call: selectors.watchable(actor, call.session.pk),
}


@pytest.mark.parametrize("name", WRITES)
def test_another_forces_session_is_not_found(call: Call, stranger: Actor, name: str) -> None:
    with pytest.raises(NotFound):
        WRITES[name](stranger, call)
    assert not call.fresh().ended
    assert not AuditEvent.objects.filter(actor_id=str(stranger.user_id), object__contains=call.id).exists()


@pytest.mark.parametrize("name", WRITES)
def test_a_role_without_the_right_is_refused(call: Call, name: str) -> None:
    with pytest.raises(NotAllowed):
        WRITES[name](make_actor(roles=(INTEL,)), call)
    assert not call.fresh().ended


def test_panels_of_another_forces_incident_are_empty(call: Call, stranger: Actor) -> None:
    assert selectors.session_panel(stranger, call.session.incident_id) is None


CALLER_WRITES = {
    "fix": lambda actor, call: locations.save_fix(actor=actor, session_id=call.session.pk, fix=fix()),
    "chat": lambda actor, call: chat.save_from_caller(
        actor=actor, session_id=call.session.pk, key=uuid.uuid4(), text="hi"
    ),
    "delivered": lambda actor, call: chat.mark_delivered(actor=actor, session_id=call.session.pk, ids=[]),
    "seen": lambda actor, call: chat.mark_seen(actor=actor, session_id=call.session.pk, ids=[]),
    "publish": lambda actor, call: sessions.begin_publishing(actor=actor, session_id=call.session.pk, peer_id="p"),
    "page": lambda actor, call: sessions.page_joined(actor=actor, session_id=call.session.pk, peer_id="p-1"),
    "end": lambda actor, call: sessions.end_session(actor=actor, session_id=call.session.pk, reason="caller"),
}


@pytest.mark.parametrize("name", CALLER_WRITES)
def test_a_caller_acts_on_their_own_session_only(call: Call, name: str) -> None:
    other = make_call(call.handler, number="07700 900456")
    with pytest.raises(NotFound):
        CALLER_WRITES[name](other.caller, call)
    CALLER_WRITES[name](call.caller, call)


@pytest.mark.parametrize("name", ["fix", "chat", "publish", "page"])
def test_nothing_is_taken_from_a_caller_after_the_end(call: Call, name: str) -> None:
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    with pytest.raises(Conflict) as caught:
        CALLER_WRITES[name](call.caller, call)
    assert caught.value.code == "ended"


# --- the end ----------------------------------------------------------------------------------------------------------


def test_ending_twice_is_ending_once(call: Call) -> None:
    for _ in range(2):
        sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert OutboxMessage.objects.filter(kind="video.close").count() == 1
    assert log_of(call, "MEDIA").count("Video ended.") == 1
    assert call.fresh().end_reason == "handler"


def test_the_first_reason_stands(call: Call) -> None:
    sessions.end_session(actor=call.caller, session_id=call.session.pk, reason="caller")
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert call.fresh().end_reason == "caller"


def test_the_engine_is_told_by_a_row_that_is_tried_until_it_answers(call: Call, gateway: FakeGateway) -> None:
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    gateway.refusals["end_session"] = EngineError("unavailable")
    assert work("video.close").state == "waiting"
    gateway.refusals.clear()
    assert work("video.close").state == "done"
    assert gateway.named("end_session")[-1].data["reason"] == "handler"


def test_a_withdrawn_link_is_one_line_in_the_log(call: Call) -> None:
    links.revoke_link(actor=call.handler, session_id=call.session.pk)
    assert call.fresh().end_reason == "revoked"
    assert len([line for line in log_of(call, "MEDIA") if "ithdrawn" in line]) == 1


# --- chat -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  ", "\x00\x07", "\u202e", "x" * 1001, "x" * 10_000_000])
def test_chat_that_cannot_be_is_invalid(call: Call, text: str) -> None:
    for send in (
        lambda: chat.send_to_caller(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text=text),
        lambda: chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid.uuid4(), text=text),
    ):
        with pytest.raises(Invalid):
            send()
    assert not ChatMessage.objects.exists()


def test_html_is_kept_as_the_words_it_is(call: Call) -> None:
    message = chat.send_to_caller(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="<img src=x onerror=alert(1)>"
    )
    assert message.text == "<img src=x onerror=alert(1)>"


def test_the_same_key_stores_once_and_keeps_the_first_words(call: Call) -> None:
    key = uuid.uuid4()
    first = chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=key, text="one")
    again = chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=key, text="two")
    assert (first.created, again.created, again.message.text) == (True, False, "one")
    assert LiveEvent.objects.filter(kind="video.chat_added").values("data").distinct().count() == 1


def test_the_other_sides_key_tells_nothing(call: Call) -> None:
    key = uuid.uuid4()
    chat.send_to_caller(actor=call.handler, session_id=call.session.pk, key=key, text="Stay inside")
    with pytest.raises(Invalid):
        chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=key, text="x")


def test_a_repeat_after_the_end_is_still_answered(call: Call) -> None:
    key = uuid.uuid4()
    chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=key, text="one")
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert not chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=key, text="one").created


def test_marks_are_set_once_and_by_the_right_side(call: Call) -> None:
    ours = chat.send_to_caller(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="Stay inside")
    theirs = chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid.uuid4(), text="ok").message
    both = [ours.pk, theirs.pk, uuid.uuid4()]
    assert chat.mark_seen(actor=call.caller, session_id=call.session.pk, ids=both) == [ours.pk]
    assert chat.mark_seen(actor=call.caller, session_id=call.session.pk, ids=both) == []
    assert chat.mark_seen_by_police(actor=call.handler, session_id=call.session.pk, ids=both) == [theirs.pk]
    ours.refresh_from_db()
    assert ours.seen_at is not None
    assert ours.delivered_at is not None, "what was seen was delivered"


def test_reading_chat_is_audited_and_in_order(call: Call) -> None:
    for text in ("one", "two", "three"):
        chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid.uuid4(), text=text)
    before = AuditEvent.objects.count()
    assert [message.text for message in selectors.chat_list(call.handler, call.session.pk)] == ["one", "two", "three"]
    assert AuditEvent.objects.count() == before + 1
    assert selectors.unseen_by_police(call.session.pk) == 3


# --- positions --------------------------------------------------------------------------------------------------------


def test_the_first_fix_and_the_first_good_one_are_in_the_log(call: Call) -> None:
    for accuracy in (2450, 900, 14, 8):
        locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix(accuracy=accuracy))
    assert [line for line in log_of(call, "LOCATION") if "phone" in line] == [
        "Caller's phone: 53.73615, 0.44712, within 2.5 km.",
        "Caller's phone: 53.73615, 0.44712, within 14 m.",
    ]
    assert LocationFix.objects.count() == 4
    assert LiveEvent.objects.filter(kind="video.location_moved").exists()


def test_a_position_event_holds_no_position(call: Call) -> None:
    locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix())
    data = LiveEvent.objects.filter(kind="video.location_moved").latest("id").data
    assert set(data) == {"session", "incident", "fix", "accuracy", "at"}


def test_where_a_wrong_number_was_is_not_shown_as_where_the_caller_is(call: Call) -> None:
    locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix(lon=0.9))
    links.resend_link(actor=call.handler, session_id=call.session.pk)
    assert len(selectors.trail(call.handler, call.session.pk)) == 1, "the same number again is the same phone"
    links.resend_link(actor=call.handler, session_id=call.session.pk, number="07700 900456")
    assert selectors.trail(call.handler, call.session.pk) == []
    assert selectors.last_fix(call.session) is None
    locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix(lon=0.1))
    assert [row.lon for row in selectors.trail(call.handler, call.session.pk)] == [0.1]
    assert LocationFix.objects.count() == 2, "nothing is thrown away"
    assert len([line for line in log_of(call, "LOCATION") if "phone" in line]) == 2, "the caller's first is said too"


def test_the_trail_is_in_order_and_audited(call: Call) -> None:
    for n in range(5):
        locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix(lon=0.1 + n / 100))
    before = AuditEvent.objects.count()
    assert [round(row.lon, 2) for row in selectors.trail(call.handler, call.session.pk, limit=3)] == [0.12, 0.13, 0.14]
    assert AuditEvent.objects.count() == before + 1


# --- snapshots --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "mime"), [(png, "image/png"), (jpeg, "image/jpeg")])
def test_a_snapshot_is_a_sealed_exhibit_of_who_took_it(call: Call, hale: Actor, make: Any, mime: str) -> None:
    call.go_live()
    moment = call.fresh().first_frame_at + timedelta(seconds=2)
    item = snapshots.take_snapshot(
        actor=hale, session_id=call.session.pk, data=make(1280, 720), moment=moment, key=uuid.uuid4()
    )
    assert (item.kind, item.mime, item.width, item.height) == ("screenshot", mime, 1280, 720)
    assert item.is_sealed
    exhibit = Exhibit.objects.get(pk=item.exhibit_id)
    assert (exhibit.ref, exhibit.incident_id) == ("RH/1", call.session.incident_id)
    assert exhibit.description == "Snapshot of the live video at 00:00:02"
    assert log_of(call, "MEDIA")[-1] == "Snapshot RH/1 kept from the live video at 00:00:02."


def test_the_same_key_keeps_one_snapshot(call: Call) -> None:
    call.go_live()
    key, moment = uuid.uuid4(), now()
    for _ in range(2):
        snapshots.take_snapshot(actor=call.handler, session_id=call.session.pk, data=png(), moment=moment, key=key)
    assert EvidenceItem.objects.filter(kind="screenshot").count() == 1
    assert sum("Snapshot" in line for line in log_of(call, "MEDIA")) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"\xff\xd8\xff",
        png()[:40],
        png(0, 10),
        png(100_000, 10),
        jpeg(9000, 10),
        jpeg()[:30],
        b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024),
    ],
)
def test_what_is_not_a_whole_picture_is_refused(call: Call, data: bytes) -> None:
    call.go_live()
    with pytest.raises(Invalid):
        snapshots.take_snapshot(
            actor=call.handler, session_id=call.session.pk, data=data, moment=now(), key=uuid.uuid4()
        )
    assert not EvidenceItem.objects.filter(kind="screenshot").exists()


def test_pictures_are_measured_by_their_header() -> None:
    assert measure(png(31, 77)) == ("image/png", 31, 77)
    assert measure(jpeg(31, 77)) == ("image/jpeg", 31, 77)
    with pytest.raises(NotAPicture):
        measure(b"\xff\xd8\xff" + b"\xff" * 500)


def test_a_moment_outside_the_video_is_refused(call: Call) -> None:
    call.go_live()
    for moment in (now() - timedelta(days=1), now() + timedelta(hours=1), now().replace(tzinfo=None)):
        with pytest.raises(Invalid):
            snapshots.take_snapshot(
                actor=call.handler, session_id=call.session.pk, data=png(), moment=moment, key=uuid.uuid4()
            )


def test_without_a_picture_there_is_nothing_to_keep(call: Call) -> None:
    with pytest.raises(Conflict):
        snapshots.take_snapshot(
            actor=call.handler, session_id=call.session.pk, data=png(), moment=now(), key=uuid.uuid4()
        )


# --- the console's reads ----------------------------------------------------------------------------------------------


def test_the_panel_holds_the_call_as_it_is(call: Call, hale: Actor) -> None:
    call.go_live()
    call.seal(1)
    locations.save_fix(actor=call.caller, session_id=call.session.pk, fix=fix())
    chat.save_from_caller(actor=call.caller, session_id=call.session.pk, key=uuid.uuid4(), text="ok")
    viewing.start_viewing(actor=hale, session_id=call.session.pk, peer_id="p-hale")
    before = AuditEvent.objects.count()
    panel = selectors.session_panel(call.handler, call.session.incident_id)
    assert panel is not None
    assert AuditEvent.objects.count() == before + 1
    assert panel.session == call.session
    assert panel.recorded_seconds == 9.5
    assert panel.unseen_chat == 1
    assert panel.last_fix is not None
    assert [row.label for row in panel.viewers] == [hale.label]
    assert selectors.viewer_count(call.session.pk) == 1
    assert panel.recording == Recording.objects.get(session=call.session)


def test_the_newest_call_comes_first_and_the_others_cost_nothing(call: Call, django_assert_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as alone:
        selectors.session_panel(call.handler, call.session.incident_id)
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    newer = links.send_link(
        actor=call.handler, incident_id=call.session.incident_id, number="07700 900123", consent=True
    )
    with django_assert_num_queries(len(alone)):
        panel = selectors.session_panel(call.handler, call.session.incident_id)
    assert panel is not None
    assert panel.session.pk == newer.pk


def test_a_receipt_has_no_names(call: Call) -> None:
    call.go_live(has_audio=True)
    part = call.seal(1, audio_codec="opus")
    sessions.end_session(actor=call.handler, session_id=call.session.pk, reason="handler")
    assert selectors.receipt(call.session.pk)["seal"] is None, "not before the engine has closed it"
    call.stop(parts=1)
    receipt = selectors.receipt(call.session.pk)
    assert set(receipt) == {"incident", "from", "to", "recorded_seconds", "lost_seconds", "sound", "seal"}
    assert (receipt["seal"], receipt["sound"], receipt["recorded_seconds"]) == (part.sha256[:16], True, 9.5)
    assert "Okafor" not in str(receipt)
