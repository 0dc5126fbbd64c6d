"""Photos and films that a caller chose: only the link's browser sends them, who may watch sees the list."""

from __future__ import annotations

from tests.integration.walls import sent
from tests.integration.walls.rule import DELETE, DESK, GET, NOBODY, NONE, ONE, PATCH, POST, Rule

RULES: tuple[Rule, ...] = (
    Rule(GET, "streaming:files", "call", DESK, 200, ONE),
    # --- from the phone: never for a sign-in
    Rule(GET, "streaming:phone_files", "call", NOBODY, 403, NONE),
    Rule(POST, "streaming:phone_files", "call", NOBODY, 403, NONE, sent.nothing),
    Rule(GET, "streaming:phone_file", "phone file", NOBODY, 403, NONE),
    Rule(PATCH, "streaming:phone_file", "phone file", NOBODY, 403, NONE, sent.nothing),
    Rule(DELETE, "streaming:phone_file", "phone file", NOBODY, 403, NONE),
)
