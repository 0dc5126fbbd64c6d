"""Reading a peer's SDP offer (RFC 8866, RFC 8829): only what the engine decides on, bounded in every direction."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import transport_feedback
from .peering import Remote, RemoteCandidate

MAX_BYTES = 64 * 1024
MAX_LINES = 3000
MAX_SECTIONS = 8
MAX_CODECS = 128  # there are no more payload types
MAX_FRAGMENT = 16 * 1024
MAX_FRAGMENT_LINES = 200
MAX_CANDIDATES = 16  # every one is an address we would send to

# profile_idc: baseline and constrained baseline, main, extended (not forwarded), high. None of them with B-frames: a
# sender of real time does not use them, and nobody could put the pictures into order again.
H264_PROFILES = ("42", "4d", "64")
PROFILE_DEFAULT = "42e01f"

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}")  # RFC 8866 section 9, token
_MLINE = re.compile(r"m=([a-z]{1,16}) (\d{1,5})(?:/\d{1,3})? ([A-Z/]{1,32})((?: \S{1,32}){1,128})")
_RTPMAP = re.compile(r"(\d{1,3}) ([A-Za-z0-9_.-]{1,32})/(\d{1,9})(?:/(\d{1,2}))?")
_ICE = re.compile(r"[A-Za-z0-9+/]{4,256}")  # RFC 8839 section 5.4, ice-char
_FINGERPRINT = re.compile(r"(sha-256|sha-384|sha-512) ([0-9A-F]{2}(?::[0-9A-F]{2}){31,63})", re.IGNORECASE)
_CANDIDATE = re.compile(r"([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) (\S{2,64}) (\d{1,5}) typ (host|srflx|relay)\b.*", re.I)
_EXTMAP = re.compile(r"(\d{1,3})(?:/[a-z]{8})? (\S{1,200})")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


class SdpError(ValueError):
    """The text is not an offer that can be answered; the message says which rule it breaks."""


@dataclass
class Codec:
    payload_type: int
    name: str  # upper case
    clock: int
    channels: int = 1
    parameters: dict[str, str] = field(default_factory=dict)
    feedback: set[str] = field(default_factory=set)

    @property
    def h264_profile(self) -> str:
        """`profile-level-id` of an H264 codec this engine forwards, "" when it does not."""
        value = self.parameters.get("profile-level-id", PROFILE_DEFAULT).lower()
        if self.parameters.get("packetization-mode", "0") != "1" or not re.fullmatch("[0-9a-f]{6}", value):
            return ""
        return value if value[:2] in H264_PROFILES else ""

    @property
    def is_constrained(self) -> bool:
        """Whether the H264 profile is constrained baseline: profile_idc 66 with constraint_set1_flag."""
        return self.h264_profile[:2] == "42" and bool(int(self.h264_profile[2:4], 16) & 0x40)


@dataclass
class Section:
    """One media section (RFC 8866 section 5.14)."""

    kind: str
    port: int
    protocol: str
    formats: list[str]
    mid: str = ""
    direction: str = "sendrecv"
    rtcp_mux: bool = False
    bundle_only: bool = False  # port zero, yet alive: it rides on another section's transport (RFC 9143 section 6)
    codecs: dict[int, Codec] = field(default_factory=dict)
    sources: list[int] = field(default_factory=list)  # SSRCs in order of their first mention
    retransmission: dict[int, int] = field(default_factory=dict)  # media SSRC -> RTX SSRC (a=ssrc-group:FID)
    ufrag: str = ""
    password: str = ""
    fingerprints: list[tuple[str, str]] = field(default_factory=list)
    setup: str = ""
    candidates: list[RemoteCandidate] = field(default_factory=list)
    numbering: int = 0  # id of the header extension that numbers packets for transport-wide feedback, 0 without it

    @property
    def sends(self) -> bool:
        return self.direction in ("sendonly", "sendrecv")

    @property
    def receives(self) -> bool:
        return self.direction in ("recvonly", "sendrecv")

    def in_order(self, name: str) -> list[Codec]:
        """Codecs of that name, in the offerer's order of preference."""
        offered = (self.codecs.get(int(f)) for f in self.formats if _is_number(f, 3))
        return [c for c in offered if c is not None and c.name == name]

    def rtx_of(self, codec: Codec) -> Codec | None:
        """The retransmission codec for `codec` (RFC 4588 section 8.1, apt)."""
        for rtx in self.in_order("RTX"):
            if rtx.parameters.get("apt") == str(codec.payload_type) and rtx.clock == codec.clock:
                return rtx
        return None


