"""What every API of `/api/v1/` starts from: session sign-in with CSRF, pages of 50.

Apart from `core.api` because the settings name these classes while Django REST framework is still loading.
"""

from __future__ import annotations

from rest_framework import authentication, pagination
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Answers 401 (not 403) to someone who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class Pages(pagination.LimitOffsetPagination):
    default_limit = 50
    max_limit = 200
