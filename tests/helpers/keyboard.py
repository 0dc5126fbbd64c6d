"""Hands on the keys: what a person at a desk does without a mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

HAS_FOCUS = "element => element === document.activeElement"
WHERE = "() => { const at = document.activeElement; return at.outerHTML.slice(0, 160); }"


def tab_to(target: Locator, *, most: int = 90, key: str = "Tab") -> Locator:
    """Press Tab until `target` has focus; what cannot be reached so is a fault of the page."""
    page = target.page
    for _ in range(most):
        if target.evaluate(HAS_FOCUS):
            return target
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached within {most} presses of {key}; focus is at {page.evaluate(WHERE)}")


def type_into(target: Locator, words: str) -> None:
    tab_to(target)
    target.page.keyboard.type(words)


def press(target: Locator, *, key: str = "Enter") -> None:
    """Go to a button and press it."""
    tab_to(target).page.keyboard.press(key)


def command(page: Page, words: str) -> None:
    """The palette: what is wanted in words, and Enter."""
    leave_field(page)
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.locator('#palette [aria-selected="true"]').first.wait_for()
    page.keyboard.press("Enter")


def leave_field(page: Page) -> None:
    """Escape leaves a field; what was typed is kept."""
    page.keyboard.press("Escape")
