"""A curfew that was broken: raised once a night from what was logged, decided by a sergeant who did not knock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.outbox import enqueue
from core.permissions import check
from core.realtime import publish
from incidents.events import person_topic
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from suspects.events import CurfewBreached
from suspects.models import BailCondition, CurfewBreach, CurfewCheck, SuspectRules, WantedRecord
from suspects.services import wanted
from suspects.services.breach_note import LIMIT, Logged, statement_note
from suspects.services.curfew_rules import PRESENT, TAG
from suspects.states import BREACH_TRANSITIONS, BailType, BreachState, WantedState
from suspects.states import CurfewOutcome as Outcome

TOLD = "push.breach"
AT_ONCE = frozenset({Outcome.NOT_PRESENT_CONFIRMED, Outcome.REFUSED, Outcome.EM_TAMPER})
# STANDARDS 7.1: the basis decides the power, and the kind of bail decides the basis.
BASIS_OF = {
    BailType.COURT: "BREACH_BAIL",
    BailType.COURT_LA: "BREACH_BAIL",
    BailType.POST_CHARGE: "BREACH_BAIL",
    BailType.PRE_CHARGE_CONDITIONAL: "BREACH_PRECHARGE_BAIL",
    BailType.PRE_CHARGE_UNCONDITIONAL: "BREACH_PRECHARGE_BAIL",
    BailType.IMMIGRATION: "IMMIGRATION",
}
OTHER_BASIS = "BREACH_ORDER"  # licence, home detention: recall is for the probation service
BAND = "P2"  # a sergeant gives another
BOARD, OTHER, NOTHING = "board", "other", "nothing"
DECISIONS = {
    BOARD: "Put on the wanted board",
    OTHER: "Dealt with in another way",
    NOTHING: "No action",
}
OPEN = (WantedState.DRAFT, WantedState.ACTIVE)


def curfews_topic(force_id: object) -> str:
    """Everybody of a force who looks at curfews."""
    return f"curfews.{force_id}"


def is_broken(tonight: Sequence[CurfewCheck], rules: SuspectRules) -> bool:
    """Whether the checks of one condition and night, oldest first, show a breach: the last says so at once, or it is
    the last of so many tries without a reply, each minutes after the one before, with no sign of the person between."""
    if not tonight:
        return False
    if tonight[-1].outcome in AT_ONCE:
        return True
    if tonight[-1].outcome != Outcome.NO_REPLY:
        return False
    gap = dt.timedelta(minutes=rules.attempt_gap_minutes)
    tries: list[dt.datetime] = []
    for one in sorted(tonight, key=lambda one: one.at):
        if one.outcome in PRESENT or one.outcome == Outcome.EXCUSED:
            tries = []
        elif one.outcome == Outcome.NO_REPLY and (not tries or one.at - tries[-1] >= gap):
            tries.append(one.at)
    return len(tries) >= rules.attempts_for_breach


def raise_breach(
    actor: Actor, condition: BailCondition, tonight: Sequence[CurfewCheck], rules: SuspectRules
) -> CurfewBreach | None:
    """The breach that these checks raise, in the transaction of the last of them and under the condition's lock.

    None when they show none, or the night has its breach already. The officer in the case is told live and by the
    outbox; by the force's rule a wanted draft waits for a sergeant.
    """
    if not is_broken(tonight, rules):
        return None
    night, moment = tonight[-1].night, now()
    if CurfewBreach.objects.filter(condition=condition, night=night).exists():
        return None
    breach = CurfewBreach(
        force_id=condition.force_id,
        condition=condition,
        night=night,
        reference=_next_reference(condition.force_id),
        raised_at=moment,
        raised_by_label=actor.label[:100],
        statement=_statement(actor, condition, tonight),
    )
    breach.save(force_insert=True)
    audit.record(actor, AuditAction.COLLECT, f"suspects.curfewbreach:{breach.pk}", purpose="curfew broken")
    if _draft_is_due(condition, rules):
        breach.wanted = _wanted_for(actor, breach, draft=True)
        breach.state = BreachState.WANTED_DRAFTED
        breach.save(update_fields=["wanted", "state"])
    enqueue(TOLD, {"breach": str(breach.pk)}, dedupe_key=f"{TOLD}:{breach.pk}")
    _announce(breach)
    return breach


def keep_statement(*, actor: Actor, breach_id: UUID | str, text: str) -> CurfewBreach:
    """The note in the officer's own words. Only for who knocked that night, and until it is decided.

    Raises NotAllowed, NotFound, Invalid (statement), Conflict.
    """
    check(actor, "curfew.check")
    words = clean_text(text, field="statement", limit=LIMIT, required=True, lines=True)
    with transaction.atomic():
        breach = _lock(actor, breach_id)
        if not _knocked(actor, breach):
            raise NotAllowed("Only an officer who was at the door writes this note.")
        if not BREACH_TRANSITIONS[breach.state]:
            raise Conflict("This breach is decided. The note stays as it is.", code="decided")
        breach.statement = words
        breach.save(update_fields=["statement"])
        audit.record(actor, AuditAction.ALTER, f"suspects.curfewbreach:{breach.pk}", fields=["statement"])
    return breach


def decide_breach(*, actor: Actor, breach_id: UUID | str, decision: str, text: str) -> CurfewBreach:
    """A sergeant's decision: "board" circulates the person as wanted, "other" and "nothing" take a draft back.

    Never by whoever was at the door. Raises NotAllowed, NotFound, Invalid (decision, text), Conflict when decided.
    """
    check(actor, "curfew.review")
    if decision not in DECISIONS:
        raise Invalid(fields={"decision": "Choose what is to be done."})
    words = clean_text(text, field="text", limit=300, required=decision != BOARD)
    with transaction.atomic():
        breach = _lock(actor, breach_id)
        to_state = BreachState.NO_ACTION if decision == NOTHING else BreachState.ACTED
        if to_state not in BREACH_TRANSITIONS[breach.state]:
            raise Conflict(f"This breach is decided: {breach.decision_text}", code="decided")
        if _knocked(actor, breach):
            raise NotAllowed("You were at the door. Another sergeant decides this.", code="own_work")
        if decision == BOARD:
            _circulate(actor, breach)
        else:
            _take_back(actor, breach, words)
        breach.state, breach.decided_at = to_state, now()
        breach.decided_by_label = actor.label[:100]
        breach.decision_text = f"{DECISIONS[decision]}. {words}".strip()[:300]
        breach.save(update_fields=["state", "decided_at", "decided_by_label", "decision_text", "wanted"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.curfewbreach:{breach.pk}", purpose=DECISIONS[decision],
            justification=words, fields=["state"],
        )  # fmt: skip
        _announce(breach)
    return breach


def _lock(actor: Actor, breach_id: UUID | str) -> CurfewBreach:
    rows = CurfewBreach.objects.visible_to(actor).filter(pk=as_uuid(breach_id)).locked()
    rows = rows.select_related("condition__bail__person", "condition__kind", "condition__address")
    breach: CurfewBreach | None = rows.first()
    if breach is None:
        raise NotFound()
    return breach


def _knocked(actor: Actor, breach: CurfewBreach) -> bool:
    checks = CurfewCheck.objects.filter(condition=breach.condition_id, night=breach.night)
    return bool(checks.filter(officer_id=actor.user_id or 0).exists())


def _next_reference(force_id: int) -> str:
    """Numbers follow each other; the rules' row is the lock under which they are given out."""
    SuspectRules.objects.select_for_update(no_key=True).filter(force_id=force_id).first()
    return f"CB-{CurfewBreach.objects.filter(force_id=force_id).count() + 1:05d}"


