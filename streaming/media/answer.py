"""Choosing what to accept of an offer, and writing the answer (RFC 8829 section 5.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .sdp import Codec, Offer, SdpError, Section
from .transport_feedback import EXTENSION_URI

PROFILES = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "RTP/SAVPF")
TRANSPORT_WIDE = "transport-cc"
VIDEO_CODECS = ("H264", "VP8")  # in our order of preference: phones encode H264 in hardware, MP4 plays everywhere
CALLER_FEEDBACK = ("nack", "nack pli", "goog-remb", TRANSPORT_WIDE)
VIEWER_FEEDBACK = ("nack", "nack pli", "ccm fir")
START_KBITS = 1000  # where libwebrtc's senders begin: their own 300 kbit/s means seconds of 360p in the evidence
LEAST_KBITS = 150  # below it a face or a number plate is mud: libwebrtc's senders then drop pictures, not quality


class NoCodec(SdpError):
    """The section has none of the codecs that would do."""


@dataclass(frozen=True)
class Chosen:
    """An accepted section: exactly one codec, so that what comes or goes is known from here on."""

    section: Section
    codec: Codec
    rtx: Codec | None = None
    sends: bool = False  # we send (to a viewer) rather than receive
    ssrc: int = 0  # of what we send
    rtx_ssrc: int = 0
    feedback: tuple[str, ...] = ()

    @property
    def numbering(self) -> int:
        """Id of the extension by which this section's packets are numbered for transport-wide feedback, 0 without."""
        wanted = TRANSPORT_WIDE in self.feedback and TRANSPORT_WIDE in self.codec.feedback
        return self.section.numbering if wanted else 0


@dataclass(frozen=True)
class LocalTransport:
    ufrag: str
    password: str
    fingerprint: str
    setup: str  # "active" or "passive"
    candidates: Sequence[tuple[str, int, str]] = field(default_factory=tuple)


def choose_video(section: Section, wanted: Sequence[str], profile: str = "") -> tuple[Codec, Codec | None]:
    """The first codec of `wanted` that the section offers in a form we forward, and its RTX.

    Of H264 the profile that is sent (`profile`, a profile-level-id) comes first, then baseline, best constrained
    (42e01f), which encoders of the web send under either name. Main and high come last: a camera may have nothing else.

    Raises:
        NoCodec: none of them.
    """
    h264 = [c for c in section.in_order("H264") if c.clock == 90000 and c.h264_profile] if "H264" in wanted else []
    same = [c for c in h264 if profile and profile[:2] != "42" and c.h264_profile[:2] == profile[:2]]
    baseline = sorted((c for c in h264 if c.h264_profile[:2] == "42"), key=lambda c: not c.is_constrained)
    for name in wanted:
        offered = [*same, *baseline] if name == "H264" else [c for c in section.in_order(name) if c.clock == 90000]
        if offered:
            return offered[0], section.rtx_of(offered[0])
    if h264:
        return h264[0], section.rtx_of(h264[0])
    raise NoCodec(f"none of {', '.join(wanted)}")


def choose_audio(section: Section) -> Codec | None:
    """Opus, or None."""
    return next((c for c in section.in_order("OPUS") if c.clock == 48000 and c.channels == 2), None)


def video_section(offer: Offer, *, sends: bool) -> Section:
    """The video section that must be there; `sends` is the peer's direction. Raises SdpError."""
    section = offer.first("video")
    if section is None or not (section.sends if sends else section.receives):
        raise SdpError("no video section in the right direction")
    if not section.rtcp_mux or section.protocol not in PROFILES or not section.mid:
        raise SdpError("video needs rtcp-mux, DTLS-SRTP and a mid")
    return section


def audio_section(offer: Offer, beside: Section, *, sends: bool) -> Section | None:
    """The audio section if it can share the video's transport (RFC 9143), else None: video goes on alone."""
    section = offer.first("audio")
    if section is None or not (section.sends if sends else section.receives):
        return None
    bundled = section.mid in offer.bundle and beside.mid in offer.bundle
    return section if bundled and section.rtcp_mux and section.protocol in PROFILES else None


def transport_section(offer: Offer, accepted: Sequence[Section]) -> Section:
    """The section whose ICE and DTLS attributes count: the first of the bundle that was accepted (RFC 9143 7.3)."""
    by_mid = {section.mid: section for section in accepted}
    return next((by_mid[mid] for mid in offer.bundle if mid in by_mid), accepted[0])


