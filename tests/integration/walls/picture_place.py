"""What lies over the picture of the walls' live call: a description, and a phrase on the caller's screen."""

from __future__ import annotations

from uuid import UUID, uuid4

from core.clock import now
from streaming.services import descriptions, prompts
from streaming.services.descriptions import Said
from tests.factories.sessions import Call


def picture_of(call: Call, about: str) -> dict[str, UUID]:
    """By the names of `sent.THINGS`."""
    session_id = call.session.pk
    made = descriptions.describe(
        actor=call.handler,
        session_id=session_id,
        key=uuid4(),
        kind="person",
        said=Said(role="suspect", fields={"carrying": about}, finished=True),
        moment=now(),
    )
    shown = prompts.prompt(actor=call.handler, session_id=session_id, key=uuid4(), kind="point", phrase="stay_inside")
    return {"description": made.pk, "prompt": shown.pk}
