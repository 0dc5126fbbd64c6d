"""The phrases that come with Sightline, in the languages of the caller's page: what a handler may put on the caller's
screen, ready questions, requests and one-tap answers. Short, no names, no promises of time.

Each translation is a draft to be checked by a certified translator first; a force words any of them anew
in its own bank (`models.Phrase`). The sentences are in phrase_bank.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streaming.languages import ENGLISH, find


@dataclass(frozen=True)
class Shipped:
    code: str
    kind: str  # models.Phrase.Kind
    answers: str  # a key of ANSWERS
    words: dict[str, str]

    @property
    def english(self) -> str:
        return self.words["en"]


_DATA: dict[str, Any] = json.loads((Path(__file__).parent / "phrase_bank.json").read_text(encoding="utf-8"))

PHRASES: tuple[Shipped, ...] = tuple(Shipped(**one) for one in _DATA["phrases"])
#: Requests, by `states.PromptKind`. What a person must agree to says so by its two buttons.
REQUESTS: dict[str, dict[str, str]] = _DATA["requests"]
#: Other words of the caller's page that only come with a prompt.
WORDS: dict[str, dict[str, str]] = _DATA["words"]
_ANSWER: dict[str, dict[str, str]] = _DATA["answers"]

#: Sets of one-tap answers. "cannot" and "no" are honest answers too: the second button never hides.
ANSWERS: dict[str, tuple[str, ...]] = {
    "ok": ("ok", "cannot"),
    "yes_no": ("yes", "no", "unknown"),
    "way": ("left", "right", "straight", "unknown"),
}
#: Codes of what only a covert page is asked, and no other: Yes or No answers it, and it can be read at a glance.
SILENT = "silent_"
BY_CODE = {phrase.code: phrase for phrase in PHRASES}


def in_language(words: dict[str, str], locale: str) -> tuple[str, str]:
    """The sentence for a phone and the language it is in: English where this one is missing."""
    code = (find(locale) or ENGLISH).code
    return (words[code], code) if words.get(code) else (words["en"], "en")


def answers_for(kind: str, locale: str) -> list[dict[str, str]]:
    """The buttons of a set: `code`, the English `say`, and the `words` on the button."""
    return [
        {"code": code, "say": _ANSWER[code]["en"], "words": in_language(_ANSWER[code], locale)[0]}
        for code in ANSWERS.get(kind, ())
    ]


def answer_in_english(code: str) -> str:
    return _ANSWER[code]["en"] if code in _ANSWER else code
