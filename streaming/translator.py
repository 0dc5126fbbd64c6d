"""Machine translation of what is typed, behind one Protocol. Off unless `settings.TRANSLATOR_URL` is set.

What is typed may name people: it goes only to the address the force set, which should be its own server. The original
is always kept and shown beside; a translator that is slow or away costs nobody anything.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

MOST = 64 * 1024  # bytes of an answer


class NotTranslated(Exception):
    """No translation now; the original stands."""


class Translator(Protocol):
    def translate(self, text: str, *, source: str, target: str) -> str:
        """`text` in the language `target`; `source` may be "auto". Raises NotTranslated."""


@dataclass(frozen=True)
class LibreTranslate:
    """A server that speaks LibreTranslate's `POST /translate`."""

    url: str
    key: str = ""
    seconds: float = 4.0

    def translate(self, text: str, *, source: str, target: str) -> str:
        asked = {"q": text, "source": source, "target": target, "format": "text"}
        if self.key:
            asked["api_key"] = self.key
        try:
            said = json.loads(self._post(json.dumps(asked).encode()))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotTranslated(type(error).__name__) from error
        words = said.get("translatedText") if isinstance(said, dict) else None
        if not isinstance(words, str) or not words.strip():
            raise NotTranslated("no words in the answer")
        return words.strip()

    def _post(self, body: bytes) -> bytes:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
        try:
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request("POST", f"{parts.path.rstrip('/')}/translate", body, headers)
            answer = connection.getresponse()
            data = answer.read(MOST + 1)
        finally:
            connection.close()
        if answer.status != 200 or len(data) > MOST:
            raise NotTranslated(f"HTTP {answer.status}")
        return data


def translator() -> Translator | None:
    """The one that is set up, or None."""
    if not settings.TRANSLATOR_URL:
        return None
    return LibreTranslate(settings.TRANSLATOR_URL, settings.TRANSLATOR_KEY, float(settings.TRANSLATOR_SECONDS))
