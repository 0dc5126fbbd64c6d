"""The gap ledger on its way: live from the timeline, sealed with the film, changed by what comes late."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from core.actors import Actor
from core.clock import now
from core.errors import NotAllowed, NotFound
from evidence import services as evidence
from evidence.models import EvidenceItem, Exhibit
from streaming import contracts, recorded
from streaming.models import GapLedger, RecordingPart
from streaming.selectors import ledgers
from streaming.services import recordings
from tests.factories.sessions import Call
from tests.fakes.gateway import write_part
from tests.helpers.recording import START
from tests.integration.streaming_sessions.test_recording_to_evidence import directory, ended_call, finish
from tests.unit.streaming_recorder.test_walk import part

pytestmark = pytest.mark.django_db


def write_lines(call: Call, *lines: dict[str, Any], name: str = "timeline.jsonl") -> Path:
    path = directory(call) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def states(content: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(run["for"], run["state"], run["why"]) for run in content["runs"]]


def line_of(call: Call, start: float) -> list[dict[str, Any]]:
    """A call of ten seconds in two parts, three of them without a connection."""
    return [
        {"at": start, "event": "joined"},
        {"at": start + 0.3, "event": "part_opened", "number": 1, "start": start},
        {"at": start + 4, "event": "part_sealed", "number": 1, "start": start, "end": start + 4},
        {"at": start + 6, "event": "left", "reason": "consent"},
        {"at": start + 7, "event": "joined"},
        {"at": start + 7, "event": "gap", "start": start + 4, "end": start + 7, "frames": 0, "cause": "rejoin"},
        {"at": start + 7.2, "event": "part_opened", "number": 2, "start": start + 7},
    ]


def test_a_running_call_is_read_from_its_timeline_and_the_file_of_its_open_part(call: Call, okafor: Actor) -> None:
    call.go_live()
    start = START - 7
    write_lines(call, *line_of(call, start))
    data, ends = part("VP8")
    path = directory(call) / "part-0002.webm"
    path.write_bytes(data[: ends[2]])
    call.fact(contracts.PartOpened, number=2, path=str(path), container="webm", video_codec="VP8", has_audio=True,
              width=320, height=240)  # fmt: skip
    content = ledgers.session_ledger(okafor, call.session.pk).content
    assert states(content)[:2] == [(4, "recorded", ""), (3, "lost", "network")]
    assert content["runs"][2]["state"] == "loss"  # as far as the file goes: half a second
    index = recorded.part_index(path)
    assert index.size == ends[2]
    path.write_bytes(data)  # it grew: only what was written since is read
    assert recorded.part_index(path) is index
    assert index.size == ends[-1]
    write_lines(call, {"at": start + 8, "event": "left", "reason": "closed"})
    assert recorded.timeline(call.session).last == start + 8


def test_it_is_sealed_with_the_film(call: Call, hale: Actor) -> None:
    ended_call(call)
    finish(call)
    row = GapLedger.objects.get(session=call.session)
    item = EvidenceItem.objects.get(pk=row.item_id)
    exhibit = Exhibit.objects.get(pk=item.exhibit_id)
    assert (item.kind, item.sha256, exhibit.is_sealed) == ("ledger", row.sha256, True)
    assert hashlib.sha256(row.text.encode()).hexdigest() == row.sha256
    content = json.loads(row.text)
    assert {p["sha256"] for p in content["parts"]} == set(
        RecordingPart.objects.filter(session=call.session).values_list("sha256", flat=True)
    )
    assert sum(run["for"] for run in content["runs"]) == content["seconds"] == sum(content["totals"].values())
    shown = ledgers.exhibit_ledger(hale, exhibit.pk)
    assert shown.sealed
    assert shown.intact
    assert evidence.verify_exhibit(actor=hale, exhibit_id=exhibit.pk).ok


def test_a_changed_ledger_is_seen_by_a_check_and_on_the_page(call: Call, hale: Actor, client: Client) -> None:
    ended_call(call)
    finish(call)
    row = GapLedger.objects.get(session=call.session)
    client.force_login(hale.user)
    page = f"/video/exhibits/{call.fresh().exhibit_id}/ledger/"
    assert "not the one that was sealed" not in client.get(page).content.decode()
    # Somebody with the database adds a kinder line: rows cannot be changed, and this one is no item of the exhibit.
    kinder = row.text.replace('"lost"', '"recorded"')
    sha256 = hashlib.sha256(kinder.encode()).hexdigest()
    GapLedger.objects.create(
        force_id=row.force_id, session=row.session, number=2, text=kinder, sha256=sha256, item_id=uuid4(), made_at=now()
    )
    assert "not the one that was sealed" in client.get(page).content.decode()
    # Somebody with the disk changes the stored one.
    stored = next(path for path in Path(settings.EVIDENCE_DIR, "masters").rglob("*") if path.is_file()
                  and path.read_bytes() == row.text.encode())  # fmt: skip
    stored.chmod(0o644)
    stored.write_bytes(kinder.encode())
    verdict = evidence.verify_exhibit(actor=hale, exhibit_id=call.session.exhibit_id)
    assert not verdict.ok
    assert "Gap ledger" in verdict.problem


def test_what_turns_up_late_makes_the_next_ledger_and_seals_again(call: Call) -> None:
    ended_call(call, parts=1)
    finish(call)
    first = GapLedger.objects.get(session=call.session)
    recordings.sweep(call.session.recording)
    assert GapLedger.objects.filter(session=call.session).count() == 1  # the same film, the same bytes
    call.fact(contracts.PartSealed, **write_part(call.id, 2, b"the last", at=time.time()), recovered=True)
    recordings.register_part(call.session.pk, 2)
    second = GapLedger.objects.filter(session=call.session).order_by("-number")[0]
    assert second.number == 2
    assert second.sha256 != first.sha256
    assert Exhibit.objects.get(pk=call.fresh().exhibit_id).is_sealed
    assert json.loads(second.text)["seconds"] > json.loads(first.text)["seconds"]


def test_nobody_else_sees_it(call: Call, stranger: Actor, okafor: Actor) -> None:
    call.go_live()
    with pytest.raises(NotFound):
        ledgers.session_ledger(stranger, call.session.pk)
    with pytest.raises(NotAllowed):
        ledgers.session_ledger(Actor.nobody(), call.session.pk)
    with pytest.raises(NotFound):
        ledgers.exhibit_ledger(stranger, call.session.pk)
    assert ledgers.session_ledger(okafor, call.session.pk).content["seconds"] >= 0


def test_the_page_of_the_exhibit_gets_the_line_and_the_same_as_a_table(
    call: Call, client: Client, okafor: Actor
) -> None:
    ended_call(call)
    finish(call)
    client.force_login(okafor.user)
    page = client.get(f"/evidence/{call.fresh().exhibit_id}/").content.decode()
    address = f"/video/exhibits/{call.session.exhibit_id}/ledger/"
    assert f'hx-get="{address}"' in page
    shown = client.get(address).content.decode()
    assert "<gap-ledger" in shown
    assert 'data-line="{' in shown
    assert "Not recorded" in shown
    assert "sealed with the film" in shown


def test_the_api_has_the_line_of_a_session(call: Call, client: Client, okafor: Actor) -> None:
    ended_call(call)
    finish(call)
    client.force_login(okafor.user)
    ledger = client.get(f"/api/v1/sessions/{call.id}/").json()["ledger"]
    assert ledger["sealed"]
    assert ledger["seconds"] == sum(run["for"] for run in ledger["runs"])
    assert {"from", "to", "why"} <= set(ledger["holes"][0])
