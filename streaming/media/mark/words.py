"""Who looks: what a mark says. No drawing here, so that the engine need not load what draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
LONGEST_LABEL = 90  # letters; a name of 40, an agency of 38 and what stands between


class NotMarked(ValueError):
    """No mark can be drawn: then no picture may be shown."""


@dataclass(frozen=True)
class Mark:
    """Who looks. `code` is the beginning of the link's id: the audit trail finds the rest by it."""

    label: str
    code: str

    @classmethod
    def read(cls, given: Any) -> Mark:
        """From JSON. Raises NotMarked."""
        label, code = (given.get("label"), given.get("code")) if isinstance(given, dict) else (None, None)
        if not (isinstance(label, str) and isinstance(code, str) and label.strip() and code.strip()):
            raise NotMarked("nobody to name")
        return cls(label[:LONGEST_LABEL], code[:16])

    def lines(self, at: float) -> tuple[str, str]:
        return self.label, f"{datetime.fromtimestamp(at, LONDON):%d/%m/%Y %H:%M:%S} · {self.code}"
