"""Collects verbs and points and quantises them to whole micrometres, as the last step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.layout import EMPTY_OUTLINE, POINTS_OF_VERB, Outline, Verb
from render_core.limits import MAX_LENGTH_UM

Point = tuple[float, float]


def quantise(points_um: NDArray[np.float64]) -> NDArray[np.int32]:
    """Round to whole micrometres, ties to even.

    points_um: (n, 2) float64. Raises UnsupportedDesign where a coordinate is not finite or beyond
    `MAX_LENGTH_UM`.
    """
    if not np.all(np.abs(points_um) <= MAX_LENGTH_UM):  # False for NaN, too.
        raise UnsupportedDesign("GEOMETRY_OUT_OF_RANGE", "An outline leaves the drawable range.")
    return np.rint(points_um).astype(np.int32)


class OutlineBuilder:
    """Points are float64 micrometres, y down, until `build`."""

    def __init__(self) -> None:
        self._verbs: list[int] = []
        self._points: list[Point] = []

    @property
    def current(self) -> Point:
        return self._points[-1]

    @property
    def segments(self) -> int:
        return len(self._verbs)

    def move(self, to: Point) -> None:
        self._add(Verb.MOVE, (to,))

    def line(self, to: Point) -> None:
        self._add(Verb.LINE, (to,))

    def quad(self, control: Point, to: Point) -> None:
        self._add(Verb.QUAD, (control, to))

    def cubic(self, first: Point, second: Point, to: Point) -> None:
        self._add(Verb.CUBIC, (first, second, to))

    def arc(self, through: Point, to: Point) -> None:
        self._add(Verb.ARC, (through, to))

    def close(self) -> None:
        self._add(Verb.CLOSE, ())

    def build(self) -> Outline:
        """Return the quantised outline."""
        if not self._verbs:
            return EMPTY_OUTLINE
        points = np.array(self._points, dtype=np.float64).reshape(-1, 2)
        return Outline(np.array(self._verbs, dtype=np.uint8), quantise(points))

    def drawn(self) -> Iterator[tuple[int, tuple[Point, ...]]]:
        """Yield the verbs with their points, not quantised."""
        at = 0
        for verb in self._verbs:
            end = at + POINTS_OF_VERB[verb]
            yield verb, tuple(self._points[at:end])
            at = end

    def _add(self, verb: int, points: Sequence[Point]) -> None:
        self._verbs.append(verb)
        self._points.extend(points)
