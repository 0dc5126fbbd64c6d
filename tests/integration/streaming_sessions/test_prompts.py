"""Point and show over the real sockets: to the caller's page in its language, and back to whoever watches."""

from __future__ import annotations

import uuid

import pytest

from core.actors import Actor
from streaming.models import Prompt
from streaming.services import chat, marks, prompts
from tests.factories.sessions import Call
from tests.integration.streaming_sessions.sockets import db, phone, say_hello, watching

pytestmark = pytest.mark.django_db(transaction=True)


def ask(call: Call, kind: str = "point", phrase: str = "stay_inside") -> Prompt:
    return prompts.prompt(
        actor=call.handler,
        session_id=call.session.pk,
        key=uuid.uuid4(),
        kind=kind,
        phrase=phrase if kind == "point" else "",
        point=prompts.Point(0.2, 0.8, 1.78) if kind == "point" else None,
    )


async def test_shown_in_urdu_seen_and_withdrawn(call: Call) -> None:
    await db(call.go_live)()
    async with phone(call.id, call.secret, hello=False) as page, watching(call.id, call.handler.user) as desk:
        await say_hello(page, locale="ur")
        await page.until("welcome")
        await desk.until("welcome")
        made = await db(ask)(call)
        shown = await page.until("prompt")
        assert (shown["words"], shown["x"], shown["y"], shown["frame"]) == ("اندر ہی رہیں", 0.2, 0.8, 1.78)
        await desk.until("noted", what="prompted")
        await page.send("prompted", prompt=str(made.pk), result="seen")
        await desk.until("noted", what="prompted")
        await db(prompts.withdraw)(actor=call.handler, prompt_id=made.pk)
        assert (await page.until("prompt_over"))["id"] == str(made.pk)


async def test_a_page_that_comes_back_is_shown_what_is_still_open(call: Call) -> None:
    await db(call.go_live)()
    made = await db(ask)(call, "flip")
    async with phone(call.id, call.secret, hello=False) as page:
        await say_hello(page, locale="pl")
        shown = await page.until("prompt")
        assert (shown["kind"], shown["title"]) == ("flip", "Centrum dowodzenia prosi")
        await page.send("prompted", prompt=str(made.pk), result="impossible")
        await page.said("pong")
    assert (await db(Prompt.objects.get)(pk=made.pk)).state == "impossible"


async def test_who_is_writing_is_told_to_the_other_side_and_kept_nowhere(call: Call, reid: Actor) -> None:
    await db(call.go_live)()
    async with (
        phone(call.id, call.secret) as page,
        watching(call.id, call.handler.user) as desk,
        watching(call.id, reid.user) as officer,
    ):
        await desk.until("welcome")
        await officer.until("welcome")
        await page.send("typing")
        await desk.until("typing")
        await officer.send("typing")  # an officer may not write to the caller
        await officer.said("pong")
        assert not await page.said("typing")
        await desk.send("typing")
        assert (await page.until("typing"))["words"] == "Police are writing"


async def test_a_question_comes_with_its_answers(call: Call) -> None:
    async with phone(call.id, call.secret, hello=False) as page:
        await say_hello(page, locale="ar")
        await page.until("welcome")
        await db(chat.send_to_caller)(
            actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), text="", phrase="hurt"
        )
        asked = await page.until("chat")
        assert [one["say"] for one in asked["answers"]] == ["Yes", "No", "I don't know"]
        assert asked["answers"][0]["words"] == "نعم"


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "x", "result": "done"},
        {"prompt": str(uuid.uuid4()), "result": "unmute"},
        {"prompt": str(uuid.uuid4()), "result": "done", "answer": "<b>"},
        {"prompt": str(uuid.uuid4())},
    ],
)
async def test_hostile_answers_are_refused(call: Call, fields: dict[str, str]) -> None:
    async with phone(call.id, call.secret) as page:
        await page.send("prompted", **fields)
        assert (await page.until("error"))["code"] in {"bad_value", "missing_field"}


async def test_a_mark_is_told_to_who_watches(call: Call) -> None:
    await db(call.go_live)()
    async with watching(call.id, call.handler.user) as desk:
        await desk.until("welcome")
        moment = (await db(call.fresh)()).first_frame_at
        await db(marks.mark)(actor=call.handler, session_id=call.session.pk, key=uuid.uuid4(), moment=moment)
        await desk.until("noted", what="marked")
