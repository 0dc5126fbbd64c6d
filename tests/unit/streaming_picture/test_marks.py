"""A mark on the picture: found again by its moment, made once however often it is sent."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import LiveEvent
from incidents.models import LogEntry
from streaming.models import PictureMark
from streaming.selectors import picture_notes
from streaming.services import marks
from tests.factories.sessions import Call, make_call


def test_a_mark_with_a_note_is_in_the_log_and_on_the_line(call: Call) -> None:
    moment = call.fresh().first_frame_at + timedelta(seconds=2)
    made = marks.mark(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), moment=moment, note="A bag")
    assert LogEntry.objects.filter(type="MEDIA").latest("seq").text == "Mark at 00:00:02: A bag"
    assert [mark.pk for mark in picture_notes(call.handler, call.session.pk).marks] == [made.pk]
    event = LiveEvent.objects.filter(kind="video.marked").latest("pk")
    assert (event.data["offset_ms"], "bag" in str(event.data)) == (2000, False)


def test_sent_three_times_after_a_bad_connection_it_is_one(call: Call) -> None:
    key, moment = uuid.uuid4(), now()
    for _ in range(3):
        marks.mark(actor=call.handler, session_id=call.session.pk, key=key, moment=moment)
    assert PictureMark.objects.count() == 1
    assert LogEntry.objects.filter(text__startswith="Mark at").count() == 1


def test_notes_are_cleaned_and_limited(call: Call) -> None:
    hostile = "left \u202eright\u0007"
    made = marks.mark(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), moment=now(), note=hostile)
    assert made.note == "left right"
    with pytest.raises(Invalid):
        marks.mark(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), moment=now(), note="x" * 501)


def test_no_picture_no_mark_and_not_in_another_force(okafor: Actor, call: Call, stranger: Actor) -> None:
    with pytest.raises(Conflict):
        marks.mark(actor=okafor, session_id=make_call(okafor).session.pk, key=uuid.uuid4(), moment=now())
    with pytest.raises(NotFound):
        marks.mark(actor=stranger, session_id=call.session.pk, key=uuid.uuid4(), moment=now())
