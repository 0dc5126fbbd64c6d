"""A caller sends what the phone already has: announced, sent in pieces, compared, looked at, and kept as an exhibit."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from core.clock import now
from core.models import AuditEvent, LiveEvent, User
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit, WorkingCopy
from evidence.storage import masters
from incidents.models import LogEntry
from streaming.models import CallerFile, LinkToken
from streaming.services import links, sessions, upload_register, uploads
from tests.factories import uploads as make
from tests.factories.links import send, work
from tests.factories.sessions import make_call
from tests.unit.streaming_uploads.conftest import PHOTO, Phone, chosen, phone_of


def log(phone: Phone) -> list[str]:
    rows = LogEntry.objects.filter(incident=phone.call.session.incident_id, type="MEDIA").order_by("seq")
    return list(rows.values_list("text", flat=True))


def test_a_photo_becomes_an_exhibit_byte_for_byte_with_its_exif(phone: Phone) -> None:
    file = phone.send_all()
    assert (file.state, file.verdict, file.mime) == ("registered", "matches", "image/jpeg")
    exhibit = Exhibit.objects.get(pk=file.exhibit_id)
    item = EvidenceItem.objects.get(pk=file.item_id)
    assert (exhibit.ref, exhibit.state) == (file.exhibit_ref, "SEALED")
    assert (item.kind, item.sha256, item.size_bytes) == ("caller_upload", hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    master = b"".join(masters().read(item.master_uri))
    assert master == PHOTO
    assert b"Phonemaker" in master
    acts = list(ContinuityEvent.objects.filter(exhibit=exhibit).order_by("seq").values_list("act", flat=True))
    assert acts == ["OPENED", "RECEIVED", "STORED", "SEALED_ITEM", "COPIED", "SEALED", "SOURCE_RELEASED"]
    assert not phone.path(str(file.pk)).exists()


def test_what_a_screen_shows_is_made_new(phone: Phone) -> None:
    file = phone.send_all()
    copy = WorkingCopy.objects.get(exhibit_id=file.exhibit_id)
    assert (copy.mime, copy.purpose, copy.item_id) == ("image/jpeg", "view", file.item_id)
    assert copy.sha256 != file.sha256


def test_a_film_is_kept_and_not_shown(phone: Phone) -> None:
    file = phone.send_all(make.film(), "VID_1.MOV")
    assert (file.state, file.mime) == ("registered", "video/mp4")
    assert not WorkingCopy.objects.filter(exhibit_id=file.exhibit_id).exists()


def test_the_log_the_trail_and_open_pages_are_told(phone: Phone) -> None:
    file = phone.send_all(name="Jo Harper at home.jpg")
    assert log(phone)[-1].startswith("Photo from the caller, ")
    assert log(phone)[-1].endswith(f"is exhibit {file.exhibit_ref}. Its hash agrees with the phone's.")
    entry = AuditEvent.objects.get(purpose="1 files chosen by the caller")
    assert (entry.action, entry.result_ids) == ("COLLECT", [str(file.pk)])
    told = LiveEvent.objects.filter(kind="video.files_changed").order_by("pk")
    assert (told.first().data["chosen"], told.last().data["here"]) == (1, 1)
    kept = str(list(told.values_list("data", flat=True))) + str(log(phone)) + str(list(AuditEvent.objects.values()))
    assert "Harper at home" not in kept


def test_the_network_goes_and_the_phone_goes_on_where_it_was(phone: Phone) -> None:
    file = phone.choose()
    phone.send(file, PHOTO[:1000])
    again = phone.send(file, PHOTO[:1000])
    assert (again.status_code, again.headers["Upload-Offset"], again.json()["id"]) == (409, "1000", file)
    asked = phone.client.head(f"{phone.address}{file}/")
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("1000", str(len(PHOTO)))
    assert phone.choose() == file, "the same file, chosen again after a reload"
    assert phone.send(file, PHOTO[1000:], 1000).json()["state"] == "received"
    assert phone.client.get(phone.address).json()["files"][0]["offset"] == len(PHOTO)


def test_bytes_that_a_power_cut_took_are_asked_for_again(phone: Phone) -> None:
    file = phone.choose()
    phone.send(file, PHOTO[:2000])
    with phone.path(file).open("r+b") as written:
        written.truncate(1200)
    answer = phone.send(file, PHOTO[2000:], 2000)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "1200")


def test_it_is_not_here_before_our_hash_agrees(phone: Phone) -> None:
    altered = PHOTO[:-1] + b"\x00"
    file = phone.choose()
    phone.send(file, altered)
    work("upload.register")
    row = phone.row(file)
    assert (row.state, row.verdict) == ("registered", "differs")
    assert Exhibit.objects.get(pk=row.exhibit_id).description.endswith("not what its announced hash says")
    assert EvidenceItem.objects.get(pk=row.item_id).mime == "application/octet-stream"
    assert "It is not what its hash said before" in log(phone)[-1]
    assert phone.choose() != file, "the phone sends it anew"


def test_registering_twice_is_registering_once(phone: Phone) -> None:
    file = phone.send_all()
    upload_register.register(file.pk)
    upload_register.register(file.pk)
    assert Exhibit.objects.filter(pk=file.exhibit_id).count() == 1
    assert EvidenceItem.objects.count() == 1
    assert len([text for text in log(phone) if "Photo from the caller" in text]) == 1


@pytest.mark.parametrize("end", ["revoked", "handler", "caller"])
def test_an_end_stops_collecting_and_deletes_nothing(phone: Phone, okafor, end: str) -> None:
    done = phone.send_all(make.png(), "1.png")
    half, untouched = phone.choose(), phone.choose(make.film(), "2.mp4")
    phone.send(half, PHOTO[:1500])
    actor = phone.call.caller if end == "caller" else okafor
    sessions.end_session(actor=actor, session_id=phone.call.session.pk, reason=end)
    assert "location is off" in log(phone)[-1]
    assert "camera" not in log(phone)[-1].lower()
    for answer in (phone.send(half, PHOTO[1500:], 1500), phone.say(chosen(b"x" * 50))):
        assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    assert phone.client.get(phone.address).status_code == 200, "what became of it may still be asked"
    assert upload_register.close_overdue() == 2
    work("upload.register")
    assert (phone.row(half).state, phone.row(half).verdict) == ("registered", "incomplete")
    assert phone.row(untouched).state == "abandoned"
    item = EvidenceItem.objects.get(pk=phone.row(half).item_id)
    assert b"".join(masters().read(item.master_uri)) == PHOTO[:1500]
    assert CallerFile.objects.get(pk=done.pk).state == "registered"


def test_a_link_that_ran_out_takes_nothing_more(phone: Phone) -> None:
    file = phone.choose()
    LinkToken.objects.filter(session=phone.call.session).update(expires_at=now() - timedelta(seconds=1))
    assert phone.send(file, PHOTO[:100]).json()["code"] == "ended"


def minutes_left(phone: Phone, minutes: float, age: int = 29) -> None:
    """The link was made `age` minutes ago and has so many left."""
    given = {"created_at": now() - timedelta(minutes=age), "expires_at": now() + timedelta(minutes=minutes)}
    LinkToken.objects.filter(session=phone.call.session).update(**given)


def test_a_film_that_is_on_its_way_at_the_half_hour_is_finished(phone: Phone) -> None:
    film = make.film()
    file, link = phone.choose(film, "yard.mp4"), LinkToken.objects.get(session=phone.call.session)
    for number, left in enumerate((1.0, 0.05)):  # a minute, three seconds
        minutes_left(phone, left)
        assert phone.send(file, film[number * 100 : number * 100 + 100], number * 100).status_code == 200
        link.refresh_from_db()
        assert timedelta(minutes=4) < link.expires_at - now() <= timedelta(minutes=5)
    assert not links.expire_link(link.pk)
    phone.send(file, film[200:], 200)
    work("upload.register")
    assert (phone.row(file).state, phone.row(file).verdict) == ("registered", "matches")
    assert len([text for text in log(phone) if "still sending" in text]) == 1, "one entry, however often"
    assert AuditEvent.objects.filter(purpose="Kept open while the caller sends").count() == 2


def test_a_link_with_time_left_is_not_touched_by_sending(phone: Phone) -> None:
    file, link = phone.choose(), LinkToken.objects.get(session=phone.call.session)
    phone.send(file, PHOTO[:100])
    assert LinkToken.objects.get(pk=link.pk).expires_at == link.expires_at


def test_sending_slowly_keeps_a_link_for_an_hour_and_no_longer(phone: Phone, settings) -> None:
    file = phone.choose()
    minutes_left(phone, 1, age=settings.LINK_EXPIRY_MINUTES + 58)
    phone.send(file, PHOTO[:100])
    link = LinkToken.objects.get(session=phone.call.session)
    last = link.created_at + timedelta(minutes=settings.LINK_EXPIRY_MINUTES) + links.SENDING_AT_MOST
    assert link.expires_at == last
    phone.send(file, PHOTO[100:200], 100)
    assert LinkToken.objects.get(pk=link.pk).expires_at == last


def test_a_link_that_was_withdrawn_is_not_kept_by_sending(phone: Phone, okafor) -> None:
    file = phone.choose()
    minutes_left(phone, 1)
    links.revoke_link(actor=okafor, session_id=phone.call.session.pk)
    assert phone.send(file, PHOTO[:100]).json()["code"] == "ended"
    assert LinkToken.objects.get(session=phone.call.session).closed_at is not None


def test_a_replaced_link_takes_nothing_more(phone: Phone, okafor) -> None:
    file = phone.choose()
    links.resend_link(actor=okafor, session_id=phone.call.session.pk)
    assert phone.send(file, PHOTO[:100]).json()["code"] == "ended"


def test_the_caller_takes_a_file_back(phone: Phone) -> None:
    file = phone.choose()
    phone.send(file, PHOTO[:1500])
    path = phone.path(file)
    with_commit = phone.client.delete(f"{phone.address}{file}/")
    assert with_commit.json()["state"] == "withdrawn"
    assert phone.row(file).received_bytes == 0
    path.unlink(missing_ok=True)  # the commit of this test never comes
    sent = phone.send_all(make.png(), "1.png")
    assert phone.client.delete(f"{phone.address}{sent.pk}/").status_code == 409, "what police have is evidence"


def test_a_video_link_takes_no_files(okafor) -> None:
    for mode in ("video", "location"):
        number = "07700 900456" if mode == "video" else "07700 900789"
        other = phone_of(make_call(okafor, mode=mode, number=number))
        assert other.say(chosen(PHOTO)).status_code == 403
    assert not CallerFile.objects.exists()


def test_why_a_link_was_sent_is_kept(okafor) -> None:
    session = send(okafor, mode="upload", reason="dashcam of the collision")
    assert session.reason == "dashcam of the collision"
    entry = LogEntry.objects.filter(incident=session.incident_id, type="MEDIA").latest("seq")
    assert entry.text.startswith("Location and upload link sent to mobile ending 123.")
    assert entry.text.endswith("Why: dashcam of the collision.")
    assert AuditEvent.objects.filter(purpose="Location and upload link: dashcam of the collision").exists()
    plain = send(okafor, mode="location")
    assert plain.reason == "to find the caller"


def test_the_handler_sees_the_files_and_no_other_force_does(phone: Phone, okafor) -> None:
    file = phone.send_all(name="gate <b>camera.jpg")
    desk = Client()
    desk.force_login(User.objects.get(pk=okafor.user_id))
    page = desk.get(f"/video/{phone.call.id}/files/").content.decode()
    assert "gate &lt;b&gt;camera.jpg" in page
    assert f"/evidence/{file.exhibit_id}/" in page
    assert "Hash agrees" in page
    panel = desk.get(f"/video/incident/{phone.call.session.incident_id}/").content.decode()
    assert f"/video/{phone.call.id}/files/" in panel
    listed = desk.get(f"/evidence/incident/{phone.call.session.incident_id}/").content.decode()
    assert file.exhibit_ref in listed
    assert "Photo sent by the caller through a link" in listed


def test_the_list_costs_the_same_for_twenty_files(phone: Phone, okafor, django_assert_max_num_queries) -> None:
    for number in range(uploads.FILES):
        phone.choose(PHOTO + bytes([number]))
    desk = Client()
    desk.force_login(User.objects.get(pk=okafor.user_id))
    with django_assert_max_num_queries(16):
        assert desk.get(f"/video/{phone.call.id}/files/").content.decode().count("<li") == uploads.FILES


def test_the_database_keeps_what_was_announced(phone: Phone) -> None:
    row = phone.row(phone.choose())
    for change in ({"sha256": "e" * 64}, {"size_bytes": 1}, {"name": "other.jpg"}, {"announced_at": now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CallerFile.objects.filter(pk=row.pk).update(**change)


def test_work_that_was_lost_is_handed_on_again(phone: Phone) -> None:
    file = phone.choose()
    phone.send(file, PHOTO)
    CallerFile.objects.update(received_at=now() - timedelta(minutes=6))
    upload_register.close_overdue()
    work("upload.register")
    assert phone.row(file).state == "registered"
    assert isinstance(phone.row(file).item_id, UUID)
