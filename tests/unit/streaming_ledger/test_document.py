"""The sealed form: the same film has the same bytes, and a line that does not add up is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from streaming.ledger import (
    Film,
    Gap,
    LedgerError,
    Piece,
    Span,
    canonical,
    document,
    film_from_document,
    from_document,
    ledger,
)  # fmt: skip
from tests.unit.streaming_ledger.test_line import films

T = 1_790_000_000.0
FILM = Film(T, T + 9, (Span(T, T + 4), Span(T + 7, T + 9)), (Gap(T + 1.25, T + 1.5, 7, "network"),))
PARTS = [{"source": "engine", "number": 1, "sha256": "a" * 64}]


def test_the_same_film_has_the_same_bytes() -> None:
    first, second = (canonical(document("s", FILM, PARTS)) for _ in range(2))
    assert first == second
    assert first.endswith(b"}\n")
    assert b"\n" not in first[:-1]
    assert json.loads(first)["start_utc"] == "2026-09-21T14:13:20+00:00"


def test_a_document_comes_back_as_the_same_line() -> None:
    assert from_document(json.loads(canonical(document("s", FILM, PARTS)))) == ledger(FILM)


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
        from_document({**document("s", FILM), **change})


def test_what_is_no_ledger_is_refused() -> None:
    for content in (None, [], {}, {"runs": 3, "holes": []}):
        with pytest.raises(LedgerError):
            from_document(content)


@given(films)
def test_a_film_read_from_its_document_makes_the_same_document(film: Film) -> None:
    content = document("s", film, PARTS)
    if content["seconds"]:
        again = film_from_document(json.loads(canonical(content)), pieces=film.pieces)
        assert document("s", again, PARTS) == content


def test_what_turned_up_late_lengthens_the_line_and_fills_nothing_before_it() -> None:
    again = film_from_document(document("s", FILM), [Span(T + 4, T + 5), Span(T + 9, T + 12)], [Piece(T + 4, T + 7)])
    line = ledger(again)
    assert line.seconds == 12
    assert line.totals() == {"recorded": 8, "loss": 1, "phone": 3, "lost": 0}
