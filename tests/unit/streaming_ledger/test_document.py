"""The sealed form: the same film has the same bytes, and a line that does not add up is refused."""

from __future__ import annotations

import json

import pytest

from streaming.ledger import Film, Gap, LedgerError, Span, canonical, document, from_document, ledger

T = 1_790_000_000.0
LINE = ledger(Film(T, T + 9, (Span(T, T + 4), Span(T + 7, T + 9)), (Gap(T + 1.25, T + 1.5, 7, "network"),)))
PARTS = [{"source": "engine", "number": 1, "sha256": "a" * 64}]


def test_the_same_film_has_the_same_bytes() -> None:
    first, second = (canonical(document("s", LINE, PARTS)) for _ in range(2))
    assert first == second
    assert first.endswith(b"}\n")
    assert b"\n" not in first[:-1]
    assert json.loads(first)["start_utc"] == "2026-09-21T14:13:20+00:00"


def test_a_document_comes_back_as_the_same_line() -> None:
    assert from_document(json.loads(canonical(document("s", LINE, PARTS)))) == LINE


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": 10},
        {"runs": []},
        {"runs": [{"at": 0, "for": 9, "state": "fine", "why": "", "frames": 0}]},
        {"runs": [{"at": 1, "for": 9, "state": "recorded", "why": "", "frames": 0}]},
        {"runs": "no"},
    ],
)
def test_a_line_that_does_not_add_up_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(LedgerError):
        from_document({**document("s", LINE), **change})


def test_what_is_no_ledger_is_refused() -> None:
    for content in (None, [], {}, {"runs": 3, "holes": []}):
        with pytest.raises(LedgerError):
            from_document(content)
