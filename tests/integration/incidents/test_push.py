"""PC Reid's phone is in the pocket. What reaches it through a real push service, and what never does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import OutboxMessage
from core.outbox import deliver_one
from core.roles import CALL_HANDLER, DISPATCHER, OFFICER
from core.web_push import new_private_key
from incidents.models import Incident, Push, PushSubscription, Resource
from incidents.services import assign, book_off, book_on, stand_down, subscribe, tell_crews, unsubscribe
from tests.factories.core import make_actor, make_force
from tests.factories.incidents import make_incident, make_resource, make_tables
from tests.fakes.push_server import FakeBrowser, PushService, push_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings) -> Iterator[PushService]:
    settings.PUSH_PRIVATE_KEY, settings.PUSH_HOSTS = new_private_key(), ["127.0.0.1"]
    settings.PUSH_CONTACT = "mailto:desk@force.example"
    with push_service() as running:
        yield running


@pytest.fixture
def okafor() -> Actor:
    make_tables()
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture
def dunn() -> Actor:
    return make_actor(roles=(DISPATCHER,), last_name="Dunn")


@pytest.fixture
def incident(okafor: Actor) -> Incident:
    return make_incident(okafor)


def officer(name: str, sign: str) -> Actor:
    actor = make_actor(roles=(OFFICER,), last_name=name, call_sign=sign)
    book_on(actor=actor)
    return actor


@pytest.fixture
def reid(okafor: Actor) -> Actor:
    return officer("Reid", "NB21")


@pytest.fixture
def nb21(okafor: Actor) -> Resource:
    return make_resource(call_sign="NB21")


@pytest.fixture
def phone(service: PushService, reid: Actor) -> FakeBrowser:
    browser = service.browser("reid")
    subscribe(actor=reid, **browser.said)
    return browser


def described(incident: Incident, by: Actor | None = None) -> None:
    with transaction.atomic():
        tell_crews(incident.pk, uuid.uuid4(), but_not=by.user_id if by else None)


def courier() -> None:
    for message in OutboxMessage.objects.filter(kind="push.send", state="waiting").order_by("created_at"):
        deliver_one(str(message.pk))


def again() -> None:
    """The waiting time of what was put back is over."""
    OutboxMessage.objects.filter(kind="push.send").update(due_at=now())
    courier()


def statuses() -> list[str]:
    return sorted(Push.objects.values_list("status", flat=True))


def test_assigned_and_a_new_description_and_nothing_personal(service, phone, incident, dunn, nb21) -> None:
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    described(incident)
    assert [service.got, statuses()] == [[], ["WAITING", "WAITING"]]  # the rows stand before anything is sent
    courier()
    said = [phone.opens(one.body) for one in service.got]
    assert [(one["title"], one["body"], one["url"]) for one in said] == [
        (f"Incident {incident.serial}", "You are assigned", "/units/mine/"),
        (f"Incident {incident.serial}", "New description", "/units/mine/"),
    ]
    assert all(set(one) == {"title", "body", "url", "tag"} for one in said)
    first = service.got[0]
    assert first.claims()["aud"] == service.base
    assert (first.headers["content-encoding"], first.headers["urgency"]) == ("aes128gcm", "high")
    assert statuses() == ["SENT", "SENT"]
    again()
    assert len(service.got) == 2


def test_only_crews_on_the_incident_at_that_time(service, phone, incident, dunn, okafor, nb21) -> None:
    farrow = officer("Farrow", "NB22")
    subscribe(actor=farrow, **service.browser("farrow").said)
    described(incident)  # nobody is on it yet
    make_resource(call_sign="NB22")
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    assert [one.path for one in service.got] == ["/reid"]


def test_stood_down_or_off_duty_before_it_went_they_do_not_get_it(service, phone, incident, dunn, reid, nb21) -> None:
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    described(incident)
    stand_down(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    described(incident)  # and afterwards no row is written at all
    assert (len(service.got), statuses()) == (1, ["DROPPED", "SENT"])
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    book_off(actor=reid)
    courier()
    assert (len(service.got), statuses()) == (1, ["DROPPED", "DROPPED", "SENT"])


def test_who_wrote_it_is_not_told_of_it(service, phone, incident, dunn, reid, nb21) -> None:
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    described(incident, by=reid)
    assert Push.objects.filter(word="DESCRIBED").count() == 0


def test_sent_again_until_the_service_takes_it(service, phone, incident, dunn, nb21) -> None:
    service.script = [503, 0, 429]
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    assert statuses() == ["WAITING"]
    for _ in range(3):
        again()
    assert (len(service.got), statuses()) == (4, ["SENT"])
    assert len({one.headers["topic"] for one in service.got}) == 1  # the service keeps one of them


def test_an_old_word_is_dropped_the_radio_has_said_it(service, phone, incident, dunn, nb21) -> None:
    service.script = [503]
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    Push.objects.update(made_at=now() - timedelta(minutes=11))
    again()
    assert (len(service.got), statuses()) == (1, ["DROPPED"])


@pytest.mark.parametrize("status", [404, 410])
def test_an_expired_subscription_is_removed(service, phone, incident, dunn, nb21, status) -> None:
    service.script = [status]
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    assert (PushSubscription.objects.count(), statuses()) == (0, ["GONE"])
    described(incident)
    again()
    assert len(service.got) == 1


def test_a_refusal_is_kept_and_not_repeated(service, phone, incident, dunn, nb21) -> None:
    service.script = [403]
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    again()
    assert (len(service.got), statuses(), PushSubscription.objects.count()) == (1, ["FAILED"], 1)


def test_a_phone_handed_on_is_the_next_persons(service, phone, incident, dunn, reid, nb21) -> None:
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    farrow = officer("Farrow", "NB22")
    subscribe(actor=farrow, **phone.said)
    courier()
    assert (service.got, statuses()) == ([], ["GONE"])
    unsubscribe(actor=reid, endpoint=phone.said["endpoint"])  # no longer hers to switch off
    assert PushSubscription.objects.get().user_id == farrow.user_id
    unsubscribe(actor=farrow, endpoint=phone.said["endpoint"])
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/", "https://intranet.force.example/x",
        "file:///etc/passwd", "https://fcm.googleapis.com@evil.example/", "https://user:pw@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x", "https://evilpush.apple.com/x", "https://fcm.googleapis.com:6379/",
        "http://fcm.googleapis.com/x", "https://[::1", "https://fcm.googleapis.com/\r\nX: y", "",
    ],
)  # fmt: skip
def test_no_address_but_a_push_service_of_the_settings_is_ever_asked(service, reid, settings, endpoint) -> None:
    settings.PUSH_HOSTS = ["fcm.googleapis.com", ".push.apple.com"]
    with pytest.raises(Invalid):
        subscribe(actor=reid, **(service.browser("x").said | {"endpoint": endpoint}))
    subscribe(actor=reid, **(service.browser("x").said | {"endpoint": "https://web.push.apple.com/abc"}))


def test_a_push_service_that_the_force_gave_up_gets_nothing_more(
    service, phone, incident, dunn, nb21, settings
) -> None:
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    settings.PUSH_HOSTS = []
    courier()
    assert (service.got, statuses()) == ([], ["GONE"])


def test_without_a_key_it_is_off(settings, reid, incident, dunn, nb21) -> None:
    settings.PUSH_PRIVATE_KEY = ""
    with pytest.raises(Conflict, match="sends no messages"):
        subscribe(actor=reid, **FakeBrowser("https://fcm.googleapis.com", "x").said)
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    assert not Push.objects.exists()


def test_the_page_offers_it_and_a_browser_switches_it_on(service, reid, nb21) -> None:
    browser = Client()
    browser.force_login(reid.user)
    assert "push-switch" in browser.get(reverse("incidents:own_unit")).content.decode()
    assert browser.post(reverse("incidents:push_on"), service.browser("x").said).status_code == 204
    assert PushSubscription.objects.get().user_id == reid.user_id


def test_the_oldest_of_many_browsers_goes(service, reid) -> None:
    for number in range(7):
        subscribe(actor=reid, **service.browser(f"b{number}").said)
    assert PushSubscription.objects.count() == 5


def test_another_force_hears_nothing_of_a_unit_with_the_same_call_sign(service, phone, incident, dunn, nb21) -> None:
    there = make_force("98", "Southmere Police")
    make_tables(there)
    other = make_actor(force=there, roles=(OFFICER,), call_sign="NB21")
    book_on(actor=other)
    subscribe(actor=other, **service.browser("other").said)
    assign(actor=dunn, incident_id=incident.pk, resource_id=nb21.pk)
    courier()
    assert [one.path for one in service.got] == ["/reid"]
