"""Films for partners' guests: each link's own copy with the guest's name in its pixels, never what officers see.

A process makes it when the guest first asks, one at a time on a machine, into a directory of the link that goes with
the link. Two locks say what is being made; the process holds them, so that they end with it. No film is served without
a mark: while there is none, whatever the reason, the answer is words.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from core.actors import Actor
from core.errors import Unavailable
from evidence import selectors as evidence
from streaming.media.mark.confine import environment
from streaming.models import GuestLink, GuestSession

log = structlog.get_logger(__name__)

MIME = "video/webm"
KEEP_FREE = 1024**3  # bytes left for recordings and evidence, which come first
LONGEST_MAKING = 3600.0  # seconds
AFTER_FAILURE = 20.0  # seconds before the next try
ASK_AGAIN, ASK_LATER = 2, 15  # seconds
BEING_MADE = "The film is being made ready with your name on it."
ANOTHER_FIRST = "Another film is being made ready first. Yours follows by itself."
NO_ROOM = "The police system has no room for your film at the moment. Ask their control room."
FAILED = "The film could not be made ready with your name on it, so it is not shown. Ask the control room."
CHUNK = 1024 * 1024
COMMAND = (sys.executable, "-m", "streaming.media.mark.film")

_failed: dict[Path, float] = {}  # target -> monotonic time of the failure, in this process


@dataclass(frozen=True)
class MarkedFilm:
    """The bytes that a guest may have."""

    path: Path
    size: int

    def read(self, start: int, length: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(start)
            while length > 0 and (piece := file.read(min(CHUNK, length))):
                length -= len(piece)
                yield piece


class NotReady(Unavailable):
    """`percent` of the copy is made; None when it has not begun."""

    def __init__(self, message: str, *, retry_after: int, percent: int | None = None) -> None:
        super().__init__(message, code="not_ready", retry_after=retry_after)
        self.percent = percent


def code_of(link: GuestLink) -> str:
    """What is drawn beside the name: the beginning of the link's id, which the audit trail knows."""
    return f"G-{link.pk.hex[:6].upper()}"


def prepare(*, actor: Actor, guest: GuestSession, exhibit_id: UUID) -> None:
    """Begin to make this link's copy of a film that the link names. Returns when it is there.

    Raises NotReady (with words for the guest) while it is not; NotFound, Conflict.
    """
    target = _target(actor, guest.link, exhibit_id)
    if not target.is_file():
        _begin(actor, guest.link, exhibit_id, target)


def open_film(*, actor: Actor, guest: GuestSession, exhibit_id: UUID) -> MarkedFilm:
    """The link's copy; each opening is a disclosure in the audit trail. Raises as `prepare`."""
    prepare(actor=actor, guest=guest, exhibit_id=exhibit_id)
    opened = evidence.open_shared_playback(actor, exhibit_id, guest.link.label)
    path = _path(guest.link, exhibit_id, opened.sha256)
    try:
        return MarkedFilm(path, path.stat().st_size)
    except FileNotFoundError as error:
        raise NotReady(BEING_MADE, retry_after=ASK_AGAIN) from error


def forget(link_id: UUID) -> None:
    """The link is over: its copies go. A process that still makes one finds no place to put it."""
    shutil.rmtree(Path(settings.GUEST_FILM_DIR) / str(link_id), ignore_errors=True)


def sweep() -> int:
    """Remove what belongs to no open link. Returns how many links' copies went."""
    root = Path(settings.GUEST_FILM_DIR)
    held = {one.name for one in root.iterdir() if one.is_dir()} if root.is_dir() else set()
    if not held:
        return 0
    open_ones = GuestLink.objects.filter(closed_at__isnull=True).values_list("pk", flat=True)
    over = held - {str(pk) for pk in open_ones}
    for name in over:
        shutil.rmtree(root / name, ignore_errors=True)
    return len(over)


# --- inside ---------------------------------------------------------------------------------------------------------


