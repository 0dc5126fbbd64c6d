"""What Okafor describes from the picture reaches PC Reid of NB21, who is on the way there."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditEvent, LiveEvent, OutboxMessage
from core.roles import DISPATCHER
from core.web_push import new_private_key
from incidents.events import incident_topic
from incidents.models import Push, PushSubscription, Resource
from incidents.services import assign, book_on, stand_down
from streaming.models import Description
from streaming.selectors import picture_of
from streaming.services import descriptions, marks
from streaming.services.descriptions import Said
from tests.factories.core import make_actor
from tests.factories.incidents import make_resource
from tests.factories.pictures import picture
from tests.factories.sessions import Call

SAID = Said(role="suspect", fields={"clothing": "red coat"}, finished=True)


@pytest.fixture
def dunn(db: None) -> Actor:
    return make_actor(roles=(DISPATCHER,), last_name="Dunn")


@pytest.fixture
def sent(reid: Actor, dunn: Actor, call: Call, settings) -> Actor:
    """Reid is on duty, on the way, and has switched messages on."""
    settings.PUSH_PRIVATE_KEY = new_private_key()
    book_on(actor=reid, call_sign="NB21")
    unit = make_resource(call_sign="NB21")
    assign(actor=dunn, incident_id=call.session.incident_id, resource_id=unit.pk)
    PushSubscription.objects.create(
        force_id=reid.force_id,
        user_id=reid.user_id,
        endpoint="https://p.example/1",
        p256dh="k",
        auth="a",
        made_at=now(),
    )
    return reid


def describe(call: Call) -> Description:
    return descriptions.describe(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), kind="person", said=SAID, moment=now(),
        picture=picture(),
    )  # fmt: skip


def test_a_description_is_an_event_for_the_open_page_and_a_row_for_the_pocket(sent: Actor, call: Call) -> None:
    made = describe(call)
    event = LiveEvent.objects.get(kind="video.described", topic=incident_topic(call.session.incident_id))
    assert event.data["ordinal"] == 1
    row = Push.objects.get()
    first = made.versions.get()
    assert (row.user_id, row.word, row.subject, row.status) == (sent.user_id, "DESCRIBED", first.pk, "WAITING")
    assert OutboxMessage.objects.filter(kind="push.send").count() == 1
    descriptions.revise(actor=call.handler, description_id=made.pk, key=uuid.uuid4(), based_on=1, said=SAID)
    assert Push.objects.count() == 1, "saved again as it was: no news"


def test_a_knife_that_is_seen_later_buzzes_again_and_an_empty_beginning_does_not(sent: Actor, call: Call) -> None:
    later = Said(role="suspect", fields={}, finished=False)
    made = descriptions.describe(
        actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), kind="person", said=later, moment=now()
    )
    assert not Push.objects.exists(), "nothing is said of anybody yet"
    fields = {"clothing": "red coat"}
    for number, add in enumerate(({}, {"carrying": "knife in right hand"}), start=1):
        fields |= add
        said = Said(role="suspect", fields=fields, finished=True)
        descriptions.revise(actor=call.handler, description_id=made.pk, key=uuid.uuid4(), based_on=number, said=said)
        assert Push.objects.count() == number
    witness = Said(role="witness", fields=fields, finished=True)
    descriptions.revise(actor=call.handler, description_id=made.pk, key=uuid.uuid4(), based_on=3, said=witness)
    assert Push.objects.count() == 3, "no suspect after all: news, too"


def test_the_page_of_the_job_shows_words_and_picture_with_one_entry(sent: Actor, call: Call) -> None:
    made = describe(call)
    marks.mark(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), moment=now(), note="He turns left")
    phone = Client()
    phone.force_login(sent.user)
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    part = reverse("streaming:job_picture", args=[call.session.incident_id])
    assert part in page
    before = AuditEvent.objects.count()
    shown = phone.get(part).content.decode()
    assert "red coat" in shown
    assert "He turns left" in shown
    assert reverse("evidence:item", args=[made.snapshot_id]) in shown
    assert AuditEvent.objects.count() == before + 1


def test_stood_down_the_pocket_stays_silent(sent: Actor, call: Call, dunn: Actor) -> None:
    unit = Resource.objects.get(call_sign="NB21")
    stand_down(actor=dunn, incident_id=call.session.incident_id, resource_id=unit.pk)
    describe(call)
    assert not Push.objects.exists()


def test_another_force_reads_nothing(sent: Actor, call: Call, stranger: Actor) -> None:
    with pytest.raises(NotFound):
        picture_of(stranger, call.session.incident_id)
