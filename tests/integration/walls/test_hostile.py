"""Hostile text in every field, bodies of 10 MB, crooked paths, other forces' ids in bodies: refused or kept as text."""

from __future__ import annotations

import importlib
import json
import re

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from core.roles import SUPERVISOR
from evidence.models import Exhibit
from incidents.models import Incident, LogEntry
from streaming.models import ChatMessage, LinkToken, VideoSession
from tests.integration.walls import sent
from tests.integration.walls.rulebook import RULES, Rule
from tests.integration.walls.world import Answer, World, undone

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7777*7 }}{% debug %}",
    "nul": "knife\x00",
    "control": "<script>alert(2)</script>\u202e\x01\x07\x1b[31mred\x7f\x85\u2028\r\nSet-Cookie: taken=1",
    "reordered": "\u202egnihton\u2066",
    "half a character": "\ud83d",
    "path": "../../../../etc/passwd",
    "query": "' OR 1=1; DROP TABLE core_user; --",
    "long": "x" * 100_000,
    "not a number": "1e999",
    "huge number": "9" * 400,
    "object": {"$ne": None},
    "list": ["<b>", None],
    "nothing": None,
}
RUNS = re.compile(r"<script>alert|<img src=x|54439")
OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2066]")

#: Each form and each shape of the API that takes text, and the line of the rulebook that sends it.
SHAPES = {
    "core.forms.SignInForm": "POST core:sign_in",
    "incidents.forms.IntakeForm": "POST incidents:new",
    "incidents.forms.EntryForm": "POST incidents:log",
    "streaming.forms.LinkForm": "POST streaming:send_link",
    "streaming.forms.ChatForm": "POST streaming:chat",
    "streaming.forms.SnapshotForm": "POST streaming:snapshot",
    "incidents.serializers.OpenIncidentIn": "POST incidents_api:incidents",
    "incidents.serializers.IncidentListIn": "GET incidents_api:incidents",
    "incidents.serializers.LogEntryIn": "POST incidents_api:log",
    "incidents.serializers.LogListIn": "GET incidents_api:log",
    "streaming.serializers.SendLinkIn": "POST streaming_api:incident_links",
    "streaming.serializers.ResendLinkIn": "POST streaming_api:resend",
    "streaming.serializers.PreviewIn": "GET streaming_api:link_preview",
    "evidence.serializers.ExhibitListIn": "GET evidence_api:exhibits",
    "evidence.serializers.ItemListIn": "GET evidence_api:items",
}
#: What views read without a form.
LOOSE = {
    "POST streaming:claim": ["notice", "locale", "browser", "forget"],
    "POST streaming:resend": ["number"],
    "POST streaming:chat seen": ["seen"],
    "POST streaming_callbacks:twilio": ["MessageSid", "MessageStatus", "ErrorCode"],
    "GET core:sign_in": ["next"],
    "POST core:sign_in": ["next"],
    "GET incidents:new": ["channel"],
    "GET incidents:detail": ["link"],
    "GET incidents:log": ["after"],
    "GET streaming:panel": ["send"],
    "GET streaming:caller": ["lang"],
    "GET streaming_api:sessions": ["live"],
    "GET evidence:item": ["download"],
}
WRITES = {rule.name for rule in RULES if rule.method == "POST" and not rule.public}
BY_NAME = {rule.name: rule for rule in RULES}


def fields_of(path: str) -> list[str]:
    module, _, name = path.rpartition(".")
    shape = getattr(importlib.import_module(module), name)
    return list(shape.base_fields if issubclass(shape, forms.BaseForm) else shape._declared_fields)


def places() -> list[tuple[str, str]]:
    shaped = [(rule, field) for path, rule in SHAPES.items() for field in fields_of(path)]
    return shaped + [(rule, field) for rule, fields in LOOSE.items() for field in fields]


def test_every_form_and_every_shape_that_is_read_is_in_this_file() -> None:
    found = set()
    for app in ("core", "incidents", "streaming", "evidence"):
        for part in ("forms", "serializers"):
            if importlib.util.find_spec(f"{app}.{part}") is None:
                continue
            for name, value in vars(importlib.import_module(f"{app}.{part}")).items():
                mine = isinstance(value, type) and value.__module__ == f"{app}.{part}" and not name.startswith("_")
                if mine and (issubclass(value, forms.BaseForm) or name.endswith("In")):
                    found.add(f"{app}.{part}.{name}")
    assert found == set(SHAPES)


