"""Photos and films that the caller chose: what the phone's page sends, and the list that the handler sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.requests import ActorRequest
from streaming.selectors.uploads import session_files
from streaming.services import uploads
from streaming.services.phone_access import Passage
from streaming.services.uploads import Chosen
from streaming.views.chunks import Door, for_its_browser, hash_of, text_of, whole_of

_FIELDS = {"name", "size", "sha256"}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_browser
def files(request: HttpRequest, let_in: Passage) -> HttpResponse:
    return _DOOR.all(request, let_in)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@for_its_browser
def file(request: HttpRequest, let_in: Passage, file_id: UUID) -> HttpResponse:
    return _DOOR.one(request, let_in, file_id)


@require_safe
def overview(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """The files of one link, as a part of the video panel."""
    shown = session_files(request.actor, session_id)
    return render(request, "streaming/_files.html", {"files": shown})


def _one(row: dict[str, Any]) -> Chosen:
    if set(row) != _FIELDS:
        raise ValueError
    name = text_of(row["name"], 1000).encode("utf-8", "replace").decode()
    return Chosen(name=name, size=whole_of(row["size"], 0, 2**31 - 1), sha256=hash_of(row["sha256"]))


_DOOR = Door(kind=uploads.files, name="files", read=_one, most=uploads.FILES)
