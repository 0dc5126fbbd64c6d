"""Evidence in S3 with Object Lock. A version counts as kept only when the server says so for that version.

Some servers drop Object Lock headers on multipart uploads without a word. So the lock is asked for at upload, read
back, asked for again on the finished version when it is missing, and read back once more.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from evidence.storage.base import CHUNK, Stored, StoreError, StoreMismatch, StoreOccupied, checked_name

PART = 16 * 1024 * 1024  # bytes; smaller files go in one request
_ROUNDING = timedelta(seconds=2)  # servers keep whole seconds


def make_client(endpoint: str, key_id: str, secret: str, region: str) -> Any:
    """A boto3 client that signs with version 4 and adds checksums only where S3 requires them."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        aws_access_key_id=key_id or None,
        aws_secret_access_key=secret or None,
        region_name=region,
        config=Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )


class S3Store:
    """Objects of one bucket. `lock_mode` is COMPLIANCE or GOVERNANCE; empty for a bucket without locks."""

    def __init__(self, client: Any, bucket: str, *, lock_mode: str) -> None:
        self.client = client
        self.bucket = bucket
        self.lock_mode = lock_mode

    def put(self, source: Path, name: str, *, sha256: str, mime: str, keep_until: datetime | None) -> Stored:
        key = checked_name(name)
        try:
            if (found := self._already(key, sha256)) is not None:
                version, size = found
            else:
                version, size = self._upload(source, key, sha256, mime, self._lock(keep_until))
            uri = f"s3://{self.bucket}/{key}" + (f"?versionId={version}" if version else "")
            kept = self._lock_read_back(key, version, keep_until) if self.lock_mode else None
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"cannot store {name}: {_reason(error)}") from error
        except OSError as error:
            raise StoreError(f"cannot read the source of {name}: {error.strerror}") from error
        return Stored(uri=uri, size=size, sha256=sha256, kept_until=kept)

    def digest(self, uri: str) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for piece in self.read(uri):
            digest.update(piece)
            size += len(piece)
        return digest.hexdigest(), size

    def kept_until(self, uri: str) -> datetime | None:
        key, version = self._parts(uri)
        try:
            return self._retention(key, version)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"cannot read the retention of {uri}: {_reason(error)}") from error

    def read(self, uri: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        key, version = self._parts(uri)
        wanted = {"Bucket": self.bucket, "Key": key, **_version(version)}
        if start or length is not None:
            wanted["Range"] = f"bytes={start}-" + (str(start + length - 1) if length is not None else "")
        try:
            body = self.client.get_object(**wanted)["Body"]
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"cannot read {uri}: {_reason(error)}") from error
        return _pieces(body, uri)

    def local_path(self, uri: str) -> Path | None:
        return None

    def check(self) -> None:
        """The bucket answers and, for masters, has Object Lock."""
        try:
            self.client.head_bucket(Bucket=self.bucket)
            if self.lock_mode:
                found = self.client.get_object_lock_configuration(Bucket=self.bucket)
                if found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
                    raise StoreError(f"bucket {self.bucket} has no Object Lock")
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"bucket {self.bucket}: {_reason(error)}") from error

    def _lock(self, keep_until: datetime | None) -> dict[str, Any]:
        if not self.lock_mode:
            return {}
        if keep_until is None:
            raise StoreError("a master needs a date until which it is kept")
        return {"ObjectLockMode": self.lock_mode, "ObjectLockRetainUntilDate": keep_until}

    def _already(self, key: str, sha256: str) -> tuple[str, int] | None:
        """Version and size of what the name holds, when it holds exactly these bytes."""
        try:
            head = self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _reason(error) in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise
        version = str(head.get("VersionId", ""))
        uri = f"s3://{self.bucket}/{key}" + (f"?versionId={version}" if version else "")
        found, size = self.digest(uri)
        if found != sha256:
            raise StoreOccupied(f"{key} holds other bytes")
        return version, size

    def _upload(self, source: Path, key: str, sha256: str, mime: str, lock: dict[str, Any]) -> tuple[str, int]:
        with source.open("rb") as file:
            first = file.read(PART)
            if len(first) < PART:
                if hashlib.sha256(first).hexdigest() != sha256:
                    raise StoreMismatch(f"the file's hash is not {sha256}")
                done = self.client.put_object(
                    Bucket=self.bucket, Key=key, Body=first, ContentType=mime, ContentMD5=_md5(first), **lock
                )
                return str(done.get("VersionId", "")), len(first)
            return self._upload_parts(file, first, key, sha256, mime, lock)

    def _upload_parts(
        self, file: BinaryIO, first: bytes, key: str, sha256: str, mime: str, lock: dict[str, Any]
    ) -> tuple[str, int]:
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=key, ContentType=mime, **lock)["UploadId"]
        where = {"Bucket": self.bucket, "Key": key, "UploadId": upload}
        try:
            digest, size, piece = hashlib.sha256(), 0, first
            parts: list[dict[str, Any]] = []
            while piece:
                digest.update(piece)
                size += len(piece)
                number = len(parts) + 1
                sent = self.client.upload_part(**where, PartNumber=number, Body=piece, ContentMD5=_md5(piece))
                parts.append({"PartNumber": number, "ETag": sent["ETag"]})
                piece = file.read(PART)
            if digest.hexdigest() != sha256:
                raise StoreMismatch(f"the file's hash is {digest.hexdigest()}, not {sha256}")
            done = self.client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
        except BaseException:
            self.client.abort_multipart_upload(**where)
            raise
        # Some servers leave the version out of the answer; ask for it rather than trust "latest" later.
        version = done.get("VersionId") or self.client.head_object(Bucket=self.bucket, Key=key).get("VersionId", "")
        return str(version), size

    def _lock_read_back(self, key: str, version: str, keep_until: datetime | None) -> datetime:
        if not version:
            raise StoreError(f"bucket {self.bucket} keeps no versions: nothing in it can be locked")
        kept = self._retention(key, version)
        if keep_until is not None and (kept is None or kept + _ROUNDING < keep_until):
            self.client.put_object_retention(
                Bucket=self.bucket,
                Key=key,
                VersionId=version,
                Retention={"Mode": self.lock_mode, "RetainUntilDate": keep_until},
            )
            kept = self._retention(key, version)
        if kept is None or (keep_until is not None and kept + _ROUNDING < keep_until):
            raise StoreError(f"the store did not lock {key}")
        return kept

    def _retention(self, key: str, version: str) -> datetime | None:
        """Until when this version is locked in our mode; None when it is not."""
        try:
            found = self.client.get_object_retention(Bucket=self.bucket, Key=key, **_version(version))["Retention"]
        except ClientError as error:
            if _reason(error) in {"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "NoSuchKey"}:
                return None
            raise
        if found.get("Mode") != self.lock_mode:
            return None
        kept: datetime = found["RetainUntilDate"]
        return kept

    def _parts(self, uri: str) -> tuple[str, str]:
        split = urlsplit(uri)
        if split.scheme != "s3" or split.netloc != self.bucket:
            raise StoreError(f"not an object of this store: {uri!r}")
        return checked_name(split.path.lstrip("/")), parse_qs(split.query).get("versionId", [""])[0]


def _pieces(body: Any, uri: str) -> Iterator[bytes]:
    try:
        yield from body.iter_chunks(CHUNK)
    except (BotoCoreError, OSError) as error:
        raise StoreError(f"cannot read {uri}: {type(error).__name__}") from error
    finally:
        body.close()


def _version(version: str) -> dict[str, str]:
    return {"VersionId": version} if version else {}


def _md5(piece: bytes) -> str:
    """S3 requires it beside Object Lock headers; it guards the transfer, the SHA-256 guards the evidence."""
    return base64.b64encode(hashlib.md5(piece, usedforsecurity=False).digest()).decode()


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "error"))
    return type(error).__name__
