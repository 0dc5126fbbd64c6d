"""Telephone numbers: typed any way, kept as E.164 (STANDARDS 1.2 and 15)."""

from __future__ import annotations

import re

import phonenumbers

from core.errors import Invalid

E164 = re.compile(r"^\+[1-9]\d{7,14}$")
UK_MOBILE = re.compile(r"^\+447[1-57-9]\d{8}$|^\+447624\d{6}$")  # 07624 is the Isle of Man; other 076 are pagers
_TYPED = re.compile(r"^[\d\s()+./-]+$")

NOT_A_NUMBER = "Enter a telephone number, like 07700 900123 or +44 20 7946 0123."
WRONG_LENGTH = "This number has too many or too few digits. Check it with the caller."
NOT_A_MOBILE = "A text needs a UK mobile number. It starts with 07, like 07700 900123."


def parse_phone(raw: str, *, field: str = "caller_number") -> str:
    """The number as E.164. A number without a country is British. Raises Invalid for the field.

    A number is accepted when its length fits its country's plan, not only when the range is in use: plans change faster
    than libraries, and a caller's line must never be refused because a table is old.
    """
    text = raw.strip()
    if len(text) > 40 or not _TYPED.match(text):
        raise Invalid(fields={field: NOT_A_NUMBER})
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise Invalid(fields={field: NOT_A_NUMBER}) from error
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number) or not E164.match(found):
        raise Invalid(fields={field: WRONG_LENGTH})
    if found.startswith("+447") and not UK_MOBILE.match(found) and not found.startswith(("+4470", "+4476")):
        raise Invalid(fields={field: WRONG_LENGTH})
    return found


def parse_uk_mobile(raw: str, *, field: str = "number") -> str:
    """A number that can take a text, as E.164. Raises Invalid for the field."""
    found = parse_phone(raw, field=field)
    if not UK_MOBILE.match(found):
        raise Invalid(fields={field: NOT_A_MOBILE})
    return found


def is_uk_mobile(number: str) -> bool:
    """Whether an E.164 number can take a text."""
    return bool(UK_MOBILE.match(number))


def readable_phone(number: str) -> str:
    """As people read it out: "07700 900123" for British numbers, "+1 202 555 0123" for others; "" for none."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    british = parsed.country_code == 44
    style = phonenumbers.PhoneNumberFormat.NATIONAL if british else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown: str = phonenumbers.format_number(parsed, style)
    return shown
