"""The exposure guard: cover and reveal pictures of an incident, count who looks, hand a session over.

A level belongs to the incident: it is what every screen that opens the picture from then on begins with. A screen that
shows it already never changes under somebody's eyes; it is told, and its own person chooses.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction, User
from core.realtime import publish
from incidents.events import person_topic
from incidents.services import append_log
from streaming.events import ExposureChanged, ExposureReached, HandedOver, care_topic, incident_topic
from streaming.models import CarePolicy, Exposure, ExposureTally, HandOver, VideoSession, Viewing
from streaming.permissions import check_see_wellbeing, check_watch
from streaming.selectors.care import Looked, Veil, looked, may_take, period_of, policy_of, veil_of
from streaming.services.progress import lock_session
from streaming.states import VeilLevel

#: What one sign of looking is worth at most, seconds: how often the page gives one.
BEAT_SECONDS = 10.0
MAX_SESSIONS = 20


def switch_guard(*, actor: Actor, force_id: int, on: bool) -> None:
    """Whether new pictures of the force open covered. For commands; people do it in the administration."""
    with transaction.atomic():
        policy, _ = CarePolicy.objects.update_or_create(force_id=force_id, defaults={"guard_on": on})
        audit.record(actor, AuditAction.ALTER, f"streaming.carepolicy:{policy.pk}", fields=["guard_on"])


def set_level(*, actor: Actor, session_id: UUID, level: str) -> Veil:
    """This screen shows so much of the picture from now on, and so does every screen that opens it later.

    Audited each time; one log entry where the level of the incident changes. Raises NotAllowed, NotFound, Invalid.
    """
    if level not in VeilLevel.values:
        raise Invalid(fields={"level": "Choose covered, softened or clear."})
    with transaction.atomic():
        session, row, policy = _locked(actor, session_id)
        words = f"Picture {VeilLevel(level).label.lower()}"
        changed, row.level = row.level != level, level
        _keep(actor, session, row, policy, words, changed=changed)
    return veil_of(policy, row)


def set_graphic(*, actor: Actor, session_id: UUID, graphic: bool) -> Veil:
    """A person says that the pictures of this incident are graphic, or no longer. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        session, row, policy = _locked(actor, session_id)
        words = "Pictures marked graphic: looking is counted" if graphic else "Pictures no longer marked graphic"
        changed, row.graphic = row.graphic != graphic, graphic
        _keep(actor, session, row, policy, words, changed=changed)
    return veil_of(policy, row)


def _locked(actor: Actor, session_id: UUID) -> tuple[VideoSession, Exposure, CarePolicy]:
    """The incident's row, made when it is first needed. The session's lock is first: two at once come one by one."""
    check_watch(actor)
    if actor.user_id is None or not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
        raise NotFound()
    session = lock_session(session_id)
    policy = policy_of(session.force_id)
    first = {"force_id": session.force_id, "level": veil_of(policy, None).level, "changed_at": now()}
    row, _ = Exposure.objects.select_for_update().get_or_create(
        incident_id=session.incident_id, defaults={**first, "changed_by_id": actor.user_id}
    )
    return session, row, policy


def _keep(actor: Actor, session: VideoSession, row: Exposure, policy: CarePolicy, words: str, *, changed: bool) -> None:
    audit.record(
        actor, AuditAction.CONSULT, f"streaming.videosession:{session.pk}", purpose=words,
        incident=str(session.incident_id),
    )  # fmt: skip
    if not changed or actor.user_id is None:
        return
    row.changed_by_id, row.changed_at, row.version = actor.user_id, now(), row.version + 1
    row.save()
    append_log(actor=actor, incident_id=session.incident_id, type="MEDIA", channel="system", text=f"{words}.")
    veil = veil_of(policy, row)
    publish(
        ExposureChanged(
            incident=session.incident_id, level=veil.level, graphic=veil.graphic, counts=veil.counts,
            version=row.version,
        ),
        incident_topic(session.incident_id),
    )  # fmt: skip


# --- minutes --------------------------------------------------------------------------------------------------------


