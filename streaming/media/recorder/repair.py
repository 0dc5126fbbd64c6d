"""Makes a part that nobody sealed final: cuts it after its last whole fragment and keeps what was cut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from streaming.contracts import PartSealed
from streaming.media.recorder.files import SEALED_MODE, Storage
from streaming.media.recorder.places import Places
from streaming.media.recorder.seals import part_sealed, write_sidecar
from streaming.media.recorder.walk import Walked, walk

CODECS = {"mp4": "H264", "webm": "VP8"}
_CHUNK = 1024 * 1024


def repair_part(
    path: Path,
    number: int,
    session_id: str,
    prev_sha256: str,
    storage: Storage,
    now: float,
    beside: Path | None = None,
) -> PartSealed | None:
    """Seal `path` from its bytes alone. Safe to repeat after a crash at any point. Raises OSError.

    The cut bytes go to `part-000N.tail`. A file without one whole fragment becomes a tail as it is, and the answer
    is None: there is nothing that could be played. `beside`: where the tail and the sidecar go instead, because the
    part's own disk takes no file any more.
    """
    walked = walk(path)
    tail = (beside or path.parent) / path.with_suffix(".tail").name
    if not walked.video.samples:
        os.replace(path, path.with_suffix(".tail"))
        storage.sync_directory(path.parent)
        return None
    cut = path.stat().st_size - walked.size
    details: dict[str, object] = {"audio_packets": walked.audio.samples}
    if cut:
        tail_sha256 = _keep_tail(path, walked.size, tail, storage)
        path.chmod(0o640)
        os.truncate(path, walked.size)
        details["tail"] = {"file": tail.name, "size": cut, "sha256": tail_sha256}
    elif tail.exists():  # an earlier repair came this far and no further
        details["tail"] = {"file": tail.name, "size": tail.stat().st_size}
    descriptor = os.open(path, os.O_RDONLY)
    try:
        storage.sync(descriptor)
    finally:
        os.close(descriptor)
    path.chmod(SEALED_MODE)
    fact = _fact(path, number, session_id, prev_sha256, walked, now)
    write_sidecar(fact, details, storage, beside)
    return fact


def repair_in(
    places: Places, path: Path, number: int, session_id: str, prev_sha256: str, now: float
) -> PartSealed | None:
    """`repair_part` where the part lies; when its disk takes no file any more, with the sidecar in the other place."""
    place = places.of(path)
    identity = (path, number, session_id, prev_sha256)
    try:
        return place.storage.run(lambda: repair_part(*identity, place.storage.raw, now))
    except FileNotFoundError:
        raise
    except OSError:
        if (other := places.other(place)) is None:
            raise
        other.make()
        return place.storage.run(lambda: repair_part(*identity, other.storage.raw, now, other.directory))


def _fact(path: Path, number: int, session_id: str, prev: str, walked: Walked, now: float) -> PartSealed:
    zero = path.stat().st_mtime - walked.video.last if walked.zero is None else walked.zero
    return part_sealed(
        session_id,
        path,
        now,
        number=number,
        container=walked.container,
        video_codec=CODECS[walked.container],
        audio_codec="opus" if walked.audio.samples else "",
        width=walked.width,
        height=walked.height,
        start=zero + walked.video.first,
        end=zero + walked.video.last,
        frames=walked.video.samples,
        size=walked.size,
        sha256=walked.sha256,
        prev_sha256=prev,
        recovered=True,
    )


def _keep_tail(path: Path, whole: int, tail: Path, storage: Storage) -> str:
    """Copy everything from byte `whole` on into `tail`, whole or not at all; returns its SHA-256."""
    temporary = tail.with_name(tail.name + ".tmp")
    temporary.unlink(missing_ok=True)
    digest = hashlib.sha256()
    descriptor = storage.create(temporary)
    try:
        with path.open("rb") as source:
            source.seek(whole)
            while data := source.read(_CHUNK):
                digest.update(data)
                storage.write_all(descriptor, data)
        storage.sync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(temporary, tail)
    storage.sync_directory(tail.parent)
    return digest.hexdigest()