def _statement(actor: Actor, condition: BailCondition, tonight: Sequence[CurfewCheck]) -> str:
    logged = [
        Logged(
            at=one.at, outcome=one.outcome, note=one.note, by_tag=one.method == TAG,
            officer="" if one.officer_id == actor.user_id else one.officer_label,
        )
        for one in tonight
    ]  # fmt: skip
    address = condition.address.line if condition.address else "the address of the curfew"
    return statement_note(logged, name=condition.bail.person.spoken_name, address=address)


def _draft_is_due(condition: BailCondition, rules: SuspectRules) -> bool:
    """Whether this bail was broken often enough; what a sergeant took no action on does not count."""
    broken = CurfewBreach.objects.filter(condition__bail=condition.bail_id).exclude(state=BreachState.NO_ACTION)
    return int(broken.count()) >= rules.breaches_for_wanted


def _wanted_for(actor: Actor, breach: CurfewBreach, *, draft: bool) -> WantedRecord:
    """The person's open record of a breach of this bail; a new one when there is none."""
    bail = breach.condition.bail
    basis = BASIS_OF.get(BailType(bail.type), OTHER_BASIS)
    same: WantedRecord | None = WantedRecord.objects.filter(
        person=bail.person_id, basis__code=basis, state__in=OPEN, crime_ref=bail.crime_ref
    ).first()
    if same is not None:
        return same
    details = wanted.WantedDetails(
        basis=basis,
        band=BAND,
        offence=f"Breach of curfew: {bail.offence}"[:120] if bail.offence else "Breach of curfew",
        source=f"Curfew breach {breach.reference}",
        crime_ref=bail.crime_ref,
        address_id=breach.condition.address_id,
        grounds_known_at=breach.raised_at,
    )
    return wanted.open_wanted(actor=actor, person_id=bail.person_id, details=details, draft=draft)


def _circulate(actor: Actor, breach: CurfewBreach) -> None:
    """The draft is approved; without one the sergeant's own decision opens the record."""
    breach.wanted = breach.wanted or _wanted_for(actor, breach, draft=False)
    if breach.wanted.state == WantedState.DRAFT:
        wanted.approve(actor=actor, wanted_id=breach.wanted.pk)


def _take_back(actor: Actor, breach: CurfewBreach, words: str) -> None:
    """The draft of this breach goes; one that another breach still rests on stays."""
    record = breach.wanted
    if record is None or record.state != WantedState.DRAFT:
        return
    others = CurfewBreach.objects.filter(wanted=record, state=BreachState.WANTED_DRAFTED).exclude(pk=breach.pk)
    if not others.exists():
        wanted.cancel(actor=actor, wanted_id=record.pk, reason=words[:200])


def _announce(breach: CurfewBreach) -> None:
    topics = [curfews_topic(breach.force_id)]
    if breach.condition.bail.oic_id is not None:
        topics.append(person_topic(breach.condition.bail.oic_id))
    event = CurfewBreached(breach=breach.pk, condition=breach.condition_id, state=str(breach.state))
    publish(event, *topics)
