"""Answers of registers that do not exist: the same question and seed give the same answer, on every machine.

Nothing here says who somebody is or what a vehicle looks like: it stands beside a force's own (invented) records and
must not contradict them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

Answer = dict[str, Any]
_FIRST_DAY = dt.date(2026, 12, 1)


class Dice:
    """Numbers that follow from seed, system and question alone."""

    def __init__(self, seed: str, system: str, subject: str, query: Mapping[str, str]) -> None:
        asked = json.dumps([seed, system, subject, sorted(query.items())], ensure_ascii=False)
        self._digest = hashlib.sha256(asked.encode("utf-8", "replace")).digest()
        self._at = 0
        self.ref = self._digest.hex()[-8:].upper()

    def below(self, limit: int) -> int:
        self._at = (self._at + 2) % 24
        return int.from_bytes(self._digest[self._at : self._at + 4], "big") % limit

    def day(self, days: int = 360) -> str:
        return (_FIRST_DAY + dt.timedelta(days=self.below(days))).strftime("%d/%m/%Y")


def answer(seed: str, system: str, subject: str, query: Mapping[str, str]) -> Answer:
    """What `system` says about the question. KeyError for a system nobody made up."""
    dice = Dice(seed, system, subject, query)
    made = _MAKERS[system](dice, subject)
    return {"ref": f"SIM-{system[:4]}-{dice.ref}", "facts": [], **made}


def _facts(**lines: str) -> list[dict[str, str]]:
    return [{"label": label.replace("_", " "), "value": value} for label, value in lines.items()]


def _pnc(dice: Dice, subject: str) -> Answer:
    roll = dice.below(100)
    if subject == "vehicle":
        if roll < 4:
            facts = _facts(Report="Lost or stolen", Action="Stop. Confirm the VRM and VIN first")
            return {"outcome": "WANTED", "summary": "Reported stolen.", "facts": facts}
        return {"outcome": "NO_TRACE", "summary": "No reports."}
    if roll < 6:
        facts = _facts(Basis="Fail to appear", Circulated_by="Southmere Police")
        return {"outcome": "WANTED", "summary": "Shows wanted. Confirm before arrest.", "facts": facts}
    if roll < 34:
        return {"outcome": "TRACE", "summary": "Known. No reports.", "facts": _facts(Records="1")}
    if roll < 42:
        return {"outcome": "MULTI", "summary": f"{2 + dice.below(3)} records fit. Ask for more details."}
    return {"outcome": "NO_TRACE", "summary": "No trace."}


def _dvla(dice: Dice, subject: str) -> Answer:
    if dice.below(100) < 15:
        return {"outcome": "NO_TRACE", "summary": "No trace."}
    if subject == "person":
        state = "Full licence" if dice.below(100) < 92 else "Disqualified"
        return {"outcome": "TRACE", "summary": f"{state}.", "facts": _facts(Licence=state, Valid_to=dice.day(3000))}
    tax = "SORN" if dice.below(100) < 6 else f"until {dice.day()}"
    return {"outcome": "TRACE", "summary": "Registered.", "facts": _facts(Tax=tax, MOT=f"until {dice.day()}")}


def _mib(dice: Dice, subject: str) -> Answer:
    roll = dice.below(100)
    if roll < 88:
        return {"outcome": "TRACE", "summary": "Insured.", "facts": _facts(Policy_to=dice.day())}
    if roll < 95:
        summary = "Not insured. The list is days behind: confirm by phone before seizing (s.165A)."
        return {"outcome": "TRACE", "summary": summary}
    return {"outcome": "NO_TRACE", "summary": "No record."}


def _anpr(dice: Dice, subject: str) -> Answer:
    roll = dice.below(100)
    if roll < 5:
        facts = _facts(List="Stolen vehicles", Priority="H", Action="STOP", Owner="Southmere Police")
        return {"outcome": "WANTED", "summary": "On a list: stop. Compare the plate with the picture.", "facts": facts}
    if roll < 60:
        reads = 1 + dice.below(14)
        return {"outcome": "TRACE", "summary": f"{reads} reads in 7 days.", "facts": _facts(Reads=str(reads))}
    return {"outcome": "NO_TRACE", "summary": "No reads in 7 days."}


def _niche(dice: Dice, subject: str) -> Answer:
    if dice.below(100) < 70:
        return {"outcome": "NO_TRACE", "summary": "No trace."}
    number = f"22/{1000 + dice.below(8000)}/26"
    return {"outcome": "TRACE", "summary": "Known.", "facts": _facts(Occurrence=number)}


_MAKERS: Mapping[str, Callable[[Dice, str], Answer]] = {
    "PNC": _pnc,
    "DVLA": _dvla,
    "MIB": _mib,
    "ANPR": _anpr,
    "NICHE": _niche,
}
SYSTEMS = tuple(_MAKERS)
