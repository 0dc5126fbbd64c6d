"""Calls that are under way: a claimed link, its browser, and the facts an engine would report."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from core.actors import Actor
from streaming import contracts
from streaming.models import VideoSession
from streaming.services import facts
from tests.factories.links import claim, open_call, send
from tests.fakes.gateway import write_part, write_timeline


@dataclass
class Call:
    """A session whose link a phone holds. `secret` is that browser's cookie."""

    handler: Actor
    session: VideoSession
    secret: str

    @property
    def id(self) -> str:
        return str(self.session.pk)

    @property
    def caller(self) -> Actor:
        return Actor.caller(self.session.force_id, self.session.pk)

    def fresh(self) -> VideoSession:
        self.session.refresh_from_db()
        return self.session

    def fact(self, cls: type[contracts.Fact], **fields: Any) -> contracts.Fact:
        """Report one fact of this session and return it."""
        fact = cls(**{"session_id": self.id, "at": time.time(), **fields})
        facts.take_fact(fact)
        return fact

    def join(self, peer_id: str = "p-1", codec: str = "VP8", has_audio: bool = False) -> None:
        self.fact(contracts.PeerJoined, peer_id=peer_id, role="caller")
        self.fact(contracts.SourceChanged, video_codec=codec, has_audio=has_audio)

    def go_live(self, peer_id: str = "p-1", has_audio: bool = False) -> None:
        self.join(peer_id, has_audio=has_audio)
        self.fact(contracts.FirstFrame, peer_id=peer_id, width=640, height=480)

    def seal(self, number: int = 1, content: bytes | None = None, **changes: Any) -> contracts.PartSealed:
        """A part on the disk, and the fact that it is final."""
        fields = write_part(self.id, number, content or f"frames of part {number}".encode())
        fact = contracts.PartSealed(**{**fields, **changes})
        facts.take_fact(fact)
        return fact

    def stop(self, parts: int = 1, reason: str = "handler") -> contracts.Fact:
        return self.fact(contracts.SessionStopped, reason=reason, parts=parts, **write_timeline(self.id))


def make_call(handler: Actor, **kwargs: Any) -> Call:
    """A call of the handler's force, its link claimed by a phone."""
    session = send(handler, open_call(handler), **kwargs)
    claimed = claim(session)
    session.refresh_from_db()
    return Call(handler, session, claimed.secret)
