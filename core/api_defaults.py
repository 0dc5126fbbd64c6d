"""What every API of `/api/v1/` starts from: session sign-in with CSRF, pages of 50.

Apart from `core.api` because the settings name these classes while Django REST framework is still loading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any, cast

from django.conf import settings
from rest_framework import authentication, exceptions, pagination, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import Actor
from core.errors import TooLarge
from core.requests import ActorRequest


def actor_of(request: Request) -> Actor:
    """Who asks, as `ActorMiddleware` found out."""
    return cast(ActorRequest, request._request).actor


class SessionAuthentication(authentication.SessionAuthentication):
    """Answers 401 (not 403) to someone who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class JSONParser(parsers.JSONParser):
    """Reads no more than a form may hold: REST framework's own reads the stream to its end, however long."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge()
        try:
            given = super().parse(BytesIO(body), media_type, parser_context)
            if b"\\u" in body:
                json.dumps(given, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:  # half of a surrogate pair: no text, and no answer could quote it
            raise exceptions.ParseError("The text holds half a character.") from error
        except RecursionError as error:
            raise exceptions.ParseError("The body is nested too deeply.") from error
        return given


LAST_OFFSET = 10_000_000  # a larger number is no place in a list, and may be none in the database


class Pages(pagination.LimitOffsetPagination):
    default_limit = 50
    max_limit = 200

    def answer(
        self,
        request: Request,
        read: Callable[[int, int], tuple[int, list[Any]]],
        shape: type[serializers.BaseSerializer],
    ) -> Response:
        """A page whose rows a selector has cut, so that its audit entry names exactly what is shown.

        `read(limit, offset)` returns how many there are in all, and the rows.
        """
        self.request = request
        self.limit = self.get_limit(request) or self.max_limit
        self.offset = min(self.get_offset(request), LAST_OFFSET)
        self.count, rows = read(self.limit, self.offset)
        return self.get_paginated_response(shape(rows, many=True).data)
