"""Who may read the gap ledger and look back in a call. A rewind belongs to one person: to others it is missing."""

from __future__ import annotations

from tests.integration.walls.rule import DESK, EXHIBITS, GET, NONE, POST, WRITE, Rule

RULES: tuple[Rule, ...] = (
    Rule(GET, "streaming:ledger", "call", DESK, 200, NONE),  # times and causes: nobody's data
    Rule(GET, "streaming:exhibit_ledger", "exhibit", EXHIBITS, 404, NONE),  # of a snapshot there is none
    Rule(POST, "streaming:rewind", "call", DESK, 201, WRITE),
    # --- what a rewind that was let in and written down fetches
    Rule(GET, "streaming:rewind_overview", "rewind", DESK, 404, NONE),
    Rule(GET, "streaming:rewind_rows", "rewind part", DESK, 404, NONE),
    Rule(GET, "streaming:rewind_film", "rewind part", DESK, 404, NONE),
    Rule(POST, "streaming:rewind_stop", "rewind", DESK, 404, NONE),
)
