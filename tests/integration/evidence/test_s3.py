"""Masters in S3 with Object Lock, against a real server: what counts as sealed cannot be removed by its owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command

from core.actors import Actor
from evidence import selectors, services
from evidence import storage as stores
from evidence.models import EvidenceItem
from evidence.services import NotStored
from evidence.storage import StoreError, StoreMismatch, StoreOccupied
from evidence.storage.s3 import PART, S3Store, make_client
from tests.factories.core import make_actor
from tests.factories.evidence import digest, make_copy, make_exhibit, make_file, register
from tests.factories.incidents import make_incident
from tests.helpers.s3 import S3Server, s3

pytestmark = pytest.mark.s3
# As short as proves the point: the scratch server is thrown away with everything it locked.
KEEP = timedelta(days=1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3(tmp_path_factory.mktemp("s3") / "ceph") as running:
        yield running


@pytest.fixture(scope="session")
def client(server: S3Server) -> Iterator[Any]:
    client = make_client(server.endpoint, server.access_key, server.secret_key, "default")
    yield client
    client.close()


@pytest.fixture
def store(client: Any) -> S3Store:
    """A bucket with Object Lock and no default retention: the lock must come from us."""
    bucket = f"masters-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return S3Store(client, bucket, lock_mode="COMPLIANCE")


def until() -> datetime:
    return datetime.now(UTC) + KEEP


def put(store: S3Store, path: Path, name: str = "99/1-a.mp4", sha256: str = "") -> Any:
    sha256 = sha256 or digest(path.read_bytes())
    return store.put(path, name, sha256=sha256, mime="video/mp4", keep_until=until())


def where(stored: Any) -> dict[str, str]:
    location, version = stored.uri.removeprefix("s3://").split("?versionId=")
    bucket, key = location.split("/", 1)
    return {"Bucket": bucket, "Key": key, "VersionId": version}


@pytest.mark.parametrize("size", [1, 5000, PART - 1, PART, PART + 1, 2 * PART + 12345])
def test_small_and_large_files_are_locked_and_read_back(store, tmp_path, size):
    path = make_file(tmp_path, os.urandom(size))
    asked = until()
    stored = put(store, path)
    assert stored.size == size
    assert stored.kept_until >= asked - timedelta(seconds=2)
    assert store.kept_until(stored.uri) == stored.kept_until
    assert store.digest(stored.uri) == (digest(path.read_bytes()), size)


@pytest.mark.parametrize("size", [5000, PART + 1])
def test_not_even_the_owner_can_remove_or_shorten(store, client, tmp_path, size):
    path = make_file(tmp_path, os.urandom(size))
    stored = put(store, path)
    with pytest.raises(ClientError, match=r"AccessDenied|Forbidden|forbidden"):
        client.delete_object(**where(stored))
    with pytest.raises(ClientError, match=r"AccessDenied|InvalidRequest|Forbidden|forbidden"):
        client.put_object_retention(
            **where(stored),
            Retention={"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(minutes=1)},
        )
    client.put_object(Bucket=store.bucket, Key=where(stored)["Key"], Body=b"something else")
    client.delete_object(Bucket=store.bucket, Key=where(stored)["Key"])  # only hides it
    assert store.digest(stored.uri) == (digest(path.read_bytes()), size)


class DropsLocks:
    """A server that loses Object Lock headers on the way in, as some do on multipart uploads."""

    def __init__(self, client: Any, *, refuses_later: bool = False) -> None:
        self._client, self._refuses = client, refuses_later

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name in {"create_multipart_upload", "put_object"}:
            return lambda **given: call(**{k: v for k, v in given.items() if not k.startswith("ObjectLock")})
        if name == "put_object_retention" and self._refuses:
            return lambda **given: {}
        return call


@pytest.mark.parametrize("size", [5000, PART + 1])
def test_a_lock_that_was_dropped_is_noticed_and_set(store, client, tmp_path, size):
    lossy = S3Store(DropsLocks(client), store.bucket, lock_mode="COMPLIANCE")
    stored = put(lossy, make_file(tmp_path, os.urandom(size)))
    assert stored.kept_until is not None
    with pytest.raises(ClientError):
        client.delete_object(**where(stored))


@pytest.mark.parametrize("size", [5000, PART + 1])
def test_what_cannot_be_locked_is_not_stored_as_evidence(store, client, tmp_path, size):
    lossy = S3Store(DropsLocks(client, refuses_later=True), store.bucket, lock_mode="COMPLIANCE")
    with pytest.raises(StoreError, match="did not lock"):
        put(lossy, make_file(tmp_path, os.urandom(size)))


def test_a_bucket_without_object_lock_is_no_place_for_masters(client, tmp_path):
    bucket = f"plain-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket)
    plain = S3Store(client, bucket, lock_mode="COMPLIANCE")
    with pytest.raises(StoreError):
        plain.check()
    with pytest.raises(StoreError):
        put(plain, make_file(tmp_path))


def test_a_bucket_without_object_lock_holds_copies(client, tmp_path):
    bucket = f"copies-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket)
    copies = S3Store(client, bucket, lock_mode="")
    copies.check()
    path = make_file(tmp_path)
    stored = put(copies, path)
    assert stored.kept_until is None
    assert copies.digest(stored.uri)[0] == digest(path.read_bytes())


def test_the_same_bytes_again_are_one_version(store, client, tmp_path):
    path = make_file(tmp_path)
    assert put(store, path).uri == put(store, path).uri
    assert len(client.list_object_versions(Bucket=store.bucket)["Versions"]) == 1


def test_other_bytes_never_take_a_taken_name(store, tmp_path):
    first = make_file(tmp_path)
    stored = put(store, first)
    with pytest.raises(StoreOccupied):
        put(store, make_file(tmp_path))
    assert store.digest(stored.uri)[0] == digest(first.read_bytes())


@pytest.mark.parametrize("size", [5000, PART + 1])
def test_bytes_that_are_not_as_announced_leave_nothing(store, client, tmp_path, size):
    with pytest.raises(StoreMismatch):
        put(store, make_file(tmp_path, os.urandom(size)), sha256="0" * 64)
    assert "Versions" not in client.list_object_versions(Bucket=store.bucket)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=store.bucket)


@pytest.mark.parametrize(("start", "length"), [(0, 10), (5, 1), (4990, 100), (7, None)])
def test_any_range_can_be_read(store, tmp_path, start, length):
    path = make_file(tmp_path)
    whole = path.read_bytes()
    stored = put(store, path)
    expected = whole[start:] if length is None else whole[start : start + length]
    assert b"".join(store.read(stored.uri, start, length)) == expected


def test_wrong_keys_and_a_server_that_is_gone_are_errors(server, store, tmp_path):
    path = make_file(tmp_path)
    wrong = make_client(server.endpoint, server.access_key, "wrong", "default")
    gone = make_client("http://127.0.0.1:9", "a", "b", "default")
    for client in (wrong, gone):
        broken = S3Store(client, store.bucket, lock_mode="COMPLIANCE")
        with pytest.raises(StoreError):
            broken.check()
        with pytest.raises(StoreError):
            put(broken, path)
        client.close()


@pytest.mark.parametrize("uri", ["file:x", "s3://other/key", "s3://", "https://example.test/x"])
def test_what_is_not_in_the_bucket_cannot_be_read(store, uri):
    with pytest.raises(StoreError):
        store.digest(uri)


# --- the whole way ------------------------------------------------------------------------------------------------


@pytest.fixture
def full_profile(settings, server, db) -> None:
    settings.EVIDENCE_STORAGE = "s3"
    settings.S3_ENDPOINT_URL = server.endpoint
    settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = server.access_key, server.secret_key
    settings.S3_REGION = "default"
    settings.S3_BUCKET, settings.S3_COPIES_BUCKET = f"m-{uuid4().hex[:12]}", f"c-{uuid4().hex[:12]}"
    settings.S3_LOCK_MODE = "COMPLIANCE"
    settings.EVIDENCE_RETENTION_DAYS = 2
    call_command("make_evidence_buckets")


def test_a_recording_is_sealed_checked_and_played(full_profile, client, settings, tmp_path):
    stores.check_stores()
    okafor = make_actor(roles=("supervisor", "call_handler"))
    exhibit = make_exhibit(make_incident(okafor), okafor)
    system = Actor.system(exhibit.force_id)
    path = make_file(tmp_path, os.urandom(PART + 5000))
    item = register(exhibit, path)
    assert item.is_sealed
    assert item.master_uri.startswith(f"s3://{settings.S3_BUCKET}/99/")
    assert "?versionId=" in item.master_uri
    assert item.worm_until > datetime.now(UTC) + timedelta(days=1)
    make_copy(exhibit, path)
    services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    assert services.verify_exhibit(actor=okafor, exhibit_id=exhibit.pk).ok
    opened = selectors.open_playback(okafor, exhibit.pk, "review")
    assert opened.path is None
    assert b"".join(opened.read(100, 50)) == path.read_bytes()[100:150]
    services.release_source(actor=system, item_id=item.pk, path=path)
    assert not path.exists()


def test_a_bucket_that_is_not_there_keeps_the_source(full_profile, settings, tmp_path):
    exhibit, path = make_exhibit(), make_file(tmp_path)
    settings.S3_BUCKET = "not-there"
    with pytest.raises(NotStored):
        register(exhibit, path)
    assert EvidenceItem.objects.get().state == "FAILED"
    assert path.exists()


def test_making_the_buckets_again_is_fine(full_profile, capsys):
    call_command("make_evidence_buckets")
    assert capsys.readouterr().out.count("there already") == 2
