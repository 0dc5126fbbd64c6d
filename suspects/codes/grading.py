"""3x5x2 intelligence grading (STANDARDS 8.1): how good the source is, how the source knows, who may have it."""

from __future__ import annotations

import re
from dataclasses import dataclass

SOURCES = {"1": "Reliable", "2": "Untested", "3": "Not reliable"}
ASSESSMENTS = {
    "A": "Known directly to the source",
    "B": "Known indirectly to the source but corroborated",
    "C": "Known indirectly to the source",
    "D": "Not known",
    "E": "Suspected to be false",
}
HANDLING = {"P": "Lawful sharing permitted", "C": "Lawful sharing permitted with conditions"}

_GRADE = re.compile(r"^([123])([A-E])([PC])$")
NOT_A_GRADE = "A 3x5x2 grading is a digit 1 to 3, a letter A to E and P or C, like 2BC."


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One grading. `code` is "2BC"."""

    source: str
    assessment: str
    handling: str

    @property
    def code(self) -> str:
        return f"{self.source}{self.assessment}{self.handling}"

    @property
    def has_conditions(self) -> bool:
        """Handling C: the conditions must be written, and read before it is passed on."""
        return self.handling == "C"

    @property
    def is_fact(self) -> bool:
        """A reliable source that knows it directly. Everything else is shown as opinion."""
        return self.source == "1" and self.assessment == "A"

    @property
    def words(self) -> tuple[str, str, str]:
        """What the chip opens: one line each for source, assessment and handling."""
        return (SOURCES[self.source], ASSESSMENTS[self.assessment], HANDLING[self.handling])


def parse(raw: str) -> Grade:
    """A grading from "2bc" or "2 B C". Raises ValueError."""
    match = _GRADE.match(re.sub(r"\s+", "", raw).upper())
    if match is None:
        raise ValueError(NOT_A_GRADE)
    return Grade(source=match[1], assessment=match[2], handling=match[3])
