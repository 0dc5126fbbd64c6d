"""Outside registers (PNC/LEDS, DVLA, MIB, ANPR, Niche) behind one Protocol."""

from suspects.sources.contract import (
    ANSWERS,
    CheckSource,
    SourceAnswer,
    SourceBusy,
    SourceFact,
    SourceQuestion,
)
from suspects.sources.http import HttpSource, problem
from suspects.sources.registry import sources, systems_for

__all__ = [
    "ANSWERS",
    "CheckSource",
    "HttpSource",
    "SourceAnswer",
    "SourceBusy",
    "SourceFact",
    "SourceQuestion",
    "problem",
    "sources",
    "systems_for",
]
