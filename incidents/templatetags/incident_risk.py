"""Looking up what somebody else wrote on a line."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at_key(values: Mapping[str, str], key: str) -> str | None:
    """The value under the key, or None."""
    return values.get(key)
