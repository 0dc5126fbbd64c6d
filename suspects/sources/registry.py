"""Which registers this installation asks: `CHECK_SOURCES`, a list of SYSTEM=address.

An address is an http(s) base address, asked by `HttpSource`, or the dotted path of a class of the force's own that
keeps the `CheckSource` Protocol and is made without arguments: PNC=https://leds.example/api,DVLA=northmere.dvla.Dvla
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from suspects.sources import contract
from suspects.sources.contract import CheckSource
from suspects.sources.http import HttpSource


def sources() -> dict[str, CheckSource]:
    """Configured sources by system, in the order results list them. Raises ImproperlyConfigured."""
    given = dict(_pair(item, "CHECK_SOURCES") for item in settings.CHECK_SOURCES)
    tokens = dict(_pair(item, "CHECK_SOURCE_TOKENS") for item in settings.CHECK_SOURCE_TOKENS)
    return {
        system: _source(system, given[system], tokens.get(system, "")) for system in contract.ANSWERS if system in given
    }


def systems_for(subject: str) -> list[str]:
    """Systems to ask about a subject."""
    return [system for system, source in sources().items() if source.answers(subject)]


def _pair(item: str, setting: str) -> tuple[str, str]:
    system, found, value = item.partition("=")
    if not found or system.strip() not in contract.ANSWERS or not value.strip():
        raise ImproperlyConfigured(f"{setting}: {system!r} is not one of {', '.join(contract.ANSWERS)} with a value")
    return system.strip(), value.strip()


def _source(system: str, address: str, token: str) -> CheckSource:
    if address.startswith(("http://", "https://")):
        return HttpSource(system, address, token=token, seconds=settings.CHECK_SOURCE_SECONDS)
    try:
        source: CheckSource = import_string(address)()
    except ImportError as error:
        raise ImproperlyConfigured(f"CHECK_SOURCES: {address!r} is neither an address nor a class") from error
    return source
