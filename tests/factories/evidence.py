"""Exhibits and their files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.actors import Actor
from evidence import services
from evidence.models import EvidenceItem, Exhibit, WorkingCopy
from incidents.models import Incident
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_file(folder: Path, data: bytes | None = None, name: str = "") -> Path:
    """A recorder's file; random bytes unless given."""
    path = folder / (name or f"part-{uuid4().hex[:8]}.mp4")
    path.write_bytes(os.urandom(5000) if data is None else data)
    return path


def make_exhibit(incident: Incident | None = None, producer: Actor | None = None, **changes: Any) -> Exhibit:
    """An exhibit being collected by the system for a call handler."""
    producer = producer or make_actor()
    incident = incident or make_incident(producer)
    given = {
        "actor": Actor.system(incident.force_id),
        "incident_id": incident.pk,
        "producer": producer,
        "description": "Live video from the caller's phone",
        "source_key": f"session:{uuid4()}",
    }
    return services.open_exhibit(**{**given, **changes})


def register(exhibit: Exhibit, path: Path, **changes: Any) -> EvidenceItem:
    given = {
        "actor": Actor.system(exhibit.force_id),
        "exhibit_id": exhibit.pk,
        "kind": "caller_video",
        "path": path,
        "sha256": digest(path.read_bytes()),
        "mime": "video/mp4",
        "source_key": f"part:{uuid4()}",
    }
    return services.register_file(**{**given, **changes})


def make_item(folder: Path, exhibit: Exhibit | None = None, **changes: Any) -> EvidenceItem:
    """A sealed item with random content."""
    return register(exhibit or make_exhibit(), make_file(folder), **changes)


def make_copy(exhibit: Exhibit, path: Path, **changes: Any) -> WorkingCopy:
    given = {
        "actor": Actor.system(exhibit.force_id),
        "exhibit_id": exhibit.pk,
        "path": path,
        "sha256": digest(path.read_bytes()),
        "mime": "video/mp4",
        "tool": "remux 1",
        "source_key": f"playback:{uuid4()}",
    }
    return services.add_working_copy(**{**given, **changes})
