"""Drawings bent along a line: what is straight follows it, what is upright stands on it.

A point (x, y) of the drawing goes to the place after x, and from there y to the right of the line
(down, for a line that runs to the right). Curves are cut short first; each piece then begins, ends
and leaves as the bent one does, which is exact to the fourth power of its length: below a
micrometre for pieces of an eighth of the em on any line that letters of that size can stand on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.path_length import Array, MeasuredLine
from render_core.geometry.paths import Path
from render_core.layout import Verb


class Cubics(NamedTuple):
    """A drawing as short cubics, (n, 4, 2). firsts: (c,) the first of each contour. closed: (c,)."""

    pieces: Array
    firsts: NDArray[np.int64]
    closed: tuple[bool, ...]

    def path(self) -> Path:
        """Return the drawing as a path."""
        count = len(self.pieces)
        is_first = np.zeros(count, dtype=bool)
        is_first[self.firsts] = True
        contour = np.cumsum(is_first) - 1
        closes = np.roll(is_first, -1) & np.array(self.closed, dtype=bool)[contour]
        slots = np.stack([is_first, np.ones(count, dtype=bool), closes], axis=1)
        kinds = np.array([Verb.MOVE, Verb.CUBIC, Verb.CLOSE], dtype=np.uint8)
        drawn = np.ones((count, 4), dtype=bool)
        drawn[:, 0] = is_first
        return Path(np.broadcast_to(kinds, (count, 3))[slots], self.pieces[drawn])

    def on_curve(self) -> Array:
        """Return points of the drawing, (n, 2), eight to a piece."""
        t = (np.arange(8, dtype=np.float64) / 8)[:, None, None]
        s = 1 - t
        a, b, c, d = (self.pieces[:, k] for k in range(4))
        points = s * s * (s * a + 3 * t * b) + t * t * (3 * s * c + t * d)
        return np.concatenate([points.reshape(-1, 2), d])


def cut(path: Path, step: float) -> Cubics:
    """Return a path as cubics whose control points lie at most about `step` apart."""
    pieces: list[list[tuple[float, float]]] = []
    firsts: list[int] = []
    closed: list[bool] = []
    points = [(float(x), float(y)) for x, y in path.points.tolist()]
    here = first = (0.0, 0.0)
    at = 0
    for verb in path.verbs.tolist():
        if verb == Verb.MOVE:
            here = first = points[at]
            firsts.append(len(pieces))
            closed.append(False)
            at += 1
            continue
        if verb == Verb.CLOSE:
            closed[-1] = True
            if here != first:
                pieces.append(_line(here, first))
            here = first
            continue
        if verb == Verb.LINE:
            pieces.append(_line(here, points[at]))
        elif verb == Verb.QUAD:
            pieces.append(_quad(here, points[at], points[at + 1]))
        else:
            pieces.append([here, *points[at : at + 3]])
        at += (1, 1, 2, 3)[verb]
        here = points[at - 1]
    segments = np.array(pieces, dtype=np.float64).reshape(-1, 4, 2)
    counts = _counts(segments, step)
    begins = np.cumsum(counts) - counts
    drawn = [index for index in range(len(firsts)) if firsts[index] < _end(firsts, index, pieces)]
    return Cubics(
        _pieces(segments, counts),
        begins[[firsts[index] for index in drawn]],
        tuple(closed[index] for index in drawn),
    )


def bent(
    cubics: Cubics, line: MeasuredLine, start: float, scale: tuple[float, float], lift: float
) -> Cubics:
    """Return a drawing bent along a line, in micrometres.

    start: the place along the line of x = 0. scale: micrometres per unit of x and of y. lift: how
    far y = 0 lies off the line, in micrometres, to its left.
    """
    scaled = cubics.pieces * np.array(scale, dtype=np.float64)
    scaled += np.array([start, -lift], dtype=np.float64)
    first, one = _bent_ends(scaled[:, 0], scaled[:, 1], line)
    last, two = _bent_ends(scaled[:, 3], scaled[:, 2], line)
    return cubics._replace(pieces=np.stack([first, one, two, last], axis=1))


def _bent_ends(at: Array, towards: Array, line: MeasuredLine) -> tuple[Array, Array]:
    """Return the bent ends (n, 2) of pieces and the control points beside them."""
    place = line.at(at[:, 0])
    along = place.directions
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    point = place.points + at[:, 1:] * across
    handle = towards - at
    stretch = (1 - place.curvatures * at[:, 1]) * handle[:, 0]
    return point, point + stretch[:, None] * along + handle[:, 1:] * across


def _counts(segments: Array, step: float) -> NDArray[np.int64]:
    low, high = segments.min(axis=1), segments.max(axis=1)
    pieces = np.ceil((high - low).max(axis=1, initial=0.0) / step)
    counts: NDArray[np.int64] = np.maximum(1, pieces).astype(np.int64)
    return counts


def _pieces(segments: Array, counts: NDArray[np.int64]) -> Array:
    """Cut each cubic into as many pieces of equal parameter."""
    owner = np.repeat(np.arange(len(segments)), counts)
    number = np.arange(owner.size) - (np.cumsum(counts) - counts)[owner]
    width = (1 / counts)[owner][:, None]
    a, b, c, d = (segments[owner, k] for k in range(4))

    def at(t: Array) -> tuple[Array, Array]:
        s = 1 - t
        return (
            s * s * (s * a + 3 * t * b) + t * t * (3 * s * c + t * d),
            (s * s * (b - a) + 2 * s * t * (c - b) + t * t * (d - c)) * width,
        )

    (start, leaving), (end, arriving) = (
        at(number[:, None] * width),
        at((number[:, None] + 1) * width),
    )
    return np.stack([start, start + leaving, end - arriving, end], axis=1)


def _end(firsts: list[int], index: int, pieces: list[list[tuple[float, float]]]) -> int:
    return firsts[index + 1] if index + 1 < len(firsts) else len(pieces)


def _line(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    return [start, (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy), end]


def _quad(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    x, y = 2 * control[0], 2 * control[1]
    return [
        start,
        ((start[0] + x) / 3, (start[1] + y) / 3),
        ((end[0] + x) / 3, (end[1] + y) / 3),
        end,
    ]
