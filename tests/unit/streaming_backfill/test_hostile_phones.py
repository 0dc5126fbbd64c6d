"""Phones that lie, flood, guess and send what is no film: refused in words, and nothing of another call is touched."""

from __future__ import annotations

import json
import time
from uuid import uuid4

import pytest

from core.limits import Limit
from streaming.models import PhonePiece
from streaming.services import backfill, chunks, phone_files
from tests.factories.films import announced, as_sent
from tests.factories.sessions import make_call
from tests.unit.streaming_backfill.conftest import FILM, Phone, phone_of


def test_only_the_browser_of_this_call_sends_film_for_it(phone: Phone, okafor) -> None:
    piece = phone.piece()
    other = phone_of(make_call(okafor, number="07700 900456"))
    stranger = phone_of(phone.call)
    stranger.client.cookies.clear()
    guesser = phone_of(phone.call)
    guesser.client.cookies["sl_caller"] = "A" * 43
    said = as_sent(announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000)))
    for client in (other.client, stranger.client, guesser.client):
        answers = [
            client.get(phone.address),
            client.post(phone.address, json.dumps({"pieces": [said]}), content_type="application/json"),
            client.head(f"{phone.address}{piece}/"),
            client.delete(f"{phone.address}{piece}/"),
            client.patch(f"{phone.address}{piece}/", FILM, content_type="application/offset+octet-stream"),
            client.get(f"/phone/{uuid4()}/"),
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert len({answer.content for answer in answers if answer.content}) == 1
    borrowed = other.client.patch(
        f"{other.address}{piece}/", FILM, content_type="application/offset+octet-stream", headers={"Upload-Offset": "0"}
    )
    assert borrowed.status_code == 404, "another call's piece under one's own call"
    assert phone.row(piece).received_bytes == 0


def test_a_form_of_another_site_sends_nothing(phone: Phone) -> None:
    phone.client.handler.enforce_csrf_checks = True
    answer = phone.announce(announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000) - 6000))
    assert answer.status_code == 403
    assert not PhonePiece.objects.exists()


def test_longer_than_announced_is_refused_and_what_was_here_stays(phone: Phone) -> None:
    piece = phone.piece()
    phone.send(piece, FILM[:1000])
    assert phone.send(piece, FILM[1000:] + b"and on", 1000).status_code == 413
    assert phone.row(piece).received_bytes == 1000
    endless = phone.send(piece, bytes(chunks.CHUNK_BYTES + 1), 1000)
    assert endless.status_code == 413
    said = phone.send(piece, b"x", 1000, **{"Content-Length": "99999999999"})
    assert said.status_code == 413


@pytest.mark.parametrize("offset", ["-1", "1e3", "", "9" * 30, "0x10", "\u0661"])
def test_an_offset_that_is_none_is_refused(phone: Phone, offset: str) -> None:
    piece = phone.piece()
    answer = phone.client.patch(
        f"{phone.address}{piece}/", FILM, content_type="application/offset+octet-stream",
        headers={"Upload-Offset": offset.encode("utf-8").decode("latin-1")},
    )  # fmt: skip
    assert answer.status_code == 422
    assert phone.row(piece).received_bytes == 0


def test_what_is_not_a_film_is_refused_with_its_first_bytes(phone: Phone) -> None:
    piece = phone.piece(b"MZ" + bytes(5000))
    answer = phone.send(piece, b"MZ" + bytes(2000))
    assert (answer.status_code, answer.json()["code"]) == (422, "film")
    assert phone.row(piece).state == "refused"
    assert not phone_files.folder_of(phone.call.session.pk).exists()
    assert phone.client.patch(f"{phone.address}{piece}/", FILM, content_type="text/plain").status_code == 422


def test_a_call_sends_so_many_and_so_much(phone: Phone, monkeypatch) -> None:
    monkeypatch.setattr(backfill, "MOST", 2)
    phone.piece(), phone.piece()
    third = announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000) - 6000)
    assert phone.announce(third).status_code == 413
    assert PhonePiece.objects.count() == 2
    monkeypatch.setattr(backfill, "MOST", 9)
    monkeypatch.setattr(backfill, "SESSION_BYTES", len(FILM) * 2)
    assert phone.announce(third).status_code == 413
    whole = announced(phone.call.session.pk, FILM, at_ms=third.started_ms, size=backfill.PIECE_BYTES + 1)
    assert phone.announce(whole).status_code == 422


def test_too_fast_is_told_to_wait(phone: Phone, monkeypatch, held_clock: float) -> None:
    monkeypatch.setattr("streaming.services.phone_access.REQUESTS", Limit("phone-asks", most=3, seconds=10))
    answers = [phone.client.get(phone.address) for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_disk_that_is_nearly_full_stays_the_recorders(phone: Phone, monkeypatch) -> None:
    piece = phone.piece()
    monkeypatch.setattr(phone_files, "free_bytes", lambda: chunks.KEEP_FREE - 1)
    assert phone.send(piece, FILM[:1000]).status_code == 503
    assert phone.row(piece).received_bytes == 0


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "F" * 64}, {"sha256": "../../etc"}, {"previous": ""}, {"size": True}, {"size": -1}, {"size": 1.5},
        {"sequence": 0}, {"run": "not-a-uuid"}, {"run": 7}, {"mime": "text/html"}, {"mime": None}, {"started": -1},
        {"started": 10**18}, {"ended": 0}, {"offset": "x"}, {"offset": 1e300}, {"error": -1}, {"error": None},
        {"extra": 1}, {"mime": "video/webm;" + "x" * 200},
    ],
)  # fmt: skip
def test_announcements_are_read_strictly(phone: Phone, change: dict[str, object]) -> None:
    said = as_sent(announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000) - 6000)) | change
    answer = phone.client.post(phone.address, json.dumps({"pieces": [said]}), content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert not PhonePiece.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"pieces": 1}', '{"pieces": [1]}', "\ud83d", "[" * 3000, "x" * 70_000]
)
def test_bodies_that_are_no_announcement(phone: Phone, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    answer = phone.client.post(phone.address, data, content_type="application/json")
    assert answer.status_code in (413, 422)
