"""What every page's template needs: icons, clocks as first drawn, and "may this person"."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import permissions
from core.clock import by_when, now

if TYPE_CHECKING:
    from core.actors import Actor

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)  # a page has some 150 of them; only templates name them
def icon(name: str, css: str = "") -> SafeString:
    """One icon of static/img/icons.svg. It is decoration: the word beside it is what a screen reader hears."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("img/icons.svg"), name
    )


@register.filter
def may(actor: Actor | None, capability: str) -> bool:
    """`{% if request.actor|may:"video.send_link" %}`: hide what a role may not do."""
    return actor is not None and permissions.can(actor, capability)


@register.filter
def elapsed(moment: dt.datetime | None) -> str:
    """Time since, as `static/js/lib/clock.js` writes it: "03:14", "3 h 10", "2 d 4 h"."""
    return span((now() - moment).total_seconds()) if moment else "–"


@register.filter
def remaining(moment: dt.datetime | None) -> str:
    """Time left to a target: "11:46", or "04:12 over"."""
    if not moment:
        return "–"
    seconds = (moment - now()).total_seconds()
    return span(seconds) if seconds >= 0 else f"{span(-seconds)} over"


register.filter("due", by_when)


def span(seconds: float) -> str:
    """A length of time in the console's form; the same rule as `span` in clock.js."""
    whole = max(0, int(seconds))
    if whole < 100 * 60:
        return f"{whole // 60:02d}:{whole % 60:02d}"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d}"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


@register.filter
def length_of_time(seconds: float) -> str:
    """How long something took: "02:17", "3 h 10"."""
    return span(seconds)


@register.filter
def duration(seconds: float | None) -> str:
    """Recorded time: "00:01:29"."""
    whole = max(0, int(seconds or 0))
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


@register.filter
def signature(label: str) -> str:
    """The short form of an author: "A. Okafor 5127" → "AO 5127"; "System" stays."""
    found = re.match(r"^(\w)\.? (\w)\S*(?: \S+)*? ?(\S*\d\S*)?$", label)
    return f"{found[1]}{found[2]} {found[3] or ''}".strip() if found and found[3] else label


@register.filter
def spaced_hash(value: str) -> str:
    """A hash in groups of four, as it is read aloud."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


@register.simple_tag(takes_context=True)
def texts_on_screen(context: template.Context) -> bool:
    """Whether this person has a page of texts: only where texts are shown instead of sent, for who may send links."""
    shown = any("onscreen" in provider.lower() for provider in settings.SMS_PROVIDERS)
    return shown and may(context.get("actor"), "video.send_link")


@register.filter
def first_word(words: str) -> str:
    """For a place too small for the whole: the whole stays beside it for a screen reader."""
    return words.split(maxsplit=1)[0] if words.strip() else words
