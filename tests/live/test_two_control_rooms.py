"""Northmere's police share an incident with another control room that runs the same software: two real installations,
two databases, and between them nothing but signed HTTP."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from config.demo.story import PASSWORD
from tests.helpers import site
from tests.helpers.services import wait_for

DOOR = "/api/v1/partners/transfers/"


class Desk:
    """A person signed in at a site, over plain HTTP."""

    def __init__(self, at: site.Site, collar: str) -> None:
        self.site = at
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        page = self.get("/sign-in/")
        force = re.search(r'name="force"[^>]*value="(\d+)"|<option value="(\d+)"', page)
        given = {"collar_number": collar, "password": PASSWORD, "force": force[1] or force[2] if force else ""}
        self.post("/sign-in/", **given)

    def get(self, path: str) -> str:
        return self.opener.open(self.site.url + path, timeout=20).read().decode()

    def post(self, path: str, **fields: str) -> tuple[str, str]:
        """(where it led, what is shown there)."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "sl_csrf")
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.site.url + path, body, {"Referer": self.site.url + path})
        answer = self.opener.open(request, timeout=20)
        return answer.geturl(), answer.read().decode()

    def incidents(self) -> list[dict]:
        return json.loads(self.get("/api/v1/incidents/?limit=5"))["results"]


def at(place: site.Site, act: str, given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.partner_site", act, given],
        cwd=site.ROOT, env=place.env | {"DATA_DIR": str(place.directory / "data"), "DEMO": "1"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def log_of(place: site.Site, incident: str) -> list[list[str]]:
    told = json.loads(at(place, "words", incident))
    assert told["problem"] == ""
    return told["entries"]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[site.Site, site.Site]]:
    """Police and ambulance, started together, each with the other's address, code and public key."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        folders: list[Path] = [tmp_path_factory.mktemp(name) for name in ("police", "ambulance")]
        managers = [site.embedded(folder) for folder in folders]
        police, ambulance = pool.map(lambda one: one.__enter__(), managers)
        for one in managers:
            stack.push(one)
        keys = [at(police, "key", "police-1"), at(ambulance, "key", "ambulance-1")]
        shared = {"telephone": "01632 960199"}
        ours = {
            "name": "Harbour Ambulance", "kind": "ambulance", "code": "harbour-ambulance", "our_code": "northmere",
            "endpoint": ambulance.url + DOOR, "our_key_id": "police-1", "their_key_id": "ambulance-1",
            "their_public_key": keys[1],
        }  # fmt: skip
        theirs = {
            "name": "Harbour Police", "kind": "police", "code": "northmere", "our_code": "harbour-ambulance",
            "endpoint": police.url + DOOR, "our_key_id": "ambulance-1", "their_key_id": "police-1",
            "their_public_key": keys[0],
        }  # fmt: skip
        at(police, "partner", json.dumps(ours | shared))
        at(ambulance, "partner", json.dumps(theirs | shared))
        yield police, ambulance


def test_an_incident_goes_there_is_taken_is_updated_and_closed(rooms: tuple[site.Site, site.Site]) -> None:
    police, ambulance = rooms
    okafor, lowe = Desk(police, "5127"), Desk(ambulance, "5127")
    where, _ = okafor.post(
        "/incidents/new/", client_key=str(uuid4()), channel="999", caller_number="07700 900417",
        caller_name="Leah Marsden", location_text="Outside 14 Harbour Lane", description="A man has been stabbed.",
        category_code="401", grade_code="I",
    )  # fmt: skip
    ours = where.rstrip("/").rpartition("/")[2]
    tab = okafor.get(f"/incidents/{ours}/share/")
    partner = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Harbour Ambulance', tab)
    seen = re.search(r'name="seen" value="(\w{64})"', tab)
    assert partner
    assert seen
    okafor.post(
        f"/incidents/{ours}/share/", partner=partner[1], seen=seen[1], purpose="Treat the injured man",
        legal_basis="VITAL_INTERESTS", with_caller="on",
    )  # fmt: skip

    wait_for(lambda: "Harbour Police" in lowe.get("/offers/"), "the offer on the partner's console", seconds=10)
    offer = re.search(r'/offers/([0-9a-f-]{36})/"[^>]*>\s*<b class="cut">Harbour Police', lowe.get("/offers/"))
    assert offer
    assert "A man has been stabbed." in lowe.get(f"/offers/{offer[1]}/")
    where, _ = lowe.post(f"/offers/{offer[1]}/accept/", grade_code="I", category_code="401")
    theirs = where.rstrip("/").rpartition("/")[2]
    reference = next(one["canonical"] for one in lowe.incidents() if one["id"] == theirs)

    wait_for(lambda: "Harbour Ambulance: accepted" in okafor.get(f"/incidents/{ours}/head/"), "the ACK", seconds=10)
    assert reference in okafor.get(f"/incidents/{ours}/share/")

    share = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Harbour Police', lowe.get(f"/incidents/{theirs}/share/"))
    assert share
    lowe.post(f"/incidents/{theirs}/share/update/", share=share[1], text="Crew of two with him, he is conscious.")
    wait_for(lambda: "he is conscious" in okafor.get(f"/incidents/{ours}/log/"), "their words in our log", seconds=10)

    assert at(police, "close", ours) == "CLOSED"
    wait_for(
        lambda: "has closed its incident. Ours goes on." in lowe.get(f"/incidents/{theirs}/log/"),
        "our closing in their log", seconds=15,
    )  # fmt: skip
    [status] = [one["status"] for one in lowe.incidents() if one["id"] == theirs]
    assert status == "OPEN"

    channels = [(channel, text.partition("\n")[0]) for channel, text in log_of(police, ours)]
    first = next(text for channel, text in channels if channel == "partner")
    assert first.startswith("Harbour Ambulance, A. Okafor 5127 has accepted")
    assert any(channel == "partner" and "Crew of two" in text for channel, text in channels)
    assert any("Offered by Harbour Police" in text for _, text in log_of(ambulance, theirs))


def test_a_stranger_on_the_wire_gets_nothing_in(rooms: tuple[site.Site, site.Site]) -> None:
    """The same door from outside, without a signature."""
    _, ambulance = rooms
    request = urllib.request.Request(ambulance.url + DOOR, b"{}", {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    assert (error.value.code, json.loads(error.value.read())["code"]) == (401, "not_signed")
    error.value.close()
