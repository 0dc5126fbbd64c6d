"""Each rule the database itself keeps for marks, descriptions, phrases and prompts, shown by the row it refuses."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, transaction

from core.clock import now
from streaming.models import Description, DescriptionVersion, Phrase, PictureMark, Prompt
from streaming.services import descriptions, marks, prompts
from streaming.services.descriptions import Box, Said
from tests.factories.sessions import Call
from tests.helpers.refused_rows import insert, refused

NEW = uuid.uuid4


def test_marks(call: Call) -> None:
    made = marks.mark(actor=call.handler, session_id=call.session.pk, key=NEW(), moment=now())
    refused("mark_once_per_key", insert(made))
    with pytest.raises(DatabaseError), transaction.atomic():
        PictureMark.objects.update(note="never said")


def test_descriptions_and_their_versions(call: Call) -> None:
    said = Said(role="suspect", fields={"sex": "male"}, finished=True, box=Box(0.1, 0.1, 0.2, 0.5))
    made = descriptions.describe(
        actor=call.handler, session_id=call.session.pk, key=NEW(), kind="person", said=said, moment=now()
    )
    refused("description_number_once", insert(made, key=NEW()))
    refused("description_once_per_key", insert(made, number=2))
    refused("description_kind_known", insert(made, key=NEW(), number=2, kind="ghost"))
    refused("description_number_from_1", insert(made, key=NEW(), number=0))
    version = made.versions.get()
    refused("description_version_once", insert(version, key=NEW()))
    refused("description_version_once_per_key", insert(version, version=2))
    other = {"key": NEW(), "version": 2}
    refused("description_role_known", insert(version, **other, role="enemy"))
    refused("description_based_on_earlier", insert(version, **other, based_on=2))
    for box in ({"x": 1.2}, {"width": 0.0}, {"height": None}, {"x": None}, {"y": -0.1}):
        refused("description_box_in_the_frame", insert(version, **other, **box))
    for model in (Description, DescriptionVersion):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_phrases(call: Call) -> None:
    phrase = Phrase.objects.create(force_id=call.session.force_id, code="stay_low", english="Stay low")
    refused("phrase_once_per_force", insert(phrase))
    refused("phrase_not_empty", insert(phrase, code="other", english=""))
    refused("phrase_kind_known", insert(phrase, code="other", kind="song"))
    refused("phrase_answers_known", insert(phrase, code="other", answers="maybe"))


def test_prompts(call: Call) -> None:
    made: Prompt = prompts.prompt(
        actor=call.handler,
        session_id=call.session.pk,
        key=NEW(),
        kind="point",
        phrase="look_here",
        point=prompts.Point(0.5, 0.5, 1.78),
    )
    refused("prompt_once_per_key", insert(made))
    refused("prompt_kind_known", insert(made, key=NEW(), kind="siren", x=None, y=None))
    refused("prompt_not_empty", insert(made, key=NEW(), english=""))
    refused("prompt_seconds_sane", insert(made, key=NEW(), seconds=1))
    for point in ({"x": 1.5}, {"y": None}, {"kind": "flip"}):
        refused("prompt_point_in_the_frame", insert(made, key=NEW(), **point))
    refused("prompt_over_has_time", insert(made, key=NEW(), state="lost"))
    refused("prompt_over_has_time", insert(made, key=NEW(), state="done"))
    refused("prompt_over_has_time", insert(made, key=NEW(), ended_at=now()))
