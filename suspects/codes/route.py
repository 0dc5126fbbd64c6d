"""In which order to visit doors: the nearest one next, then straightened by 2-opt. Straight lines, not streets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from suspects.codes.ground import Position, metres_between

LONGEST = 60  # stops that are put into an order; nobody knocks at more in a night
ROUNDS = 20  # of straightening; it ends by itself long before


def order(start: Position, stops: Sequence[Position]) -> list[int]:
    """The numbers of `stops` in the order to visit them from `start`; there is no way back. The same stops in the same
    order give the same route. Stops beyond the first 60 follow as they came."""
    count = min(len(stops), LONGEST)
    points = [start, *stops[:count]]
    far = [[metres_between(one, other) for other in points] for one in points]
    path = _straighten(_nearest_next(far), far)
    return [number - 1 for number in path[1:]] + list(range(count, len(stops)))


def length(start: Position, stops: Sequence[Position], path: Sequence[int]) -> float:
    """Metres from `start` along the stops in the order of `path`."""
    points = [start, *(stops[number] for number in path)]
    return sum(metres_between(one, other) for one, other in pairwise(points))


def _nearest_next(far: list[list[float]]) -> list[int]:
    path, left = [0], list(range(1, len(far)))
    while left:
        here = far[path[-1]]
        following = min(left, key=lambda number: (here[number], number))
        left.remove(following)
        path.append(following)
    return path


def _straighten(path: list[int], far: list[list[float]]) -> list[int]:
    """2-opt of an open path whose first stop is fixed: turn a stretch round wherever that is shorter."""
    last = len(path) - 1
    for _ in range(ROUNDS):
        turned = False
        for first in range(1, last):
            for end in range(first + 1, last + 1):
                before, start, stop = path[first - 1], path[first], path[end]
                after = path[end + 1] if end < last else None
                now = far[before][start] + (far[stop][after] if after is not None else 0)
                then = far[before][stop] + (far[start][after] if after is not None else 0)
                if then < now - 1e-6:
                    path[first : end + 1] = reversed(path[first : end + 1])
                    turned = True
        if not turned:
            break
    return path
