"""Months later DC Amin plays the exhibit: what the desk marked and described is beside the film."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditEvent
from core.roles import INVESTIGATOR
from evidence.models import Exhibit
from streaming.models import VideoSession
from streaming.selectors import exhibit_notes
from streaming.services import descriptions, marks
from streaming.services.descriptions import Said
from tests.factories.core import make_actor
from tests.factories.evidence import make_exhibit
from tests.factories.sessions import Call


@pytest.fixture
def amin(db: None) -> Actor:
    return make_actor(roles=(INVESTIGATOR,), first_name="Sana", last_name="Amin")


@pytest.fixture
def exhibit(call: Call) -> Exhibit:
    """The film of the call: a mark with a note, and before it a man with a bag."""
    start = call.fresh().first_frame_at
    named = {"actor": call.handler, "session_id": call.session.pk}
    marks.mark(**named, key=uuid.uuid4(), moment=start + timedelta(seconds=9), note="He drops it <here>")
    said = Said(role="suspect", fields={"clothing": "red coat"}, finished=True)
    descriptions.describe(**named, key=uuid.uuid4(), kind="person", said=said, moment=start + timedelta(seconds=2))
    made = make_exhibit(call.fresh().incident, call.handler)
    VideoSession.objects.filter(pk=call.session.pk).update(exhibit_id=made.pk)
    return made


def test_in_the_order_of_the_film_with_the_moment_to_jump_to(amin: Actor, exhibit: Exhibit, call: Call) -> None:
    browser = Client()
    browser.force_login(amin.user)
    before = AuditEvent.objects.count()
    page = browser.get(reverse("streaming:exhibit_notes", args=[exhibit.pk])).content.decode()
    assert page.index("00:00:02") < page.index("00:00:09")
    assert "red coat" in page
    assert "He drops it &lt;here&gt;" in page
    moment = call.fresh().first_frame_at + timedelta(seconds=9)
    assert f'data-moment="{round(moment.timestamp() * 1000)}"' in page
    assert AuditEvent.objects.count() == before + 1
    assert AuditEvent.objects.get(object=f"evidence.exhibit:{exhibit.pk}", action="CONSULT").actor_id == amin.id


def test_who_may_not_open_the_film_reads_no_notes(amin: Actor, exhibit: Exhibit, stranger: Actor, hale: Actor) -> None:
    with pytest.raises(NotFound):
        exhibit_notes(stranger, exhibit.pk)
    with pytest.raises(NotAllowed):
        exhibit_notes(make_actor(roles=("intel",)), exhibit.pk)
    Exhibit.objects.filter(pk=exhibit.pk).update(state="LOCKED")
    with pytest.raises(Conflict):
        exhibit_notes(amin, exhibit.pk)
    assert not AuditEvent.objects.filter(purpose="notes of the picture").exists()


def test_an_exhibit_that_is_no_film_of_a_call_has_none(amin: Actor, call: Call) -> None:
    other = make_exhibit(call.fresh().incident, call.handler)
    assert exhibit_notes(amin, other.pk) is None
