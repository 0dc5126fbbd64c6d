"""The targets by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz import media_targets, text_targets

TARGETS: dict[str, Callable[[bytes], None]] = {
    "depacketise": media_targets.depacketise,
    "record": media_targets.record,
    "read_packets": media_targets.read_packets,
    "rewrite": media_targets.rewrite,
    "call": media_targets.call,
    "sdp": text_targets.sdp,
    "signalling": text_targets.signalling,
    "contract": text_targets.contract,
    "ticket": text_targets.ticket,
}
