"""The caller's stylesheet carries only the colours it uses; they are those of the design tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
VALUE = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,8})", re.IGNORECASE)


def values(text: str) -> dict[str, str]:
    return {name: value.lower() for name, value in VALUE.findall(text)}


def halves(sheet: str, light: str) -> tuple[dict[str, str], dict[str, str]]:
    text = (CSS / sheet).read_text(encoding="utf-8")
    at = text.index(light)
    return values(text[:at]), values(text[at:])


@pytest.mark.parametrize("half", [0, 1], ids=["dark", "light"])
def test_the_same_values_as_the_tokens(half):
    ours = halves("caller.css", "prefers-color-scheme: light")[half]
    theirs = halves("tokens.css", '[data-theme="light"] {')[half]
    assert len(ours) >= 15
    assert {name: value for name, value in ours.items() if theirs.get(name) != value} == {}
