"""Looking back while the picture goes on: real fragments by range, one entry a viewing, no other force."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core.actors import Actor
from core.clock import now
from core.models import AuditEvent, RoleGrant
from core.roles import AUDITOR
from streaming import contracts
from streaming.models import Rewind
from streaming.selectors import rewinds
from streaming.services import chat, recovery, rewinding
from tests.factories.core import make_actor
from tests.factories.sessions import Call
from tests.integration.streaming_sessions.test_recording_to_evidence import directory
from tests.unit.streaming_recorder.test_walk import part

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(call: Call) -> Call:
    """A call with a part of real frames and sound that is being written."""
    call.go_live()
    data, _ = part("H264")
    path = directory(call) / "part-0001.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    call.fact(contracts.PartOpened, number=1, path=str(path), container="mp4", video_codec="H264", has_audio=True,
              width=320, height=240)  # fmt: skip
    return call


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def begun(client: Client, call: Call) -> dict[str, Any]:
    response = client.post(f"/video/{call.id}/rewind/")
    assert response.status_code == 201
    return json.loads(response.content)


def looked_back(call: Call) -> list[str]:
    rows = AuditEvent.objects.filter(object=f"streaming.videosession:{call.id}", purpose__startswith="Looking back")
    return [row.purpose.split(":")[1].split(" after")[0].strip() for row in rows.order_by("at")]


def test_the_film_comes_by_rows_and_ranges_byte_for_byte(live: Call, okafor: Actor) -> None:
    data, ends = part("H264")
    client = signed_in(okafor)
    overview = begun(client, live)
    base = f"/video/rewinds/{overview['rewind']}"
    assert [(p["number"], p["end"]) for p in overview["parts"]] == [(1, None)]
    rows = client.get(f"{base}/parts/1/").json()
    assert rows["mime"].startswith('video/mp4; codecs="avc1.42')
    assert not rows["final"]
    got = b""
    for start, end in [(0, rows["head"]), *((row[0], row[0] + row[1]) for row in rows["rows"])]:
        answer = client.get(f"{base}/parts/1/film", headers={"Range": f"bytes={start}-{end - 1}"})
        assert (answer.status_code, answer["Cache-Control"]) == (206, "private, no-store")
        assert answer["Content-Type"] == "application/octet-stream"
        got += answer.content
    assert got == data
    # The part grows: what is there by now can be had, half a fragment cannot.
    path = directory(live) / "part-0001.mp4"
    path.write_bytes(data + data[ends[-2] : ends[-1] - 9])
    behind = {"Range": f"bytes={len(data)}-{len(data) + 9}"}
    assert client.get(f"{base}/parts/1/film", headers=behind).status_code == 416


def test_no_answer_is_larger_than_two_megabytes_whatever_is_asked(live: Call, okafor: Actor, monkeypatch) -> None:
    monkeypatch.setattr(rewinds, "LARGEST", 1000)
    client = signed_in(okafor)
    base = f"/video/rewinds/{begun(client, live)['rewind']}/parts/1/film"
    for asked in ("bytes=0-999999999999999", "bytes=-5", "lines=1-2", "bytes=0-1,5-9", "bytes=9-2", ""):
        answer = client.get(base, headers={"Range": asked})
        assert answer.status_code in (206, 416)
        assert len(answer.content) <= 1000


def test_one_audit_entry_at_the_start_and_one_at_the_end_whatever_is_fetched_between(live: Call, okafor: Actor) -> None:
    client = signed_in(okafor)
    rewind = begun(client, live)["rewind"]
    for _ in range(3):
        client.get(f"/video/rewinds/{rewind}/")
        client.get(f"/video/rewinds/{rewind}/parts/1/film", headers={"Range": "bytes=0-99"})
    assert looked_back(live) == ["start"]
    for _ in range(2):
        assert client.post(f"/video/rewinds/{rewind}/stop/").status_code == 204
    assert looked_back(live) == ["start", "end"]
    assert client.get(f"/video/rewinds/{rewind}/parts/1/film").status_code == 404


def test_a_page_that_went_away_is_closed_at_the_moment_it_was_last_heard_of(live: Call, okafor: Actor) -> None:
    rewind = rewinding.start_rewind(actor=okafor, session_id=live.session.pk)
    heard = now() - timedelta(minutes=5)
    Rewind.objects.filter(pk=rewind.pk).update(started_at=heard - timedelta(minutes=1), last_seen_at=heard)
    recovery.recover()
    recovery.recover()
    rewind.refresh_from_db()
    assert rewind.ended_at == heard
    assert looked_back(live) == ["start", "end, page gone"]


def test_officers_look_back_and_other_forces_other_people_and_auditors_do_not(
    live: Call, okafor: Actor, reid: Actor, stranger: Actor
) -> None:
    rewind = begun(signed_in(reid), live)["rewind"]
    missing = signed_in(stranger).post("/video/11111111-1111-4111-8111-111111111111/rewind/")
    hidden = signed_in(stranger).post(f"/video/{live.id}/rewind/")
    assert hidden.status_code == missing.status_code == 404
    for other in (okafor, stranger):  # a rewind is one person's: its address is no key for anybody else
        for path in ("", "parts/1/", "parts/1/film"):
            assert signed_in(other).get(f"/video/rewinds/{rewind}/{path}").status_code == 404
        assert signed_in(other).post(f"/video/rewinds/{rewind}/stop/").status_code == 404
    assert signed_in(make_actor(roles=(AUDITOR,))).post(f"/video/{live.id}/rewind/").status_code == 403
    assert looked_back(live) == ["start"]


def test_who_loses_the_right_to_watch_gets_no_further_byte(live: Call, reid: Actor) -> None:
    client = signed_in(reid)
    rewind = begun(client, live)["rewind"]
    assert client.get(f"/video/rewinds/{rewind}/parts/1/film").status_code == 206
    RoleGrant.objects.filter(user=reid.user).delete()
    assert client.get(f"/video/rewinds/{rewind}/parts/1/film").status_code == 403


def test_a_part_that_is_not_there_or_is_no_film_is_missing_in_words(live: Call, okafor: Actor) -> None:
    client = signed_in(okafor)
    base = f"/video/rewinds/{begun(client, live)['rewind']}/parts"
    assert client.get(f"{base}/7/").status_code == 404
    path = directory(live) / "part-0001.mp4"
    path.unlink()
    assert client.get(f"{base}/1/film").status_code == 404


def test_marks_are_moments_without_words(live: Call, okafor: Actor) -> None:
    chat.send_to_caller(actor=okafor, session_id=live.session.pk, key=uuid4(), text="Stay inside")
    overview = begun(signed_in(okafor), live)
    kinds = {mark["kind"] for mark in overview["marks"]}
    assert {"chat", "log"} <= kinds
    assert "Stay inside" not in json.dumps(overview)
    assert [mark["at"] for mark in overview["marks"]] == sorted(mark["at"] for mark in overview["marks"])


def test_before_the_first_picture_there_is_nothing_to_go_back_to(call: Call, okafor: Actor) -> None:
    response = signed_in(okafor).post(f"/video/{call.id}/rewind/")
    assert response.status_code == 409
    assert not Rewind.objects.exists()
