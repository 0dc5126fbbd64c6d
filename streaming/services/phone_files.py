"""Where the bytes of a phone's pieces wait until the evidence store has them: one file a piece, on the disk that web
and workers share."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

FOLDER = ".phone"  # beside the engine's directories, which never begin with a dot


def folder_of(session_id: UUID) -> Path:
    return Path(settings.MEDIA_RECORDINGS_DIR) / FOLDER / str(session_id)


def path_of(session_id: UUID, piece_id: UUID) -> Path:
    return folder_of(session_id) / f"{piece_id}.part"


def length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def write_at(path: Path, offset: int, data: bytes, *, last: bool) -> None:
    """Write `data` at `offset` and cut what a killed request may have left behind it. With `last` the file is on the
    disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb", closefd=True) as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        if last:
            os.fsync(file.fileno())


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_bytes() -> int:
    """Room on the disk, so that a phone's pieces never take the recorder's."""
    root = Path(settings.MEDIA_RECORDINGS_DIR)
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free


def remove(path: Path) -> None:
    """Remove a piece's file, and its session's folder when it was the last."""
    path.unlink(missing_ok=True)
    try:
        path.parent.rmdir()
    except OSError:
        return  # other pieces still wait, or it is gone already
