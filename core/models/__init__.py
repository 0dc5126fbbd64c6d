"""Forces, people, audit and live events: what every app stands on."""

from core.models.audit import AuditAction, AuditEvent, AuditHead, AuditLink
from core.models.base import ForceOwned
from core.models.force import Force
from core.models.live import LiveEvent, LiveTopic
from core.models.machines import MachineNonce
from core.models.outages import Outage
from core.models.outbox import OutboxMessage, OutboxState
from core.models.people import RoleGrant, User

__all__ = [
    "AuditAction",
    "AuditEvent",
    "AuditHead",
    "AuditLink",
    "Force",
    "ForceOwned",
    "LiveEvent",
    "LiveTopic",
    "MachineNonce",
    "Outage",
    "OutboxMessage",
    "OutboxState",
    "RoleGrant",
    "User",
]
