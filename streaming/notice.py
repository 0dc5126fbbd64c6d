"""What a caller is told before the camera goes on (STANDARDS 13.5), as one text with a version.

The page shows exactly these lines and the acceptance keeps their SHA-256: change a word and the version changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from streaming.states import SessionMode

_SIGNER_SALT = "streaming.notice"


@dataclass(frozen=True)
class Notice:
    """The lines in the active language. `camera`, `files` and `safe` are empty where the link does not ask for it."""

    camera: str
    files: str
    place: str
    recorded: str
    safe: str  # trusted HTML of the catalogue: <b> only
    stop: str
    rights: tuple[str, ...]

    @property
    def version(self) -> str:
        """SHA-256 (hex) of the lines."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()

    @property
    def signed_version(self) -> str:
        """The version as the page's form carries it: a browser cannot claim to have shown other words."""
        return Signer(salt=_SIGNER_SALT).sign(self.version)


_SAFE: dict[str, Callable[[], str]] = {
    SessionMode.VIDEO: lambda: _("<b>Stay safe.</b> Do not go closer to film."),
    SessionMode.UPLOAD: lambda: _("<b>Stay safe.</b> Send only what you already have."),
}


def notice(force_name: str, mode: str) -> Notice:
    """The notice in the active language."""
    video, upload = mode == SessionMode.VIDEO, mode == SessionMode.UPLOAD
    return Notice(
        camera=_("Police see your camera") if video else "",
        files=_("Police get only the photos and films you choose") if upload else "",
        place=_("Police see where you are"),
        recorded=_("It is recorded and can be evidence"),
        safe=_SAFE[mode]() if mode in _SAFE else "",
        stop=_("Stay on your call. You can stop at any time."),
        rights=(
            _(
                "%(force)s is in charge of what you show us. "
                "We use it to help you now, to investigate crime, and in court."
            )
            % {"force": force_name},
            _("We may share it with the ambulance and fire services and with courts."),
            _("Other people and children may be in the picture. Show us only what matters."),
            _(
                "When you stop, nothing more is sent. "
                "What we already have is kept as evidence for as long as the law says."
            ),
            _("We do not use face recognition on it."),
            _(
                "You can ask for a copy, ask us to put something right, "
                "or complain to us or to the Information Commissioner (ico.org.uk)."
            ),
        ),
    )


def accepted_version(signed: str) -> str | None:
    """The version a form brings back, or None when it is not one of ours."""
    try:
        return Signer(salt=_SIGNER_SALT).unsign(signed)
    except BadSignature:
        return None