def _target(actor: Actor, link: GuestLink, exhibit_id: UUID) -> Path:
    return _path(link, exhibit_id, evidence.shared_playback_hash(actor, exhibit_id))


def _path(link: GuestLink, exhibit_id: UUID, sha256: str) -> Path:
    """A newer playback copy is another file: what was taken out of a film does not live on in a guest's copy."""
    return Path(settings.GUEST_FILM_DIR) / str(link.pk) / f"{exhibit_id}-{sha256[:16]}.webm"


def _begin(actor: Actor, link: GuestLink, exhibit_id: UUID, target: Path) -> None:
    """Start the process and say so; always raises NotReady, but when the copy was finished meanwhile."""
    if time.monotonic() - _failed.get(target, float("-inf")) < AFTER_FAILURE:
        raise NotReady(FAILED, retry_after=ASK_LATER)
    try:
        with contextlib.ExitStack() as held:
            _own_directory(target.parent.parent)
            sweep()
            _own_directory(target.parent)
            mine = _locked(held, target.with_suffix(".lock"))
            if mine is None:
                raise NotReady(BEING_MADE, retry_after=ASK_AGAIN, percent=_percent(target))
            if target.is_file():
                return
            place = _locked(held, target.parent.parent / "making.lock")
            if place is None:
                raise NotReady(ANOTHER_FIRST, retry_after=ASK_AGAIN)
            opened = evidence.open_shared_playback(actor, exhibit_id, link.label, "made ready with the guest's name")
            if shutil.disk_usage(target.parent).free < KEEP_FREE + 2 * opened.size:
                raise NotReady(NO_ROOM, retry_after=ASK_LATER)
            source, fetched = opened.path, None
            if source is None:
                source = fetched = _fetched(opened, target.with_suffix(".source"))
            _start(link, source, fetched, target, (mine, place))
    except OSError as error:
        log.error("guest.film_not_marked", link=str(link.pk), exhibit=str(exhibit_id), error=error.strerror)
        raise NotReady(NO_ROOM, retry_after=ASK_LATER) from error
    raise NotReady(BEING_MADE, retry_after=ASK_AGAIN, percent=0)


def _start(link: GuestLink, source: Path, fetched: Path | None, target: Path, locks: tuple[int, int]) -> None:
    """The process has the locks from now on, and they end with it."""
    errand = {
        "source": str(source.resolve()), "target": str(target.resolve()), "at": time.time(),
        "mark": {"label": link.label, "code": code_of(link)},
    }  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own module; the errand goes through the pipe
        [*COMMAND, str(locks[0])], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR, env=environment(), pass_fds=locks,
    )  # fmt: skip
    words = json.dumps(errand).encode() + b"\n"
    args = (process, words, target, fetched)
    threading.Thread(target=_look_after, args=args, name="guest-film", daemon=True).start()


def _look_after(process: subprocess.Popen[bytes], words: bytes, target: Path, fetched: Path | None) -> None:
    """Wait for the process, and not for ever."""
    try:
        process.communicate(words, timeout=LONGEST_MAKING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    if fetched is not None:
        fetched.unlink(missing_ok=True)
    if process.returncode != 0 and target.parent.is_dir():  # else the link ended meanwhile
        _failed[target] = time.monotonic()
        log.error("guest.film_not_marked", target=target.name, code=process.returncode)


def _fetched(opened: evidence.OpenedFile, place: Path) -> Path:
    """A copy on this machine of what lies in a store elsewhere."""
    place.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
            for piece in opened.read():
                out.write(piece)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return place


def _locked(held: contextlib.ExitStack, path: Path) -> int | None:
    """A descriptor that has the lock, None while somebody else has it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    held.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return handle


def _percent(target: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        return min(99, max(0, int(target.with_suffix(".lock").read_text())))
    return 0


def _own_directory(path: Path) -> None:
    """Ours and nobody else's to enter. Raises OSError where it is not."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise PermissionError(1, "not a directory of this service", str(path))
    if stat.S_IMODE(status.st_mode) & 0o077:
        path.chmod(0o700)
