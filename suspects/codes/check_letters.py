"""Check letters of PNC IDs, CRO numbers and arrest/summons numbers (STANDARDS 5.2 to 5.4 and 15).

One rule for all three: a number modulo 23 points into a table of 23 letters; I, O and S are never used. What differs
is which digits make the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

TABLE = "ZABCDEFGHJKLMNPQRTUVWXY"

_PNC = re.compile(r"^(\d{4}|\d{2})/(\d{1,7})([A-Z])$", re.ASCII)
_PNC_RUN = re.compile(r"^(\d{3,11})([A-Z])$", re.ASCII)
_CRO = re.compile(r"^(\d{1,6})/(\d{2})([A-Z])$", re.ASCII)
_CRO_SF = re.compile(r"^SF(\d{2})/(\d{1,6})([A-Z])$", re.ASCII)
_ASN = re.compile(r"^(\d{2})([A-Z0-9]?)([A-Z0-9]{2})([A-Z0-9]{2})([A-Z0-9]{2})(\d{11})([A-Z])$", re.ASCII)
_ASN_SHORT = re.compile(r"^(\d{2})/([A-Z0-9]?)([A-Z0-9]{2})([A-Z0-9]{2})/([A-Z0-9]{2})/(\d{1,11})([A-Z])$", re.ASCII)

NOT_A_PNC_ID = "A PNC ID is a year, a slash, up to seven digits and a letter, like 1979/0163001B."
NOT_A_CRO = "A CRO number is digits, a slash, a two-digit year and a letter, like 65656/91H, or SF83/50058Z."
NOT_AN_ASN = "An ASN is a year, force, unit, system, a number and a letter, like 11/01ZD/01/448754K."


@dataclass(frozen=True, kw_only=True)
class CheckedCode:
    """A reference in its one written form. `verified` only when its check letter is right; `problem` says what is not.

    An unverified value may be kept as what somebody said; it is never used as if it were the person's.
    """

    kind: str
    canonical: str
    verified: bool
    problem: str = ""


def letter(number: int) -> str:
    """The check letter of a number: remainder 1 is A, 0 is Z."""
    return TABLE[number % 23]


def pnc_id(raw: str, *, this_year: int | None = None) -> CheckedCode:
    """ "YYYY/NNNNNNND" from any usual typing: two-digit year, serial without its zeros, no slash, spaces.

    A two-digit year is 20YY up to this year, else 19YY. Raises ValueError when it has not the shape of one.
    """
    year_now = this_year or date.today().year
    text = _squeezed(raw)
    readings = [match.groups()] if (match := _PNC.match(text)) else _without_slash(text)
    if not readings:
        raise ValueError(NOT_A_PNC_ID)
    answers = [_pnc(year, serial, given, year_now) for year, serial, given in readings]
    return next((answer for answer in answers if answer.verified), answers[0])


def _without_slash(text: str) -> list[tuple[str, ...]]:
    """Where the year may end. Both are tried: the check letter tells which was meant."""
    match = _PNC_RUN.match(text)
    if match is None:
        return []
    digits, given = match.groups()
    short = [(digits[:2], digits[2:], given)] if len(digits) <= 9 else []
    long = [(digits[:4], digits[4:], given)] if len(digits) >= 5 and digits[:2] in {"19", "20"} else []
    return [*short, *long]


def _pnc(year: str, serial: str, given: str, year_now: int) -> CheckedCode:
    if len(year) == 2:
        year = f"{'20' if int(year) <= year_now % 100 else '19'}{year}"
    serial = serial.zfill(7)
    return _checked("PNC", f"{year}/{serial}{given}", int(year[2:] + serial), given)


def cro(raw: str) -> CheckedCode:
    """ "NNNNNN/YYD" without leading zeros, or "SFYY/NNNNNND" as typed. Raises ValueError for other shapes.

    Full numbers: year then the serial padded to six. SF files: from 1965 year then the serial padded to five, before
    that the serial alone. SF years are not bounded: numbers of 2005 exist.
    """
    text = _squeezed(raw)
    if match := _CRO.match(text):
        serial, year, given = match.groups()
        return _checked("CRO", f"{int(serial)}/{year}{given}", int(year + serial.zfill(6)), given)
    if match := _CRO_SF.match(text):
        year, serial, given = match.groups()
        number = int(serial) if 39 <= int(year) <= 64 else int(year + serial.zfill(5))
        return _checked("CRO", f"SF{year}/{serial}{given}", number, given)
    raise ValueError(NOT_A_CRO)


def asn(raw: str) -> CheckedCode:
    """ "YYFFUUSSNNNNNNNNNNND" (20 characters, 21 with a top-level character after the year).

    The form people write, "YY/FFUU/SS/nnnnnnD", is understood too. Letters in force or system add nothing to the
    number. Raises ValueError for other shapes.
    """
    text = _squeezed(raw)
    match = _ASN.match(text) or _ASN_SHORT.match(text)
    if match is None:
        raise ValueError(NOT_AN_ASN)
    year, top, force, unit, system, serial, given = match.groups()
    serial = serial.zfill(11)
    number = int(_digits(force) + _digits(system) + year + serial)
    return _checked("ASN", f"{year}{top}{force}{unit}{system}{serial}{given}", number, given)


def readable_asn(canonical: str) -> str:
    """As people write it: "11/01ZD/01/448754K"."""
    match = _ASN.match(canonical)
    if match is None:
        return canonical
    year, top, force, unit, system, serial, given = match.groups()
    return f"{year}/{top}{force}{unit}/{system}/{int(serial)}{given}"


def short_pnc_id(canonical: str) -> str:
    """As LEDS shows it, without leading zeros: "1979/163001B"."""
    year, _, rest = canonical.partition("/")
    return f"{year}/{rest.lstrip('0')}"


def _checked(kind: str, canonical: str, number: int, given: str) -> CheckedCode:
    if given not in TABLE:
        return CheckedCode(
            kind=kind, canonical=canonical, verified=False,
            problem=f"{given} is never a check letter. Check it with the person or the document.",
        )  # fmt: skip
    if letter(number) != given:
        return CheckedCode(
            kind=kind, canonical=canonical, verified=False,
            problem="The check letter does not fit the number. One of them was misheard or mistyped.",
        )  # fmt: skip
    return CheckedCode(kind=kind, canonical=canonical, verified=True)


def _squeezed(raw: str) -> str:
    return re.sub(r"\s+", "", raw).upper()


def _digits(text: str) -> str:
    return text if text.isdigit() else ""
