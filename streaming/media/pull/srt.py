"""SRT in caller mode through the system's libsrt: FFmpeg as PyAV brings it has none. Read as a file of MPEG-TS.

The library connects to the address that we hand it as bytes: it looks nothing up, and SRT knows no redirect.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import socket
from collections.abc import Sequence
from urllib.parse import parse_qs

from streaming.contracts.feed_hosts import FeedUrl

from .target import PullError

NAMES = ("libsrt.so.1.5", "libsrt-gnutls.so.1.5", "libsrt.dylib")
PACKET = 2048  # bytes; live mode sends at most 1,456
CONNECT_MS, RECEIVE_MS, LATENCY_MS = 8000, 10_000, 200

# srt.h of 1.4 and 1.5: SRT_SOCKOPT
_RCVSYN, _LATENCY, _PASSPHRASE, _RCVTIMEO, _CONNTIMEO, _STREAMID = 2, 23, 26, 14, 36, 46
_SECRET_REFUSED = (10, 11)  # SRT_REJ_BADSECRET, SRT_REJ_UNSECURE


class SrtFile:
    """What PyAV reads from."""

    def __init__(self, url: FeedUrl, addresses: Sequence[str], passphrase: str) -> None:
        """Raises PullError."""
        self._srt = _library()
        self._srt.srt_startup()
        self._socket = -1
        self._left = b""
        self._buffer = ctypes.create_string_buffer(PACKET)
        reason = 0
        for address in addresses:
            self._socket = self._srt.srt_create_socket()
            self._options(url, passphrase)
            packed = _sockaddr(address, url.port)
            if self._srt.srt_connect(self._socket, packed, len(packed)) == 0:
                return
            reason = self._srt.srt_getrejectreason(self._socket)
            self.close()
        raise PullError("login" if reason in _SECRET_REFUSED else "unreachable", f"srt {reason}")

    def _options(self, url: FeedUrl, passphrase: str) -> None:
        for option, value in ((_CONNTIMEO, CONNECT_MS), (_RCVTIMEO, RECEIVE_MS), (_LATENCY, LATENCY_MS)):
            number = ctypes.c_int(value)
            self._srt.srt_setsockflag(self._socket, option, ctypes.byref(number), ctypes.sizeof(number))
        stream = parse_qs(url.rest.partition("?")[2]).get("streamid", [""])[0]
        for option, text in ((_STREAMID, stream), (_PASSPHRASE, passphrase)):
            if text and self._srt.srt_setsockflag(self._socket, option, text.encode(), len(text.encode())):
                raise PullError("login" if option == _PASSPHRASE else "not_found", "srt option")

    def read(self, size: int) -> bytes:
        """At most `size` bytes; b"" when the stream ended or nothing came for RECEIVE_MS."""
        if not self._left:
            got = self._srt.srt_recvmsg(self._socket, self._buffer, PACKET)
            if got <= 0:
                return b""
            self._left = self._buffer.raw[:got]
        found, self._left = self._left[:size], self._left[size:]
        return found

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._srt.srt_close(self._socket)


def _library() -> ctypes.CDLL:
    for name in (*NAMES, ctypes.util.find_library("srt") or ""):
        with contextlib.suppress(OSError):
            if name:
                return ctypes.CDLL(name)
    raise PullError("unsupported", "libsrt is not installed")


def _sockaddr(address: str, port: int) -> bytes:
    """struct sockaddr_in or sockaddr_in6 of Linux."""
    family = (socket.AF_INET6 if ":" in address else socket.AF_INET).to_bytes(2, "little")
    raw = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    if ":" in address:
        return family + port.to_bytes(2, "big") + bytes(4) + raw + bytes(4)
    return family + port.to_bytes(2, "big") + raw + bytes(8)