def send(world: World, rule: Rule, field: str, value: object) -> Answer:
    """The rule's own request with one field replaced."""
    world.client.cookies.clear()
    world.client.cookies["sl_session"] = world.cookies[SUPERVISOR]
    given = rule.sends(world.ours) if rule.sends else sent.Sent({}, is_json=rule.is_api and rule.method == "POST")
    data = {**(given.data or {}), field: value}
    address = reverse(rule.route, kwargs=world.ours.arguments(rule.about))
    if given.is_json and rule.method == "POST":
        body = json.dumps(data)
        return Answer.of(world.client.post(address, body, content_type="application/json", headers=given.headers))
    # A form knows only text, and no half characters: a browser sends a replacement for those.
    plain = {
        key: str(one).encode("utf-8", "replace").decode() if key == field else one
        for key, one in data.items()
        if one is not None
    }
    if rule.method == "GET":
        return Answer.of(world.client.get(address, plain, headers=given.headers))
    return Answer.of(world.client.post(address, plain, headers=given.headers))


def found(what: re.Pattern[str], answer: Answer) -> str:
    """The first place of a page where it stands, with its surroundings. JSON is never run as a page (nosniff)."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    match = what.search(answer.body)
    return repr(answer.body[max(0, match.start() - 80) : match.end() + 40]) if match else ""


def shown(world: World, answer: Answer) -> list[Answer]:
    """Pages that show what was just taken: the queue, the incident with its log, the panel with its chat."""
    rules = [BY_NAME["GET incidents:detail"], BY_NAME["GET streaming:panel"]]
    pages = [world.visit(rule, SUPERVISOR, world.ours) for rule in rules]
    where = answer.headers.get("Location", "")
    if where.startswith("/incidents/") and str(world.ours.incident) not in where:
        pages.append(Answer.of(world.client.get(where)))
    return pages


@pytest.mark.parametrize(("name", "field"), places(), ids=lambda value: value)
def test_hostile_text_is_refused_in_words_or_kept_as_text(world: World, name: str, field: str) -> None:
    for what, value in HOSTILE.items():
        with undone():
            answer = send(world, BY_NAME[name], field, value)
            assert answer.status < 500, (what, answer.body[:300])
            assert "taken" not in str(answer.headers.get("Set-Cookie", "")), what
            assert not found(RUNS, answer), (what, found(RUNS, answer))
            if name in WRITES and answer.status in {200, 201, 302} and what in ("script", "template", "control", "nul"):
                for page in shown(world, answer):
                    assert page.status == 200, (what, page.body[:300])
                    assert (found(RUNS, page), found(OBEYED, page)) == ("", ""), what


def rows() -> list[int]:
    return [model.objects.count() for model in (Incident, LogEntry, VideoSession, LinkToken, ChatMessage, Exhibit)]


TEN_MB = "x" * (10 * 1024 * 1024)
POSTS = [rule for rule in RULES if rule.method == "POST" and not rule.variant]


@pytest.mark.parametrize("rule", POSTS, ids=lambda rule: rule.name)
def test_ten_megabytes_are_refused_and_nothing_is_lost(world: World, rule: Rule) -> None:
    before = rows()
    world.client.cookies.clear()
    world.client.cookies["sl_session"] = world.cookies[SUPERVISOR]
    address = reverse(rule.route, kwargs=world.ours.arguments(rule.about))
    for body, kind in (
        (json.dumps({"text": TEN_MB}), "application/json"),
        (f"text={TEN_MB}", "application/x-www-form-urlencoded"),
    ):
        with undone():
            answer = Answer.of(world.client.post(address, body, content_type=kind))
            # A view that reads no body, or another kind of it, has nothing to refuse.
            unread = rule.is_api != ("json" in kind) or rule.route in READS_NO_BODY
            assert answer.status in ({413, 415, 422, 403} | ({200, 302, 303} if unread else set())), kind
            assert unread or rows() == before
    with undone():
        assert world.visit(rule, None if rule.public else SUPERVISOR, world.ours).status == rule.gets


#: Their address says everything: the body is not looked at.
READS_NO_BODY = {
    "core:sign_out", "streaming:revoke", "streaming:end", "evidence:verify", "streaming_api:extend",
    "streaming_api:revoke", "streaming_api:end",
}  # fmt: skip


def test_a_picture_of_ten_megabytes_is_refused(world: World) -> None:
    before = rows()
    big = sent.snapshot(world.ours).data
    big["image"].file.write(b"\0" * 10 * 1024 * 1024)
    big["image"].seek(0)
    world.client.cookies["sl_session"] = world.cookies[SUPERVISOR]
    address = reverse("streaming:snapshot", args=[world.ours.call])
    assert Answer.of(world.client.post(address, big)).status in {413, 422}
    assert rows() == before


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "image/svg+xml", ""]
)
@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"{", b"[" * 100_000, b'{"a":' * 5000, b"--x\r\nContent-Disp", b"null", b"7"]
)
def test_a_body_that_is_not_what_it_says_is_refused_in_words(world: World, kind: str, body: bytes) -> None:
    before = rows()
    world.client.cookies["sl_session"] = world.cookies[SUPERVISOR]
    for name in ("POST incidents:new", "POST incidents_api:incidents", "POST incidents_api:log", "POST core:sign_in"):
        rule = BY_NAME[name]
        address = reverse(rule.route, kwargs=world.ours.arguments(rule.about))
        with undone():
            answer = Answer.of(world.client.generic("POST", address, body, content_type=kind))
            assert 400 <= answer.status < 500, name
            assert rows() == before


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config/settings.py",
        "/static/%2e%2e/%2e%2e/config/settings.py",
        "/static/..%2f..%2fmanage.py",
        "/static//etc/passwd",
        "/static/%00",
        "/evidence/items/..%2f..%2f..%2fetc%2fpasswd/content",
        "/evidence/%2e%2e/",
        "/v/../admin/",
        "/v/%00",
        "/v/" + "A" * 9000,
        "/v/%f0%9f%92%a9",
        "/v/..%2f..%2fetc%2fpasswd",
        "/v/x%0d%0aSet-Cookie:%20taken=1",
        "/incidents/%00/",
        "/incidents/{incident}%0d%0aSet-Cookie:%20taken=1/",
        "/incidents/{incident}/../../admin/core/user/",
        "/api/v1/incidents/{incident}/log/..%2f..%2f",
        "//evil.example/%2e%2e",
        "/%ff%fe",
        "/sign-in/..;/admin/",
    ],
)
def test_crooked_paths_lead_nowhere(world: World, path: str) -> None:
    world.client.cookies["sl_session"] = world.cookies[SUPERVISOR]
    answer = Answer.of(world.client.get(path.format(incident=world.ours.incident)))
    assert answer.status in {301, 302, 400, 404}
    where = answer.headers.get("Location", "/")
    assert re.match(r"/(?!/)", where), "a redirect stays on this site"
    assert "taken" not in answer.headers.get("Set-Cookie", "")
    assert "SECRET_KEY" not in answer.body
    assert "root:" not in answer.body


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example", "/\\evil.example"]
)
def test_signing_in_leads_to_our_own_pages_only(world: World, target: str) -> None:
    rule = BY_NAME["POST core:sign_in"]
    answer = send(world, rule, "next", target)
    assert (answer.status, answer.headers["Location"]) == (302, "/")


# --- another force's ids where an address does not show them


def ask(world: World, name: str, field: str, value: object) -> tuple[int, str]:
    with undone():
        answer = send(world, BY_NAME[name], field, value)
    return answer.status, answer.body.replace(str(value), "…")


@pytest.mark.parametrize(
    ("name", "field", "about"),
    [
        ("GET evidence_api:exhibits", "incident", "incident"),
        ("GET evidence_api:items", "exhibit", "exhibit"),
        ("GET incidents_api:incidents by reference", "reference", "reference"),
        ("POST streaming:chat seen", "seen", "chat"),
    ],
)
def test_another_forces_id_in_a_query_or_a_body_names_nothing(world: World, name: str, field: str, about: str) -> None:
    hidden, missing = (ask(world, name, field, getattr(place, about)) for place in (world.theirs, world.nowhere))
    assert [word for word in world.theirs.words if word in hidden[1]] == []
    if about == "reference":
        # A reference is counted from one in every force: ours of that number may be found, theirs never.
        assert str(world.theirs.incident) not in hidden[1]
    else:
        assert hidden == missing


def test_a_message_of_another_force_is_not_marked_as_seen(world: World) -> None:
    ask(world, "POST streaming:chat seen", "seen", world.theirs.chat)
    assert ChatMessage.objects.get(pk=world.theirs.chat).seen_at is None


def test_a_key_that_another_force_used_is_free_here(world: World) -> None:
    """A key of a terminal says nothing about the other force's rows, and gives none of them out."""
    incident, message = Incident.objects.get(pk=world.theirs.incident), ChatMessage.objects.get(pk=world.theirs.chat)
    for name, field, key in (
        ("POST incidents:new", "client_key", incident.client_key),
        ("POST streaming:chat", "key", message.key),
    ):
        with undone():
            answer = send(world, BY_NAME[name], field, key)
            assert answer.status == 302
            assert str(incident.pk) not in answer.headers["Location"]


def test_a_correction_names_an_entry_of_its_own_incident(world: World) -> None:
    with undone():
        answer = send(world, BY_NAME["POST incidents:log"], "corrects_seq", 99_999)
    assert answer.status in {404, 422}


def test_a_host_that_is_not_ours_is_refused_in_words(world: World) -> None:
    answer = Answer.of(Client(raise_request_exception=False).get("/sign-in/", HTTP_HOST="evil.example"))
    assert answer.status == 400
    assert "evil.example" not in answer.body
