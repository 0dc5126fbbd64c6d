"""How a name sounds, as letters. Soundex, and a double code after Lawrence Philips' Double Metaphone (C/C++ Users
Journal, June 2000): a first reading and a second one for names that two languages say differently.

The rules below are a table for the names met in Britain: English, Gaelic, Welsh, Polish, Arabic and South Asian
spellings. Voiced and unvoiced consonants share a sound, as in Double Metaphone; vowels count only in front. Added to
it: `th` sounds as `t` (Smith, Smit, Schmidt), `h` inside a name is silent (Callahan, Callaghan), `w` inside may be `v`.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 6  # sounds; longer names differ enough before that

# Letters (a regular expression tried at the current place), the first reading, the second where it differs.
# A rule with ^ stands only at the front. Upper case letters are sounds: X = sh/ch, A = a vowel in front.
_RULES: tuple[tuple[str, str, str | None], ...] = (
    # silent beginnings
    (r"^(gn|kn|pn|mn)", "N", None), (r"^wr|^rh", "R", None), (r"^ps|^x", "S", None), (r"^wh(?=[aeiouy])", "W", ""),
    (r"^cz", "X", "S"), (r"^sz", "X", "S"), (r"^ll", "L", "F"), (r"^ff", "F", None), (r"^bh", "P", None),
    (r"^ch(?=[rl]|oras|ia)", "K", "X"), (r"^gh", "K", None), (r"^y(?=[aeiou])|^i(?=[aeou])", "A", "J"),
    (r"^j", "J", "A"), (r"^eu", "A", None), (r"^hu(?=[aeio])", "H", "W"), (r"^h(?=[aeiouyw])", "H", "A"),
    (r"^w(?=[aeiouy])", "W", "F"), (r"^[aeiouy]", "A", None),
    # c
    (r"tsch|tch", "X", None), (r"^sch(?=[mnlw])", "X", "S"),
    (r"sch", "X", "SK"), (r"ch(?=[nlrmbw]|ae|$)", "K", "X"), (r"ch", "X", "K"),
    (r"cz", "X", "S"), (r"ci(?=[aou])", "X", "S"), (r"cc(?=[eiy])", "KS", "X"), (r"c(?=[eiy])", "S", "X"),
    (r"ck(?=[iay]$)", "TSK", "K"), (r"c[kqgc]?", "K", None),
    # d
    (r"dg(?=[eiy])", "J", None), (r"dz|ds(?=z)", "S", "J"), (r"d[dth]*", "T", None),
    # g
    (r"ough$|augh$", "F", ""), (r"gh(?=[aeiou])", "", "K"), (r"(?<=[aeiou])gh", "", "K"), (r"gh", "K", None),
    (r"gne?$", "N", None), (r"gg?(?=[eiy])", "J", "K"), (r"g+", "K", None),
    # the rest, alphabetical
    (r"mb$", "M", None), (r"b[bp]*h?", "P", None), (r"ph|f+", "F", None), (r"pf", "F", "P"), (r"p[pb]*", "P", None),
    (r"kh", "K", "H"), (r"k+|q+", "K", None), (r"l+", "L", None), (r"m+(p(?=[st]))?", "M", None), (r"n+", "N", None),
    (r"rz", "X", "RS"), (r"r+", "R", None), (r"(?<=[iy])sl", "L", "SL"), (r"s[zh]", "X", "S"),
    (r"si(?=[ao])", "S", "X"), (r"sc(?=[eiy])", "S", None), (r"s+", "S", None),
    (r"ti(?=[ao])", "X", "T"), (r"tz", "S", None), (r"t[th]*", "T", None), (r"v+", "F", None),
    (r"wi(cz|tz)$", "FX", "FS"), (r"w(?=ska?$|ski$|sky$)", "F", ""), (r"w", "", "F"), (r"x", "KS", None),
    (r"z+h?", "S", None), (r"j", "J", ""),
)  # fmt: skip


def _one_pattern(rules: tuple[tuple[str, str, str | None], ...]) -> re.Pattern[str]:
    """All rules as one expression whose group numbers are the rules': an engine in C tries them, not a loop here."""
    parts = (re.sub(r"\((?!\?)", "(?:", pattern).replace("^", "") for pattern, _, _ in rules)
    return re.compile("|".join(f"({part})" for part in parts))


_INSIDE = tuple(rule for rule in _RULES if not rule[0].startswith("^"))
_FRONT_PATTERN, _INSIDE_PATTERN = _one_pattern(_RULES), _one_pattern(_INSIDE)


@lru_cache(maxsize=200_000)
def sounds(word: str) -> tuple[str, ...]:
    """One or two codes for a word of bare letters, the usual reading first. Empty only for the empty word.

    >>> sounds("schmidt")
    ("XMT", "SKMT")
    """
    first, second = _read(word)
    if not first and word:
        first = "A"
    return (first,) if second in {first, ""} else (first, second)


def _read(word: str) -> tuple[str, str]:
    first: list[str] = []
    second: list[str] = []
    place = 0
    vowel_between = True
    while place < len(word):
        step, one, two = _at(word, place)
        place += step
        if not one and not two:
            vowel_between = True
            continue
        _add(first, one, vowel_between)
        _add(second, two, vowel_between)
        vowel_between = False
    return "".join(first)[:LONGEST], "".join(second)[:LONGEST]


def _at(word: str, place: int) -> tuple[int, str, str]:
    """How many letters the rule that fits here takes, and its two readings. Vowels inside a word have no rule."""
    pattern, rules = (_INSIDE_PATTERN, _INSIDE) if place else (_FRONT_PATTERN, _RULES)
    match = pattern.match(word, place)
    if match is None or match.lastindex is None:
        return 1, "", ""
    _, one, two = rules[match.lastindex - 1]
    return match.end() - place, one, one if two is None else two


def _add(code: list[str], sound: str, apart: bool) -> None:
    """Two equal sounds without a vowel between are one."""
    if sound and (apart or not code or code[-1] != sound[0]):
        code.extend(sound)
    elif len(sound) > 1:
        code.extend(sound[1:])


_SOUNDEX = {letter: digit for group, digit in (
    ("bfpv", "1"), ("cgjkqsxz", "2"), ("dt", "3"), ("l", "4"), ("mn", "5"), ("r", "6"),
) for letter in group}  # fmt: skip


@lru_cache(maxsize=200_000)
def soundex(word: str) -> str:
    """Russell's Soundex as the US National Archives describe it: a letter, three digits. Empty for no word."""
    if not word:
        return ""
    code, last = word[0].upper(), _SOUNDEX.get(word[0], "")
    for char in word[1:]:
        digit = _SOUNDEX.get(char, "")
        if digit and digit != last:
            code += digit
        if char not in "hw":
            last = digit
    return code[:4].ljust(4, "0")
