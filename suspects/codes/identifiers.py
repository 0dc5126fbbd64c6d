"""Every number a person may be known by, checked by its own rule (STANDARDS 1.5, 5.2 to 5.4, 15)."""

from __future__ import annotations

import re
from collections.abc import Callable

from suspects.codes import check_letters
from suspects.codes.check_letters import CheckedCode

_NINO = re.compile(r"^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?$", re.ASCII)
_DRIVER = re.compile(r"^[A-Z9]{5}\d{6}[A-Z9]{2}[A-Z0-9][A-Z]{2}$", re.ASCII)
_URN = re.compile(r"^[A-Z0-9]{4}\d{3,7}$", re.ASCII)
LIMIT = 40


def identifier(kind: str, raw: str, *, this_year: int | None = None) -> CheckedCode:
    """A number by its kind: PNC, CRO, ASN, DRIVER, NINO, PASSPORT, PRISON or NOMINAL.

    Raises ValueError for an unknown kind and for a text that has not the kind's shape. A wrong check letter, or a
    pattern that is only nearly right, comes back unverified. PASSPORT, PRISON and NOMINAL have no rule: unverified.
    """
    if kind == "PNC":
        return check_letters.pnc_id(raw, this_year=this_year)
    rule = _RULES.get(kind)
    if rule is None:
        raise ValueError("Choose what kind of number this is.")
    return rule(raw)


def _pattern(kind: str, pattern: re.Pattern[str], words: str) -> Callable[[str], CheckedCode]:
    def rule(raw: str) -> CheckedCode:
        text = _plain(raw)
        good = bool(pattern.match(text))
        return CheckedCode(kind=kind, canonical=text, verified=good, problem="" if good else words)

    return rule


def _free(kind: str) -> Callable[[str], CheckedCode]:
    def rule(raw: str) -> CheckedCode:
        return CheckedCode(kind=kind, canonical=_plain(raw), verified=False)

    return rule


def _plain(raw: str) -> str:
    text = re.sub(r"\s+", "", raw).upper()
    if not text or len(text) > LIMIT or not re.match(r"^[A-Z0-9/.\-]+$", text):
        raise ValueError(f"Use letters, digits, slash and hyphen, at most {LIMIT}.")
    return text


_RULES: dict[str, Callable[[str], CheckedCode]] = {
    "CRO": check_letters.cro,
    "ASN": check_letters.asn,
    "DRIVER": _pattern("DRIVER", _DRIVER, "A driver number has 16 letters and digits in a fixed order."),
    "NINO": _pattern("NINO", _NINO, "A National Insurance number has two letters, six digits and A to D."),
    "PASSPORT": _free("PASSPORT"),
    "PRISON": _free("PRISON"),
    "NOMINAL": _free("NOMINAL"),
}


def is_case_urn(raw: str) -> bool:
    """Whether the text has the shape of a case URN (PTIURN)."""
    return bool(_URN.match(re.sub(r"\s+", "", raw).upper()))
