"""Chosen films: J. Smith's copy has J. Smith's name in its pixels, and whoever cannot have a marked one has none."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import AuditEvent
from evidence import services as evidence
from evidence.models import Exhibit, WorkingCopy
from streaming.models import GuestLink
from streaming.services import guest_films, guest_viewing, guests
from streaming.tokens import new_browser_secret
from tests.factories import guests as make
from tests.factories.evidence import make_copy, make_exhibit, make_file, register
from tests.helpers import marks
from tests.helpers.marks import FOUND, LOST
from tests.unit.streaming_guests.test_hostile import browser, url

JONES = {"name": "B. Jones", "agency": "Northmere Fire", "address": "07700 900646"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return marks.film(tmp_path_factory.mktemp("clip") / "clip.webm", seconds=2)


def film_of(okafor: Actor, link: GuestLink, tmp_path: Path, playback: Path) -> Exhibit:
    exhibit = make_exhibit(link.incident, okafor)
    register(exhibit, make_file(tmp_path))
    make_copy(exhibit, playback, mime="video/webm")
    evidence.seal_exhibit(actor=Actor.system(exhibit.force_id), exhibit_id=exhibit.pk)
    return exhibit


def let_in(okafor: Actor, link: GuestLink, exhibit: Exhibit, **who: str) -> tuple[GuestLink, Client, str]:
    shared = make.share(okafor, link.incident, exhibits=[exhibit.pk], **{"address": "07700 900645", **who})
    token = make.token_of(shared)
    _, secret = make.open_door(shared)
    return shared, browser(token, secret), url("guest_film", token, exhibit_id=exhibit.pk)


def made() -> None:
    """Wait until no copy is being made."""
    for thread in threading.enumerate():
        if thread.name == "guest-film":
            thread.join(60)


def served(guest: Client, address: str, tmp_path: Path) -> Path:
    """The whole film as the guest's browser gets it."""
    assert guest.get(address, {"ready": "1"}).status_code == 503
    made()
    assert guest.get(address, {"ready": "1"}).json() == {"ready": True}
    answer = guest.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/webm")
    path = tmp_path / f"served-{uuid4().hex}.webm"
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def disclosed() -> int:
    rows = AuditEvent.objects.filter(action="DISCLOSE", actor_kind="guest", object__startswith="evidence.workingcopy:")
    return rows.count()


