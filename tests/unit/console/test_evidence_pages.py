"""Exhibits on the console, and their bytes by ranges."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncRequestFactory

from core.actors import Actor
from core.ranges import asked
from evidence.services import add_working_copy, seal_exhibit, small_copy
from evidence.views import _served
from tests.factories.evidence import digest, make_copy, make_exhibit, make_file, register
from tests.factories.uploads import jpeg

DATA = bytes(range(256)) * 20


@pytest.fixture
def exhibit(okafor, incident, tmp_path):
    """A sealed exhibit of one part with its playback copy."""
    found = make_exhibit(incident, okafor)
    register(found, make_file(tmp_path, DATA))
    make_copy(found, make_file(tmp_path, DATA, name="playback.mp4"))
    seal_exhibit(actor=Actor.system(found.force_id), exhibit_id=found.pk)
    found.refresh_from_db()
    return found


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_panel_lists_the_exhibits_of_the_incident(desk, exhibit) -> None:
    page = desk.get(f"/evidence/incident/{exhibit.incident_id}/").content.decode()
    assert exhibit.ref in page
    assert "Sealed" in page


def test_an_incident_without_exhibits_says_what_will_come(desk, incident) -> None:
    assert "Nothing recorded yet" in desk.get(f"/evidence/incident/{incident.pk}/").content.decode()


def test_the_exhibit_page_shows_hash_parts_and_continuity(desk, exhibit) -> None:
    item = exhibit.items.get()
    page = desk.get(f"/evidence/{exhibit.pk}/").content.decode()
    assert " ".join(item.sha256[i : i + 4] for i in range(0, 64, 4)) in page
    assert f"/evidence/{exhibit.pk}/playback" in page
    assert "Hashed, read back from store" in page


def test_a_collecting_exhibit_has_no_player(desk, okafor, incident) -> None:
    page = desk.get(f"/evidence/{make_exhibit(incident, okafor).pk}/").content.decode()
    assert "Still collecting" in page
    assert "<video" not in page


def test_whole_range_tail_and_head(desk, exhibit) -> None:
    url = f"/evidence/{exhibit.pk}/playback"
    whole = desk.get(url)
    assert (whole.status_code, body(whole)) == (200, DATA)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = desk.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, body(part)) == (206, DATA[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(DATA)}"
    assert body(desk.get(url, headers={"Range": "bytes=-7"})) == DATA[-7:]
    assert body(desk.get(url, headers={"Range": "bytes=5000-"})) == DATA[5000:]
    head = desk.head(url)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(DATA)))


def test_a_range_beyond_the_end_is_416(desk, exhibit) -> None:
    response = desk.get(f"/evidence/{exhibit.pk}/playback", headers={"Range": "bytes=999999-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("", (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=0-9999", (0, 100)),
        ("bytes=99-99", (99, 100)),
        ("bytes=100-", None),
        ("bytes=-0", None),
        ("bytes=-500", (0, 100)),
        ("bytes=5-2", (0, 100)),
        ("bytes=0-1,5-6", (0, 100)),
        ("items=0-1", (0, 100)),
        ("bytes=-", (0, 100)),
    ],
)
def test_what_a_range_header_asks_for(header: str, span: tuple[int, int] | None) -> None:
    assert asked(header, 100) == span


def test_what_is_not_a_picture_or_video_is_never_shown_in_our_page(desk, okafor, incident, tmp_path) -> None:
    found = make_exhibit(incident, okafor)
    html = make_file(tmp_path, b'{"at": 1}\n' * 10, name="timeline.jsonl")
    item = register(found, html, kind="timeline", mime="application/x-ndjson")
    response = desk.get(f"/evidence/items/{item.pk}/content")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert body(response).startswith(b'{"at"')


def test_every_address_of_another_forces_exhibit_is_not_found(stranger_desk, exhibit) -> None:
    item = exhibit.items.get()
    for path in (
        f"{exhibit.pk}/",
        f"{exhibit.pk}/playback",
        f"items/{item.pk}/content",
        f"incident/{exhibit.incident_id}/",
    ):
        assert stranger_desk.get(f"/evidence/{path}").status_code == 404
    assert stranger_desk.post(f"/evidence/{exhibit.pk}/verify/").status_code == 404
    assert stranger_desk.get(f"/evidence/{uuid4()}/").status_code == 404


def test_checking_is_for_those_who_may_and_is_written_down(desk, hale_desk, exhibit) -> None:
    url = f"/evidence/{exhibit.pk}/verify/"
    assert desk.post(url).status_code == 403
    assert "Check now" not in desk.get(f"/evidence/{exhibit.pk}/").content.decode()
    response = hale_desk.post(url)
    assert response.url == f"/evidence/{exhibit.pk}/"
    assert "Checked, unchanged" in hale_desk.get(response.url).content.decode()


def test_a_long_recording_is_never_gathered_in_memory(exhibit, okafor) -> None:
    """Under ASGI a piece is read from the store only when the one before was taken by the player."""
    read: list[int] = []

    def pieces():
        for number in range(1000):
            read.append(number)
            yield b"x" * 1024

    opened = SimpleNamespace(
        size=1000 * 1024, mime="video/mp4", sha256="0" * 64, filename="a.mp4", path=None, as_file=False,
        read=lambda start, n: pieces(),
    )  # fmt: skip
    request = AsyncRequestFactory().get("/evidence/x/playback")

    async def take_two() -> list[bytes]:
        response = _served(request, opened)
        taken = []
        async for piece in response:
            taken.append(piece)
            if len(taken) == 2:
                return taken
        return taken

    assert async_to_sync(take_two)() == [b"x" * 1024] * 2
    assert len(read) <= 3


def test_the_master_of_what_the_public_sent_is_saved_and_never_shown(desk, okafor, incident, tmp_path) -> None:
    exhibit = make_exhibit(incident, okafor)
    path = make_file(tmp_path, jpeg())
    sent = register(exhibit, path, kind="caller_upload", mime="image/jpeg")
    answer = desk.get(f"/evidence/items/{sent.pk}/content")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == path.read_bytes()
    page = desk.get(f"/evidence/{exhibit.pk}/").content.decode()
    assert "Not shown here" in page
    assert f'src="/evidence/items/{sent.pk}/content' not in page


def test_the_exhibits_page_shows_the_smaller_copy(desk, okafor, incident, tmp_path) -> None:
    exhibit = make_exhibit(incident, okafor)
    path = make_file(tmp_path, jpeg())
    sent = register(exhibit, path, kind="caller_upload", mime="image/jpeg")
    small = make_file(tmp_path, small_copy(path), name="small.jpg")
    add_working_copy(
        actor=okafor, exhibit_id=exhibit.pk, path=small, sha256=digest(small.read_bytes()), mime="image/jpeg",
        tool="Pillow", source_key="small:1", item_id=sent.pk,
    )  # fmt: skip
    page = desk.get(f"/evidence/{exhibit.pk}/").content.decode()
    assert "Smaller copy, not the master" in page
    assert "<video" not in page
    shown = desk.get(f"/evidence/{exhibit.pk}/playback")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert body(shown) == small.read_bytes()
