"""Every route × every role × own, another force's and nothing's: the answers of the rulebook and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from core.roles import CALL_HANDLER, ROLES, SUPERVISOR
from tests.integration.walls.rule import STAFF, Rule
from tests.integration.walls.rulebook import RULES
from tests.integration.walls.sent import Place
from tests.integration.walls.world import Answer, World, undone

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BY_NAME = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
# What differs between two answers although they say the same: who asked when, and the keys of a form.
PASSING = re.compile(
    r'nonce="[^"]*"|nonce-[\w+/=-]+|"?csrf\w*"?[^>]{0,40}value="[^"]*"|"X-CSRFToken": ?"[^"]*"'
    r'|<meta name="server-time"[^>]*>|for the help desk:[^/]*/span>'
)


def routes() -> set[str]:
    """Every name of the URLconf but the administration's."""

    def walk(resolver: URLResolver, namespaces: tuple[str, ...]) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    yield from walk(pattern, (*namespaces, *filter(None, [pattern.namespace])))
            elif isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern.pattern} has no name: the rulebook could not speak of it"
                yield ":".join((*namespaces, pattern.name))

    return set(walk(get_resolver(), ()))


def test_every_route_is_in_the_rulebook_and_no_other() -> None:
    assert {rule.route for rule in RULES} == routes()


def test_every_line_is_written_once_and_knows_its_roles() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert set(ROLES) == STAFF
    assert all(rule.who <= STAFF for rule in RULES)


def comparable(got: Answer, place: Place) -> tuple[int, str, str, str]:
    """Status, type, where to, and body: without what passes, and with the names that were asked for taken out."""

    def plain(text: str) -> str:
        text = PASSING.sub("", text)
        for named in place.ids:
            text = text.replace(named, "…")
        return text

    kind, where = got.headers.get("Content-Type", ""), got.headers.get("Location", "")
    return got.status, kind, plain(where), plain(got.body)


def expected(rule: Rule, role: str) -> int:
    return rule.gets if rule.public or role in rule.who else rule.instead.get(role, 403)


@BY_NAME
def test_each_role_gets_what_the_rulebook_says_of_its_own_force(world: World, rule: Rule) -> None:
    got = {}
    for role in sorted(STAFF):
        with undone():
            got[role] = world.visit(rule, role, world.ours).status
    assert got == {role: expected(rule, role) if rule.who or rule.public else rule.gets for role in sorted(STAFF)}


@BY_NAME
def test_who_is_not_signed_in_gets_nothing(world: World, rule: Rule) -> None:
    response = world.visit(rule, None, world.ours)
    if rule.public or not rule.who:
        assert response.status == rule.gets
    elif rule.is_api:
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Session")
    else:
        assert response.status == 302
        assert response.headers["Location"].startswith("/sign-in/?next=")
    assert not [word for word in world.ours.words if word in response.body]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.about and not rule.public], ids=lambda rule: rule.name)
def test_another_forces_thing_is_answered_as_if_it_were_not_there(world: World, rule: Rule) -> None:
    for role in sorted(STAFF):
        with undone():
            hidden = comparable(world.visit(rule, role, world.theirs), world.theirs)
        with undone():
            missing = comparable(world.visit(rule, role, world.nowhere), world.nowhere)
        assert hidden == missing, role
        assert hidden[0] == (404 if role in rule.asked else 403), role
        assert not [word for word in world.theirs.words if word in hidden[3]]


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if not rule.about and rule.method == "GET" and not rule.public],
    ids=lambda r: r.name,
)
def test_lists_hold_nothing_of_another_force(world: World, rule: Rule) -> None:
    for role in sorted(rule.who):
        said = world.visit(rule, role, world.ours).body
        assert not [word for word in (*world.theirs.words, *world.theirs.ids) if word in said], role


@pytest.mark.parametrize("route", sorted(routes()))
def test_a_method_that_is_not_in_the_rulebook_is_refused(world: World, route: str) -> None:
    rules = {rule.method: rule for rule in RULES if rule.route == route}
    some = next(iter(rules.values()))
    for method in METHODS:
        if method in rules:
            continue
        with undone():
            status = world.visit(some, SUPERVISOR, world.ours, method=method).status
        assert status == 405, method


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method != "GET"], ids=lambda rule: rule.name)
def test_a_form_of_another_site_changes_nothing(world: World, rule: Rule) -> None:
    """Providers' reports carry a signature instead of the token of a page of ours."""
    world.client.handler.enforce_csrf_checks = True
    try:
        response = world.visit(rule, None if rule.public else CALL_HANDLER, world.ours)
    finally:
        world.client.handler.enforce_csrf_checks = False
    assert response.status == (401 if rule.gets == 401 else 403)  # senders bring a token of their own, and no cookie