@dataclass
class Offer:
    sections: list[Section]
    bundle: tuple[str, ...]
    ice_lite: bool
    mixes_headers: bool = False  # header extensions of one and of two bytes in one stream (RFC 8285 section 4.1.2)

    def first(self, kind: str) -> Section | None:
        """The first live section of a kind, or None. Firefox offers its second section with port zero, bundle-only."""
        live = (s for s in self.sections if s.port or (s.bundle_only and s.mid in self.bundle))
        return next((s for s in live if s.kind == kind), None)

    def remote(self, section: Section) -> Remote:
        """The transport that `section` describes. Raises SdpError when it cannot be secured."""
        if not (_ICE.fullmatch(section.ufrag) and _ICE.fullmatch(section.password) and len(section.password) >= 22):
            raise SdpError("ICE credentials")
        if not section.fingerprints:
            raise SdpError("DTLS fingerprint of sha-256 or better")
        if section.setup not in ("actpass", "passive", "active"):
            raise SdpError("DTLS setup")
        return Remote(
            ufrag=section.ufrag,
            password=section.password,
            fingerprints=tuple(section.fingerprints),
            dtls_role="server" if section.setup == "active" else "client",
            ice_lite=self.ice_lite,
            candidates=tuple(section.candidates),
        )


def parse_offer(text: str) -> Offer:
    """Read an offer.

    Raises:
        SdpError: not an offer, or larger than any browser's.
    """
    if len(text) > MAX_BYTES:
        raise SdpError("too long")
    lines = text.splitlines()
    if len(lines) > MAX_LINES or not lines or lines[0].strip() != "v=0":
        raise SdpError("not a session description")
    starts = [i for i, line in enumerate(lines) if line.startswith("m=")]
    if not 1 <= len(starts) <= MAX_SECTIONS:
        raise SdpError("number of media sections")
    head = Section("session", 0, "", [])
    offer = Offer([], (), False)
    for line in lines[: starts[0]]:
        name, value = _attribute(line)
        if name == "group" and value.startswith("BUNDLE"):
            offer.bundle = tuple(value.split()[1:])
        elif name == "ice-lite":
            offer.ice_lite = True
        elif name == "extmap-allow-mixed":
            offer.mixes_headers = True
        else:
            _apply(head, name, value)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        offer.sections.append(_section(head, lines[start:end]))
    mids = [s.mid for s in offer.sections]
    if len(set(mids)) != len(mids):
        raise SdpError("mid twice or missing")
    return offer


def parse_fragment(text: str) -> Section:
    """Read candidates that a peer sends after its offer (RFC 8840 section 9): `ufrag` says of which ICE session they
    are, `candidates` which are new.

    Raises:
        SdpError: not a fragment, or larger than any peer's.
    """
    lines = text.splitlines()
    if len(text) > MAX_FRAGMENT or len(lines) > MAX_FRAGMENT_LINES:
        raise SdpError("too long")
    found = Section("fragment", 0, "", [])
    for name, value in map(_attribute, lines):
        if name in ("ice-ufrag", "ice-pwd", "candidate"):
            _apply(found, name, value)
    if not (_ICE.fullmatch(found.ufrag) and _ICE.fullmatch(found.password)):
        raise SdpError("ICE credentials")
    return found


def _section(head: Section, lines: list[str]) -> Section:
    matched = _MLINE.fullmatch(lines[0].rstrip())
    if matched is None:
        raise SdpError("media line")
    kind, port, protocol, formats = matched.groups()
    section = Section(
        kind, int(port), protocol, formats.split(), ufrag=head.ufrag, password=head.password, setup=head.setup,
        direction=head.direction, fingerprints=list(head.fingerprints),
    )  # fmt: skip
    if section.kind in ("audio", "video") and not all(_is_number(f, 3) and int(f) < 128 for f in section.formats):
        raise SdpError("payload type")
    attributes = [_attribute(line) for line in lines[1:]]
    # rtpmap first: fmtp and rtcp-fb refer to it
    for name, value in sorted(attributes, key=lambda a: a[0] != "rtpmap"):
        _apply(section, name, value)
    return section


