"""A door on loopback between FFmpeg and the camera: FFmpeg never learns an address it could connect to by itself.

We connect to the checked address, FFmpeg connects to us. Of RTSP the door reads the camera's side as far as its framing
(RFC 2326 sections 10.12 and 4): an answer that sends us elsewhere (3xx, REDIRECT) closes it.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable

from .target import PullError

CHUNK = 64 * 1024
MAX_HEAD = 64 * 1024  # bytes of one RTSP header
MAX_BODY = 1024 * 1024

Watch = Callable[[bytes], None]

_STATUS = re.compile(rb"RTSP/1\.\d (\d{3})")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,7})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class Elsewhere(PullError):
    """The camera answered that its stream is at another address."""

    def __init__(self) -> None:
        super().__init__("not_allowed", "redirect")


class RtspWatch:
    """Reads what an RTSP server sends; raises Elsewhere, or PullError("unreadable") when it is no RTSP."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skip = 0  # bytes of a body or of interleaved media still to come
        self.status = 0  # of the last answer

    def __call__(self, data: bytes) -> None:
        self._held += data
        while self._held:
            if self._skip:
                gone = min(self._skip, len(self._held))
                del self._held[:gone]
                self._skip -= gone
            elif self._held[0] == 0x24:  # "$": interleaved media, section 10.12
                if len(self._held) < 4:
                    return
                self._skip = 4 + int.from_bytes(self._held[2:4], "big")
            elif not self._head():
                return

    def _head(self) -> bool:
        """Read one header. False when it is not whole yet."""
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > MAX_HEAD:
                raise PullError("unreadable", "RTSP header")
            return False
        head = bytes(self._held[: end + 2])
        found = _STATUS.match(head)
        if found is not None:
            self.status = int(found[1])
        if (found is not None and 300 <= self.status < 400) or head.startswith(b"REDIRECT "):
            raise Elsewhere()
        length = _LENGTH.search(head)
        body = int(length[1]) if length else 0
        if body > MAX_BODY:
            raise PullError("unreadable", "RTSP body")
        del self._held[: end + 4]
        self._skip = body
        return True


class Gate:
    """Carries bytes both ways for one client. `trouble` says why the door was closed, if by us."""

    def __init__(self, upstream: socket.socket, watch: Watch | None = None) -> None:
        self._upstream, self._watch = upstream, watch
        self.trouble: PullError | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._client: socket.socket | None = None
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, name="feed-gate", daemon=True).start()

    def _serve(self) -> None:
        self._listener.settimeout(10.0)
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        finally:
            self._listener.close()
        self._client = client
        self._upstream.settimeout(None)
        threading.Thread(target=self._carry, args=(client, self._upstream, None), daemon=True).start()
        self._carry(self._upstream, client, self._watch)

    def _carry(self, source: socket.socket, target: socket.socket, watch: Watch | None) -> None:
        try:
            while data := source.recv(CHUNK):
                if watch is not None:
                    watch(data)  # before it goes on: FFmpeg must not see where it was sent
                target.sendall(data)
        except PullError as error:
            self.trouble = error
        except OSError:
            pass
        self.close()

    def close(self) -> None:
        for end in (self._upstream, self._client):
            if end is not None:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    end.close()
