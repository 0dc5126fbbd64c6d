"""What a picture opens with, and how long people looked. The figures are for the person and their supervisors."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction, User
from core.permissions import can
from incidents.selectors import own_duty, who_is_on_duty
from streaming.models import CarePolicy, Exposure, ExposureTally, HandOver, VideoSession, Viewing
from streaming.permissions import CHAT, check_see_wellbeing
from streaming.states import VeilLevel

_RECENT = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Veil:
    """`level` is what a screen opens with; `counts` whether looking at it is counted."""

    level: str
    graphic: bool
    counts: bool


@dataclass(frozen=True, kw_only=True)
class Looked:
    """How long one person looked, against the force's two marks. `seconds` is 0 when nothing was counted."""

    seconds: int
    ask: int  # seconds
    hand_over: int

    @property
    def mark(self) -> str:
        """The mark that is reached: "", "ask" or "hand_over"."""
        return "hand_over" if self.seconds >= self.hand_over else "ask" if self.seconds >= self.ask else ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """For a supervisor: a colleague's minutes, and the sessions on their screens that can be handed over."""

    tally: ExposureTally
    mark: str
    sessions: tuple[VideoSession, ...]


@dataclass(frozen=True, kw_only=True)
class Wellbeing:
    people: tuple[Person, ...]
    takers: tuple[User, ...]  # on duty, may write to callers
    policy: CarePolicy


def policy_of(force_id: int | None) -> CarePolicy:
    """The force's row, or the defaults. One query."""
    return CarePolicy.objects.filter(force_id=force_id or 0).first() or CarePolicy(force_id=force_id or 0)


def veils(force_id: int | None, incident_ids: Collection[UUID]) -> dict[UUID, Veil]:
    """By incident, for a page that is let in already. Two queries however many."""
    policy = policy_of(force_id)
    rows = {
        row.incident_id: row for row in Exposure.objects.filter(incident_id__in=incident_ids, force_id=force_id or 0)
    }
    return {one: veil_of(policy, rows.get(one)) for one in incident_ids}


def veil_of(policy: CarePolicy, row: Exposure | None) -> Veil:
    first = VeilLevel.COVERED if policy.guard_on else VeilLevel.CLEAR
    graphic = row is not None and row.graphic
    return Veil(level=row.level if row else first.value, graphic=graphic, counts=graphic or policy.count_all)


def put_veils(force_id: int | None, sessions: Iterable[VideoSession]) -> None:
    """Each session is given its `veil`, for the templates of the wall."""
    rows = list(sessions)
    found = veils(force_id, {session.incident_id for session in rows}) if rows else {}
    for session in rows:
        session.veil = found[session.incident_id]  # type: ignore[attr-defined]  # for the template


def period_of(actor: Actor) -> str:
    """The shift the actor is on, or today."""
    duty = own_duty(actor)
    return f"duty:{duty.pk}" if duty else f"day:{localtime(now()):%Y-%m-%d}"


def own_looked(actor: Actor) -> Looked:
    """The actor's own figure, of this shift. No audit: it is their own."""
    row = ExposureTally.objects.visible_to(actor).filter(user_id=actor.user_id or 0, period=period_of(actor)).first()
    return looked(policy_of(actor.force_id), row)


def looked(policy: CarePolicy, row: ExposureTally | None) -> Looked:
    return Looked(
        seconds=int(row.seconds) if row else 0, ask=policy.ask_minutes * 60, hand_over=policy.hand_over_minutes * 60
    )


def wellbeing(actor: Actor) -> Wellbeing:
    """Colleagues' minutes of the last twelve hours, most first, for a supervisor of their force. One audit entry.

    Raises NotAllowed.
    """
    check_see_wellbeing(actor)
    policy = policy_of(actor.force_id)
    with transaction.atomic():
        recent = ExposureTally.objects.visible_to(actor).filter(last_at__gte=now() - _RECENT, seconds__gte=1)
        rows = list(recent.order_by("-seconds")[:50])
        open_ones = _open_sessions(actor, {row.user_id for row in rows})
        audit.record(
            actor, AuditAction.CONSULT, "streaming.exposuretally", purpose="supervise", fields=["seconds"],
            result_ids=[row.user_id for row in rows], result_count=len(rows),
        )  # fmt: skip
    people = tuple(
        Person(tally=row, mark=looked(policy, row).mark, sessions=tuple(open_ones.get(row.user_id, {}).values()))
        for row in rows
    )
    return Wellbeing(people=people, takers=tuple(takers(actor)) if people else (), policy=policy)


def takers(actor: Actor) -> list[User]:
    """Whoever of the actor's force is on duty and may write to callers."""
    users = list(User.objects.filter(force_id=actor.force_id or 0, is_active=True).order_by("last_name")[:500])
    on = who_is_on_duty([user.pk for user in users])
    return [user for user in users if user.pk in on and may_take(user)]


def may_take(user: User) -> bool:
    return can(Actor.for_user(user), CHAT)


def handled_by(session_id: UUID) -> HandOver | None:
    """The last hand-over of a session, None when there was none."""
    found: HandOver | None = HandOver.objects.filter(session_id=session_id).last()
    return found


def _open_sessions(actor: Actor, user_ids: Collection[int]) -> dict[int, dict[UUID, VideoSession]]:
    """The callers' sessions that these people have on their screens and that were not handed on from them."""
    rows = Viewing.objects.visible_to(actor).filter(
        user_id__in=user_ids, ended_at=None, session__feed=None, session__answering=None
    )
    handed = set(HandOver.objects.visible_to(actor).filter(from_user__in=user_ids).values_list("session", "from_user"))
    found: dict[int, dict[UUID, VideoSession]] = {}
    for row in rows.exclude(session__state="ended").select_related("session__incident"):
        if row.user_id is not None and (row.session_id, row.user_id) not in handed:
            found.setdefault(row.user_id, {})[row.session_id] = row.session
    return found
