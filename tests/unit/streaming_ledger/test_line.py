"""Every second of a session is in exactly one state, and the sums are the session's length."""

from __future__ import annotations

import math
from itertools import zip_longest
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.ledger import (
    LOSS,
    LOST,
    PHONE,
    RECORDED,
    Film,
    Gap,
    Ledger,
    Piece,
    Reason,
    Span,
    ledger,
)
from streaming.ledger.line import LONGEST, joined

T = 1_790_000_000.0


def states(line: Ledger) -> list[str]:
    return [run.state for run in line.runs for _ in range(run.seconds)]


def test_a_film_without_a_gap_is_one_run() -> None:
    line = ledger(Film(T + 0.4, T + 89.2, (Span(T + 0.4, T + 89.2),)))
    assert line.start == T
    assert [(run.at, run.seconds, run.state, run.why) for run in line.runs] == [(0, 90, RECORDED, "")]


def test_lost_frames_make_their_seconds_recorded_with_loss_and_are_counted_once() -> None:
    line = ledger(Film(T, T + 10, (Span(T, T + 10),), (Gap(T + 3.5, T + 4.5, 29, "network"),)))
    assert states(line) == [RECORDED] * 3 + [LOSS] * 2 + [RECORDED] * 5
    assert [(run.frames, run.why) for run in line.runs] == [(0, ""), (29, "network"), (0, "")]


def test_a_second_without_any_picture_is_lost_and_says_why() -> None:
    parts = (Span(T, T + 2.5), Span(T + 6.5, T + 9))
    reasons = (Reason(T, "network"), Reason(T + 2.6, "caller"))
    line = ledger(Film(T, T + 9, parts, (), reasons))
    assert states(line) == [RECORDED, RECORDED, LOSS, LOST, LOST, LOST, LOSS, RECORDED, RECORDED]
    assert {run.why for run in line.runs if run.state == LOST} == {"caller"}
    assert line.totals() == {RECORDED: 4, LOSS: 2, PHONE: 0, LOST: 3}


def test_a_seam_between_two_parts_is_no_gap_unless_an_engine_died_in_it() -> None:
    parts = (Span(T, T + 3.0), Span(T + 3.3, T + 6))
    assert states(ledger(Film(T, T + 6, parts))) == [RECORDED] * 6
    died = ledger(Film(T, T + 6, parts, (), (Reason(T + 3.0, "engine", exact=True),)))
    assert states(died) == [RECORDED] * 3 + [LOSS] + [RECORDED] * 2
    assert died.runs[1].why == "engine"


def test_what_the_phone_sent_turns_red_into_amber_and_a_promise_does_not() -> None:
    parts = (Span(T, T + 2), Span(T + 5, T + 7))
    red = ledger(Film(T, T + 7, parts))
    assert states(red) == [RECORDED] * 2 + [LOST] * 3 + [RECORDED] * 2
    promised = ledger(Film(T, T + 7, parts, pieces=(Piece(T + 2.5, T + 5, kept=True),)))
    assert states(promised) == states(red)
    assert promised.runs[1].kept
    assert promised.holes[0].phone == "kept"
    sent = ledger(Film(T, T + 7, parts, pieces=(Piece(T + 2, T + 5),)))
    assert states(sent) == [RECORDED] * 2 + [PHONE] * 3 + [RECORDED] * 2
    assert [run.why for run in sent.runs] == ["", "network", ""]
    assert sent.holes[0].phone == "sent"


def test_a_second_recorded_in_part_is_the_phones_only_when_nothing_of_it_is_missing_any_more() -> None:
    film = Film(T, T + 3, (Span(T, T + 3),), (Gap(T + 1.2, T + 1.8, 17, "network"),))
    half = Film(film.start, film.end, film.parts, film.gaps, (), (Piece(T + 1.5, T + 3),))
    whole = Film(film.start, film.end, film.parts, film.gaps, (), (Piece(T + 1, T + 3),))
    assert states(ledger(half)) == [RECORDED, LOSS, RECORDED]
    assert states(ledger(whole)) == [RECORDED, PHONE, RECORDED]


@pytest.mark.parametrize(("start", "end"), [(T, T), (T + 5, T)])
def test_a_session_without_length_has_an_empty_line(start: float, end: float) -> None:
    line = ledger(Film(start, end, (Span(start, start + 1),)))
    assert (line.seconds, line.runs, line.holes) == (0, (), ())


def test_a_clock_that_jumped_by_years_does_not_fill_the_memory() -> None:
    line = ledger(Film(T, T + 40 * 365 * 86_400, (Span(T, T + 10),)))
    assert line.seconds == LONGEST
    assert len(line.runs) == 2


moments = st.floats(min_value=-5, max_value=20, allow_nan=False).map(lambda value: T + round(value, 3))
pairs = st.tuples(moments, moments).map(sorted)
whys = st.sampled_from(["network", "caller", "engine", "storage"])
films = st.builds(
    lambda ends, parts, gaps, reasons, pieces: Film(
        ends[0],
        ends[1],
        tuple(Span(*pair) for pair in parts),
        tuple(Gap(*pair, frames, why) for pair, frames, why in gaps),
        tuple(Reason(at, why, exact) for at, why, exact in reasons),
        tuple(Piece(*pair, kept) for pair, kept in pieces),
    ),
    pairs,
    st.lists(pairs, max_size=6),
    st.lists(st.tuples(pairs, st.integers(0, 500), whys), max_size=6),
    st.lists(st.tuples(moments, whys, st.booleans()), max_size=6),
    st.lists(st.tuples(pairs, st.booleans()), max_size=4),
)


@given(films)
def test_every_second_is_in_exactly_one_state_and_the_sums_are_the_length(film: Film) -> None:
    line = ledger(film)
    length = math.ceil(film.end) - math.floor(film.start) if film.end > film.start else 0
    assert line.seconds == length == sum(run.seconds for run in line.runs) == sum(line.totals().values())
    at = 0
    for run, following in zip_longest(line.runs, line.runs[1:]):
        assert run.at == at
        assert run.seconds >= 1
        at += run.seconds
        assert (run.state == RECORDED) == (run.why == "")
        if following is not None:
            assert (run.state, run.why, run.kept) != (following.state, following.why, following.kept)


@given(films)
def test_a_second_is_called_recorded_only_when_a_part_covers_it_but_for_a_seam(film: Film) -> None:
    line = ledger(film)
    covered = joined(list(film.parts))
    for number, state in enumerate(states(line)):
        low, high = max(film.start, line.start + number), min(film.end, line.start + number + 1)
        inside = sum(max(0.0, min(span.end, high) - max(span.start, low)) for span in covered)
        gaps = [gap for gap in film.gaps if gap.start < high and gap.end > low]
        if state == RECORDED:
            # A whole second without a part is never recorded: a seam is shorter than a second.
            assert inside > 0 or high - low < 1
            assert all(min(gap.end, high) - max(gap.start, low) < 0.01 for gap in gaps)
        if state == LOST and not gaps:
            assert inside < 0.01


@given(films)
def test_seconds_taken_together_are_as_they_are_one_by_one(film: Film) -> None:
    together = states(ledger(film))
    with mock.patch("streaming.ledger.line._alike", return_value=1):
        assert states(ledger(film)) == together


@given(films)
def test_the_phone_only_ever_makes_a_line_better(film: Film) -> None:
    bare = ledger(Film(film.start, film.end, film.parts, film.gaps, film.reasons))
    for before, after in zip(states(bare), states(ledger(film)), strict=True):
        assert after == before or (before in (LOSS, LOST) and after == PHONE)