def look(*, actor: Actor, session_ids: Collection[UUID]) -> Looked:
    """The actor's page says that these pictures were uncovered before them for the last BEAT_SECONDS.

    Believed as far as it can be: the person has such a picture open, it is counted, and no more time has passed on our
    clock since the sign before. Without sessions it only reads. Raises NotAllowed.
    """
    check_watch(actor)
    if actor.user_id is None or actor.force_id is None:
        raise NotAllowed()
    policy = policy_of(actor.force_id)
    period = period_of(actor)
    with transaction.atomic():
        rows = ExposureTally.objects.visible_to(actor).select_for_update()
        row: ExposureTally | None = rows.filter(user_id=actor.user_id, period=period).first()
        if not session_ids or not _counted(actor, policy, session_ids):
            return looked(policy, row)
        if row is None:
            row, _ = rows.get_or_create(
                user_id=actor.user_id, period=period,
                defaults={"force_id": actor.force_id, "label": actor.label[:80], "last_at": now() - _BEAT},
            )  # fmt: skip
        moment = now()
        row.seconds += max(0.0, min(BEAT_SECONDS, (moment - row.last_at).total_seconds()))
        row.last_at = max(moment, row.last_at)
        reached = _reached(row, policy, moment)
        row.save()
        for mark in reached:
            event = ExposureReached(user=actor.user_id, mark=mark)
            publish(event, care_topic(actor.force_id), person_topic(actor.user_id))
    return looked(policy, row)


_BEAT = timedelta(seconds=BEAT_SECONDS)


def _counted(actor: Actor, policy: CarePolicy, session_ids: Collection[UUID]) -> bool:
    """Whether one of these is on the actor's screens, and is counted."""
    open_ones = Viewing.objects.visible_to(actor).filter(
        user_id=actor.user_id or 0, ended_at=None, session_id__in=list(session_ids)[:MAX_SESSIONS]
    )
    if not policy.count_all:
        open_ones = open_ones.filter(session__incident__exposure__graphic=True)
    return bool(open_ones.exists())


def _reached(row: ExposureTally, policy: CarePolicy, moment: datetime) -> list[str]:
    """The marks that this sign of looking reached, each once a shift."""
    mark, found = looked(policy, row).mark, []
    if mark and row.asked_at is None:
        row.asked_at = moment
        found.append("ask")
    if mark == "hand_over" and row.offered_at is None:
        row.offered_at = moment
        found.append("hand_over")
    return found


def purge() -> int:
    """Delete the minutes that are older than their force keeps them. Returns how many rows."""
    gone = 0
    for force_id in ExposureTally.objects.values_list("force_id", flat=True).distinct():
        before = now() - timedelta(days=policy_of(force_id).keep_days)
        gone += ExposureTally.objects.filter(force_id=force_id, last_at__lt=before).delete()[0]
    return gone


# --- handing over -----------------------------------------------------------------------------------------------------


def hand_over(*, actor: Actor, session_id: UUID, from_user: int, to_user: int) -> HandOver:
    """A supervisor gives the session that `from_user` handles to `to_user`. Both are told; it is in the log.

    Raises NotAllowed, NotFound, Invalid (to_user), Conflict: it has ended, or was handed over from them already.
    """
    check_see_wellbeing(actor)
    if actor.user_id is None:
        raise NotAllowed()
    with transaction.atomic():
        if not VideoSession.objects.visible_to(actor).filter(pk=session_id, feed=None).exists():
            raise NotFound()
        session = lock_session(session_id)
        if session.ended:
            raise Conflict("This call has ended: there is nothing to hand over.", code="ended")
        giver, taker = _colleague(actor, from_user), _colleague(actor, to_user)
        if giver is None:
            raise NotFound()
        if taker is None or taker == giver or not may_take(taker):
            raise Invalid(fields={"to_user": "Choose a colleague who may write to callers."})
        last = HandOver.objects.filter(session=session).last()
        if last is not None and last.from_user_id == giver.pk:
            raise Conflict(f"{last.to_label} has this session already.", code="handed_over")
        row = HandOver.objects.create(
            force_id=session.force_id, session=session, from_user=giver, to_user=taker,
            to_label=Actor.for_user(taker).label[:80], handed_by_id=actor.user_id, handed_at=now(),
        )  # fmt: skip
        _tell(actor, row, Actor.for_user(giver).label)
    return row


def _colleague(actor: Actor, user_id: int) -> User | None:
    found: User | None = User.objects.filter(pk=user_id, force_id=actor.force_id or 0, is_active=True).first()
    return found


def _tell(actor: Actor, row: HandOver, giver: str) -> None:
    session = row.session
    audit.record(
        actor, AuditAction.ALTER, f"streaming.videosession:{session.pk}", purpose="Session handed over",
        incident=str(session.incident_id), result_ids=[row.from_user_id, row.to_user_id],
    )  # fmt: skip
    words = f"Live video and chat handed over from {giver} to {row.to_label}."
    append_log(actor=actor, incident_id=session.incident_id, type="MEDIA", channel="system", text=words)
    event = HandedOver(
        session=session.pk, incident=session.incident_id, from_user=row.from_user_id, to_user=row.to_user_id
    )
    publish(
        event, incident_topic(session.incident_id), care_topic(session.force_id), person_topic(row.from_user_id),
        person_topic(row.to_user_id),
    )  # fmt: skip
