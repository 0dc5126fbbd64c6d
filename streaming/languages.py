"""The languages of the caller's page, and which one a phone gets.

A language is asked for by link (`?lang=pl`), remembered in a cookie, suggested by the call handler, or named by the
browser (`Accept-Language`, RFC 9110 section 12.5.4), in this order. Punjabi is written in Gurmukhi.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

COOKIE = "sl_lang"


@dataclass(frozen=True)
class Language:
    """`name` is what its speakers call it; `direction` is HTML's `dir`."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


LANGUAGES = (
    Language("en", "English"),
    Language("cy", "Cymraeg"),
    Language("pl", "Polski"),
    Language("ro", "Română"),
    Language("pa", "ਪੰਜਾਬੀ"),
    Language("ur", "اردو", "rtl"),
    Language("bn", "বাংলা"),
    Language("gu", "ગુજરાતી"),
    Language("ar", "العربية", "rtl"),
    Language("pt", "Português"),
)
ENGLISH = LANGUAGES[0]
_BY_CODE = {language.code: language for language in LANGUAGES}
_LONGEST_HEADER = 512  # characters read of an Accept-Language header


def find(tag: str | None) -> Language | None:
    """The language of a BCP 47 tag ("pt-BR" → Portuguese), or None."""
    return _BY_CODE.get((tag or "").strip().split("-")[0].split("_")[0].lower())


def choose(*, asked: str | None, remembered: str | None, suggested: str | None, accepted: str | None) -> Language:
    """The first of the four that names a language we have, else English. `accepted` is an Accept-Language header."""
    for tag in (asked, remembered, suggested, *_by_preference(accepted or "")):
        language = find(tag)
        if language is not None:
            return language
    return ENGLISH


def _by_preference(header: str) -> Iterable[str]:
    """The tags of an Accept-Language header, most wanted first; those with q=0 are not wanted at all."""
    weighted: list[tuple[float, str]] = []
    for part in header[:_LONGEST_HEADER].split(","):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if tag.strip() and weight > 0:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda one: -one[0])]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
