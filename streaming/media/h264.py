"""H264 in RTP: where a keyframe starts and how big its picture is (RFC 6184; ITU-T H.264 section 7.3.2.1.1)."""

from __future__ import annotations

from typing import Final

NAL_IDR: Final = 5
NAL_SPS: Final = 7
NAL_STAP_A: Final = 24  # RFC 6184 section 5.7.1
NAL_FU_A: Final = 28  # section 5.8
FU_START: Final = 0x80

HIGH_PROFILES: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})
MAX_SIDE: Final = 16384  # pixels; a larger picture is not a phone's


class BitError(ValueError):
    """The bit string ended early or holds a value that cannot be."""


def sequence_parameters(payload: bytes) -> bytes | None:
    """Return the sequence parameter set that this RTP payload carries, as a NAL unit, or None.

    Encoders of the web send it right before each IDR picture, alone or in a STAP-A: a decoder can start there.
    """
    if not payload:
        return None
    kind = payload[0] & 0x1F
    if kind == NAL_SPS:
        return payload
    if kind != NAL_STAP_A:
        return None
    at = 1
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        if not size:
            return None  # no unit is empty; a payload full of zeros would be read two bytes at a time
        if payload[at + 2] & 0x1F == NAL_SPS and at + 2 + size <= len(payload):
            return payload[at + 2 : at + 2 + size]
        at += 2 + size
    return None


def starts_keyframe(payload: bytes) -> bool:
    """Whether a viewer can start at this packet."""
    kind = payload[0] & 0x1F if payload else 0
    return kind in (NAL_SPS, NAL_STAP_A) and sequence_parameters(payload) is not None


def picture_size(payload: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the packet that starts a keyframe, cropping applied; None when unreadable."""
    sps = sequence_parameters(payload)
    if sps is None:
        return None
    try:
        return _sps_size(Bits(unescape(sps[1:])))
    except BitError:
        return None


def unescape(rbsp: bytes) -> bytes:
    """Remove the emulation prevention bytes (H.264 section 7.4.1)."""
    return rbsp.replace(b"\x00\x00\x03", b"\x00\x00")


class Bits:
    """Reads bits and Exp-Golomb codes, most significant bit first (H.264 section 9.1)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def u(self, count: int) -> int:
        """An unsigned integer of `count` bits."""
        if count > self._left:
            raise BitError("ended")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def ue(self) -> int:
        """An unsigned Exp-Golomb code."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 31:
                raise BitError("code too long")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def _sps_size(bits: Bits) -> tuple[int, int] | None:
    profile = bits.u(8)
    bits.u(16)  # constraint flags, level
    bits.ue()  # seq_parameter_set_id
    chroma = 1
    if profile in HIGH_PROFILES:
        chroma = bits.ue()
        if chroma == 3:
            bits.u(1)
        bits.ue(), bits.ue(), bits.u(1)  # bit depths, transform bypass
        if bits.u(1):
            _skip_scaling_matrix(bits, 8 if chroma != 3 else 12)
    bits.ue()  # log2_max_frame_num
    _skip_picture_order(bits)
    bits.ue(), bits.u(1)  # max_num_ref_frames, gaps allowed
    width = 16 * (bits.ue() + 1)
    height_units = bits.ue() + 1
    frames_only = bits.u(1)
    height = 16 * height_units * (2 - frames_only)
    if not frames_only:
        bits.u(1)
    bits.u(1)  # direct_8x8_inference
    if bits.u(1):  # cropping, in units of chroma samples (table 6-1)
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        unit_x = 2 if chroma in (1, 2) else 1
        unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
        width -= unit_x * (left + right)
        height -= unit_y * (top + bottom)
    return (width, height) if 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE else None


def _skip_picture_order(bits: Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.u(1), bits.se(), bits.se()
        count = bits.ue()
        if count > 255:
            raise BitError("reference frames")
        for _ in range(count):
            bits.se()


def _skip_scaling_matrix(bits: Bits, lists: int) -> None:
    for index in range(lists):
        if not bits.u(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last
