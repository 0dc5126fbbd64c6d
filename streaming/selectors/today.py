"""Video of one day in honest numbers (B11): how long until a picture, how many links gave one, why others did not."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.actors import Actor
from core.clock import LONDON, local_date, now
from streaming.models import CloseReason, LinkToken, VideoSession
from streaming.permissions import check_watch
from streaming.states import SessionMode, SessionState

SETTLED = dt.timedelta(minutes=5)  # a link this young may still become a picture

REASONS = {
    "text": "Text not delivered",
    "unopened": "Link never opened",
    "revoked": "Withdrawn by police",
    "no_camera": "Opened, no camera",
    "no_picture": "Camera on, no picture came",
}


@dataclass(frozen=True, kw_only=True)
class VideoToday:
    """Callers' links of a day in London. Seconds run from the handler's order to the first recorded picture.

    `links` counts those that are settled: a picture came, or five minutes have gone. None: nothing to measure yet.
    """

    links: int
    pictures: int
    median_s: float | None
    nine_in_ten_s: float | None
    reasons: tuple[tuple[str, int], ...]

    @property
    def per_cent(self) -> int | None:
        return round(100 * self.pictures / self.links) if self.links else None


def video_today(actor: Actor) -> VideoToday:
    """Counts and times only, nobody's data, so no audit entry; two queries. Raises NotAllowed."""
    check_watch(actor)
    moment = now()
    begin = dt.datetime.combine(local_date(moment), dt.time(), LONDON)
    rows = VideoSession.objects.visible_to(actor).filter(
        feed=None, answering=None, mode=SessionMode.VIDEO, requested_at__gte=begin
    )
    sessions = [one for one in rows if one.first_frame_at or moment - one.requested_at > SETTLED]
    revoked = set(
        LinkToken.objects.visible_to(actor)
        .filter(session__in=[one.pk for one in sessions], close_reason=CloseReason.REVOKED)
        .values_list("session_id", flat=True)
    )
    return summed(sessions, revoked=revoked)


def summed(sessions: Iterable[VideoSession], *, revoked: Iterable[object] = ()) -> VideoToday:
    """The figures of these sessions; `revoked` are the keys of those whose link police withdrew."""
    withdrawn = set(revoked)
    times: list[float] = []
    reasons: Counter[str] = Counter()
    for session in sessions:
        if session.first_frame_at is not None:
            times.append((session.first_frame_at - session.requested_at).total_seconds())
        else:
            reasons[_reason(session, session.pk in withdrawn)] += 1
    times.sort()
    return VideoToday(
        links=len(times) + reasons.total(),
        pictures=len(times),
        median_s=_at(times, 0.5),
        nine_in_ten_s=_at(times, 0.9),
        reasons=tuple((REASONS[code], count) for code, count in reasons.most_common()),
    )


def _reason(session: VideoSession, withdrawn: bool) -> str:
    if session.camera_on_at is not None:
        return "no_picture"
    if session.opened_at is not None:
        return "no_camera"
    if withdrawn:
        return "revoked"
    undelivered = session.state == SessionState.FAILED or session.failure_code
    return "text" if undelivered else "unopened"


def _at(ordered: list[float], part: float) -> float | None:
    """The nearest-rank quantile: a time that was really measured."""
    return ordered[math.ceil(part * len(ordered)) - 1] if ordered else None
