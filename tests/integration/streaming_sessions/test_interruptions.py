"""Frozen cameras, taken microphones, locked phones: from two witnesses to one row, one event and one line."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import LiveEvent
from incidents.models import LogEntry
from streaming import contracts, sockets
from streaming.models import Interruption
from streaming.services import interruptions, sessions
from streaming.services.interruptions import MAX_ROWS, PageState
from tests.factories.sessions import Call
from tests.integration.streaming_sessions.sockets import db, phone, watching

FINE = PageState(page=None, camera=None, microphone=None)


def tells(call: Call, **changes: Any) -> None:
    actor = Actor.caller(call.session.force_id, call.session.pk)
    fields = {"page": None, "camera": None, "microphone": None, **changes}
    interruptions.page_told(actor=actor, session_id=call.session.pk, state=PageState(**fields))


def rows(call: Call) -> list[tuple[str, str, bool]]:
    found = Interruption.objects.filter(session=call.session).order_by("started_at", "what")
    return [(row.what, row.why, row.ended_at is None) for row in found]


def log_texts(call: Call) -> list[str]:
    return list(LogEntry.objects.filter(incident_id=call.session.incident_id).values_list("text", flat=True))


@pytest.mark.django_db
class TestTwoWitnesses:
    def test_the_engine_alone(self, call: Call) -> None:
        call.go_live()
        began = time.time() - 2
        call.fact(contracts.FramesStopped, since=began)
        assert rows(call) == [("camera", "no_frames", True)]
        assert Interruption.objects.get().started_at.timestamp() == pytest.approx(began)
        call.fact(contracts.FramesResumed, gap_seconds=3.0)
        assert rows(call) == [("camera", "no_frames", False)]

    @pytest.mark.parametrize(
        ("begin", "end", "row"),
        [
            ((contracts.PictureStill, {}), contracts.PictureMoving, ("camera", "still")),
            ((contracts.SoundStopped, {"how": "silence"}), contracts.SoundResumed, ("microphone", "silent")),
            ((contracts.SoundStopped, {"how": "no_rtp"}), contracts.SoundResumed, ("microphone", "no_sound")),
        ],
    )
    def test_by_what_is_in_the_packets(self, call: Call, begin: Any, end: Any, row: tuple[str, str]) -> None:
        call.go_live()
        call.fact(begin[0], since=time.time(), **begin[1])
        assert rows(call) == [(*row, True)]
        call.fact(end)
        assert rows(call) == [(*row, False)]

    def test_the_pages_word_stands_before_the_engines_and_it_lasts_until_neither_says_so(self, call: Call) -> None:
        call.go_live()
        call.fact(contracts.FramesStopped)
        tells(call, camera="taken")
        assert rows(call) == [("camera", "taken", True)]
        call.fact(contracts.FramesResumed, gap_seconds=3.0)
        assert rows(call) == [("camera", "taken", True)]
        tells(call)
        assert rows(call) == [("camera", "taken", False)]

    def test_a_page_that_is_content_does_not_talk_the_engine_out_of_it(self, call: Call) -> None:
        call.go_live()
        call.fact(contracts.FramesStopped)
        tells(call, camera="frozen")
        tells(call)
        assert rows(call) == [("camera", "no_frames", True)]

    def test_a_caller_who_stops_the_camera_is_not_interrupted(self, call: Call) -> None:
        call.go_live()
        call.fact(contracts.FramesStopped)
        tells(call, camera_on=False)
        assert rows(call) == [("camera", "no_frames", False)]

    def test_a_new_connection_is_judged_anew_and_a_locked_phone_stays_locked(self, call: Call) -> None:
        call.go_live()
        tells(call, page="hidden")
        call.fact(contracts.FramesStopped)
        call.fact(contracts.PeerJoined, peer_id="p-2", role="caller")
        assert sorted(rows(call)) == [("camera", "no_frames", False), ("page", "hidden", True)]

    def test_the_end_of_the_call_ends_all_of_it(self, call: Call, okafor: Actor) -> None:
        call.go_live()
        tells(call, page="hidden", camera="taken", microphone="taken")
        sessions.end_session(actor=okafor, session_id=call.session.pk, reason="handler")
        assert [is_open for _, _, is_open in rows(call)] == [False] * 3
        call.fact(contracts.FramesStopped)
        assert len(rows(call)) == 3
        with pytest.raises(Conflict):
            tells(call, page="hidden")


@pytest.mark.django_db
class TestWhatIsSaid:
    def test_events_hold_what_why_and_when(self, call: Call) -> None:
        call.go_live()
        tells(call, microphone="taken")
        tells(call)
        events = LiveEvent.objects.filter(kind="video.interruption_changed").order_by("pk")
        said = [(event.data["what"], event.data["why"], event.data["until"] is None) for event in events]
        assert said[::2] == said[1::2] or len(said) == 2
        assert {("microphone", "taken", True), ("microphone", "taken", False)} == set(said)

    def test_the_log_gets_a_line_of_what_lasted(self, call: Call) -> None:
        call.go_live()
        before = log_texts(call)
        tells(call, camera="taken")
        tells(call)
        assert log_texts(call) == before, "a moment is in the timeline only"
        tells(call, page="hidden")
        row = Interruption.objects.get(what="page")
        row.started_at = now() - timedelta(seconds=20)
        row.save()
        tells(call)
        row.refresh_from_db()
        times = f"{localtime(row.started_at):%H:%M:%S} to {localtime(row.ended_at):%H:%M:%S}"
        (line,) = [text for text in log_texts(call) if text not in before]
        assert line == f"Caller's phone locked or in another app from {times} (20 s)."

    def test_a_phone_made_to_lock_without_end_fills_nothing(self, call: Call, monkeypatch: Any) -> None:
        monkeypatch.setattr("streaming.services.interruptions.MAX_ROWS", 5)
        assert MAX_ROWS == 200
        call.go_live()
        for _ in range(12):
            tells(call, page="hidden")
            tells(call)
        assert len(rows(call)) == 5

    def test_only_the_callers_own_browser_says_so(self, call: Call, okafor: Actor, stranger: Actor) -> None:
        other = Actor.caller(call.session.force_id, call.session.incident_id)
        for actor in (okafor, stranger, other, Actor.nobody()):
            with pytest.raises(NotFound):
                interruptions.page_told(actor=actor, session_id=call.session.pk, state=FINE)


@pytest.mark.django_db(transaction=True)
async def test_a_desk_is_told_what_the_phone_says_and_who_comes_late_is_told_what_lasts(
    call: Call, reid: Actor
) -> None:
    seen = {"camera": "rear", "microphone": "on", "torch": False, "visible": True, "frozen": False, "battery": None}
    async with phone(call.id, call.secret) as page, watching(call.id, reid.user) as viewer:
        assert (await viewer.until("interrupted"))["now"] == []
        await page.send("device", **{**seen, "frozen": True, "why": "frozen"})
        (told,) = (await viewer.until("interrupted"))["now"]
        assert (told["what"], told["why"]) == ("camera", "frozen")
        assert abs(told["since"] - time.time() * 1000) < 60_000
        await page.send("device", **seen)
        assert (await viewer.until("interrupted"))["now"] == []
        await page.send("device", **{**seen, "visible": False, "microphone": "taken"})
        while len(now := (await viewer.until("interrupted"))["now"]) < 2:
            pass
        assert {one["what"] for one in now} == {"page", "microphone"}
    async with watching(call.id, reid.user) as late:
        now = (await late.until("interrupted"))["now"]
        assert {one["what"] for one in now} == {"page", "microphone"}, (
            "also when the phone has gone quiet: it is locked"
        )


@pytest.mark.django_db(transaction=True)
async def test_news_that_overtake_each_other_leave_the_desk_with_the_truth(call: Call, reid: Actor) -> None:
    """The phone's word and the engine's come from two processes; the older message may be delivered last."""
    await db(call.go_live)()
    async with watching(call.id, reid.user) as viewer:
        await viewer.until("interrupted", now=[])
        await db(call.fact)(contracts.FramesStopped)
        assert len((await viewer.until("interrupted"))["now"]) == 1
        await db(call.fact)(contracts.FramesResumed, gap_seconds=3.0)
        await viewer.until("interrupted", now=[])
        await db(sockets.tell_viewers)(call.session.pk, "interrupted")  # the one of the beginning, late
        assert (await viewer.until("interrupted"))["now"] == []
