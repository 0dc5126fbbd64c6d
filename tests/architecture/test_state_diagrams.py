"""Every lifecycle's diagram in docs/states is drawn from its table: `python -m tests.architecture.test_state_diagrams`
prints the diagrams of pages that are behind."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "states"
#: Each table of transitions, the state it starts from, and the page that shows it.
LIFECYCLES = {
    "incidents.INCIDENT_TRANSITIONS": ("OPEN", "incident.md"),
    "incidents.ASSIGNMENT_TRANSITIONS": ("ASSIGNED", "incident.md"),
    "incidents.EMERGENCY_TRANSITIONS": ("RAISED", "incident.md"),
    "incidents.SENDING_TRANSITIONS": ("QUEUED", "transfer.md"),
    "incidents.RECEIVING_TRANSITIONS": ("RECEIVED", "transfer.md"),
    "incidents.REQUEST_TRANSITIONS": ("ASKED", "incident.md"),
    "incidents.PUSH_TRANSITIONS": ("WAITING", "push.md"),
    "evidence.EXHIBIT_TRANSITIONS": ("COLLECTING", "evidence.md"),
    "evidence.ITEM_TRANSITIONS": ("RECEIVED", "evidence.md"),
    "streaming.SESSION_TRANSITIONS": ("queued", "video-session.md"),
    "streaming.SMS_TRANSITIONS": ("queued", "video-session.md"),
    "streaming.PART_TRANSITIONS": ("open", "recording.md"),
    "streaming.RECORDING_TRANSITIONS": ("collecting", "recording.md"),
    "streaming.PIECE_TRANSITIONS": ("announced", "backfill.md"),
    "streaming.UPLOAD_TRANSITIONS": ("announced", "upload.md"),
    "streaming.FEED_TRANSITIONS": ("idle", "feed.md"),
    "streaming.TWO_WAY_TRANSITIONS": ("asked", "two-way.md"),
    "streaming.GUEST_TRANSITIONS": ("invited", "guest-link.md"),
    "streaming.PROMPT_TRANSITIONS": ("asked", "prompt.md"),
    "suspects.WANTED_TRANSITIONS": ("DRAFT", "wanted.md"),
    "suspects.RESERVATION_TRANSITIONS": ("RESERVED", "wanted.md"),
    "suspects.BREACH_TRANSITIONS": ("RAISED", "curfew.md"),
    "suspects.INTELLIGENCE_TRANSITIONS": ("SUBMITTED", "intelligence.md"),
}


def table_of(name: str) -> dict[str, frozenset[str]]:
    app, _, attribute = name.partition(".")
    table: dict[str, frozenset[str]] = getattr(importlib.import_module(f"{app}.states"), attribute)
    return table


def diagram(name: str) -> str:
    """Mermaid: one line for every allowed move, in the order of the states; an end for every final one."""
    table = table_of(name)
    order = [str(state) for state in type(next(iter(table)))]  # type: ignore[attr-defined]  # keys are TextChoices
    moves = [f"    {old!s} --> {new}" for old in table for new in order if new in table[old]]
    ends = [f"    {state!s} --> [*]" for state in table if not table[state]]
    start = f"    [*] --> {LIFECYCLES[name][0]}"
    return "\n".join(["```mermaid", "stateDiagram-v2", start, *moves, *ends, "```"])


def test_every_table_of_transitions_has_its_diagram() -> None:
    found = {
        f"{app}.{name}"
        for app in ("incidents", "evidence", "streaming", "suspects")
        for name in vars(importlib.import_module(f"{app}.states"))
        if name.endswith("TRANSITIONS")
    }
    assert found == set(LIFECYCLES)


@pytest.mark.parametrize("name", sorted(LIFECYCLES))
def test_the_diagram_in_the_docs_is_current(name: str) -> None:
    page = PAGES / LIFECYCLES[name][1]
    assert diagram(name) in page.read_text(), f"put this into {page.name}:\n{diagram(name)}"


def test_no_page_has_a_diagram_of_something_else() -> None:
    drawn = {block for page in PAGES.glob("*.md") for block in re.findall(r"```mermaid.*?```", page.read_text(), re.S)}
    assert drawn == {diagram(name) for name in LIFECYCLES}


@pytest.mark.parametrize("name", sorted(LIFECYCLES))
def test_every_state_of_the_code_is_in_its_table(name: str) -> None:
    table = table_of(name)
    assert set(table) == set(type(next(iter(table))))  # type: ignore[call-overload]  # keys are TextChoices


if __name__ == "__main__":
    for one in LIFECYCLES:
        print(f"{LIFECYCLES[one][1]}\n{diagram(one)}\n")
