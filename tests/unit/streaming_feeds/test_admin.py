"""Feeds in the administration: own force, secrets shown once or never, switched off at once."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.actors import Actor
from core.models import AuditEvent, OutboxMessage, User
from streaming.models import Feed
from streaming.services import feeds
from streaming.tokens import digest, unseal
from tests.factories.feeds import attach, make_feed
from tests.fakes.gateway import FakeGateway

URL = "/admin/streaming/feed/"


@pytest.fixture
def browser(admin: Actor) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(pk=admin.user_id))
    return client


def form(admin: Actor, **fields: str) -> dict[str, object]:
    return {"force": admin.force_id, "name": "Hawk 1", "kind": "drone", "transport": "whip", "enabled": "on", **fields}


def test_a_token_is_shown_once_and_kept_as_its_hash(browser: Client, admin: Actor) -> None:
    answer = browser.post(f"{URL}add/", form(admin))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    feed = Feed.objects.get()
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    found = re.search(r"bearer token (\S{43})\.", said)
    assert found is not None
    assert f"/whip/{feed.pk}" in said
    assert feed.token_hash == digest(found[1])
    page = browser.get(f"{URL}{feed.pk}/change/")  # shows the message, for the only time
    page = browser.get(f"{URL}{feed.pk}/change/")
    assert found[1] not in page.content.decode()
    assert feed.token_hash not in page.content.decode()
    assert AuditEvent.objects.filter(action="CONFIG", object=f"streaming.feed:{feed.pk}").count() == 1


def test_a_new_token_hangs_up_who_has_the_old_one(
    browser: Client, admin: Actor, okafor: Actor, engine: FakeGateway
) -> None:
    feed, _ = make_feed(admin.force_id)
    call = attach(okafor, feed)
    call.join("w-1")
    assert browser.post(f"{URL}{feed.pk}/change/", form(admin, new_token="on")).status_code == 302
    assert Feed.objects.get().token_hash != feed.token_hash
    assert Feed.objects.get().state == "waiting"  # the form wrote nothing but its own fields
    OutboxMessage.objects.get(kind="feed.hang_up")
    feeds.hang_up(call.session.pk)
    assert engine.named("close_peer")[0].data == {"peer_id": "w-1"}


def test_switched_off_ends_its_session(browser: Client, admin: Actor, okafor: Actor, engine: FakeGateway) -> None:
    feed, _ = make_feed(admin.force_id)
    call = attach(okafor, feed)
    off = form(admin)
    del off["enabled"]
    assert browser.post(f"{URL}{feed.pk}/change/", off).status_code == 302
    assert call.fresh().ended
    assert (Feed.objects.get().enabled, Feed.objects.get().state) == (False, "idle")


def test_a_camera_that_is_fetched(browser: Client, admin: Actor, settings) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    settings.FEED_HOSTS = ["cam.example.org"]
    quay = form(admin, name="Quay", kind="fixed", transport="rtsp", address="rtsp://cam.example.org/1")
    answer = browser.post(f"{URL}add/", quay | {"login_name": "viewer", "login_password": "harbour"})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    feed = Feed.objects.get()
    assert "harbour" not in feed.sealed_login
    assert unseal(feed.sealed_login) == "viewer:harbour"
    assert b"harbour" not in browser.get(f"{URL}{feed.pk}/change/").content
    assert browser.post(f"{URL}{feed.pk}/change/", quay | {"name": "Quay 2"}).status_code == 302
    assert unseal(Feed.objects.get().sealed_login) == "viewer:harbour"  # empty fields leave it as it is


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("address", {"transport": "rtsp", "address": "rtsp://169.254.169.254/latest"}),
        ("address", {"transport": "rtsp", "address": "rtmp://cam.example.org/1"}),
        ("address", {"transport": "rtsp", "address": "rtsp://a:b@cam.example.org/1"}),
        ("address", {"transport": "rtsp", "address": "file:///etc/passwd"}),
        ("address", {"transport": "whip", "address": "rtsp://cam.example.org/1"}),
        ("login_name", {"transport": "whip", "login_name": "a"}),
        ("login_password", {"transport": "srt", "address": "srt://cam.example.org:9000", "login_password": "short"}),
    ],
)
def test_what_cannot_be_registered(browser: Client, admin: Actor, settings, field: str, fields: dict[str, str]) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    settings.FEED_HOSTS = ["cam.example.org"]
    answer = browser.post(f"{URL}add/", form(admin, **fields))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]
    assert not Feed.objects.exists()


def test_another_forces_feeds_are_not_there(browser: Client, stranger: Actor) -> None:
    feed, _ = make_feed(stranger.force_id)
    assert browser.get(f"{URL}{feed.pk}/change/").status_code == 302
    assert b"Hawk 1" not in browser.get(URL).content
