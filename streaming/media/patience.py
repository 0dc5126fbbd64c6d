"""How much a peer that has the keys may send against the rules before it is dropped (no RFC: our own bound).

Only what was authenticated counts: datagrams that fail SRTP, replays among them, may come from anybody and are thrown
away without blame. What is counted here is thrown away too; a peer that goes on with it is dropped with a reason.
"""

from __future__ import annotations

from typing import Final

STRIKES = {"flood": 1000.0, "malformed": 300.0}  # packets at once that are borne; the reason is the one a fact carries
FORGIVEN = {"flood": 50.0, "malformed": 5.0}  # packets a second that are forgotten again
CONTROL_PER_SECOND: Final = 100.0  # RTCP packets: browsers send about ten; each may list thousands of numbers
CONTROL_BURST: Final = 300.0
SHUT_OUT_SECONDS = 10.0  # before a dropped peer's next offer is answered


class Patience:
    """Counts one peer's offences. Times are epoch seconds; a clock that was set back forgives nothing."""

    __slots__ = ("_at", "_control", "_control_at", "_strikes", "reason")

    def __init__(self) -> None:
        self._strikes = dict.fromkeys(STRIKES, 0.0)
        self._at = dict.fromkeys(STRIKES, 0.0)
        self._control = CONTROL_BURST
        self._control_at = 0.0
        self.reason = ""  # why the peer is to be dropped, once patience is over

    def strike(self, kind: str, at: float) -> bool:
        """One packet against the rules. True for the one that ends the patience, and for none after it."""
        since = max(0.0, at - self._at[kind]) if self._at[kind] else 0.0
        self._at[kind] = at
        self._strikes[kind] = max(0.0, self._strikes[kind] - since * FORGIVEN[kind]) + 1
        if self.reason or self._strikes[kind] <= STRIKES[kind]:
            return False
        self.reason = kind
        return True

    def control(self, at: float) -> bool:
        """Whether an RTCP packet is within the allowance."""
        if at > self._control_at:
            self._control = min(CONTROL_BURST, self._control + (at - self._control_at) * CONTROL_PER_SECOND)
        self._control_at = at
        if self._control < 1:
            return False
        self._control -= 1
        return True
