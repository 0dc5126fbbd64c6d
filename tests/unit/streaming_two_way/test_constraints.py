"""Each rule the database itself keeps for two-way sessions, shown by the row it refuses."""

from __future__ import annotations

from core.actors import Actor
from core.clock import now
from streaming.models import TwoWay
from tests.factories.links import send
from tests.helpers.refused_rows import insert, refused


def test_two_way_sessions(okafor: Actor) -> None:
    session, answer, other = (send(okafor, number=f"0770090076{n}") for n in range(3))
    shown = TwoWay.objects.create(
        force_id=session.force_id, session=session, answer=answer, asked_by=okafor.user, label="Reid", asked_at=now()
    )
    refused("two_way_one_open_per_session", insert(shown, answer_id=other.pk))
    refused("streaming.TwoWay.answer", insert(shown, session_id=other.pk))
    elsewhere = {"session_id": other.pk, "answer_id": session.pk}
    refused("two_way_state_known", insert(shown, **elsewhere, state="maybe"))
    refused("two_way_has_two_directions", insert(shown, session_id=other.pk, answer_id=other.pk))
    refused("two_way_accepted_has_time", insert(shown, **elsewhere, state="accepted"))
    refused("two_way_over_has_time", insert(shown, **elsewhere, state="ended"))
    refused("two_way_over_has_time", insert(shown, **elsewhere, ended_at=now()))
