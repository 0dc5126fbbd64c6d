"""How a decision stands in the log: what was decided, the lines of the National Decision Model, the picture it cites.

The log keeps words (STANDARDS 2.7), and its hash, its search and everything that reads it go by those words. So the
lines are words too, each behind its label, and are read back from there (STANDARDS 2.8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Field, label and the cue beside an empty field, in the order of the model; the Code of Ethics is its centre.
NDM: tuple[tuple[str, str, str], ...] = (
    ("information", "Information", "What is known, and from whom?"),
    ("threat_risk", "Threat and risk", "Who or what is at risk? Working strategy?"),
    ("powers_policy", "Powers and policy", "Which law and policy apply?"),
    ("options", "Options", "What else could be done? Contingencies?"),
    ("action_review", "Action and review", "What is done, and looked at again when?"),
    ("ethics", "Code of Ethics", "Is it fair and in proportion?"),
)
PICTURE = "Picture"
_LABELS = {label: name for name, label, _ in NDM}
_LINE = re.compile(rf"^({'|'.join(re.escape(label) for label in _LABELS)}): ")


@dataclass(kw_only=True)
class Line:
    """One labelled line. `entry`: the entry of the same log that it cites, which was looked up when it was written."""

    label: str
    words: str
    entry: int | None = None


@dataclass(kw_only=True)
class Said:
    """An entry's words, taken apart: what comes first, then the labelled lines in the order they were written."""

    lead: str
    lines: list[Line] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, str]:
        """The model's fields that say something, by name."""
        found: dict[str, str] = {}
        for line in self.lines:
            if name := _LABELS.get(line.label):
                found[name] = f"{found[name]}\n{line.words}" if name in found else line.words
        return found

    @property
    def cites(self) -> int | None:
        return next((line.entry for line in self.lines if line.entry is not None), None)


def compose(lead: str, fields: Mapping[str, str], cited: tuple[int, str] | None = None) -> str:
    """The words of an entry. `cited`: number and words of the entry about the picture that it rests on."""
    parts = [lead, *(f"{label}: {fields[name]}" for name, label, _ in NDM if fields.get(name))]
    if cited is not None:
        parts.append(f"{PICTURE}: entry {cited[0]}, {cited[1]}")
    return "\n".join(part for part in parts if part)


def take_apart(text: str, cites: int | None = None) -> Said:
    """The words of an entry as they were composed, or as somebody typed them: a labelled line is a field.

    `cites`: the entry that was looked up when this one was written; `compose` put it last. Whatever else looks like a
    citation is words that somebody typed.
    """
    lead: list[str] = []
    lines: list[Line] = []
    rows = text.split("\n")
    checked = f"{PICTURE}: entry {cites}, "
    cited = rows.pop() if cites is not None and rows[-1].startswith(checked) else None
    for row in rows:
        if labelled := _LINE.match(row):
            lines.append(Line(label=labelled[1], words=row[labelled.end() :]))
        elif lines:
            lines[-1].words += f"\n{row}"
        else:
            lead.append(row)
    if cited is not None:
        lines.append(Line(label=PICTURE, words=cited.removeprefix(checked), entry=cites))
    return Said(lead="\n".join(lead), lines=lines)
