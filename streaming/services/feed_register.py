"""Registering feeds in the administration: what may be kept of an address, and of its name and password."""

from __future__ import annotations

from django.conf import settings

from core.errors import Invalid
from streaming.contracts.feed_hosts import BadFeedUrl, parse_feed_url, permits_host
from streaming.states import FeedTransport
from streaming.tokens import seal

MAX_LOGIN = 128  # characters


def check_address(transport: str, address: str) -> str:
    """The address as it is kept. Raises Invalid when it cannot be fetched from, or may not be."""
    if transport == FeedTransport.WHIP:
        if address:
            raise Invalid(fields={"address": "What is sent to us has no address: leave this empty."})
        return ""
    try:
        url = parse_feed_url(address.strip())
    except BadFeedUrl as error:
        raise Invalid(fields={"address": str(error)}) from error
    if url.scheme != transport:
        raise Invalid(fields={"address": f"The address begins with {transport}://"})
    if not permits_host(url, settings.FEED_HOSTS):
        words = "This host is not on the list of allowed hosts (FEED_HOSTS). Whoever runs this server extends the list."
        raise Invalid(fields={"address": words})
    return address.strip()


def sealed_login(transport: str, name: str, password: str) -> str:
    """Name and password (of SRT: the passphrase alone) sealed under the server's key. Raises Invalid."""
    if ":" in name or len(name) > MAX_LOGIN or len(password) > MAX_LOGIN:
        raise Invalid(fields={"login_name": f"At most {MAX_LOGIN} characters, and no colon in the name."})
    if transport == FeedTransport.SRT:
        if name:
            raise Invalid(fields={"login_name": "SRT has a passphrase only."})
        if password and not 10 <= len(password) <= 79:  # libsrt's limits
            raise Invalid(fields={"login_password": "A passphrase has 10 to 79 characters."})
        return seal(password) if password else ""
    return seal(f"{name}:{password}") if name or password else ""
