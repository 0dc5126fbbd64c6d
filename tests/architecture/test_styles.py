"""What a rule of style may cost a screen that changes twenty times a second."""

from __future__ import annotations

import re

import pytest

from tests.architecture.test_repository import ROOT, tracked

WHOLE_PAGE = re.compile(r"(^|[\s>~+])(html|body|:root|\.frame|\.workspace)[^\s>~+]*$")
OF_ITS_OWN = re.compile(r"[#\[]|\.(?!icon\b)[a-z]")


def selectors() -> list[tuple[str, str]]:
    found = []
    for sheet in tracked("static/css/*.css"):
        css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        for heads in re.findall(r"(?:^|[{};])\s*([^{};@]*:has\([^{};]*)\{", css):
            found += [(str(sheet.relative_to(ROOT)), one.strip()) for one in split(heads, ",")]
    return [(sheet, one) for sheet, one in found if ":has(" in one]


def split(text: str, at: str) -> list[str]:
    """At `at` outside of brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if char in at and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def too_dear(selector: str) -> str:
    """Why a rule with `:has()` makes the browser look at half a page at each change in it; "" when it does not.

    A board of 500 incidents spent a fifth of its time on two such rules (docs/performance.md): what stands behind
    `:has()` is looked for below its element whenever anything in there changes, by tag or by class.
    """
    compounds = [one for one in split(re.sub(r"\s*([>~+])\s*", " ", selector), " ") if one]
    place = max(number for number, one in enumerate(compounds) if ":has(" in one)
    if any(WHOLE_PAGE.search(one.partition(":has(")[0]) for one in compounds if ":has(" in one):
        return "asks the whole page"
    subject = compounds[-1].partition(":has(")[0] if place == len(compounds) - 1 else compounds[-1]
    behind = place < len(compounds) - 1
    return "is for whatever has a tag or is an icon" if behind and not OF_ITS_OWN.search(subject) else ""


def test_no_rule_makes_a_board_that_changes_look_at_the_whole_page():
    assert {f"{sheet}: {one}": why for sheet, one in selectors() if (why := too_dear(one))} == {}
    assert len(selectors()) > 20


@pytest.mark.parametrize(
    "selector",
    [
        "body:has(> .training-edge) > .frame",
        ".frame:has(.workspace:is([data-only=queue], [data-only=video])) .nav",
        ".quick-box:has(.tie) .quick-lock:not(:has(:checked)) span",
        ".fault-card:has([data-no-fault]) header > .icon",
        ".offer:has(:checked) label",
    ],
)
def test_what_was_slow_is_known(selector):
    assert too_dear(selector)


@pytest.mark.parametrize(
    "selector",
    [
        ".segmented label:has(:checked)",
        ".feed-place:has(wall-feed) .feed-empty",
        ".system-line:has(unit-calls) #wall-date",
    ],
)
def test_what_stays_small_is_allowed(selector):
    assert too_dear(selector) == ""
