"""Announced, sent, judged, kept: what becomes of film that the caller's phone recorded by itself."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from core.clock import now
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit
from evidence.selectors.content import open_item
from incidents.models import LogEntry
from streaming import recorded
from streaming.models import LinkToken, PhonePiece, VideoSession
from streaming.services import phone_files, phone_register, recordings
from streaming.services.sessions import end_session
from tests.factories.films import announced, mp4, next_link, webm
from tests.factories.sessions import make_call
from tests.unit.streaming_backfill.conftest import FILM, Phone, phone_of, sha256


def items(phone: Phone) -> list[EvidenceItem]:
    return list(EvidenceItem.objects.filter(exhibit_id=phone.call.fresh().exhibit_id, kind__startswith="phone"))


def test_a_piece_is_announced_sent_in_chunks_and_becomes_an_item_of_the_same_exhibit(phone: Phone, okafor) -> None:
    piece = phone.piece()
    announced_at = phone.row(piece).committed_at
    assert announced_at is not None
    assert abs((now() - announced_at).total_seconds()) < 5
    answer = phone.send_all(piece)
    assert (answer.json()["state"], answer.headers["Upload-Offset"]) == ("received", str(len(FILM)))
    phone.register()
    row = phone.row(piece)
    assert (row.state, row.verdict, row.readable, row.chained, row.flagged) == (
        "registered",
        "matches",
        True,
        True,
        False,
    )
    (item,) = items(phone)
    assert (item.pk, item.kind, item.sha256, item.mime) == (row.item_id, "phone_video", sha256(FILM), "video/webm")
    assert (item.width, item.height, item.codecs) == (640, 480, "VP8")
    assert (item.captured_start, item.captured_end) == (row.start, row.end)
    assert b"".join(open_item(okafor, item.pk).read()) == FILM
    assert not phone_files.folder_of(phone.call.session.pk).exists(), "the upload is gone once the copy was read back"
    acts = set(ContinuityEvent.objects.filter(item_id=item.pk).values_list("act", flat=True))
    assert {"RECEIVED", "STORED", "SEALED_ITEM", "SOURCE_RELEASED"} <= acts
    assert phone.client.get(phone.address).json()["pieces"][0]["state"] == "registered"


def test_an_altered_film_is_kept_flagged_and_counts_for_nothing(phone: Phone) -> None:
    piece = phone.piece(FILM)
    altered = FILM[:-1] + bytes([FILM[-1] ^ 1])
    assert phone.send_all(piece, altered).status_code == 200
    phone.register()
    row = phone.row(piece)
    assert (row.verdict, row.sha256, row.received_sha256) == ("differs", sha256(FILM), sha256(altered))
    assert row.flagged
    (item,) = items(phone)
    assert (item.kind, item.sha256) == ("phone_differs", sha256(altered))
    assert recorded.film(phone.call.fresh()).pieces == ()
    texts = LogEntry.objects.filter(incident_id=phone.call.session.incident_id).values_list("text", flat=True)
    assert any("not what its hash said before" in text for text in texts)


def test_film_without_an_announced_hash_is_kept_and_says_so(phone: Phone) -> None:
    piece = phone.piece(sha256="")
    assert phone.row(piece).committed_at is None
    phone.send_all(piece)
    phone.register()
    assert phone.row(piece).verdict == "unannounced"
    assert items(phone)[0].kind == "phone_unannounced"
    assert recorded.film(phone.call.fresh()).pieces == ()


def test_the_ledger_hears_of_a_piece_when_it_is_announced_and_when_it_is_here(phone: Phone) -> None:
    piece = phone.piece()
    assert [one.kept for one in recorded.film(phone.call.fresh()).pieces] == [True]
    phone.send_all(piece)
    phone.register()
    (sent,) = recorded.film(phone.call.fresh()).pieces
    row = phone.row(piece)
    assert (sent.kept, sent.start, sent.end) == (False, row.start.timestamp(), row.end.timestamp())


def test_times_are_the_phones_clock_moved_by_its_measured_offset(phone: Phone) -> None:
    at = round(time.time() * 1000) - 6000
    piece = phone.row(phone.piece(at_ms=at - 3_600_000, offset_ms=3_600_000.0, error_ms=15.0))
    assert piece.start.timestamp() * 1000 == pytest.approx(at, abs=1)
    assert (piece.offset_error_ms, piece.placed) == (15.0, True)


def test_film_whose_time_cannot_be_is_kept_without_a_place(phone: Phone) -> None:
    day = 86_400_000
    for changes in ({"at_ms": round(time.time() * 1000) + day}, {"at_ms": 1000}, {"error_ms": 1e9}):
        assert phone.row(phone.piece(**changes)).placed is False
    piece = phone.piece(at_ms=1000)
    phone.send_all(piece)
    phone.register()
    assert items(phone)[0].captured_start is None
    assert recorded.film(phone.call.fresh()).pieces == ()


def test_the_chain_shows_a_piece_that_is_missing(phone: Phone) -> None:
    run, at = uuid4(), round(time.time() * 1000) - 60_000
    session = phone.call.session.pk
    first = announced(session, FILM, run=run, at_ms=at)
    second = announced(session, FILM, run=run, sequence=2, at_ms=at + 4000, previous=next_link(first))
    fourth = announced(session, FILM, run=run, sequence=4, at_ms=at + 12_000, previous=next_link(second))
    assert phone.announce(first, second, fourth).status_code == 200
    rows = PhonePiece.objects.filter(run=run).order_by("sequence")
    assert [row.chained for row in rows] == [True, True, False]


def test_the_same_announcement_again_is_one_and_another_is_refused(phone: Phone) -> None:
    said = announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000) - 6000)
    first, again = phone.announce(said).json(), phone.announce(said).json()
    assert first == again
    other = announced(phone.call.session.pk, FILM + b"x", run=said.run, at_ms=said.started_ms)
    refused = phone.announce(other)
    assert (refused.status_code, refused.json()["code"]) == (409, "announced")
    assert PhonePiece.objects.get().sha256 == sha256(FILM)


def test_the_database_keeps_what_was_announced(phone: Phone) -> None:
    piece = phone.piece()
    for column, value in (("sha256", "f" * 64), ("committed_at", now()), ("offset_ms", 5.0), ("started_at", now())):
        with pytest.raises(DatabaseError), transaction.atomic():
            PhonePiece.objects.filter(pk=piece).update(**{column: value})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM streaming_phonepiece")
        assert cursor.fetchone()[0] == 1


def test_an_upload_goes_on_where_it_was_whatever_happened_between(phone: Phone) -> None:
    piece, cut = phone.piece(), 1000
    assert phone.send(piece, FILM[:cut]).headers["Upload-Offset"] == str(cut)
    again = phone.send(piece, FILM[:cut])  # the answer was lost, the page was killed: the same chunk once more
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, str(cut))
    path = phone_files.path_of(phone.call.session.pk, phone.row(piece).pk)
    path.write_bytes(FILM[:cut] + b"half a chunk of a request that was killed")
    asked = phone.client.head(f"{phone.address}{piece}/")
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (str(cut), str(len(FILM)))
    assert phone.send(piece, FILM[cut:], cut).json()["state"] == "received"
    assert phone.row(piece).verdict == "matches"
    done = phone.send(piece, b"more", len(FILM))
    assert (done.status_code, done.json()["state"]) == (409, "received")


def test_bytes_the_disk_lost_are_asked_for_again(phone: Phone) -> None:
    piece = phone.piece()
    phone.send(piece, FILM[:2000])
    phone_files.path_of(phone.call.session.pk, phone.row(piece).pk).write_bytes(FILM[:1200])
    answer = phone.send(piece, FILM[2000:], 2000)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "1200")
    assert phone.send(piece, FILM[1200:], 1200).json()["state"] == "received"
    assert phone.row(piece).verdict == "matches"


def test_what_comes_after_the_seal_opens_the_exhibit_seals_it_again_and_makes_the_ledger_anew(
    phone: Phone, okafor
) -> None:
    phone.call.seal()
    end_session(actor=okafor, session_id=phone.call.session.pk, reason="handler")
    phone.call.stop()
    recordings.finish(phone.call.session.pk)
    exhibit = Exhibit.objects.get(pk=phone.call.fresh().exhibit_id)
    assert exhibit.is_sealed
    before = exhibit.seal
    piece = phone.piece()
    phone.send_all(piece)
    phone.register()
    exhibit.refresh_from_db()
    assert exhibit.is_sealed
    assert exhibit.seal != before
    acts = list(ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").values_list("act", flat=True))
    assert acts.index("REOPENED") < len(acts) - 1 - acts[::-1].index("SEALED")


def test_a_killed_courier_leaves_nothing_undone_and_nothing_twice(phone: Phone, monkeypatch) -> None:
    piece = phone.piece()
    phone.send_all(piece)
    monkeypatch.setattr(phone_register, "_write_log", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
    with pytest.raises(RuntimeError):
        phone_register.register(phone.call.session.pk)
    monkeypatch.undo()
    phone_register.register(phone.call.session.pk)
    phone_register.register(phone.call.session.pk)
    assert len(items(phone)) == 1
    assert not phone_files.folder_of(phone.call.session.pk).exists()


def test_deleting_on_the_phone_before_it_was_sent_leaves_a_word_and_no_film(
    phone: Phone, django_capture_on_commit_callbacks
) -> None:
    piece = phone.piece()
    phone.send(piece, FILM[:500])
    with django_capture_on_commit_callbacks(execute=True):
        answer = phone.client.delete(f"{phone.address}{piece}/")
    assert answer.json()["state"] == "withdrawn"
    assert not phone_files.path_of(phone.call.session.pk, phone.row(piece).pk).exists()
    assert phone.send(piece, FILM[:500]).status_code == 409
    sent = phone.piece()
    phone.send_all(sent)
    assert phone.client.delete(f"{phone.address}{sent}/").json()["code"] == "done", "what is here is evidence"


def test_what_never_came_is_closed_a_day_after_the_call(phone: Phone, okafor) -> None:
    waiting, half = phone.piece(), phone.piece()
    phone.send(half, FILM[:1500])
    end_session(actor=okafor, session_id=phone.call.session.pk, reason="handler")
    assert phone_register.close_overdue() == 0
    long_ago = now() - timedelta(hours=25)
    VideoSession.objects.filter(pk=phone.call.session.pk).update(ended_at=long_ago)
    PhonePiece.objects.update(touched_at=long_ago)
    assert phone_register.close_overdue() == 2
    assert phone.row(waiting).state == "abandoned"
    assert (phone.row(half).state, phone.row(half).verdict) == ("received", "incomplete")
    phone.register()
    assert [(item.kind, item.sha256) for item in items(phone)] == [("phone_differs", sha256(FILM[:1500]))]
    assert phone.client.get(phone.address).status_code == 403, "and the phone's time is over, too"


def test_a_film_that_no_player_reads_is_kept_as_a_file(phone: Phone) -> None:
    broken = FILM[:-7]
    piece = phone.piece(broken)
    phone.send_all(piece, broken)
    phone.register()
    row = phone.row(piece)
    assert (row.verdict, row.readable, row.flagged) == ("matches", False, True)
    assert items(phone)[0].mime == "application/octet-stream"


def test_an_iphones_film_is_kept_as_it_made_it(phone: Phone) -> None:
    film = mp4()
    piece = phone.piece(film, mime="video/mp4")
    phone.send_all(piece, film)
    phone.register()
    assert (items(phone)[0].mime, items(phone)[0].codecs) == ("video/mp4", "H264")


# --- consent and the end ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["caller", "handler", "revoked"])
def test_after_an_end_that_somebody_chose_only_what_was_filmed_before_is_taken(
    phone: Phone, okafor, reason: str
) -> None:
    actor = phone.call.caller if reason == "caller" else okafor
    end_session(actor=actor, session_id=phone.call.session.pk, reason=reason)
    VideoSession.objects.update(ended_at=now() - timedelta(minutes=2))
    LinkToken.objects.filter(session=phone.call.session).update(closed_at=now() - timedelta(minutes=2))
    VideoSession.objects.update(opened_at=now() - timedelta(minutes=9))
    before = phone.piece(at_ms=round(time.time() * 1000) - 180_000)
    assert phone.send_all(before).status_code == 200
    after = announced(phone.call.session.pk, FILM, at_ms=round(time.time() * 1000) - 60_000)
    answer = phone.announce(after)
    assert (answer.status_code, answer.json()["code"]) == (409, "after_end")


def test_a_call_that_was_given_up_for_lost_is_not_the_phones_end(phone: Phone) -> None:
    from core.actors import Actor

    system = Actor.system(phone.call.session.force_id)
    end_session(actor=system, session_id=phone.call.session.pk, reason="lost")
    VideoSession.objects.update(ended_at=now() - timedelta(minutes=5), opened_at=now() - timedelta(minutes=20))
    assert phone.send_all(phone.piece()).status_code == 200


def test_an_empty_call_gets_its_exhibit_from_the_phone(okafor) -> None:
    """No frame ever came over the air: what the phone kept is all there is."""
    call = make_call(okafor)
    phone = phone_of(call)
    film = webm(30)
    phone.send_all(phone.piece(film), film)
    phone.register()
    assert items(phone)[0].kind == "phone_video"
