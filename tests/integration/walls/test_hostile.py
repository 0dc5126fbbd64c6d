"""Hostile text in every field, bodies of 10 MB, crooked paths, other forces' ids in bodies: refused or kept as text."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from urllib.parse import urlencode

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from core.roles import SUPERVISOR
from evidence.models import Exhibit
from incidents.models import Incident, LogEntry
from streaming.models import ChatMessage, LinkToken, VideoSession
from tests.integration.walls import sent
from tests.integration.walls.rule import Rule
from tests.integration.walls.rulebook import RULES
from tests.integration.walls.shapes import LOOSE, PARTS, SHAPES
from tests.integration.walls.test_roles import PASSING
from tests.integration.walls.world import Answer, World, undone

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7777777777*777777777 }}{% debug %}",
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
#: Enough for the many fields about people, whose rooms share one cleaner of texts and the API's reader.
FEW = ("script", "nul", "control", "half a character", "long", "huge number", "object")
RUNS = re.compile(r"<script>alert|<img src=x|6049382709395061729")  # the product: too long to be part of a time
OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2066]")

WRITES = {rule.name for rule in RULES if rule.method == "POST" and not rule.public}
BY_NAME = {rule.name: rule for rule in RULES}


def fields_of(path: str) -> list[str]:
    module, _, name = path.rpartition(".")
    shape = getattr(importlib.import_module(module), name)
    return list(shape.base_fields if issubclass(shape, forms.BaseForm) else shape._declared_fields)


def places() -> list[tuple[str, str]]:
    shaped = [(rule, field) for path, rule in SHAPES.items() for field in fields_of(path)]
    return list(dict.fromkeys(shaped + [(rule, field) for rule, fields in LOOSE.items() for field in fields]))


def rooms(name: str) -> list[str]:
    """The module of that name, and when it is a package those in it."""
    if importlib.util.find_spec(name) is None:
        return []
    inside = getattr(importlib.import_module(name), "__path__", [])
    return [name, *(f"{name}.{one.name}" for one in pkgutil.iter_modules(inside))]


def test_every_form_and_every_shape_that_is_read_is_in_this_file() -> None:
    parts: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("core", "incidents", "streaming", "evidence"), ("forms", "serializers")
    )
    parts["suspects"] = ("forms", "serializers", "api")
    found = set()
    for room in (one for app, names in parts.items() for part in names for one in rooms(f"{app}.{part}")):
        for name, value in vars(importlib.import_module(room)).items():
            mine = isinstance(value, type) and value.__module__ == room and not name.startswith("_")
            if mine and (issubclass(value, forms.BaseForm) or name.endswith(("In", "Query"))):
                found.add(f"{room}.{name}")
    assert found == set(SHAPES) | PARTS


def send(world: World, rule: Rule, field: str, value: object) -> Answer:
    """The rule's own request with one field replaced."""
    world.client.cookies.clear()
    world.client.cookies["sl_session"] = world.cookies[rule.visitor or SUPERVISOR]
    given = rule.sends(world.ours) if rule.sends else sent.Sent({}, is_json=rule.is_api and rule.method == "POST")
    address = reverse(rule.route, kwargs=world.ours.arguments(rule.about))
    if given.content_type:
        query = urlencode({**given.query, field: str(value).encode("utf-8", "replace")})
        return Answer.of(world.client.post(f"{address}?{query}", given.data, content_type=given.content_type))
    data = {**(given.data or {}), field: value}
    if given.is_json and rule.method in {"POST", "PATCH"}:
        ask = getattr(world.client, rule.method.lower())
        return Answer.of(
            ask(address, json.dumps(data, default=str), content_type="application/json", headers=given.headers)
        )
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


def shown(world: World, rule: Rule, answer: Answer) -> list[Answer]:
    """Pages that show what was just taken: the queue, the incident with its log, the panel with its chat."""
    about_people = rule.route.startswith("suspects")
    names = ["suspects:person", "suspects:breach"] if about_people else ["incidents:detail", "streaming:panel"]
    rules = [BY_NAME[f"GET {name}"] for name in names]
    pages = [world.visit(rule, SUPERVISOR, world.ours) for rule in rules]
    where = answer.headers.get("Location", "")
    if where.startswith("/incidents/") and str(world.ours.incident) not in where:
        pages.append(Answer.of(world.client.get(where)))
    return pages


#: What is looked for again on the pages that show what was taken.
SHOWN = ("script", "template", "control", "nul")
TOGETHER = " ".join(str(HOSTILE[what]) for what in ("script", "template", "control"))