def write_answer(
    offer: Offer, accepted: Sequence[Chosen], transport: LocalTransport, *, session: int, cname: str
) -> str:
    """The answer's text. Sections that were not accepted are refused with port zero."""
    by_mid = {chosen.section.mid: chosen for chosen in accepted}
    lines = ["v=0", f"o=- {session} 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(s.mid for s in offer.sections if s.mid in by_mid))
    if offer.mixes_headers:  # or Chromium makes its sender anew, with a key frame, each time the answer is taken again
        lines.append("a=extmap-allow-mixed")
    lines.append("a=msid-semantic:WMS *")
    for section in offer.sections:
        chosen = by_mid.get(section.mid)
        lines += _refused(section, transport) if chosen is None else _accepted(chosen, transport, cname)
    return "\r\n".join(lines) + "\r\n"


def _transport_lines(transport: LocalTransport) -> list[str]:
    return [
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:{transport.fingerprint}",
        f"a=setup:{transport.setup}",
    ]


def _refused(section: Section, transport: LocalTransport) -> list[str]:
    lines = [f"m={section.kind} 0 {section.protocol} {' '.join(section.formats)}", "c=IN IP4 0.0.0.0", "a=inactive"]
    if section.mid:
        lines.append(f"a=mid:{section.mid}")
    # not needed by the RFCs, but some stacks refuse an answer in which any section lacks them
    return lines + _transport_lines(transport) + ["a=rtcp-mux"]


def _accepted(chosen: Chosen, transport: LocalTransport, cname: str) -> list[str]:
    section, codec = chosen.section, chosen.codec
    host, port, _ = transport.candidates[0]
    types = [codec.payload_type] + ([chosen.rtx.payload_type] if chosen.rtx else [])
    lines = [
        f"m={section.kind} {port} {section.protocol} {' '.join(map(str, types))}",
        f"c=IN IP{6 if ':' in host else 4} {host}",
        "a=sendonly" if chosen.sends else "a=recvonly",
        f"a=mid:{section.mid}",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=rtcp-mux",
        *_transport_lines(transport),
        *_codec_lines(chosen),
    ]
    if chosen.sends:
        lines.append(f"a=msid:{cname} {cname}-{section.kind}")
        if chosen.rtx:
            lines.append(f"a=ssrc-group:FID {chosen.ssrc} {chosen.rtx_ssrc}")
        lines.append(f"a=ssrc:{chosen.ssrc} cname:{cname}")
        if chosen.rtx:
            lines.append(f"a=ssrc:{chosen.rtx_ssrc} cname:{cname}")
    lines += [f"a=candidate:{line}" for _, _, line in transport.candidates]
    return [*lines, "a=end-of-candidates"]


def _codec_lines(chosen: Chosen) -> list[str]:
    codec, rtx = chosen.codec, chosen.rtx
    name = {"OPUS": "opus"}.get(codec.name, codec.name)
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    lines = [f"a=rtpmap:{codec.payload_type} {name}/{codec.clock}{channels}"]
    feedback = [kind for kind in chosen.feedback if kind in codec.feedback]
    if chosen.numbering:
        lines.append(f"a=extmap:{chosen.numbering} {EXTENSION_URI}")
    elif TRANSPORT_WIDE in feedback:
        feedback.remove(TRANSPORT_WIDE)  # nothing to report by
    lines += [f"a=rtcp-fb:{codec.payload_type} {kind}" for kind in feedback]
    parameters = []
    if codec.name == "H264":
        parameters += ["level-asymmetry-allowed=1", "packetization-mode=1", f"profile-level-id={codec.h264_profile}"]
    elif codec.name == "OPUS":
        parameters += ["minptime=10", "useinbandfec=1"]
    if chosen.section.kind == "video" and not chosen.sends:
        parameters += [f"x-google-start-bitrate={START_KBITS}", f"x-google-min-bitrate={LEAST_KBITS}"]
    if parameters:
        lines.append(f"a=fmtp:{codec.payload_type} {';'.join(parameters)}")
    if rtx:
        lines.append(f"a=rtpmap:{rtx.payload_type} rtx/{rtx.clock}")
        lines.append(f"a=fmtp:{rtx.payload_type} apt={codec.payload_type}")
    return lines
