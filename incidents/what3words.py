"""Asking what3words where three words are: only when the force has a key, only of the address in the settings.

The words are checked for shape before they are sent, they travel as one encoded parameter, no redirect is followed, and
the answer is believed only as far as it is a position. Who owns the key reads the terms: the service is licensed.
"""

from __future__ import annotations

import json
import math
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from incidents import outside

RADIUS_M = 3.0  # a square of three metres; its centre is at most 2.2 m from a corner
SECONDS = 3.0
MOST_BYTES = 64 * 1024


class What3WordsError(Exception):
    """No answer that can be used; the message is for the person who typed the words."""


@dataclass(frozen=True, kw_only=True)
class Square:
    """The centre of three words, and the place nearest to it, which is what gets read back."""

    words: str
    lat: float
    lon: float
    nearest: str


class ThreeWords(Protocol):
    def find(self, words: str) -> Square | None:
        """The square of "filled.count.soap"; None when no such words exist. Raises What3WordsError."""


class What3WordsApi:
    """Version 3 of the public API, `convert-to-coordinates`."""

    def __init__(self, *, key: str, base_url: str, seconds: float | None = None) -> None:
        self._key, self._base, self._seconds = key, base_url.rstrip("/"), SECONDS if seconds is None else seconds

    def find(self, words: str) -> Square | None:
        url = f"{self._base}/v3/convert-to-coordinates?{urllib.parse.urlencode({'words': words})}"
        headers = {"X-Api-Key": self._key, "Accept": "application/json"}
        try:
            answer = outside.ask(url, seconds=self._seconds, most_bytes=MOST_BYTES, headers=headers)
        except outside.NoAnswerError as error:
            if error.status in {400, 404}:  # BadWords
                return None
            how = {0: "did not answer", 200: "gave an answer that cannot be read"}.get(
                error.status, "refused the question"
            )
            raise What3WordsError(f"what3words {how}. Ask for another kind of place.") from error
        return _square(answer.body, words)


def _square(body: bytes, words: str) -> Square:
    try:
        data: Any = json.loads(body)
        at = data["coordinates"]
        lat, lon = float(at["lat"]), float(at["lng"])
    except (ValueError, TypeError, KeyError) as error:
        raise What3WordsError("what3words gave an answer that cannot be read.") from error
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise What3WordsError("what3words gave an impossible position.")
    nearest = data.get("nearestPlace") if isinstance(data, Mapping) else ""
    return Square(words=words, lat=lat, lon=lon, nearest=str(nearest or "")[:100])


def finder() -> ThreeWords | None:
    """The force's what3words, None when no key is configured: then nothing is asked of anybody."""
    if not settings.WHAT3WORDS_KEY:
        return None
    return What3WordsApi(key=settings.WHAT3WORDS_KEY, base_url=settings.WHAT3WORDS_URL)