def taken(world: World, rule: Rule, field: str, what: str, value: object) -> Answer | None:
    """Send it, and nothing of it is obeyed or run. The answer when it was taken, so that pages show it now."""
    answer = send(world, rule, field, value)
    assert answer.status < 500, (what, answer.body[:300])
    assert "taken" not in str(answer.headers.get("Set-Cookie", "")), what
    assert not found(RUNS, answer), (what, found(RUNS, answer))
    return answer if rule.name in WRITES and answer.status in {200, 201, 302} else None


def safe_on_pages(world: World, rule: Rule, what: str, answer: Answer) -> None:
    for page in shown(world, rule, answer):
        assert page.status == 200, (what, page.body[:300])
        assert (found(RUNS, page), found(OBEYED, page)) == ("", ""), what


@pytest.mark.parametrize(("name", "field"), places(), ids=lambda value: value)
def test_hostile_text_is_refused_in_words_or_kept_as_text(world: World, name: str, field: str) -> None:
    """Each text by itself. What is shown later is looked at once for all texts in one value; where the field does not
    take that, because it is too long or holds a character too many, for each text that it does take."""
    rule = BY_NAME[name]
    shown_together = False
    with undone():
        if answer := taken(world, rule, field, "together", TOGETHER):
            safe_on_pages(world, rule, "together", answer)
            shown_together = answer.status != 200  # a form that is shown again may have kept nothing
    for what in FEW if "suspects" in name else HOSTILE:
        with undone():
            answer = taken(world, rule, field, what, HOSTILE[what])
            if answer and what in SHOWN and not shown_together:
                safe_on_pages(world, rule, what, answer)


def rows() -> list[int]:
    return [model.objects.count() for model in (Incident, LogEntry, VideoSession, LinkToken, ChatMessage, Exhibit)]


TEN_MB = "x" * (10 * 1024 * 1024)
#: Of the rooms about people, those with a reader of their own and one of each common kind.
LARGE = {
    "POST suspects:check", "POST suspects:curfew_check", "POST suspects_api:checks", "POST suspects_api:imports",
    "POST suspects_api:person_images",
}  # fmt: skip
POSTS = [
    rule
    for rule in RULES
    if rule.method == "POST" and not rule.variant and ("suspects" not in rule.route or rule.name in LARGE)
]


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
            assert answer.status in (
                {413, 415, 422, 403, rule.gets if rule.gets >= 400 else 413}
                | ({200, 302, 303, rule.gets} if unread else set())
            ), kind
            assert unread or rows() == before
    with undone():
        assert world.visit(rule, None if rule.public else rule.visitor or SUPERVISOR, world.ours).status == rule.gets


#: Their address says everything: the body is not looked at.
READS_NO_BODY = {
    "core:sign_out", "streaming:revoke", "streaming:end", "evidence:verify", "streaming_api:extend",
    "streaming_api:revoke", "streaming_api:end", "incidents:book_off", "incidents_api:book_off",
    "streaming:feed_again", "streaming_api:feed_again", "streaming_api:viewer_token",
    "streaming:two_way", "streaming:two_way_stop", "streaming:rewind",
    "streaming:revoke_guest", "streaming:guest_ask", "streaming:guest_leave",
    "incidents:answer_message", "incidents:acknowledge_emergency",
    "streaming:prompt_withdraw", "incidents:major", "incidents:take_call",
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
    return answer.status, PASSING.sub("", answer.body).replace(str(value), "…")


@pytest.mark.parametrize(
    ("name", "field", "about"),
    [
        ("GET evidence_api:exhibits", "incident", "incident"),
        ("GET evidence_api:items", "exhibit", "exhibit"),
        ("GET incidents_api:incidents by reference", "reference", "reference"),
        ("POST streaming:chat seen", "seen", "chat"),
        ("GET suspects_api:links", "person", "person"),
        ("GET suspects_api:markers", "vehicle", "vehicle"),
        ("POST suspects_api:links", "address", "address"),
        ("POST suspects_api:markers", "person", "person"),
        ("POST suspects_api:wanted", "person", "person"),
        ("POST suspects_api:wanted", "address", "address"),
        ("POST suspects_api:operations", "person_id", "person"),
        ("POST suspects_api:bail", "person_id", "person"),
        ("POST suspects_api:reserve", "address", "address"),
        ("POST suspects_api:reserve", "receipt", "receipt"),
        ("POST suspects_api:plan", "address", "address"),
        ("POST suspects:person", "image", "image"),
        ("POST suspects_api:condition_vary", "address_id", "address"),
    ],
)
def test_another_forces_id_in_a_query_or_a_body_names_nothing(world: World, name: str, field: str, about: str) -> None:
    hidden, missing = (ask(world, name, field, place.named(about)) for place in (world.theirs, world.nowhere))
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
