"""Every defence that docs/threat-model.md claims names a test, and every test it names is there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (TESTS.parent / "docs" / "threat-model.md").read_text().partition("## Threats")[2].splitlines()
    if line.startswith("| ") and not line.startswith(("| threat", "| **"))
]
NAME = re.compile(r"`([\w/.-]+\.(?:py|js|mjs))(?:::(test_\w+))?`")


def test_every_threat_has_a_defence_and_a_test_or_says_why_not() -> None:
    assert len(ROWS) > 100
    for row in ROWS:
        assert len(row) == 3, row
        assert NAME.search(row[2]) or row[2].startswith("not tested: "), row


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for file, test in (found for row in ROWS for found in NAME.findall(row[2])):
        path = TESTS / file
        if not path.is_file() or (test and not re.search(rf"def {test}\(", path.read_text())):
            missing.append(f"{file}::{test}")
    assert not missing
