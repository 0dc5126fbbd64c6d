"""Why a register gave no answer, in the officer's words. Codes are kept with the result."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "no_answer": "Not run: no answer in time. Try again.",
    "unreachable": "Not run: cannot be reached. Try again, or ask by radio.",
    "busy": "Not run: too busy. Try again in a minute.",
    "down": "Error: it is not working. Try again, or ask by radio.",
    "sign_in": "Error: it did not accept our account. Tell the control room.",
    "refused": "Error: it could not use the question. Check what was typed.",
    "unreadable": "Error: its answer could not be read. Do not rely on it; try again.",
    "not_set_up": "Not run: not connected here. Ask by radio.",
    "broken": "Error: the connection to it failed. Try again, or ask by radio.",
}


def words_for(code: str) -> str:
    return WORDS.get(code, WORDS["broken"])
