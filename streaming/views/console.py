"""The video panel, the officer's page, chat, snapshots, texts on screen: parse, one call, render."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import segno
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit, one_time
from core.actors import Actor
from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors as incidents
from streaming import selectors
from streaming.forms import MODES, ChatForm, LinkForm, SnapshotForm
from streaming.permissions import check_see_session, check_send_link
from streaming.selectors.links import on_screen_texts
from streaming.services import chat as chat_services
from streaming.services import links, sessions, snapshots
from streaming.views import panel_context

_LINK = re.compile(r"https?://\S+/(?:v|guest)/\S+")


@require_GET
def panel(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The panel of one incident. `?send=video` goes on from the intake form: the link is sent once, without a press.

    Only what that form's POST left in the session sends: the address of the page may have been planted.
    """
    mode = one_time.take(request, f"send_link:{incident_id}") if "send" in request.GET else ""
    return _panel(request, incident_id, mode=mode if mode in dict(MODES) else "")


def _panel(
    request: ActorRequest, incident_id: UUID, form: LinkForm | None = None, *, mode: str = "", status: int = 200
) -> HttpResponse:
    """`form` is a refused one; without it a fresh one for the incident's number, sent at once when `mode` is given."""
    actor = request.actor
    check_see_session(actor)
    with _one_reading(actor, incident_id, "video panel"):
        incident = incidents.get_incident(actor, incident_id, purpose="video panel")
        found = selectors.session_panel(actor, incident.pk, purpose="video panel")
        if form is None:
            form = LinkForm(
                initial={"number": incident.caller_number, "mode": mode or MODES[0][0], "consent": bool(mode)}
            )
        context = panel_context.panel(actor, incident, found, form, auto=bool(mode))
        context |= panel_context.cameras(actor, incident, selectors.feeds_for_panel(actor))
        if found:
            context |= panel_context.care(found.session)
            context |= _talk(actor, found.session.pk)
    response = render(request, "streaming/_panel.html", context, status=status)
    response["X-Fragment"] = "whole"
    return response


def _one_reading(actor: Actor, incident_id: UUID, purpose: str) -> AbstractContextManager[None]:
    return audit.one_reading(actor, f"incidents.incident:{incident_id}", purpose=purpose, incident=str(incident_id))


def _talk(actor: Actor, session_id: UUID) -> dict[str, Any]:
    messages = selectors.chat_list(actor, session_id, purpose="video panel")
    trail = selectors.trail(actor, session_id, purpose="video panel", limit=200)
    return panel_context.chat(actor, messages) | {"fixes_json": panel_context.fixes(trail)}


@require_POST
def send_link(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    check_send_link(request.actor)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            links.send_link(actor=request.actor, incident_id=incident_id, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
    if form.errors:
        return _panel(request, incident_id, form, status=422)
    return after_change(request, incident_id)


def after_change(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The panel as it is now; a browser without scripts goes back to the incident."""
    if not request.headers.get("HX-Request"):
        return redirect("incidents:detail", incident_id)
    return _panel(request, incident_id)


@require_POST
def resend(request: ActorRequest, session_id: UUID) -> HttpResponse:
    session = links.resend_link(actor=request.actor, session_id=session_id, number=request.POST.get("number", ""))
    return after_change(request, session.incident_id)


@require_POST
def revoke(request: ActorRequest, session_id: UUID) -> HttpResponse:
    session = links.revoke_link(actor=request.actor, session_id=session_id)
    return after_change(request, session.incident_id)


@require_POST
def end(request: ActorRequest, session_id: UUID) -> HttpResponse:
    session = sessions.end_session(actor=request.actor, session_id=session_id, reason="handler")
    return after_change(request, session.incident_id)


@require_GET
def watch(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """One picture, for an officer on a phone. Watching itself is audited by the socket, from start to end."""
    session = selectors.watchable(request.actor, session_id)
    with _one_reading(request.actor, session.incident_id, "watch video"):
        incident = incidents.get_incident(request.actor, session.incident_id, purpose="watch video")
        trail = selectors.trail(request.actor, session_id, purpose="watch video", limit=200)
    context = panel_context.stage(request.actor, session) | {
        "incident": incident,
        "fixes_json": panel_context.fixes(trail),
        "may_end": False,  # an officer watches; ending is the control room's
        **panel_context.care(session),
    }
    return render(request, "streaming/watch.html", context)


@require_http_methods(["GET", "POST"])
def chat(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """GET: the messages. POST `key` and `text`: one message, stored once. POST `seen`: ids that were on this screen."""
    actor = request.actor
    if request.method == "GET":
        messages = selectors.chat_list(actor, session_id, purpose="chat")
        return render(request, "streaming/_chat_messages.html", panel_context.chat(actor, messages))
    if "seen" in request.POST:
        chat_services.mark_seen_by_police(actor=actor, session_id=session_id, ids=_ids(request.POST.getlist("seen")))
        return HttpResponse(status=204)
    form = ChatForm(request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    if not form.cleaned_data["text"] and not form.cleaned_data["phrase"]:
        raise Invalid(fields={"text": "Write something first."})
    message = chat_services.send_to_caller(actor=actor, session_id=session_id, **form.cleaned_data)
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("incidents:detail", message.session.incident_id)
    return render(request, "streaming/_chat_message.html", {"message": message}, status=201)


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:100]]
    except ValueError as error:
        raise Invalid(fields={"seen": "These are not messages of this session."}) from error


@require_POST
def snapshot(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """The picture as it was on a screen, with its moment: kept as evidence."""
    form = SnapshotForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    data = form.cleaned_data
    kept = snapshots.take_snapshot(
        actor=request.actor,
        session_id=session_id,
        data=data["image"].read(),
        moment=datetime.fromtimestamp(data["moment"] / 1000, UTC),
        key=data["key"],
    )
    return JsonResponse({"id": str(kept.pk)}, status=201)


@require_GET
def outbox(request: ActorRequest) -> HttpResponse:
    """What would be sent to phones, where no text provider is set up."""
    texts = [
        {"number": text.number, "body": text.body, "created_at": text.created_at, "qr": _qr(text.body)}
        for text in on_screen_texts(request.actor)
    ]
    return render(request, "streaming/texts.html", {"texts": texts, "section": "texts"})


def _qr(body: str) -> str:
    """The link of a text as an inline picture to point a phone at; "" when the link is closed."""
    found = _LINK.search(body)
    return segno.make(found[0], error="m").svg_inline(border=0, omitsize=True) if found else ""
