"""Registration marks (STANDARDS 6.1). A mark that fits no pattern is a warning, never refused: foreign, trade and
diplomatic marks and half-seen plates are everyday work."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LIMIT = 11


class Style(StrEnum):
    """How a British mark is built; OTHER is everything else."""

    CURRENT = "current"
    PREFIX = "prefix"
    Q_PLATE = "q"
    SUFFIX = "suffix"
    NORTHERN_IRELAND = "ni"
    DATELESS = "dateless"
    OTHER = "other"


_STYLES = (
    (Style.CURRENT, re.compile(r"^[A-HJ-PR-Y]{2}(?!00|01|50)\d{2}[A-HJ-PR-Z]{3}$")),
    (Style.Q_PLATE, re.compile(r"^Q\d{1,3}[A-Z]{3}$")),
    (Style.PREFIX, re.compile(r"^[A-HJ-NP-TV-Y]\d{1,3}[A-HJ-PR-Z]{3}$")),
    (Style.SUFFIX, re.compile(r"^[A-Z]{3}\d{1,3}[A-HJ-NPR-TV-Y]$")),
    (Style.NORTHERN_IRELAND, re.compile(r"^(?=[A-Z]{0,2}[IZ])[A-Z]{3}\d{1,4}$|^\d{1,4}(?=[A-Z]{0,2}[IZ])[A-Z]{3}$")),
    (Style.DATELESS, re.compile(r"^([A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3})$")),
)  # fmt: skip
_VIN = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
#: What is taken for what in rain and at night. The folded form writes each pair with its digit.
_FOLD = str.maketrans("OISBZ", "01582")

NOT_A_MARK = "Enter a registration mark of letters and digits, at most 11, like KX68 ZZB."
NO_BRITISH_PATTERN = "No British mark looks like this. Check it, or say which country it is from."


def normalise(raw: str) -> str:
    """Capitals and digits without spaces, hyphens or dots; accents dropped. Raises ValueError for anything else."""
    text = "".join(char for char in unicodedata.normalize("NFKD", raw) if not unicodedata.combining(char))
    text = re.sub(r"[\s.\-·•]+", "", text).upper()
    if not text or len(text) > LIMIT or not (text.isascii() and text.isalnum()):
        raise ValueError(NOT_A_MARK)
    return text


def style(mark: str) -> Style:
    """The pattern a normalised mark fits; current marks before older ones."""
    return next((name for name, pattern in _STYLES if pattern.match(mark)), Style.OTHER)


def warning(mark: str) -> str:
    """Words when a normalised mark fits no British pattern; empty when it does. Never a reason to refuse it."""
    return NO_BRITISH_PATTERN if style(mark) is Style.OTHER else ""


def readable(mark: str) -> str:
    """With the space people expect: "KX68 ZZB", "A123 BCD", "ABC 123D"; other marks as they are."""
    found = style(mark)
    if found is Style.CURRENT:
        return f"{mark[:4]} {mark[4:]}"
    if found in {Style.PREFIX, Style.Q_PLATE}:
        return f"{mark[:-3]} {mark[-3:]}"
    if found is Style.SUFFIX:
        return f"{mark[:3]} {mark[3:]}"
    return re.sub(r"(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Z])", " ", mark) if found is not Style.OTHER else mark


def folded(mark: str) -> str:
    """The mark with confusable letters as digits (0/O, 1/I, 5/S, 8/B, 2/Z): two marks that look alike are equal."""
    return mark.translate(_FOLD)


def reversed_folded(mark: str) -> str:
    """`folded` backwards, so that an index answers "ends with"."""
    return folded(mark)[::-1]


@dataclass(frozen=True, kw_only=True)
class Partial:
    """A mark with holes: `?` is one character, `*` any number. All parts are folded, to compare with `folded`.

    `like` is an SQL LIKE pattern; `prefix` and `suffix` are what stands before the first and after the last hole, for
    an index. `known` counts the characters that were seen.
    """

    text: str
    like: str
    prefix: str
    suffix: str
    known: int
    _pattern: re.Pattern[str]

    def fits(self, mark: str) -> bool:
        """Whether a normalised mark could be the one that was seen."""
        return bool(self._pattern.match(folded(mark)))


def partial(raw: str) -> Partial:
    """Understand `KX?8*`. Raises ValueError for other characters, or when fewer than two were seen."""
    text = re.sub(r"[\s.\-]+", "", raw).upper()
    text = re.sub(r"\*+", "*", text)
    if not re.match(r"^[A-Z0-9?*]+$", text) or len(text) > LIMIT + 5:
        raise ValueError("Enter letters and digits; ? for one you did not see, * for several, like KX?8*.")
    known = sum(char not in "?*" for char in text)
    if known < 2:
        raise ValueError("Give at least two letters or digits of the mark.")
    seen = folded(text)
    pattern = "".join({"?": ".", "*": ".*"}.get(char, char) for char in seen)
    return Partial(
        text=seen,
        like=seen.replace("?", "_").replace("*", "%"),
        prefix=re.split(r"[?*]", seen)[0],
        suffix=re.split(r"[?*]", seen)[-1],
        known=known,
        _pattern=re.compile(f"^{pattern}$"),
    )


def is_partial(raw: str) -> bool:
    """Whether somebody typed a mark with holes."""
    return "?" in raw or "*" in raw


def vin(raw: str) -> str:
    """A vehicle identification number: 17 characters, no I, O or Q. Raises ValueError."""
    text = re.sub(r"[\s\-]+", "", raw).upper()
    if not _VIN.match(text):
        raise ValueError("A VIN has 17 letters and digits, without I, O and Q.")
    return text
