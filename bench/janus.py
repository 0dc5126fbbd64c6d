"""Debian's Janus beside the engine: started on loopback with a configuration of our own, spoken to over a Unix socket.

One VideoRoom a session, `rec=true`, two event loops. Only what the benchmark needs of its API is here.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError

EVENT_LOOPS = 2
PATIENCE = 20.0  # seconds
BIGGEST = 1 << 18  # bytes of one message
MJR_RECORD = b"MEET"
PLUGINS = ("usr/lib/*/janus/plugins", "usr/lib/janus/plugins")
MISSING = "Janus is not installed: apt-get install --no-install-recommends janus, then stop the service it starts"

_CONFIGURATION = """\
general: {{
  configs_folder = "{directory}"
  plugins_folder = "{plugins}"
  transports_folder = "{transports}"
  debug_level = 2
  event_loops = {loops}
  session_timeout = 0
}}
certificates: {{ dtls_timeout = 500 }}
media: {{ ipv6 = false, no_media_timer = 0 }}
nat: {{ ice_enforce_list = "{host}", full_trickle = false }}
plugins: {{ disable = "{others}" }}
transports: {{ disable = "{doors}" }}
"""


def find() -> tuple[str, Path]:
    """The program and its plugins' folder. BenchmarkError in plain words where there is none."""
    program = shutil.which("janus")
    plugins = next((path for pattern in PLUGINS for path in Path("/").glob(pattern)), None)
    if program is None or plugins is None:
        raise BenchmarkError(MISSING)
    return program, plugins


class JanusProcess:
    """`janus` with its files in `directory`."""

    def __init__(self, directory: Path, host: str) -> None:
        program, plugins = find()
        self.directory, self.recordings = directory, directory / "janus-recordings"
        self.socket = directory / "janus.sock"
        self.recordings.mkdir()
        configuration = directory / "janus"
        configuration.mkdir()
        _configure(configuration, plugins, self.socket, host)
        with (directory / "janus.log").open("ab") as log:
            self.process = subprocess.Popen([program, "-F", str(configuration)], stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise BenchmarkError(f"janus did not start: {self.log()[-2000:]}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        return (self.directory / "janus.log").read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Let it write what it has."""
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def recorded(self) -> int:
        """Video packets in the recordings."""
        return sum(_packets(path) for path in self.recordings.glob("*-video-*.mjr"))


def _configure(directory: Path, plugins: Path, door: Path, host: str) -> None:
    transports = plugins.with_name("transports")
    others = sorted(path.name for path in plugins.glob("*.so") if "videoroom" not in path.name)
    doors = sorted(path.name for path in transports.glob("*.so") if "pfunix" not in path.name)
    text = _CONFIGURATION.format(
        directory=directory, plugins=plugins, transports=transports, loops=EVENT_LOOPS, others=",".join(others),
        doors=",".join(doors), host=host,
    )  # fmt: skip
    (directory / "janus.jcfg").write_text(text, encoding="utf-8")
    (directory / "janus.transport.pfunix.jcfg").write_text(
        f'general: {{ enabled = true, json = "compact", path = "{door}", type = "SOCK_SEQPACKET" }}\n', encoding="utf-8"
    )
    (directory / "janus.plugin.videoroom.jcfg").write_text("general: { }\n", encoding="utf-8")


def _packets(recording: Path) -> int:
    """Different RTP packets in an .mjr file: each has eight bytes of marker and time and two of length before it; the
    first of all is a description."""
    data, at, numbers = recording.read_bytes(), 0, set[bytes]()
    while at + 10 <= len(data):
        length = struct.unpack_from(">H", data, at + 8)[0]
        if data[at : at + 4] == MJR_RECORD:
            numbers.add(data[at + 12 : at + 18])  # sequence number and timestamp
        at += 10 + length
    return len(numbers)


class JanusClient:
    """Rooms and peers of one connection. `async with JanusClient(socket) as janus`."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        self._path = path
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._session = 0
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> JanusClient:
        await asyncio.get_running_loop().sock_connect(self._socket, str(self._path))
        self._reader = asyncio.create_task(self._read())
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
        self._socket.close()

    async def open(self, session: str, recordings: Path) -> None:
        """A room for one caller."""
        body = {
            "request": "create", "room": room_of(session), "permanent": False, "publishers": 1, "record": True,
            "rec_dir": str(recordings), "videocodec": "h264,vp8", "audiocodec": "opus", "bitrate": 0, "fir_freq": 0,
        }  # fmt: skip
        await self._message(await self._attach(), body)

    async def publish(self, session: str, offer: str) -> str:
        """The answer to a caller."""
        body = {"request": "joinandconfigure", "room": room_of(session), "ptype": "publisher", "id": 1, "record": True}
        event = await self._message(await self._attach(), body, {"type": "offer", "sdp": offer})
        return str(event["jsep"]["sdp"])

    async def subscribe(self, session: str) -> tuple[int, str]:
        """A handle and the offer to a viewer, who then answers."""
        handle = await self._attach()
        body = {"request": "join", "room": room_of(session), "ptype": "subscriber", "streams": [{"feed": 1}]}
        event = await self._message(handle, body)
        return handle, str(event["jsep"]["sdp"])

    async def start(self, handle: int, answer: str) -> None:
        await self._message(handle, {"request": "start"}, {"type": "answer", "sdp": answer})

    async def _attach(self) -> int:
        answer = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(answer["data"]["id"])

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        message = {"janus": "message", "handle_id": handle, "body": body} | ({"jsep": jsep} if jsep else {})
        event = await self._ask(message)
        data = event.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise BenchmarkError(f"janus: {data['error']}")
        return event

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        name = str(next(self._numbers))
        message |= {"transaction": name} | ({"session_id": self._session} if self._session else {})
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = future
        await asyncio.get_running_loop().sock_sendall(self._socket, json.dumps(message).encode())
        answer = await asyncio.wait_for(future, PATIENCE)
        if answer["janus"] == "error":
            raise BenchmarkError(f"janus: {answer['error']}")
        return answer

    async def _read(self) -> None:
        while data := await asyncio.get_running_loop().sock_recv(self._socket, BIGGEST):
            message = json.loads(data)
            if message["janus"] == "ack":  # the event with the same name follows
                continue
            future = self._waiting.pop(message.get("transaction", ""), None)
            if future is not None and not future.done():
                future.set_result(message)


def room_of(session: str) -> int:
    return int(session.rpartition("-")[2]) + 1
