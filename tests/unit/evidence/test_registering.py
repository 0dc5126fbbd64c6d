"""A file becomes evidence: hashed, stored once, read back, and only then sealed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import ADMIN, AUDITOR, PARTNER_AGENCY
from evidence import services
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit
from evidence.services import NotStored, items
from evidence.states import Act, ExhibitState, ItemState
from evidence.storage import FileStore, StoreError
from tests.factories.core import make_actor
from tests.factories.evidence import PNG, digest, make_copy, make_exhibit, make_file, make_item, register


def acts(exhibit: Exhibit) -> list[str]:
    return list(ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").values_list("act", flat=True))


def test_a_file_is_sealed_only_after_it_was_read_back(exhibit, tmp_path):
    path = make_file(tmp_path)
    start = datetime(2026, 11, 21, 22, 40, 37, tzinfo=UTC)
    item = register(
        exhibit, path, container="mp4", codecs="h264,opus", width=1280, height=720, captured_start=start,
        captured_end=start + timedelta(seconds=90),
    )  # fmt: skip
    assert item.state == ItemState.SEALED
    assert (item.sha256, item.size_bytes) == (digest(path.read_bytes()), 5000)
    assert (item.part_number, item.recovered, item.check_ok) == (1, False, True)
    assert item.worm_until.date() == (now() + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)).date()
    master = settings.EVIDENCE_DIR / "masters" / item.master_uri.removeprefix("file:")
    assert master.read_bytes() == path.read_bytes()
    assert acts(exhibit) == [Act.OPENED, Act.RECEIVED, Act.STORED, Act.SEALED_ITEM]


def test_the_source_stays_until_it_is_released(exhibit, system, tmp_path):
    path = make_file(tmp_path)
    item = register(exhibit, path)
    assert path.exists()
    services.release_source(actor=system, item_id=item.pk, path=path)
    assert not path.exists()
    assert acts(exhibit)[-1] == Act.SOURCE_RELEASED
    services.release_source(actor=system, item_id=item.pk, path=path)  # a kill in between: again is fine


def test_a_source_is_not_released_against_a_damaged_copy(exhibit, system, tmp_path):
    path = make_file(tmp_path)
    item = register(exhibit, path)
    damage(item)
    with pytest.raises(NotStored):
        services.release_source(actor=system, item_id=item.pk, path=path)
    assert path.exists()


def test_a_source_that_holds_other_bytes_than_the_master_is_never_removed(exhibit, system, tmp_path):
    """An engine repaired the file after it was registered, or somebody changed it: those bytes exist nowhere else."""
    path = make_file(tmp_path)
    item = register(exhibit, path)
    path.write_bytes(path.read_bytes() + b"one more second")
    with pytest.raises(NotStored):
        services.release_source(actor=system, item_id=item.pk, path=path)
    assert path.read_bytes().endswith(b"one more second")
    assert acts(exhibit)[-1] == Act.SEALED_ITEM


def test_the_row_names_the_copy_that_was_read_back(exhibit, tmp_path, monkeypatch):
    """Two couriers store one file: whatever the other wrote meanwhile, sealed is the place this one has read."""
    path = make_file(tmp_path)
    real = items._read_back

    def meanwhile(item, stored):
        EvidenceItem.objects.filter(pk=item.pk).update(master_uri="file:99/somewhere/else.bin", failure="other courier")
        real(item, stored)

    monkeypatch.setattr(items, "_read_back", meanwhile)
    item = register(exhibit, path)
    item.refresh_from_db()
    assert (settings.EVIDENCE_DIR / "masters" / item.master_uri.removeprefix("file:")).read_bytes() == path.read_bytes()
    assert item.failure == ""


def damage(item: EvidenceItem) -> None:
    """What a failing disk or an intruder with root would do."""
    master = settings.EVIDENCE_DIR / "masters" / item.master_uri.removeprefix("file:")
    master.chmod(0o644)
    content = master.read_bytes()
    master.write_bytes(bytes([content[0] ^ 0xFF]) + content[1:])


def test_the_same_source_registers_once(exhibit, tmp_path):
    path, key = make_file(tmp_path), "part:1"
    first, again = register(exhibit, path, source_key=key), register(exhibit, path, source_key=key)
    assert first.pk == again.pk
    assert EvidenceItem.objects.count() == 1
    assert acts(exhibit).count(Act.RECEIVED) == 1


def test_the_same_source_with_other_bytes_is_refused(exhibit, tmp_path):
    register(exhibit, make_file(tmp_path), source_key="part:1")
    with pytest.raises(Conflict):
        register(exhibit, make_file(tmp_path), source_key="part:1")


def test_parts_are_numbered_by_kind(exhibit, tmp_path):
    kinds = ["caller_video", "caller_video", "timeline", "caller_video"]
    items = [register(exhibit, make_file(tmp_path), kind=kind) for kind in kinds]
    assert [item.part_number for item in items] == [1, 2, 1, 3]


def test_a_part_number_that_is_taken_is_refused(exhibit, tmp_path):
    register(exhibit, make_file(tmp_path), part_number=2)
    with pytest.raises(Conflict):
        register(exhibit, make_file(tmp_path), part_number=2)


def test_a_file_that_is_not_as_announced_is_not_stored_and_stays(exhibit, tmp_path):
    path = make_file(tmp_path)
    with pytest.raises(NotStored):
        register(exhibit, path, sha256="0" * 64)
    item = EvidenceItem.objects.get()
    assert item.state == ItemState.FAILED
    assert "hash" in item.failure
    assert acts(exhibit) == [Act.OPENED, Act.RECEIVED, Act.STORE_FAILED]
    assert path.exists()


def test_a_store_that_fails_is_tried_again_and_goes_on(exhibit, tmp_path, monkeypatch):
    path = make_file(tmp_path)

    def broken(*args, **kwargs):
        raise StoreError("disk on fire")

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "put", broken)
        with pytest.raises(NotStored):
            register(exhibit, path, source_key="part:1")
    item = register(exhibit, path, source_key="part:1")
    assert (item.state, item.failure) == (ItemState.SEALED, "")
    assert EvidenceItem.objects.count() == 1
    assert acts(exhibit) == [Act.OPENED, Act.RECEIVED, Act.STORE_FAILED, Act.STORED, Act.SEALED_ITEM]


def test_a_copy_that_reads_back_wrong_is_never_sealed(exhibit, tmp_path, monkeypatch):
    path = make_file(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "digest", lambda self, uri: ("f" * 64, 5000))
        with pytest.raises(NotStored):
            register(exhibit, path, source_key="part:1")
    assert EvidenceItem.objects.get().state == ItemState.FAILED
    assert register(exhibit, path, source_key="part:1").is_sealed


def test_damaged_bytes_under_the_name_are_left_and_the_next_name_used(exhibit, tmp_path, monkeypatch):
    path = make_file(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "digest", lambda self, uri: ("f" * 64, 5000))
        with pytest.raises(NotStored):
            register(exhibit, path, source_key="part:1")
    damage(EvidenceItem.objects.get())
    item = register(exhibit, path, source_key="part:1")
    assert item.is_sealed
    assert "/2-" in item.master_uri
    assert len(list((settings.EVIDENCE_DIR / "masters").rglob("*.mp4"))) == 2


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.mark.parametrize("step", ["_store", "_mark_stored", "_read_back", "_seal"])
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_loses_and_doubles_nothing(exhibit, tmp_path, monkeypatch, step, after):
    from evidence.services import items

    path, real = make_file(tmp_path), getattr(items, step)

    def killed(*args):
        if after:
            real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(items, step, killed)
        with pytest.raises(Killed):
            register(exhibit, path, source_key="part:1")
    item = register(exhibit, path, source_key="part:1")
    assert item.is_sealed
    assert EvidenceItem.objects.count() == 1
    assert len(list((settings.EVIDENCE_DIR / "masters").rglob("*.mp4"))) == 1
    assert acts(exhibit).count(Act.SEALED_ITEM) == 1


@pytest.mark.parametrize(
    "changes", [{"kind": "gossip"}, {"sha256": "abc"}, {"source_key": ""}, {"path": "missing"}, {"path": "empty"}]
)
def test_what_cannot_be_a_file_is_refused(exhibit, tmp_path, changes):
    path = make_file(tmp_path)
    (tmp_path / "empty").touch()
    given = {**changes, **({"path": tmp_path / changes["path"]} if "path" in changes else {})}
    with pytest.raises(Invalid):
        services.register_file(
            **{
                "actor": Actor.system(exhibit.force_id), "exhibit_id": exhibit.pk, "kind": "caller_video",
                "path": path, "sha256": digest(b""), "mime": "video/mp4", "source_key": "k", **given,
            }
        )  # fmt: skip
    assert EvidenceItem.objects.count() == 0


# --- snapshots ------------------------------------------------------------------------------------------------------


def snapshot(exhibit, data: bytes = PNG, **changes):
    given = {"mime": "image/png", "sha256": digest(data), "source_key": f"snapshot:{uuid4()}", "captured_at": now()}
    return services.register_bytes(
        actor=Actor.system(exhibit.force_id), exhibit_id=exhibit.pk, data=data, **{**given, **changes}
    )


def test_a_snapshot_is_an_item_with_its_moment(exhibit):
    moment = now()
    item = snapshot(exhibit, captured_at=moment)
    assert (item.kind, item.captured_start, item.is_sealed) == ("screenshot", moment, True)


@pytest.mark.parametrize(
    ("data", "mime"),
    [(b"<svg onload=alert(1)>", "image/svg+xml"), (b"<html>", "image/png"), (PNG, "image/jpeg"), (PNG, "text/html"),
     (b"", "image/png"), (b"\xff\xd8\xff" + b"x" * (5 * 1024 * 1024), "image/jpeg")],
)  # fmt: skip
def test_what_is_no_picture_is_refused(exhibit, data, mime):
    with pytest.raises(Invalid) as refusal:
        snapshot(exhibit, data, mime=mime)
    assert list(refusal.value.fields) == ["picture"]
    assert EvidenceItem.objects.count() == 0


# --- sealing --------------------------------------------------------------------------------------------------------


def test_the_seal_covers_every_items_hash(exhibit, system, tmp_path):
    items = [register(exhibit, make_file(tmp_path)) for _ in range(2)]
    sealed = services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    assert (sealed.state, len(sealed.seal)) == (ExhibitState.SEALED, 64)
    from evidence.services.exhibits import seal_of

    assert sealed.seal == seal_of(list(reversed(items)))
    items[0].sha256 = "0" * 64
    assert sealed.seal != seal_of(items)
    assert services.seal_exhibit(actor=system, exhibit_id=exhibit.pk).seal == sealed.seal
    assert acts(exhibit).count(Act.SEALED) == 1


def test_nothing_cannot_be_sealed(exhibit, system):
    with pytest.raises(Conflict):
        services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)


def test_an_exhibit_with_a_part_outside_the_store_cannot_be_sealed(exhibit, system, tmp_path):
    register(exhibit, make_file(tmp_path))
    with pytest.raises(NotStored):
        register(exhibit, make_file(tmp_path), sha256="0" * 64)
    with pytest.raises(Conflict):
        services.seal_exhibit(actor=system, exhibit_id=exhibit.pk)


def test_a_sealed_exhibit_takes_nothing_but_what_a_restart_found(exhibit, system, tmp_path):
    register(exhibit, make_file(tmp_path))
    first = services.seal_exhibit(actor=system, exhibit_id=exhibit.pk).seal
    with pytest.raises(Conflict):
        register(exhibit, make_file(tmp_path))
    item = register(exhibit, make_file(tmp_path), recovered=True)
    assert item.recovered
    exhibit.refresh_from_db()
    assert exhibit.state == ExhibitState.COLLECTING
    assert services.seal_exhibit(actor=system, exhibit_id=exhibit.pk).seal != first
    assert Act.REOPENED in acts(exhibit)


# --- references -----------------------------------------------------------------------------------------------------


def test_references_belong_to_the_producer_and_count_up(incident, okafor):
    assert [make_exhibit(incident, okafor).ref for _ in range(3)] == ["AJO/1", "AJO/2", "AJO/3"]


def test_a_namesake_gets_a_digit(incident, okafor):
    first, second = make_exhibit(incident, okafor), make_exhibit(incident, make_actor(first_name="Ann Joy"))
    assert (first.ref, second.ref) == ("AJO/1", "AJO2/1")
    assert make_exhibit(incident, okafor).ref == "AJO/2"


@pytest.mark.parametrize(
    ("first", "last", "initials"),
    [("Ada", "Okafor", "AO"), ("Mary-Ann", "O'Neil", "MAO"), ("Élodie", "Ångström", "EA"), ("Ада", "Ок", "USER"),
     ("A B C D E F", "G", "ABCDG"), ("1", "Okafor", "USER")],
)  # fmt: skip
def test_initials(incident, first, last, initials):
    assert make_exhibit(incident, make_actor(first_name=first, last_name=last)).initials == initials


def test_the_system_produces_under_its_own_letters(incident):
    assert make_exhibit(incident, Actor.system(incident.force_id)).ref == "SYS/1"


def test_one_source_is_one_exhibit(incident, okafor):
    first = make_exhibit(incident, okafor, source_key="session:1")
    assert make_exhibit(incident, okafor, source_key="session:1").pk == first.pk


def test_opening_is_audited_and_announced(incident, okafor):
    exhibit = make_exhibit(incident, okafor, description="Live video\x00 <b>")
    assert exhibit.description == "Live video <b>"
    assert AuditEvent.objects.filter(object=f"evidence.exhibit:{exhibit.pk}", action="COLLECT").count() == 1
    event = LiveEvent.objects.filter(kind="exhibit.changed").latest("pk")
    assert event.topic == f"incident.{incident.pk}"
    assert event.data["exhibit"] == str(exhibit.pk)


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [ADMIN, AUDITOR, PARTNER_AGENCY])
def test_who_has_no_business_with_evidence_collects_none(incident, exhibit, tmp_path, role):
    actor = make_actor(roles=(role,))
    for call in (
        lambda: make_exhibit(incident, actor=actor),
        lambda: register(exhibit, make_file(tmp_path), actor=actor),
        lambda: services.seal_exhibit(actor=actor, exhibit_id=exhibit.pk),
        lambda: make_copy(exhibit, make_file(tmp_path), actor=actor),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_callers_phone_collects_nothing_itself(incident):
    with pytest.raises(NotAllowed):
        make_exhibit(incident, actor=Actor.caller(incident.force_id, uuid4()))


@pytest.mark.parametrize("key", ["", "1", "../x", "' OR 1=1 --", "6f1c9c1e-6a0b-4c55-9a53-0d3a3f0e4d11"])
def test_hostile_ids_name_nothing(exhibit, system, tmp_path, key):
    item = make_item(tmp_path, exhibit)
    path = make_file(tmp_path)
    for call in (
        lambda: services.open_exhibit(actor=system, incident_id=key, producer=system, description="x", source_key="x"),
        lambda: register(exhibit, path, exhibit_id=key),
        lambda: services.seal_exhibit(actor=system, exhibit_id=key),
        lambda: services.verify_item(actor=system, item_id=key),
        lambda: services.verify_exhibit(actor=system, exhibit_id=key),
        lambda: services.release_source(actor=system, item_id=key, path=path),
        lambda: make_copy(exhibit, path, exhibit_id=key),
        lambda: make_copy(exhibit, path, item_id=key),
    ):
        with pytest.raises(NotFound):
            call()
    assert item.is_sealed
    assert path.exists()


def test_another_force_finds_nothing_to_write_in(exhibit, tmp_path, stranger):
    theirs = Actor.system(stranger.force_id)
    item, path = make_item(tmp_path, exhibit), make_file(tmp_path)
    for call in (
        lambda: make_exhibit(exhibit.incident, actor=theirs),
        lambda: register(exhibit, path, actor=theirs),
        lambda: services.seal_exhibit(actor=theirs, exhibit_id=exhibit.pk),
        lambda: services.verify_item(actor=theirs, item_id=item.pk),
        lambda: services.release_source(actor=theirs, item_id=item.pk, path=path),
        lambda: make_copy(exhibit, path, actor=theirs),
    ):
        with pytest.raises(NotFound):
            call()
    assert path.exists()