def _attribute(line: str) -> tuple[str, str]:
    if not line.startswith("a="):
        return "", ""
    name, _, value = line[2:].strip().partition(":")
    return name, value


def _apply(section: Section, name: str, value: str) -> None:
    if name in _DIRECTIONS:
        section.direction = name
    elif name == "rtcp-mux":
        section.rtcp_mux = True
    elif name == "bundle-only":
        section.bundle_only = True
    elif name == "mid":
        if not _TOKEN.fullmatch(value):
            raise SdpError("mid")
        section.mid = value
    elif name == "ice-ufrag":
        section.ufrag = value
    elif name == "ice-pwd":
        section.password = value
    elif name == "setup":
        section.setup = value
    elif name == "fingerprint":
        if (found := _FINGERPRINT.fullmatch(value)) and len(section.fingerprints) < 8:
            section.fingerprints.append((found[1].lower(), found[2].upper()))
    elif name == "candidate":
        _candidate(section, value)
    elif name in ("rtpmap", "fmtp", "rtcp-fb"):
        _codec(section, name, value)
    elif name in ("ssrc", "ssrc-group"):
        _source(section, name, value)
    elif name == "extmap":
        _extension(section, value)


def _extension(section: Section, value: str) -> None:
    """Of the header extensions only the one with the transport-wide number is of use (RFC 8285 section 8)."""
    found = _EXTMAP.fullmatch(value)
    if found and found[2] == transport_feedback.EXTENSION_URI and 1 <= int(found[1]) <= transport_feedback.MAX_ID:
        section.numbering = int(found[1])


def _codec(section: Section, name: str, value: str) -> None:
    if name == "rtpmap":
        found = _RTPMAP.fullmatch(value)
        if found and int(found[1]) < 128:
            number = int(found[1])
            section.codecs[number] = Codec(number, found[2].upper(), int(found[3]), int(found[4] or 1))
        return
    number_text, _, rest = value.partition(" ")
    if name == "rtcp-fb" and number_text == "*":
        targets: Iterable[Codec] = section.codecs.values()
    else:
        known = section.codecs.get(int(number_text)) if _is_number(number_text, 3) else None
        targets = [known] if known else []
    for codec in targets:
        if name == "rtcp-fb":
            if len(codec.feedback) < 32:
                codec.feedback.add(rest.strip())
        else:
            pairs = (part.strip().partition("=") for part in rest.split(";")[:32])
            codec.parameters.update({key.lower(): text for key, _, text in pairs})


def _source(section: Section, name: str, value: str) -> None:
    if name == "ssrc":
        number = value.split(" ", 1)[0]
        if _is_ssrc(number) and int(number) not in section.sources and len(section.sources) < 16:
            section.sources.append(int(number))
        return
    words = value.split()
    is_pair = len(words) == 3 and words[0] == "FID" and _is_ssrc(words[1]) and _is_ssrc(words[2])
    if is_pair and len(section.retransmission) < 8:
        section.retransmission[int(words[1])] = int(words[2])


def _is_ssrc(text: str) -> bool:
    return _is_number(text, 10) and int(text) < 2**32


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _candidate(section: Section, value: str) -> None:
    """Keep UDP candidates that are addresses. mDNS names (`….local`) are left out: resolving one can cost a second,
    and the peer behind it is met by its own first check."""
    found = _CANDIDATE.fullmatch(value)
    if found is None or len(section.candidates) >= MAX_CANDIDATES:
        return
    try:
        address = ipaddress.ip_address(found[3])
    except ValueError:
        return
    port = int(found[4])
    if address.is_multicast or address.is_unspecified or address.is_reserved or not 0 < port < 65536:
        return
    if not any(c.host == str(address) and c.port == port for c in section.candidates):
        section.candidates.append(
            RemoteCandidate(found[1], min(int(found[2]), 2**31 - 1), str(address), port, found[5].lower())
        )
