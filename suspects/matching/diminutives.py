"""Which forenames may stand for each other: what a short form is short for, and what nearly is one."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from rapidfuzz.distance import OSA

from suspects.matching.forename_forms import FORMS
from suspects.matching.phonetics import sounds


def _by_form() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in FORMS.split("\n"):
        if not (names := line.split()):
            continue
        for name in names:
            table[name] = tuple(dict.fromkeys((*table.get(name, ()), names[0])))
    return table


#: Form → formal names, e.g. "bert" → albert, herbert, robert. A formal name has its own line's name among them.
FORMAL: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(_by_form())


@lru_cache(maxsize=50_000)
def formal(name: str) -> tuple[str, ...]:
    """The formal names a forename (bare letters) may stand for; itself when it is not known.

    >>> formal("bill")
    ("william",)
    """
    return FORMAL.get(name, (name,))


def _by_sound() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for form in FORMAL:
        table[sounds(form)[0]] = (*table.get(sounds(form)[0], ()), form)
    return table


_BY_SOUND = MappingProxyType(_by_sound())


@lru_cache(maxsize=50_000)
def near_forms(name: str) -> tuple[str, ...]:
    """Known forms that an unknown forename sounds like and nearly is: "eddei" → ("eddie", "eddy"). Else empty."""
    if name in FORMAL or len(name) < 3:
        return ()
    return tuple(form for form in _BY_SOUND.get(sounds(name)[0], ()) if OSA.distance(name, form, score_cutoff=2) <= 2)


def short_form(one: str, other: str) -> bool:
    """Whether one is a short form of the other, or both are of a third: bill and will."""
    if one == other:
        return False
    theirs = formal(other)
    return any(name in theirs for name in formal(one))


def short_form_with_slip(typed: str, held: str) -> bool:
    """Whether what was typed is nearly a short form of the name on file: Tomy, Thomas."""
    return any(short_form(form, held) for form in near_forms(typed) if form != held)
