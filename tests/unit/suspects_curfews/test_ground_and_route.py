"""Distances, zones and the order of doors."""

from __future__ import annotations

import math
from itertools import permutations

import pytest

from suspects.codes import ground, route

HARBOUR = (53.7361, 0.4471)
SQUARE = [[0.44, 53.73], [0.45, 53.73], [0.45, 53.74], [0.44, 53.74]]


def test_metres_along_the_ground():
    assert ground.metres_between(HARBOUR, HARBOUR) == 0
    assert ground.metres_between((53.0, 0.0), (54.0, 0.0)) == pytest.approx(111_195, abs=1)
    assert ground.metres_between((60.0, 0.0), (60.0, 1.0)) == pytest.approx(55_597, abs=5)


@pytest.mark.parametrize(
    ("metres", "words"),
    [(8.7, "9 m"), (94, "94 m"), (181, "180 m"), (994, "990 m"), (1234, "1.2 km"), (14_400, "14 km")],
)
def test_distances_in_words(metres, words):
    assert ground.distance_words(metres) == words


def test_a_zone_holds_what_is_inside():
    corners = ground.zone([*SQUARE, SQUARE[0]])
    assert corners == SQUARE
    assert ground.contains(corners, (53.735, 0.445))
    assert not ground.contains(corners, (53.735, 0.455))
    assert not ground.contains(corners, (53.745, 0.445))
    hollow = ground.zone([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]])  # a bite out of the top
    assert ground.contains(hollow, (0.5, 2.0))
    assert not ground.contains(hollow, (3.0, 2.0))
    assert not ground.contains([], HARBOUR)
    assert ground.zone(()) == []


@pytest.mark.parametrize(
    "wrong",
    ["a line", [[0, 0], [1, 1]], [[0, 0], [1, 1], [0, 0]], [[0, 0], [1, 1], [2]], [[0, 0], [1, 1], ["2", 2]],
     [[0, 0], [1, 1], [2, 91]], [[0, 0], [1, 1], [math.nan, 2]], [[0, 0], [1, 1], [True, 2]], [[0, 0]] * 502],
)  # fmt: skip
def test_what_is_no_zone(wrong):
    with pytest.raises(ValueError, match=r"zone|corner"):
        ground.zone(wrong)


def test_the_route_is_as_short_as_any_for_few_doors():
    start = (53.73, 0.44)
    doors = [(53.731, 0.46), (53.74, 0.441), (53.735, 0.45), (53.729, 0.43), (53.742, 0.465), (53.728, 0.452)]
    path = route.order(start, doors)
    assert sorted(path) == list(range(len(doors)))
    best = min(route.length(start, doors, way) for way in permutations(range(len(doors))))
    assert route.length(start, doors, path) <= best * 1.05


def test_a_crossed_route_is_straightened():
    # The nearest door next would zigzag between two rows; turned stretches walk one row and come back on the other.
    doors = [(53.0 + 0.001 * (number // 2), 0.0012 * (number % 2)) for number in range(20)]
    greedy = route._nearest_next(
        [[ground.metres_between(a, b) for b in [(52.999, 0.0), *doors]] for a in [(52.999, 0.0), *doors]]
    )
    assert route.length((52.999, 0.0), doors, route.order((52.999, 0.0), doors)) <= route.length(
        (52.999, 0.0), doors, [number - 1 for number in greedy[1:]]
    )
    assert route.order(HARBOUR, []) == []
    assert route.order(HARBOUR, [HARBOUR]) == [0]


def test_more_doors_than_a_night_has_follow_as_they_came():
    doors = [(53.0 + number / 1000, 0.0) for number in range(70)]
    path = route.order((52.9, 0.0), doors)
    assert path == list(range(70))
