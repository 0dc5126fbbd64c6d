"""Words every part of the contract uses: roles, reasons, states, safe ids."""

from __future__ import annotations

import re
from typing import Literal

VERSION = 1

PeerRole = Literal["caller", "viewer"]
#: What a viewer is sent: everything; keyframes and no sound; keyframes and all sound.
Rate = Literal["full", "thumbnail", "thumbnail_with_sound"]
EndReason = Literal["caller", "handler", "revoked", "expired", "lost", "shutdown"]
RecordingState = Literal["off", "waiting", "writing", "late", "stalled"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def is_safe_id(text: object) -> bool:
    """Whether a session or peer id may become a directory or key name: letters, digits, `-`, `_`, at most 64."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None
