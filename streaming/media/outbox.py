"""Protected packets to one peer that leave together, and the way they take (docs/adr/0012)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from .udp import MAX_SEGMENTS, Address, UdpPort

STRIDE: Final = 1536 + 128  # bytes from slot to slot: a packet, its trailer, and where the next one is aligned
LAST_SLOT: Final = MAX_SEGMENTS - 1


class Memory(Protocol):
    """The same bytes for Python and for C."""

    view: memoryview
    cdata: Any  # cffi's pointer


class Outbox:
    """The first `sizes[i]` bytes of slot i are filled. `pointers` are the slots as libsrtp is given them."""

    def __init__(self, memory: Memory) -> None:
        self.slots = [memory.view[n * STRIDE : (n + 1) * STRIDE] for n in range(MAX_SEGMENTS)]
        self.pointers = [memory.cdata + n * STRIDE for n in range(MAX_SEGMENTS)]
        self.sizes: list[int] = []
        self._memory = memory  # kept alive


class Outboxes:
    """Those that are not in use; as many are made as one drain fills."""

    def __init__(self, allocate: Callable[[int], Memory]) -> None:
        """`allocate(bytes)` gives memory."""
        self._allocate = allocate
        self._free: list[Outbox] = []

    def take(self) -> Outbox:
        return self._free.pop() if self._free else Outbox(self._allocate(MAX_SEGMENTS * STRIDE))

    def give_back(self, box: Outbox) -> None:
        box.sizes.clear()
        self._free.append(box)


class Way:
    """How datagrams get to a peer: by a socket of our own, or by a relay's protocol."""

    def __init__(self, transport: Any, address: Address) -> None:
        self._transport = transport
        self._address = address

    def send(self, datagram: memoryview) -> None:
        if isinstance(self._transport, UdpPort):
            self._transport.sendto(datagram, self._address)
        else:  # a relay keeps what it is given: it gets a copy of the reused memory
            self._transport.sendto(bytes(datagram), self._address)

    def send_all(self, slots: Sequence[memoryview], sizes: Sequence[int]) -> None:
        if isinstance(self._transport, UdpPort):
            self._transport.send_batch(slots, sizes, self._address)
            return
        for slot, size in zip(slots, sizes, strict=False):
            self._transport.sendto(bytes(slot[:size]), self._address)


class Nowhere:
    """There is no path to the peer."""

    def send(self, datagram: memoryview) -> None:
        """Drop it."""

    def send_all(self, slots: Sequence[memoryview], sizes: Sequence[int]) -> None:
        """Drop them."""
