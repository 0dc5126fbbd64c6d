"""An identity check: what somebody says is recorded first, then compared; the verdict is the officer's (MISSION C6)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services.text import clean_text
from suspects.matching.dates import BadDate
from suspects.matching.said import Compared
from suspects.models import IdentityAnswer, IdentityCheck, Person
from suspects.selectors.checks import open_stop
from suspects.selectors.identity import NOT_SAID, Fact, facts_about, own_check
from suspects.selectors.operations import note_look
from suspects.selectors.who import person_of
from suspects.services.volume import guard_looks
from suspects.states import IdentityVerdict

SAID_LIMIT = 200
WOULD_NOT_SAY = "Would not say"
ENDED = "This identity check has ended. Begin another to ask more."
ANSWERED = "That was answered already. An answer stays as it was said."
NOT_ASKED = "There is nothing on file to compare that with."


def begin_identity_check(
    *, actor: Actor, person_id: UUID | str, said: Mapping[str, str] | None = None
) -> IdentityCheck:
    """Begin to compare what somebody says with a person's record. `said` maps questions to what was said at once.

    Joins the actor's open stop when there is one. A planned operation about the person learns who looked. Raises
    NotFound, NotAllowed, Invalid (naming the question), TooMany.
    """
    check(actor, "person.check")
    who, moment = person_of(actor), now()
    guard_looks(actor)
    with transaction.atomic():
        person: Person | None = Person.objects.visible_to(actor).filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise NotFound()
        one = IdentityCheck.objects.create(
            force_id=who.force_id, person=person, stop=open_stop(actor, moment), officer_id=who.user_id,
            officer_label=actor.label, started_at=moment,
        )  # fmt: skip
        note_look(actor, person.pk, "identity")
        facts = _first_of_each(facts_about(actor, person)) if said else {}
        for key, text in (said or {}).items():
            if text.strip() and key in facts:
                _write(one, facts[key], clean_text(text, field=key, limit=SAID_LIMIT), field=key)
        _record(actor, one, AuditAction.COLLECT, sorted(key for key, text in (said or {}).items() if text.strip()))
    return one


def record_answer(
    *, actor: Actor, identity_id: UUID | str, question: str, about: str = "", said: str = "", refused: bool = False
) -> IdentityAnswer:
    """Keep what the person said to one question, compared with the record. The same answer twice is one.

    `refused`: they would not say. Raises NotFound, NotAllowed, Invalid (`said`), Conflict.
    """
    check(actor, "person.check")
    text = WOULD_NOT_SAY if refused else clean_text(said, field="said", limit=SAID_LIMIT, required=True)
    with transaction.atomic():
        one = own_check(actor, identity_id, lock=True)
        earlier = one.answers.filter(question=question, about=about).first()
        if earlier is not None:
            if earlier.said == text:
                return earlier
            raise Conflict(ANSWERED)
        if one.ended_at is not None:
            raise Conflict(ENDED)
        facts = {(fact.key, fact.about): fact for fact in facts_about(actor, one.person)}
        fact = facts.get((question, about))
        if fact is None:
            raise Invalid(fields={"question": NOT_ASKED})
        answer = _write(one, fact, text, refused=refused)
        _record(actor, one, AuditAction.COLLECT, [question])
    return answer


def end_identity_check(*, actor: Actor, identity_id: UUID | str, verdict: str) -> IdentityCheck:
    """The officer's verdict. The same again changes nothing. Raises NotFound, NotAllowed, Invalid, Conflict."""
    check(actor, "person.check")
    if verdict not in IdentityVerdict.values:
        raise Invalid(fields={"verdict": "Choose Him, Not him or Not sure."})
    with transaction.atomic():
        one = own_check(actor, identity_id, lock=True)
        if one.ended_at is not None:
            if one.verdict == verdict:
                return one
            raise Conflict(ENDED)
        one.verdict, one.ended_at = verdict, now()
        one.save(update_fields=["verdict", "ended_at"])
        _record(actor, one, AuditAction.ALTER, ["verdict", verdict])
    return one


def _first_of_each(facts: list[Fact]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        found.setdefault(fact.key, fact)
    return found


def _write(one: IdentityCheck, fact: Fact, text: str, *, field: str = "said", refused: bool = False) -> IdentityAnswer:
    try:
        compared = Compared(fits=None, reason=NOT_SAID) if refused else fact.compare(text)
    except BadDate as error:
        raise Invalid(fields={field: str(error)}) from error
    return IdentityAnswer.objects.create(
        force_id=one.force_id, identity_check=one, question=fact.key, about=fact.about, said=text, fits=compared.fits,
        reason=compared.reason[:200], at=now(),
    )  # fmt: skip


def _record(actor: Actor, one: IdentityCheck, action: AuditAction, fields: list[str]) -> None:
    stop = one.stop
    audit.record(
        actor, action, f"suspects.identitycheck:{one.pk}", purpose="identity check",
        fields=[f"suspects.person:{one.person_id}", *fields],
        reason_code=stop.reason_code if stop else "", justification=stop.justification if stop else "",
        on_behalf_of=stop.on_behalf_of if stop else "",
    )  # fmt: skip
