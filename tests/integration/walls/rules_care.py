"""Who may cover and reveal pictures, read how long people looked, and hand sessions over."""

from __future__ import annotations

from core.clock import now
from core.models import RoleGrant, User
from core.roles import CALL_HANDLER
from streaming.models import ExposureTally
from tests.factories.core import make_user
from tests.integration.walls import sent
from tests.integration.walls.rule import DESK, ENGINEERS, GET, NONE, ONE, POST, WRITE, Rule


def soften(place: sent.Place) -> sent.Sent:
    return sent.Sent({"level": "softened"})


def graphic(place: sent.Place) -> sent.Sent:
    return sent.Sent({"graphic": "on"})


def looked(place: sent.Place) -> sent.Sent:
    return sent.Sent({"session": str(place.call)})


def somebody_looked(place: sent.Place) -> sent.Sent:
    """A handler of that force has minutes to be read."""
    user = RoleGrant.objects.filter(role=CALL_HANDLER, user__force_id=place.force_id).earliest("pk").user
    ExposureTally.objects.get_or_create(
        user=user, period="day:2026-11-22", defaults={"force": user.force, "seconds": 60, "last_at": now()}
    )
    return sent.Sent({})


def to_a_colleague(place: sent.Place) -> sent.Sent:
    """From the handler of that force to a colleague who has just come."""
    handlers = RoleGrant.objects.filter(role=CALL_HANDLER, user__force_id=place.force_id)
    giver = User.objects.filter(pk__in=handlers.values("user")).order_by("pk").first()
    taker = giver and make_user(force=giver.force, last_name="Bello")
    return sent.Sent({"from_user": str(giver.pk if giver else 1), "to_user": str(taker.pk if taker else 2)})


RULES: tuple[Rule, ...] = (
    Rule(POST, "streaming:veil", "call", DESK, 200, WRITE, soften),
    Rule(POST, "streaming:veil", "call", DESK, 200, WRITE, graphic, variant="marked graphic"),
    # One's own minutes are no reading of personal data, and the looking itself is audited by its socket.
    Rule(POST, "streaming:look", "", DESK, 200, NONE, looked),
    Rule(GET, "streaming:wellbeing", "", ENGINEERS, 200, ONE, somebody_looked),
    Rule(POST, "streaming:hand_over", "call", ENGINEERS, 302, WRITE, to_a_colleague),
)