def test_every_picture_that_is_served_has_the_guests_name_and_the_stored_one_has_not(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    shared, guest, address = let_in(okafor, link, exhibit)
    film = served(guest, address, tmp_path)
    mine = (shared.label, guest_films.code_of(shared))
    found = marks.pictures(film)
    assert len(found) >= 28
    assert all(marks.strength(plane, *mine, turn=0) > FOUND for _, plane in found)
    assert all(marks.strength(plane, *mine, turn=0) < LOST for _, plane in marks.pictures(clip))
    copy = WorkingCopy.objects.get(exhibit=exhibit)
    kept = b"".join(evidence_bytes(copy))
    assert hashlib.sha256(kept).hexdigest() == copy.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()


def evidence_bytes(copy: WorkingCopy):
    from evidence.storage import copies

    return copies().read(copy.path)


def test_one_guests_mark_is_never_in_anothers_film(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    smith, smiths, at_smiths = let_in(okafor, link, exhibit)
    jones, joneses, at_joneses = let_in(okafor, link, exhibit, **JONES)
    for own, other, guest, address in ((smith, jones, smiths, at_smiths), (jones, smith, joneses, at_joneses)):
        for _, plane in marks.pictures(served(guest, address, tmp_path)):
            assert marks.strength(plane, own.label, guest_films.code_of(own), turn=0) > FOUND
            assert marks.strength(plane, other.label, guest_films.code_of(other), turn=0) < LOST


def test_a_film_comes_to_the_open_browser_only_and_each_look_is_a_disclosure(okafor, link, tmp_path, clip):
    exhibit, unticked = (film_of(okafor, link, tmp_path, clip) for _ in range(2))
    shared, guest, address = let_in(okafor, link, exhibit)
    token = make.token_of(shared)
    part = {"headers": {"range": "bytes=10-19"}}
    for nobody in (browser(token), browser(token, new_browser_secret())):
        for asked in ({}, {"ready": "1"}):
            assert nobody.get(address, asked).status_code == 404
        assert nobody.get(address, **part).status_code == 404
    assert not Path(guest_films.settings.GUEST_FILM_DIR).exists()  # a stranger makes nobody work
    film = served(guest, address, tmp_path).read_bytes()
    before = disclosed()
    answer = guest.get(address, **part)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, film[10:20])
    assert answer.headers["Content-Disposition"] == "inline"
    assert "no-store" in answer.headers["Cache-Control"]
    assert disclosed() == before + 1
    assert guest.get(url("guest_film", token, exhibit_id=unticked.pk)).status_code == 404
    assert guest.get(url("guest_film", token, exhibit_id=uuid4())).status_code == 404
    assert guest.get(address, headers={"range": "bytes=9999999-"}).status_code == 416
    assert guest.get(reverse("evidence:playback", args=[exhibit.pk])).status_code == 302  # to the sign-in


def test_waiting_for_a_copy_discloses_nothing_and_shows_no_byte(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    _, guest, address = let_in(okafor, link, exhibit)
    answer = guest.get(address, headers={"range": "bytes=0-"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json() == {"code": "not_ready", "message": guest_films.BEING_MADE, "percent": 0}
    begun = disclosed()
    assert begun == 1  # that a copy was made of it for this guest
    again = guest.get(address, {"ready": "1"})
    assert again.status_code in (200, 503)
    assert disclosed() == begun
    made()


def test_a_withdrawn_link_gets_nothing_and_its_copy_is_gone(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    shared, guest, address = let_in(okafor, link, exhibit)
    served(guest, address, tmp_path)
    place = Path(guest_films.settings.GUEST_FILM_DIR, str(shared.pk))
    assert list(place.glob("*.webm"))
    guests.revoke(actor=okafor, link_id=shared.pk)
    assert guest.get(address).status_code == guest.get(address, {"ready": "1"}).status_code == 404  # before any sweep
    guest_viewing.close_at_engine(shared.pk)
    assert not place.exists()


def test_the_sweep_removes_what_a_link_that_is_over_left_and_nothing_else(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    over, guest, address = let_in(okafor, link, exhibit)
    served(guest, address, tmp_path)
    still, other, at = let_in(okafor, link, exhibit, **JONES)
    served(other, at, tmp_path)
    guests.revoke(actor=okafor, link_id=over.pk)
    guest_viewing.sweep()
    root = Path(guest_films.settings.GUEST_FILM_DIR)
    assert {one.name for one in root.iterdir() if one.is_dir()} == {str(still.pk)}
    assert other.get(at).status_code == 200


def test_a_film_that_cannot_be_marked_is_not_shown(okafor, link, tmp_path):
    broken = make_file(tmp_path, data=os.urandom(20_000), name="broken.webm")
    exhibit = film_of(okafor, link, tmp_path, broken)
    _, guest, address = let_in(okafor, link, exhibit)
    assert guest.get(address).status_code == 503
    made()
    answer = guest.get(address)
    assert (answer.status_code, answer.json()["message"]) == (503, guest_films.FAILED)
    assert answer.headers["Retry-After"] == "15"
    assert not list(Path(guest_films.settings.GUEST_FILM_DIR).rglob("*.webm"))


def test_a_full_disk_is_left_to_the_recordings(okafor, link, tmp_path, clip, monkeypatch):
    exhibit = film_of(okafor, link, tmp_path, clip)
    _, guest, address = let_in(okafor, link, exhibit)
    full = shutil._ntuple_diskusage(10**12, 10**12 - 1000, 1000)
    monkeypatch.setattr(guest_films.shutil, "disk_usage", lambda path: full)
    answer = guest.get(address)
    assert (answer.status_code, answer.json()["message"]) == (503, guest_films.NO_ROOM)
    monkeypatch.undo()
    assert not list(Path(guest_films.settings.GUEST_FILM_DIR).rglob("*.webm"))


def test_films_are_made_one_at_a_time(okafor, link, tmp_path, clip, monkeypatch):
    first, second = (film_of(okafor, link, tmp_path, clip) for _ in range(2))
    waits = (sys.executable, "-c", "import sys; sys.stdin.readline(); sys.stdin.readline()")
    begun: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(guest_films, "COMMAND", waits)
    monkeypatch.setattr(guest_films, "_look_after", lambda process, *_: begun.append(process))
    _, smith, at_first = let_in(okafor, link, first)
    _, jones, at_second = let_in(okafor, link, second, **JONES)
    assert smith.get(at_first).json()["message"] == guest_films.BEING_MADE
    for _ in range(20):  # asking again begins nothing
        assert smith.get(at_first, {"ready": "1"}).status_code == 503
    assert jones.get(at_second).json()["message"] == guest_films.ANOTHER_FIRST
    made()
    assert len(begun) == 1
    begun[0].communicate()  # it ends, and its locks with it
    monkeypatch.undo()
    served(jones, at_second, tmp_path)


def test_the_directory_is_ours_alone_and_a_strangers_is_not_used(okafor, link, tmp_path, clip, settings):
    settings.GUEST_FILM_DIR.mkdir(mode=0o777)
    settings.GUEST_FILM_DIR.chmod(0o777)
    exhibit = film_of(okafor, link, tmp_path, clip)
    _, guest, address = let_in(okafor, link, exhibit)
    served(guest, address, tmp_path)
    for path in (settings.GUEST_FILM_DIR, *settings.GUEST_FILM_DIR.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    settings.GUEST_FILM_DIR = tmp_path / "link"
    settings.GUEST_FILM_DIR.symlink_to(elsewhere)
    assert guest.get(address).json()["message"] == guest_films.NO_ROOM
    assert not list(elsewhere.iterdir())


def test_a_newer_playback_copy_is_marked_anew(okafor, link, tmp_path, clip):
    exhibit = film_of(okafor, link, tmp_path, clip)
    _, guest, address = let_in(okafor, link, exhibit)
    old = served(guest, address, tmp_path)
    make_copy(exhibit, marks.film(tmp_path / "newer.webm", seconds=1), mime="video/webm")
    new = served(guest, address, tmp_path)
    assert len(marks.pictures(new)) < len(marks.pictures(old))


def test_a_film_in_a_store_elsewhere_is_fetched_marked_and_left_nowhere(okafor, link, tmp_path, clip, monkeypatch):
    from evidence.storage import FileStore

    monkeypatch.setattr(FileStore, "local_path", lambda self, uri: None)
    exhibit = film_of(okafor, link, tmp_path, clip)
    shared, guest, address = let_in(okafor, link, exhibit)
    film = served(guest, address, tmp_path)
    assert marks.strength(marks.pictures(film)[5][1], shared.label, guest_films.code_of(shared), turn=0) > FOUND
    assert not list(Path(guest_films.settings.GUEST_FILM_DIR).rglob("*.source"))
