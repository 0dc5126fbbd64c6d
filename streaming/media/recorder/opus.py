"""What a container must know about Opus (RFC 6716, RFC 7845)."""

from __future__ import annotations

import struct
from typing import Final

RATE: Final = 48_000  # Hz: Opus always counts in 48 kHz in RTP (RFC 7587)
CHANNELS: Final = 2  # RFC 7587 always says opus/48000/2; each packet carries its own mono or stereo flag

# RFC 7845, 5.1. Pre-skip 0: the stream is joined in its middle and its time is the RTP time.
OPUS_HEAD: Final = struct.pack("<8sBBHIhB", b"OpusHead", 1, CHANNELS, 0, RATE, 0, 0)

# 20 ms of silence: CELT, full band, one mono frame.
SILENCE: Final = b"\xf8\xff\xfe"
SILENCE_SAMPLES: Final = 960

_SILK, _HYBRID, _CELT = (480, 960, 1920, 2880), (480, 960), (120, 240, 480, 960)


def packet_samples(payload: bytes) -> int:
    """Duration of a packet in 48 kHz samples, from its first bytes (RFC 6716, 3.1 and 3.2); 0 when malformed."""
    if not payload:
        return 0
    config, code = payload[0] >> 3, payload[0] & 3
    if config < 12:
        size = _SILK[config % 4]
    elif config < 16:
        size = _HYBRID[config % 2]
    else:
        size = _CELT[config % 4]
    if code == 3:
        count = payload[1] & 0x3F if len(payload) > 1 else 0
    else:
        count = 1 if code == 0 else 2
    samples = size * count
    return samples if samples <= 5760 else 0
