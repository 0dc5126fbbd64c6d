"""Where bytes are kept. `masters()` writes once and locks; `copies()` holds what is derived and can be made again."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from core.clock import now
from evidence.storage.base import EvidenceStore, Stored, StoreError, StoreMismatch, StoreOccupied
from evidence.storage.files import LEFT_AFTER, FileStore

__all__ = [
    "EvidenceStore",
    "FileStore",
    "StoreError",
    "StoreMismatch",
    "StoreOccupied",
    "Stored",
    "check_stores",
    "clear_left",
    "copies",
    "masters",
]


def masters() -> EvidenceStore:
    """The write-once store of the profile."""
    if settings.EVIDENCE_STORAGE == "s3":
        return _s3(settings.S3_BUCKET, locked=True)
    return FileStore(settings.EVIDENCE_DIR / "masters")


def copies() -> EvidenceStore:
    """The store of working copies: the same kind, without a lock."""
    if settings.EVIDENCE_STORAGE == "s3":
        return _s3(settings.S3_COPIES_BUCKET, locked=False)
    return FileStore(settings.EVIDENCE_DIR / "copies")


def check_stores() -> None:
    """Raise StoreError when either store cannot be used now."""
    masters().check()
    copies().check()


def clear_left() -> int:
    """Remove what processes that were killed while copying left on the disk; S3 shows nothing that is unfinished."""
    stores = (store for store in (masters(), copies()) if isinstance(store, FileStore))
    return sum(store.clear_left(now() - LEFT_AFTER) for store in stores)


def _s3(bucket: str, *, locked: bool) -> EvidenceStore:
    return _s3_store(
        bucket,
        settings.S3_LOCK_MODE if locked else "",
        settings.S3_ENDPOINT_URL,
        settings.S3_ACCESS_KEY_ID,
        settings.S3_SECRET_ACCESS_KEY,
        settings.S3_REGION,
    )


@lru_cache(maxsize=8)
def _s3_store(bucket: str, mode: str, endpoint: str, key_id: str, secret: str, region: str) -> EvidenceStore:
    from evidence.storage.s3 import S3Store, make_client  # boto3 costs 0.3 s: only who uses it pays

    return S3Store(make_client(endpoint, key_id, secret, region), bucket, lock_mode=mode)
