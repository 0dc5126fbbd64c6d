"""Photos and films that the caller chose: what the phone's page sends, and the list that the handler sees.

The protocol is that of `views.phone`: announce, HEAD for the offset, PATCH in chunks, DELETE to take it back.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError, Invalid, TooLarge
from core.requests import ActorRequest
from streaming.models import CallerFile
from streaming.selectors.uploads import session_files
from streaming.services import uploads
from streaming.services.phone_access import Passage
from streaming.services.uploads import Chosen
from streaming.views.phone import LARGEST_LIST, chunk, declared, for_its_browser, hash_of, text_of, whole_of

_FIELDS = {"name", "size", "sha256"}
_GO_ON = ("offset", "done")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@for_its_browser
def files(request: HttpRequest, let_in: Passage) -> HttpResponse:
    """GET: how far each file is. POST: the hashes of chosen files, kept before any of them is taken."""
    if request.method == "GET":
        found = uploads.files_of(passage=let_in)
    else:
        found = uploads.announce(passage=let_in, files=_chosen(request))
    return JsonResponse({"files": [file.as_told() for file in found]})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@for_its_browser
def file(request: HttpRequest, let_in: Passage, file_id: UUID) -> HttpResponse:
    """GET, HEAD: where to go on. PATCH: a chunk. DELETE: the caller takes it back."""
    if request.method == "DELETE":
        return _told(uploads.withdraw(passage=let_in, file_id=file_id))
    if request.method != "PATCH":
        return _told(uploads.file_of(passage=let_in, file_id=file_id))
    offset, data = chunk(request)
    try:
        return _told(uploads.take_chunk(passage=let_in, file_id=file_id, offset=offset, data=data))
    except DomainError as error:
        if error.code not in _GO_ON:
            raise
        return _told(uploads.file_of(passage=let_in, file_id=file_id), status=error.status)


@require_safe
def overview(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """The files of one link, as a part of the video panel."""
    shown = session_files(request.actor, session_id)
    return render(request, "streaming/_files.html", {"files": shown})


def _told(file: CallerFile, status: int = 200) -> HttpResponse:
    response = JsonResponse(file.as_told(), status=status)
    response.headers["Upload-Offset"] = str(file.received_bytes)
    response.headers["Upload-Length"] = str(file.size_bytes)
    return response


def _chosen(request: HttpRequest) -> list[Chosen]:
    """The announcements of a body, read strictly. Raises Invalid, TooLarge."""
    if declared(request) > LARGEST_LIST:
        raise TooLarge()
    try:
        rows = json.loads(request.body)["files"]
        if not isinstance(rows, list) or len(rows) > uploads.FILES:
            raise ValueError
        return [_one(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise Invalid(fields={"files": "Not an announcement of files."}) from error


def _one(row: dict[str, Any]) -> Chosen:
    if set(row) != _FIELDS:
        raise ValueError
    name = text_of(row["name"], 1000).encode("utf-8", "replace").decode()
    return Chosen(name=name, size=whole_of(row["size"], 0, 2**31 - 1), sha256=hash_of(row["sha256"]))
