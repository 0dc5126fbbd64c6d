"""What a supervisor sees of pictures: who watches what, and the day in honest numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotAllowed
from core.models import AuditEvent
from streaming.models import VideoSession
from streaming.selectors.today import summed, video_today
from streaming.selectors.watching import watching
from streaming.services import viewing
from tests.factories.incidents import make_stranger, make_supervisor
from tests.factories.sessions import make_call

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def link(seconds=None, **facts):
    """A caller's link of noon; `seconds` until its first picture."""
    frame = None if seconds is None else NOON + timedelta(seconds=seconds)
    return VideoSession(requested_at=NOON, first_frame_at=frame, **facts)


def test_hale_sees_who_watches_what_and_which_picture_nobody_has_open(okafor, reid, call):
    hale = make_supervisor()
    call.go_live()
    other = make_call(okafor)
    other.go_live("p-2")
    for peer in ("v-1", "v-2"):  # two screens of one officer are one line
        viewing.start_viewing(actor=reid, session_id=call.session.pk, peer_id=peer)
    VideoSession.objects.filter(pk=other.session.pk).update(alarm="stalled")
    found = watching(hale)
    [person] = found.people
    assert (person.label, person.pictures) == (reid.label, (f"{call.session.incident.serial} caller",))
    assert (found.live, found.alarmed, found.unwatched) == (2, 1, 1)
    event = AuditEvent.objects.get(purpose="supervise")
    assert (event.action, set(event.result_ids)) == ("CONSULT", {call.id, other.id})


def test_who_watches_is_for_supervisors_of_the_force(okafor, reid, call):
    call.go_live()
    viewing.start_viewing(actor=reid, session_id=call.session.pk, peer_id="v-1")
    assert watching(make_stranger()).people == ()
    for actor in (okafor, reid):
        with pytest.raises(NotAllowed):
            watching(actor)


def test_the_times_are_ones_that_were_measured():
    today = summed([link(30), link(41), link(43), link(96), link(700)])
    assert (today.median_s, today.nine_in_ten_s) == (43, 700)
    assert (today.links, today.pictures, today.per_cent) == (5, 5, 100)


def test_every_link_without_a_picture_has_its_reason():
    withdrawn = link(state="ended")
    today = summed(
        [
            link(20), link(state="failed", failure_code="unknown"), link(state="sent"), link(state="delivered"),
            link(opened_at=NOON), link(opened_at=NOON, camera_on_at=NOON), withdrawn,
        ],
        revoked=[withdrawn.pk],
    )  # fmt: skip
    assert (today.links, today.pictures, today.per_cent) == (7, 1, 14)
    assert dict(today.reasons) == {
        "Link never opened": 2, "Text not delivered": 1, "Opened, no camera": 1, "Camera on, no picture came": 1,
        "Withdrawn by police": 1,
    }  # fmt: skip


def test_without_links_there_is_nothing_to_say(okafor):
    today = video_today(okafor)
    assert (today.links, today.per_cent, today.median_s, today.reasons) == (0, None, None, ())


def test_a_link_of_a_minute_ago_is_not_counted_as_lost(okafor, call):
    assert video_today(okafor).links == 0
    call.go_live()
    assert (video_today(okafor).links, video_today(okafor).pictures) == (1, 1)
