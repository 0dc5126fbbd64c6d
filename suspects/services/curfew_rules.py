"""When a curfew check may be made, and when not: each refusal says what to do instead (STANDARDS 7.5).

Fairness is part of the rule: a person is woken no oftener than the condition or the force allows, and not at all in
quiet hours unless an inspector says so. What helps the person, or keeps an officer safe, is always written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import local
from core.errors import Conflict, Invalid
from suspects.codes.curfew_hours import Window, wall_words, within
from suspects.codes.ground import distance_words
from suspects.models import BailCondition, CurfewCheck, SuspectRules
from suspects.selectors.curfew_times import ended_at, hours_of
from suspects.states import CurfewOutcome as Outcome

DOOR, TAG = "DOOR", "EM"
PRESENT = frozenset({Outcome.PRESENT_SEEN, Outcome.PRESENT_VOICE_ONLY})
# Nobody was disturbed, or the officer had to leave: neither hours of quiet, limits nor the distance forbid to say so.
WITHOUT_KNOCK = frozenset({Outcome.INACCESSIBLE, Outcome.EXCUSED, Outcome.WITHDREW})
OF_A_TAG = frozenset({Outcome.EM_TAMPER, Outcome.NOT_PRESENT_CONFIRMED, Outcome.EXCUSED})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What is about to be written: `distance_m` from the address, None when either position is unknown."""

    at: dt.datetime
    outcome: str
    method: str
    distance_m: float | None
    has_position: bool
    place_reason: str
    attempt: int | None

    @property
    def knocked(self) -> bool:
        return self.method == DOOR and self.outcome not in WITHOUT_KNOCK


def check_order(condition: BailCondition, visit: Visit) -> Window:
    """The night the visit falls into. Raises Conflict: no curfew, order over, no doorstep (JD), outside its hours."""
    if not condition.kind.is_curfew:
        raise Conflict("This condition is no curfew. There is nothing to check at the door.", code="no_curfew")
    over = ended_at(condition, visit.at)
    if over is not None:
        raise Conflict(f"This order ended on {local(over):%d/%m/%Y at %H:%M}. Do not knock.", code="order_ended")
    if visit.method == DOOR and not condition.kind.permits_doorstep:
        code = condition.kind.code
        raise Conflict(f"Do not knock ({code}). The tag contractor checks this curfew.", code="no_doorstep")
    hours = hours_of(condition)
    window = hours.at(visit.at)
    if window is None:
        following = hours.next_after(visit.at)
        when = f"The next hours begin {_day_and_time(following.starts_at)}." if following else "No hours are left."
        raise Conflict(f"Not due: {wall_words(visit.at)} is outside the curfew. {when}", code="not_due")
    return window


def check_door(condition: BailCondition, visit: Visit, rules: SuspectRules) -> None:
    """Quiet hours and the right door. Raises Conflict (quiet_hours), Invalid (place_reason)."""
    if not visit.knocked:
        return
    if within(visit.at, rules.quiet_from, rules.quiet_until) and not condition.quiet_hours_authorised:
        raise Conflict(
            f"No knocking from {rules.quiet_from:%H:%M} to {rules.quiet_until:%H:%M} without an inspector. "
            f"Ask one to allow it, or come back after {rules.quiet_until:%H:%M}.",
            code="quiet_hours",
        )
    address = condition.address
    if visit.place_reason or address is None or address.lat is None:
        return
    if not visit.has_position:
        words = "This phone gives no position. Say how you know that this is the door."
        raise Invalid(fields={"place_reason": words}, code="no_position")
    if visit.distance_m is not None and visit.distance_m > rules.door_metres:
        words = (
            f"You are {distance_words(visit.distance_m)} from this address. "
            "Go to the door, or say why the position is wrong."
        )
        raise Invalid(fields={"place_reason": words}, code="wrong_door")


def check_turn(
    visit: Visit, tonight: Sequence[CurfewCheck], at_this_door: Sequence[CurfewCheck], limit: int, rules: SuspectRules
) -> int:
    """Which attempt this is. `tonight` are the person's checks of this night, `at_this_door` those of the condition.

    Raises Conflict: somebody else logged this attempt, too soon after the last, as many checks as the night allows.
    """
    last = max(at_this_door, key=lambda one: one.attempt, default=None)
    turn = last.attempt + 1 if last else 1
    if last and visit.attempt is not None and visit.attempt < turn:
        raise Conflict(f"{said(last)} Look again before you log another.", code="already_logged")
    if not visit.knocked:
        return turn
    knocks = [one for one in tonight if knocked(one)]
    previous = max(knocks, key=lambda one: one.at, default=None)
    if previous is not None:
        _check_gap(visit, previous, rules)
    if completed(knocks, rules) >= limit:
        words = "1 check" if limit == 1 else f"{limit} checks"
        raise Conflict(
            f"{words} tonight is the most this person may have. {said(previous) if previous else ''} No more knocking.",
            code="enough_tonight",
        )
    return turn


def _check_gap(visit: Visit, previous: CurfewCheck, rules: SuspectRules) -> None:
    """Minutes between two tries. Somebody who answers after all is written at once: it is in their favour."""
    if previous.outcome == Outcome.NO_REPLY and visit.outcome != Outcome.NO_REPLY:
        return
    again = previous.at + dt.timedelta(minutes=rules.attempt_gap_minutes)
    if visit.at < again:
        raise Conflict(
            f"{said(previous)} Try again after {wall_words(again)}.",
            code="too_soon",
            retry_after=max(1, int((again - visit.at).total_seconds())),
        )


def limit_of(condition: BailCondition, rules: SuspectRules) -> int:
    """Completed checks a night: the force's, or fewer when the condition says so."""
    return min(condition.checks_per_night or rules.checks_per_night, rules.checks_per_night)


def knocked(check: CurfewCheck) -> bool:
    return check.method == DOOR and check.outcome not in WITHOUT_KNOCK


def completed(knocks: Sequence[CurfewCheck], rules: SuspectRules) -> int:
    """How many checks a night has seen: every knock that found something out, and as many tries without a reply as
    make a breach count as one."""
    no_reply = sum(one.outcome == Outcome.NO_REPLY for one in knocks)
    return len(knocks) - no_reply + no_reply // max(1, rules.attempts_for_breach)


def said(check: CurfewCheck) -> str:
    """ "NB21 logged No reply at 22:16."."""
    who = check.call_sign or check.officer_label
    return f"{who} logged {Outcome(check.outcome).label} at {wall_words(check.at)}."


def _day_and_time(moment: dt.datetime) -> str:
    return f"{local(moment):%d/%m/%Y} at {wall_words(moment)}"
