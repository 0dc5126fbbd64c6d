"""Phones that lie, flood, guess and send what is no photo and no film: refused in words, and nothing of it is kept."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from evidence.models import Exhibit
from incidents.models import LogEntry
from streaming.models import CallerFile
from streaming.services import chunks, phone_files, uploads
from tests.factories import uploads as make
from tests.factories.links import work
from tests.factories.sessions import make_call
from tests.unit.streaming_uploads.conftest import PHOTO, Phone, chosen, phone_of


def test_only_the_browser_of_this_link_sends_for_it(phone: Phone, okafor) -> None:
    file = phone.choose()
    other = phone_of(make_call(okafor, number="07700 900456", mode="upload"))
    stranger, guesser = phone_of(phone.call), phone_of(phone.call)
    stranger.client.cookies.clear()
    guesser.client.cookies["sl_caller"] = "A" * 43
    for client in (other.client, stranger.client, guesser.client):
        answers = [
            client.get(phone.address),
            client.post(phone.address, json.dumps({"files": [chosen(PHOTO)]}), content_type="application/json"),
            client.head(f"{phone.address}{file}/"),
            client.delete(f"{phone.address}{file}/"),
            client.patch(f"{phone.address}{file}/", PHOTO, content_type="application/offset+octet-stream"),
            client.get(f"/phone/{uuid4()}/files/"),
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert len({answer.content for answer in answers if answer.content}) == 1
    assert other.send(file, PHOTO).status_code == 404, "another link's file under one's own"
    assert phone.row(file).received_bytes == 0


def test_a_form_of_another_site_sends_nothing(phone: Phone) -> None:
    phone.client.handler.enforce_csrf_checks = True
    assert phone.say(chosen(PHOTO)).status_code == 403
    assert not CallerFile.objects.exists()


@pytest.mark.parametrize("data", [make.SVG, make.PAGE, make.archive(), b"MZ" + bytes(500), b"%PDF-1.7" + bytes(90)])
def test_what_is_no_photo_and_no_film_is_refused_with_its_first_bytes(phone: Phone, data: bytes) -> None:
    file = phone.choose(data, "holiday.jpg")
    answer = phone.send(file, data[:4000])
    assert (answer.status_code, answer.json()["code"]) == (422, "type")
    assert answer.json()["message"] == "This is not a photo or a film."
    row = phone.row(file)
    assert (row.state, row.refusal) == ("refused", "type")
    assert not phone.path(file).exists()
    assert phone.send(file, data[:4000]).status_code == 409


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (PHOTO + make.archive(), "hidden"), (PHOTO + make.PAGE, "hidden"), (make.film() + make.archive(), "hidden"),
        (PHOTO[:900], "broken"), (b"\xff\xd8\xff" + bytes(4000), "broken"), (make.bomb(), "pixels"),
        (make.film() + b"and on", "broken"),
    ],
)  # fmt: skip
def test_a_file_that_only_begins_as_a_photo_is_refused_when_it_is_here(phone: Phone, data: bytes, why: str) -> None:
    file = phone.choose(data)
    assert phone.send(file, data).json()["state"] == "received"
    work("upload.register")
    row = phone.row(file)
    assert (row.state, row.refusal, row.received_bytes) == ("refused", why, 0)
    assert not Exhibit.objects.exists()
    last = LogEntry.objects.filter(incident=phone.call.session.incident_id).latest("seq")
    assert last.text.startswith("A file that the caller sent was not taken: ")


def test_refused_bytes_leave_the_disk(phone: Phone, django_capture_on_commit_callbacks) -> None:
    data = PHOTO + make.PAGE
    file = phone.choose(data)
    phone.send(file, data)
    assert phone.path(file).exists()
    with django_capture_on_commit_callbacks(execute=True):
        work("upload.register")
    assert not phone.path(file).exists()


def test_longer_than_announced_is_refused(phone: Phone) -> None:
    file = phone.choose()
    phone.send(file, PHOTO[:1000])
    assert phone.send(file, PHOTO[1000:] + b"and on", 1000).status_code == 413
    assert phone.row(file).received_bytes == 1000
    assert phone.send(file, bytes(600 * 1024), 1000).status_code == 413


@pytest.mark.parametrize("offset", ["-1", "1e3", "", "9" * 30, "0x10"])
def test_an_offset_that_is_none_is_refused(phone: Phone, offset: str) -> None:
    assert phone.send(phone.choose(), PHOTO, **{"Upload-Offset": offset}).status_code == 422


def test_a_link_takes_so_many_and_so_much(phone: Phone, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "FILES", 2)
    phone.choose(), phone.choose(make.png())
    third = phone.say(chosen(make.film()))
    assert (third.status_code, third.json()["code"]) == (413, "too_many")
    assert CallerFile.objects.count() == 2
    monkeypatch.setattr(uploads, "FILES", 9)
    monkeypatch.setattr(uploads, "SESSION_BYTES", len(PHOTO) + 100)
    assert phone.say(chosen(make.film())).json()["code"] == "too_large"
    assert phone.say(chosen(PHOTO) | {"size": uploads.FILE_BYTES + 1}).status_code == 413


def test_refusals_without_end_do_not_fill_the_log(phone: Phone, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "CHOSEN", 3)
    for number in range(3):
        data = make.SVG + bytes([65 + number])
        phone.send(phone.choose(data), data)
    assert phone.say(chosen(make.SVG)).json()["code"] == "too_many"


def test_a_disk_that_is_nearly_full_stays_the_recorders(phone: Phone, monkeypatch) -> None:
    file = phone.choose()
    monkeypatch.setattr(phone_files, "free_bytes", lambda: chunks.KEEP_FREE - 1)
    assert phone.send(file, PHOTO[:1000]).status_code == 503
    assert phone.row(file).received_bytes == 0


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "F" * 64}, {"sha256": "../../etc"}, {"sha256": ""}, {"size": True}, {"size": -1}, {"size": 1.5},
        {"size": "9"}, {"name": 7}, {"name": None}, {"name": "x" * 1001}, {"extra": 1}, {"mime": "image/jpeg"},
    ],
)  # fmt: skip
def test_announcements_are_read_strictly(phone: Phone, change: dict[str, object]) -> None:
    assert phone.say(chosen(PHOTO) | change).status_code == 422
    assert not CallerFile.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"files": 1}', '{"files": []}', '{"files": [1]}', "[" * 3000])
def test_bodies_that_are_no_announcement(phone: Phone, body: str) -> None:
    assert phone.client.post(phone.address, body, content_type="application/json").status_code == 422


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\fakepath\\me.jpg", "me.jpg"), ("gpj.\u202eexe", "gpj.exe"),
        ("a\x00b\r\nc.jpg", "ab c.jpg"), ("", ""), ("\ud83d.jpg", "?.jpg"), ("x" * 500 + ".jpg", "x" * 116 + ".jpg"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(phone: Phone, given: str, kept: str) -> None:
    assert phone.row(phone.choose(name=given)).name == kept
