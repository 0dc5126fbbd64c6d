"""Names as bare letters: what is written differently and means the same becomes equal here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Letters that Unicode does not take apart into a base and an accent.
_LETTERS = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʻ": "'",
    "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
})  # fmt: skip

TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "lord", "dame", "master", "mister",
    "pc", "sgt", "insp", "cllr", "fr", "imam", "sheikh",
})  # fmt: skip

#: Words that begin a surname and are often left out, joined on or typed apart.
PARTICLES = frozenset(
    {"o", "al", "el", "ul", "ur", "as", "ad", "bin", "ben", "ibn", "bint", "van", "von", "der", "den", "de", "del"}
    | {"della", "di", "da", "dos", "do", "du", "la", "le", "ter", "ten", "ap", "ab", "ferch", "mac", "mc", "st", "ni"}
)

#: First halves of "servant of …": Abd al-Rahman, Abdul Rahman, Abdurrahman are one name.
SERVANT_OF = frozenset({"abd", "abdul", "abdel", "abdal", "abdur", "abdus", "abdool", "abdoul", "abdu"})
_SERVANT = re.compile(r"^abd(?:[aeou]{1,2}l|u([rsnz])(?=\1))(?!lahi?$)(?=[a-z]{4})")
_NOT_LETTER = re.compile(r"[^a-z]+")


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Lower case without accents; apostrophes and hyphens become the ASCII ones; everything else stays.

    >>> plain("Łukasz O’Brien–Żak")
    "lukasz o'brien-zak"
    """
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold().translate(_LETTERS)


@lru_cache(maxsize=200_000)
def letters(text: str) -> str:
    """Only the letters a–z: "O'Halloran" → "ohalloran". Other scripts leave nothing."""
    return _NOT_LETTER.sub("", plain(text))


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, each in bare letters: spaces, hyphens and apostrophes part them, titles are dropped.

    >>> words("Dr Smith-Jones")
    ("smith", "jones")
    """
    found = tuple(word for word in _NOT_LETTER.split(plain(text).replace("'s ", "s ")) if word)
    return tuple(word for word in found if word not in TITLES) or found


@lru_cache(maxsize=200_000)
def surname_words(text: str) -> tuple[str, ...]:
    """Ways a surname may be filed, most important first, at most four.

    "O'Halloran" → halloran, ohalloran; "Smith-Jones" → smith, jones; "al-Hassan" → hassan, alhassan;
    "Van Der Berg" → berg, vanderberg. Typed together or apart, some pair of them is equal.
    """
    found = words(text)
    bare = tuple(word for word in found if word not in PARTICLES)
    if not bare:
        return (letters(text),) if letters(text) else ()
    if len(bare) == len(found):
        joined: tuple[str, ...] = ()
        if len(found) == 1:
            joined = _without_joined_particle(found[0])
        return tuple(dict.fromkeys((*bare, *joined)))[:4]
    return tuple(dict.fromkeys((*bare, "".join(found))))[:4]


_IRISH = re.compile(
    r"o(?=(?:brien|byrne|callaghan|carroll|connell|connor|dea|doherty|donnell|donoghue|donovan|dowd|driscoll|dwyer|"
    r"flaherty|flynn|gorman|grady|hagan|halloran|hanlon|hara|hare|kane|keefe|keeffe|leary|loughlin|mahony|malley|meara|"
    r"neil|neill|rahilly|regan|reilly|riordan|rourke|shaughnessy|shea|sullivan|toole)$)"
)
_ARABIC = re.compile(
    r"(?:al|el)(?=(?:h[aou]|k[ah]|sh|z[aeu]|m[au][hns]|b[ao][kr]|j[au]|gh|ra[hs]|sa[hly]|as[ah])[a-z]{3})"
)


def _without_joined_particle(word: str) -> tuple[str, ...]:
    """ "alhassan" is also "hassan", "ohalloran" also "halloran"; "alderson" and "oliver" stay whole."""
    match = _ARABIC.match(word) or _IRISH.match(word)
    return (word[match.end() :],) if match else ()


@lru_cache(maxsize=200_000)
def given_words(text: str) -> tuple[str, ...]:
    """Forenames in order. "Abdulrahman", "Abdur-Rahman" and "Abd al Rahman" all give ("abdul", "rahman")."""
    out: list[str] = []
    for word in words(text):
        if word in SERVANT_OF:
            out.append("abdul")
            continue
        if out and out[-1] == "abdul" and word in PARTICLES:
            continue
        if match := _SERVANT.match(word):
            out += ["abdul", word[match.end() :]]
        else:
            out.append(word)
    return tuple(out)
