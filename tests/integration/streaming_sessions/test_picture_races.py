"""Ten people at one picture in the same second: every description has its number, every press counts once."""

from __future__ import annotations

import uuid

import pytest

from core.clock import now
from streaming.models import Description, PictureMark, Prompt
from streaming.services import descriptions, marks, prompts
from streaming.services.descriptions import Said
from tests.factories.sessions import Call
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_numbers_one_to_six_and_no_one_twice(call: Call) -> None:
    call.go_live()
    said = Said(role="suspect", fields={"sex": "male"}, finished=True)
    made = at_once(
        6,
        lambda number: descriptions.describe(
            actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), kind="person", said=said, moment=now()
        ),
    )
    assert [one for one in made if isinstance(one, Exception)] == []
    assert list(Description.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_one_key_pressed_from_two_screens(call: Call) -> None:
    call.go_live()
    key, moment = uuid.uuid4(), now()
    ask = {"actor": call.handler, "session_id": call.session.pk, "key": key}
    marked = at_once(4, lambda number: marks.mark(**ask, moment=moment).pk)
    assert len(set(marked)) == PictureMark.objects.count() == 1
    shown = at_once(4, lambda number: prompts.prompt(**ask, kind="hold").pk)
    assert len(set(shown)) == Prompt.objects.count() == 1
