"""Minimum rules for a person record: the POLE data standards dictionary (STANDARDS 1.1, 1.2).

Blank is better than a known error: what cannot be a name is refused, what is missing is flagged and asked for later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from suspects.codes.dates import OLDEST, age_on

NAME_LIMIT = 35
GIVEN_LIMIT = 110  # all given names together, with the spaces between them
FEATURES_OF_A_STRANGER = 4

_TITLES = re.compile(
    r"^(mr|mrs|miss|ms|mx|dr|prof|professor|sir|lord|lady|rev|reverend|father|sister|pc|dc|ps|ds|insp|cllr)\.?$",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(
    r"^(unknown|unk|n/k|nk|none|n/a|tbc|tba|notknown|notgiven|refused|anon|anonymous|unnamed|test|male|female)"
    r"\.?$",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "ʼ": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"})

NOT_IN_NAMES = "Only letters, hyphen and apostrophe. Leave it empty rather than write something else."


def given_names(raw: str) -> str:
    """Given names, one space between them: each 1 to 35 letters, hyphen or apostrophe; no titles, no "UNKNOWN".

    Raises ValueError. An empty text is empty: the name is not known.
    """
    names = [_one_name(part) for part in raw.split()]
    if names and len(names) > 1 and _TITLES.match(names[0]):
        raise ValueError(f"Leave out the title {names[0]}: it has a field of its own.")
    text = " ".join(names)
    if len(text) > GIVEN_LIMIT:
        raise ValueError(f"Use at most {GIVEN_LIMIT} characters for all given names.")
    return text


def surname(raw: str) -> str:
    """A surname of 1 to 35 characters. Particles and double names keep their space: "van der Berg".

    Raises ValueError. An empty text is empty: the name is not known.
    """
    text = " ".join(_one_name(part) for part in raw.split())
    if len(text) > NAME_LIMIT:
        raise ValueError(f"Use at most {NAME_LIMIT} characters for a surname.")
    return text


def nickname(raw: str) -> str:
    """A nickname, street name or tag: 1 to 35 characters, no double spaces, digits and signs allowed."""
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if len(text) > NAME_LIMIT or not all(char.isprintable() for char in text):
        raise ValueError(f"Use at most {NAME_LIMIT} characters for a nickname.")
    return text


def _one_name(part: str) -> str:
    text = unicodedata.normalize("NFC", part).translate(_APOSTROPHES)
    if _NOT_NAMES.match(text):
        raise ValueError(f"{text} is not a name. Leave it empty: blank is better than a known error.")
    if len(text) > NAME_LIMIT:
        raise ValueError(f"Use at most {NAME_LIMIT} characters for a name.")
    bare = text.replace("-", "").replace("'", "")
    if not bare or not all(unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lo", "Lm", "Mn", "Mc"} for char in bare):
        raise ValueError(NOT_IN_NAMES)
    if re.search(r"[-']{2}", text) or text.startswith("-") or text.endswith("-"):
        raise ValueError(NOT_IN_NAMES)
    return text


def date_of_birth(born: date, *, today: date, died: date | None = None) -> date:
    """The same day when somebody can have been born on it: before today, not after their death, at most 120 years ago.

    Raises ValueError.
    """
    if born >= today:
        raise ValueError("A date of birth is before today. Check day, month and year.")
    if died is not None and born > died:
        raise ValueError("The date of birth is after the date of death. One of them is wrong.")
    if age_on(born, today) > OLDEST:
        raise ValueError(f"That would be an age over {OLDEST}. Check the year.")
    return born


def missing(
    *,
    given: str,
    surname: str,
    born: date | None,
    sex: str,
    gender: str,
    contacts: int,
    addresses: int,
    linked: bool = True,
) -> tuple[str, ...]:
    """What the "4+1" minimum still wants, in words; empty when the record is complete.

    Given name, surname, date of birth, gender, and one way to reach the person: address, telephone or email. A person
    who is `linked` to nothing is an orphan.
    """
    wanted = (
        ("given name", bool(given)),
        ("surname", bool(surname)),
        ("date of birth", born is not None),
        ("gender", bool(gender) or sex in {"M", "F"}),
        ("address, telephone or email", contacts + addresses > 0),
        ("link to another record", linked),
    )
    return tuple(name for name, known in wanted if not known)


def stranger_features(features: Iterable[str]) -> int:
    """How many physical attributes are known, of gender, build, complexion, mark, left eye, right eye, ethnicity."""
    return sum(1 for value in features if value and value not in {"U", "U/K", "IC9"})


def enough_for_a_stranger(features: Iterable[str]) -> bool:
    """An unknown suspect may be recorded: at least four attributes are known."""
    return stranger_features(features) >= FEATURES_OF_A_STRANGER
