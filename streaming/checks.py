"""System checks: how phones behind strict networks reach us. `manage.py check --deploy` shows the warnings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from streaming.contracts.feed_hosts import check_entry
from streaming.turn.uris import read_uri

_NONE = "streaming.turn.none.NoTurn"
_TWILIO = "streaming.turn.twilio.TwilioTurn"
SHORTEST_SECRET = 32  # characters


@register()
def relay_settings_fit_together(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if bool(settings.TURN_URLS) != bool(settings.TURN_SECRET):
        words = "TURN_URLS and TURN_SECRET are only of use together: no relay is given to any phone."
        problems.append(Error(words, hint="Set both, or neither.", id="streaming.E001"))
    if wrong := [url for url in settings.TURN_URLS if read_uri(url) is None]:
        words = f"TURN_URLS holds what is no TURN address: {', '.join(wrong)}"
        problems.append(Error(words, hint="turn:host:3478 or turns:host:443?transport=tcp", id="streaming.E002"))
    if settings.TURN_PROVIDER == _TWILIO and not (settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN):
        words = "TURN_PROVIDER is Twilio, but TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is empty."
        problems.append(Error(words, id="streaming.E003"))
    return problems


@register()
def hosts_of_feeds_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An entry that means nothing would refuse a camera in silence."""
    problems: list[CheckMessage] = []
    for entry in settings.FEED_HOSTS:
        try:
            check_entry(entry)
        except ValueError as error:
            hint = "cameras.example.org, .example.org, 192.0.2.7 or 198.51.100.0/24, each with an optional :port"
            problems.append(Error(f"FEED_HOSTS: {error}.", hint=hint, id="streaming.E004"))
    return problems


@register(deploy=True)
def phones_behind_strict_networks_are_reached(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.TURN_PROVIDER == _NONE:
        words = (
            "No TURN relay is set up. Video works only where UDP gets through: callers and officers on networks that "
            "block it (offices, hotels, some mobile networks) are sent a link and show no picture."
        )
        hint = "Set TURN_URLS and TURN_SECRET for coturn, or TURN_PROVIDER for Twilio; see docs/runbook.md, Relay."
        return [Warning(words, hint=hint, id="streaming.W001")]
    if not settings.TURN_URLS:
        return []
    problems: list[CheckMessage] = []
    uris = [uri for url in settings.TURN_URLS if (uri := read_uri(url)) is not None]
    if not any(uri.gets_through_firewalls and uri.secure for uri in uris):
        words = "No TURN address uses TLS on port 443, the one way out of networks that block everything else."
        hint = "Add turns:your.relay:443?transport=tcp to TURN_URLS."
        problems.append(Warning(words, hint=hint, id="streaming.W002"))
    if len(settings.TURN_SECRET) < SHORTEST_SECRET:
        words = f"TURN_SECRET is shorter than {SHORTEST_SECRET} characters: who guesses it may use the relay."
        problems.append(Warning(words, id="streaming.W003"))
    return problems
