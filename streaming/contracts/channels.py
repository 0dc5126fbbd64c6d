"""Names of the Redis keys and streams between the gateway and the workers (full profile). All under one prefix."""

from __future__ import annotations

from dataclasses import dataclass

HEARTBEAT_SECONDS = 0.5
DEAD_AFTER_SECONDS = 3.0  # a worker silent for so long is dead, and its sessions move
REPLY_SECONDS = 60  # how long a reply waits to be fetched
FACTS_GROUP = "sightline"


@dataclass(frozen=True)
class MediaKeys:
    """One name per thing. `prefix` keeps two installations on one Redis apart."""

    prefix: str = "sightline"

    def _name(self, *parts: str) -> str:
        return ":".join((self.prefix, "media", *parts))

    @property
    def workers(self) -> str:
        """Set of the ids of workers not yet buried."""
        return self._name("workers")

    @property
    def unsettled(self) -> str:
        """Set of the ids of sessions that moved and are not yet opened and repaired at their new worker."""
        return self._name("unsettled")

    @property
    def facts(self) -> str:
        """Stream of facts, field `fact`; read through the group FACTS_GROUP."""
        return self._name("facts")

    @property
    def unreadable_facts(self) -> str:
        """Stream of entries of `facts` that are not facts, kept for a person to look at."""
        return self._name("facts-unreadable")

    @property
    def health(self) -> str:
        """Pub/sub channel of StreamHealth."""
        return self._name("health")

    @property
    def lease(self) -> str:
        """Id of the one process that takes facts and buries dead workers."""
        return self._name("facts-lease")

    def heartbeat(self, worker_id: str) -> str:
        """The worker's EngineHealth; expires DEAD_AFTER_SECONDS after the last beat."""
        return self._name("worker", worker_id)

    def fenced(self, worker_id: str) -> str:
        """Exists once the worker was declared dead: should it still run, it must let go and leave."""
        return self._name("fenced", worker_id)

    def commands(self, worker_id: str) -> str:
        """Stream of commands for one worker: fields `command`, `reply_to`, `deadline` (epoch seconds)."""
        return self._name("commands", worker_id)

    def pinned(self, worker_id: str) -> str:
        """Set of the ids of the sessions that live on the worker."""
        return self._name("pinned", worker_id)

    def session(self, session_id: str) -> str:
        """Hash `worker`, `label`: where the session lives."""
        return self._name("session", session_id)

    def reply(self, request_id: str) -> str:
        """List with the one reply to a command."""
        return self._name("reply", request_id)
