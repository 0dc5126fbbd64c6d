"""From an offer to a peer with an answer: what a caller may send, what a viewer is sent."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from streaming.contracts import EngineError

from .aiortc_bridge import Identity, SecureTransport
from .answer import (
    CALLER_FEEDBACK,
    VIDEO_CODECS,
    VIEWER_FEEDBACK,
    Chosen,
    LocalTransport,
    NoCodec,
    audio_section,
    choose_audio,
    choose_video,
    transport_section,
    video_section,
    write_answer,
)
from .mark.rendition import Marking
from .peering import Network, Remote, Sink, Transport
from .sdp import Offer, parse_fragment, parse_offer


@dataclass(frozen=True)
class Place:
    """Where peers live: shared by all of an engine."""

    network: Network
    identity: Identity
    marking: Marking = field(default_factory=Marking)


@dataclass(frozen=True)
class Agreement:
    """What was accepted of an offer; `sections[0]` is the video."""

    offer: Offer
    remote: Remote
    sections: Sequence[Chosen]

    @property
    def codec(self) -> str:
        return self.sections[0].codec.name


def agree_with_caller(sdp: str, current_codec: str) -> Agreement:
    """Read a caller's offer. The session's current codec comes first, so that viewers need not join again.

    Raises:
        EngineError: bad_sdp, no_codec.
    """
    return _agree(sdp, [c for c in (current_codec, *VIDEO_CODECS) if c], sends=False)


def agree_with_viewer(sdp: str, codec: str, profile: str = "") -> Agreement:
    """Read a viewer's offer: it must take the caller's codec, for nothing is transcoded. `profile` is what the caller
    sends of H264; a viewer that names only another one is given it all the same, as decoders read the stream's own.

    Raises:
        EngineError: bad_sdp, no_codec.
    """
    return _agree(sdp, [codec], sends=True, profile=profile)


def _agree(sdp: str, wanted: Sequence[str], *, sends: bool, profile: str = "") -> Agreement:
    try:
        offer = parse_offer(sdp)
        video = video_section(offer, sends=not sends)
        codec, rtx = choose_video(video, wanted, profile)
        feedback = VIEWER_FEEDBACK if sends else CALLER_FEEDBACK
        sections = [Chosen(video, codec, rtx, sends, _ssrc(), _ssrc(), feedback)]
        audio = audio_section(offer, video, sends=not sends)
        opus = choose_audio(audio) if audio else None
        if audio is not None and opus is not None:
            sections.append(Chosen(audio, opus, None, sends, _ssrc()))
        tagged = transport_section(offer, [chosen.section for chosen in sections])
        return Agreement(offer, offer.remote(tagged), sections)
    except NoCodec as error:
        raise EngineError("no_codec", str(error)) from error
    except ValueError as error:  # SdpError, or a number that is none
        raise EngineError("bad_sdp", str(error)) from error


def _ssrc() -> int:
    return secrets.randbelow(2**32 - 1) + 1


async def open_transport(place: Place, sink: Sink) -> SecureTransport:
    """Sockets for one peer. Raises EngineError("unavailable") when the machine has none left."""
    transport = SecureTransport(place.network, place.identity, sink)
    try:
        await transport.gather()
    except OSError as error:
        await transport.close()
        raise EngineError("unavailable", str(error), retry_after=2.0) from error
    return transport


async def trickle(transport: Transport, fragment: str) -> None:
    """Give the transport the candidates of a fragment of its own ICE session.

    Raises:
        EngineError: bad_sdp, ice_restart.
    """
    try:
        found = parse_fragment(fragment)
    except ValueError as error:
        raise EngineError("bad_sdp", str(error)) from error
    if found.ufrag != transport.remote_ufrag:
        raise EngineError("ice_restart", "no ICE restart: offer again")
    await transport.add_candidates(found.candidates)


def answer(agreement: Agreement, transport: SecureTransport, cname: str) -> str:
    """The answer's SDP."""
    local = LocalTransport(
        ufrag=transport.ufrag,
        password=transport.password,
        fingerprint=transport.fingerprint,
        setup="active" if agreement.remote.dtls_role == "client" else "passive",
        candidates=transport.candidates(),
    )
    return write_answer(agreement.offer, agreement.sections, local, session=random.getrandbits(62), cname=cname)
