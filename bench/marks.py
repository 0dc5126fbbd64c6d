"""Eyes that find a partner's mark in a decoded picture, for benchmarks and tests."""

from __future__ import annotations

import functools
import time

import numpy as np

from streaming.media.mark import layer
from streaming.media.mark.words import Mark


def strength(plane: np.ndarray, mark: Mark, turn: int) -> float:
    """How much of the mark is in a picture's light, -1 to 1: the correlation of the fine structure of both. The time
    that is written is taken as now; other digits hardly change the whole."""
    height, width = plane.shape
    return _correlation(_fine_shape(mark, width, height, turn), _fine(plane))


@functools.lru_cache(maxsize=32)
def shape(mark: Mark, width: int, height: int, turn: int) -> np.ndarray:
    """Letters above zero, their edges below it."""
    drawn = layer.draw(mark, width, height, at=time.time(), turn=turn)
    light = np.asarray(drawn.light, dtype=np.float32)
    found: np.ndarray = np.asarray(drawn.share, dtype=np.float32) * np.sign(light - 128)
    return found


@functools.lru_cache(maxsize=32)
def _fine_shape(mark: Mark, width: int, height: int, turn: int) -> np.ndarray:
    return _fine(shape(mark, width, height, turn))


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return _correlation(_fine(one), _fine(other))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float((a * b).sum() / max(1e-9, np.sqrt(float((a**2).sum()) * float((b**2).sum()))))


def _fine(plane: np.ndarray, reach: int = 6) -> np.ndarray:
    """What differs from its surroundings, no louder than a letter: an edge of the scene does not drown it."""
    plane = plane.astype(np.float64)
    sums = np.pad(np.pad(plane, reach, mode="edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    side = 2 * reach + 1
    around = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.clip(plane - around / side**2, -90, 90)
