"""What a caller's page says of an officer who asks to be seen. Sent with the question, in the page's language, so that
a page that is never asked need not load it."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from streaming.languages import ENGLISH, find


def two_way_words(locale: str) -> dict[str, str]:
    """By the names that static/js/two-way/seen.js knows."""
    with translation.override((find(locale) or ENGLISH).code):
        return {
            "ask": _("A police officer would like you to see them on this phone."),
            "recorded": _("This is recorded too. You can stop at any time."),
            "yes": _("See the officer"),
            "no": _("Not now"),
            "seen": _("You can see the police officer"),
            "hide": _("Stop seeing the officer"),
        }
