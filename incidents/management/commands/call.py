"""`manage.py call`: a telephony system that rings, for the demo, for tests and for showing a storm.

It speaks to the calls API of a running site like any other: ring with EISEC, AML, answer, AML again, end.
"""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

# Numbers of Ofcom's drama range, places in the sea off Northmere.
CALLER: dict[str, Any] = {
    "cli": "+447700900862",
    "lat": 53.73588,
    "lon": 0.44905,
    "easting": 561640.0,
    "northing": 429510.0,
}


class Feed:
    """Sends events of one site, each until it is taken."""

    def __init__(self, url: str, token: str, pace: float) -> None:
        self.url, self.token, self.pace = url.rstrip("/") + "/api/v1/calls/", token, pace

    def send(self, call_id: str, event: str, **facts: Any) -> dict[str, Any]:
        body = {"call_id": call_id, "event_id": uuid.uuid4().hex, "event": event, **facts}
        body.setdefault("at", _iso(datetime.now(UTC)))
        for attempt in range(6):
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                if error.code not in {429, 500, 502, 503}:
                    raise CommandError(f"{error.code}: {error.read().decode(errors='replace')[:500]}") from error
            except urllib.error.URLError as error:
                if attempt == 5:
                    raise CommandError(f"The site does not answer: {error.reason}") from error
            time.sleep(min(0.2 * 2**attempt, 3))
        raise CommandError("The site did not take the event. It can be sent again.")

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own
            self.url,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the operator's own address
            taken: dict[str, Any] = json.loads(answer.read())
        return taken

    def wait(self, seconds: float) -> None:
        time.sleep(seconds * self.pace)


class Command(BaseCommand):
    help = "Ring a running site through its calls API: ring, AML, answer, end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://localhost:8000")
        parser.add_argument("--token", default="", help="Of a telephony connection; or --token-file.")
        parser.add_argument("--token-file", default="", help="The demo writes its own to telephony-token.")
        parser.add_argument("--collar", default="5127", help="Who answers.")
        parser.add_argument("--line", default="3")
        parser.add_argument("--pace", type=float, default=1.0, help="0 sends everything at once.")
        parser.add_argument("--talk", type=float, default=120.0, help="Seconds until the caller rings off.")
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--abandoned", action="store_true", help="Rings off before anybody answers.")
        kind.add_argument("--silent", action="store_true", help="A silent mobile call on which 55 was pressed.")
        kind.add_argument("--storm", type=int, default=0, metavar="N", help="N calls at once, none answered for long.")

    def handle(self, *args: Any, **options: Any) -> None:
        token = options["token"] or (Path(options["token_file"]).read_text() if options["token_file"] else "")
        if not token.strip():
            raise CommandError("Give --token or --token-file. `manage.py telephony` makes a token.")
        feed = Feed(options["url"], token.strip(), options["pace"])
        if options["storm"]:
            self._storm(feed, options["storm"])
        else:
            self._one(feed, options)

    def _one(self, feed: Feed, options: dict[str, Any]) -> None:
        call_id, start = f"SIM-{uuid.uuid4().hex[:12]}", datetime.now(UTC)
        taken = feed.send(call_id, "RINGING", **_ringing(start, options["line"], silent=options["silent"]))
        self.stdout.write(f"ringing: contact {taken['contact']}")
        feed.wait(2)
        feed.send(call_id, "AML", aml=aml_text(start, radius=48, method="W"))
        feed.wait(2)
        if options["abandoned"]:
            feed.send(call_id, "ENDED")
            self.stdout.write("rang off unanswered: a record is open")
            return
        feed.send(call_id, "ANSWERED", collar_number=options["collar"], position="Desk 3")
        self.stdout.write(f"answered by {options['collar']}")
        feed.wait(8)
        feed.send(call_id, "AML", aml=aml_text(datetime.now(UTC), radius=11, method="G"))
        self.stdout.write("AML fix, 11 m")
        feed.wait(options["talk"])
        feed.send(call_id, "ENDED")
        self.stdout.write("ended")

    def _storm(self, feed: Feed, calls: int) -> None:
        began = time.monotonic()

        def one(number: int) -> None:
            call_id, start = f"STORM-{uuid.uuid4().hex[:12]}", datetime.now(UTC)
            facts = _ringing(start, str(number % 30), silent=False)
            facts["cli"] = f"+447700900{number % 1000:03d}"
            feed.send(call_id, "RINGING", **facts)
            feed.send(call_id, "AML", aml=aml_text(start, radius=20, method="G"))

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(one, range(calls)))
        seconds = time.monotonic() - began
        self.stdout.write(f"{calls} calls, {2 * calls} events taken in {seconds:.1f} s")


def _ringing(start: datetime, line: str, *, silent: bool) -> dict[str, Any]:
    return {
        "at": _iso(start - timedelta(seconds=2)),
        "connected_by_bt_at": _iso(start - timedelta(seconds=2)),
        "channel": "999",
        "cli": CALLER["cli"],
        "line": line,
        "silent_55": silent,
        "eisec": {
            "kind": "CELL", "easting": CALLER["easting"], "northing": CALLER["northing"], "semi_major_m": 620,
            "semi_minor_m": 340, "orientation_deg": 40, "confidence_pct": 67, "at": _iso(start),
        },
    }  # fmt: skip


def aml_text(at: datetime, *, radius: int, method: str) -> str:
    """A message as a telephone sends it, a little off each time; the identities are made up."""
    off = random.uniform(-0.00005, 0.00005)  # noqa: S311 - where a made-up caller stands
    lat, lon = CALLER["lat"] + off, CALLER["lon"] - off
    text = (
        f'A"ML=1;lt={lat:+.5f};lg={lon:+.5f};rd={radius};top={at:%Y%m%d%H%M%S};lc=68;pm={method};'
        "si=234150000000000;ei=356000000000000;mcc=234;mnc=15;ml="
    )
    return f"{text}{len(text) + 3}"


def _iso(at: datetime) -> str:
    return at.isoformat()
