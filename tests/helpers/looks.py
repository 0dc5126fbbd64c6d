"""Looking at a page: a screenshot for the docs, axe for the rules, and nothing wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
STILL = "() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations > 9)"
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Every violation with all its places. Of what is right nobody reads a description: a megabyte for one console.
    "resultTypes": ["violations"],
}


def axe_violations(page: Page) -> list[str]:
    """Every violation as "rule: selector", empty when the page is clean."""
    found: list[dict[str, Any]] = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look(page: Page, name: str) -> None:
    """Assert that the page is clean and fits; keep its picture when SCREENSHOTS=1 asks for new ones."""
    page.wait_for_function(STILL)  # a colour half way through its change fits neither theme
    assert not (found := axe_violations(page)), f"{name}: {found}"
    assert overflow(page) <= 0, f"{name} scrolls sideways"
    if os.environ.get("SCREENSHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")
