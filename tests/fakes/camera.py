"""A network camera on loopback: as much of RTSP 1.0 (RFC 2326) over TCP as FFmpeg asks of one, and some bad manners."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Sequence

from streaming.media.pull.packets import Splitter, Stream, payloads

RATE = 30


class Camera:
    """Plays the access units of a film once for each connection, and hangs up.

    `manners`: "good", "redirect" (to `elsewhere`), "locked" (401 without the login viewer:harbour), "silent" (plays and
    sends nothing), "rude" (sends what is no RTSP), "patient" (does not hang up after its film).
    """

    def __init__(self, frames: Sequence[bytes], *, manners: str = "good", elsewhere: str = "") -> None:
        self.frames, self.manners, self.elsewhere = frames, manners, elsewhere
        self.connections = 0
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/quay"

    def close(self) -> None:
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                self._talk(client)
            except OSError:
                return

    def _talk(self, client: socket.socket) -> None:
        if self.manners == "rude":
            client.sendall(b"\x00" * 200_000)
            return
        held = b""
        while True:
            while b"\r\n\r\n" not in held:
                got = client.recv(4096)
                if not got:
                    return
                held += got
            request, _, held = held.partition(b"\r\n\r\n")
            self.requests.append(request)
            verb = request.split(b" ", 1)[0]
            client.sendall(self._answer(verb, request))
            if verb == b"PLAY":
                self._play(client)
                return

    def _answer(self, verb: bytes, request: bytes) -> bytes:
        sequence = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq"))
        status, more, body = b"200 OK", b"", b""
        if self.manners == "redirect" and verb == b"DESCRIBE":
            status, more = b"302 Found", f"Location: {self.elsewhere}\r\n".encode()
        elif self.manners == "locked" and b"Basic dmlld2VyOmhhcmJvdXI=" not in request:
            status, more = b"401 Unauthorized", b'WWW-Authenticate: Basic realm="quay"\r\n'
        elif verb == b"OPTIONS":
            more = b"Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif verb == b"DESCRIBE":
            body = self._description()
            more = b"Content-Type: application/sdp\r\n"
        elif verb == b"SETUP":
            more = b"Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
        elif verb == b"PLAY":
            more = b"Session: 1\r\n"
        length = f"Content-Length: {len(body)}\r\n".encode() if body else b""
        return b"RTSP/1.0 " + status + b"\r\n" + sequence + b"\r\n" + more + length + b"\r\n" + body

    def _description(self) -> bytes:
        splitter = Splitter(b"")
        splitter.units(self.frames[0])
        sets = ",".join(base64.b64encode(one).decode() for one in splitter.sets)
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=quay\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
            f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}\r\na=control:track1\r\n"
        ).encode()

    def _play(self, client: socket.socket) -> None:
        if self.manners == "silent":
            client.recv(1)
            return
        stream, splitter, began = Stream(96, 7), Splitter(b""), time.monotonic()
        for number, frame in enumerate(self.frames):
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            found = list(payloads(splitter.units(frame)))
            for n, payload in enumerate(found, 1):
                packet = stream.packet(payload, number * 90_000 // RATE, marker=n == len(found))
                client.sendall(b"$\x00" + len(packet).to_bytes(2, "big") + packet)
        while self.manners == "patient" and client.recv(4096):
            pass
