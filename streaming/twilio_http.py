"""The Twilio SDK's HTTP client, quiet and with a time limit; texts and relays share it."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

# The SDK's own logger writes addresses and parameters, the caller's number among them; this one drops everything.
_silent = logging.getLogger("streaming.twilio.http")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class RedirectingHttpClient(TwilioHttpClient):
    """The SDK's HTTP client with another scheme, host and port: a regional proxy of the force, or a local server."""

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__(timeout=timeout, logger=_silent)
        self._base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base is not None:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, url, *args, **kwargs)
