"""A line by the way along it: where one is, and where one looks, after so many micrometres.

Every segment is a rational cubic, which circles, ellipses and Béziers are without error. It is cut
until cubics whose parameter is the arc length lie within `PLACE_TOLERANCE_UM` of it. What is asked
for afterwards is a search in a table and one cubic, so thousands of places cost a few array
operations. Speeds are integrated by Gauss and Legendre's rule (five places); directions are
derivatives over their length: `+ − × ÷ √` alone.

Axes: micrometres, y down. Directions are unit vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PLACE_TOLERANCE_UM: Final = 0.01
# A cusp is cut no finer than this; what is left of it is far below a micrometre.
_MAX_DEPTH: Final = 20
_MAX_PIECES: Final = 200_000
_SHORTEST_UM: Final = 1e-6
# Gauss–Legendre on [0, 1], five places (Abramowitz and Stegun, 25.4.29 and table 25.4).
_NODES: Final = np.array(
    [0.046910077030668, 0.23076534494715845, 0.5, 0.7692346550528415, 0.953089922969332]
)
_WEIGHTS: Final = np.array(
    [
        0.11846344252809454,
        0.23931433524968324,
        0.28444444444444444,
        0.23931433524968324,
        0.11846344252809454,
    ]
)
_QUARTERS: Final = np.array([0.25, 0.5, 0.75])


class Places(NamedTuple):
    """Places of a line. points: (n, 2). directions: (n, 2). curvatures: (n,), 1/µm, positive where
    the line turns clockwise on the screen."""

    points: Array
    directions: Array
    curvatures: Array


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredLine:
    """A line whose parameter is its arc length, in micrometres.

    ends: (n + 1,) arc lengths at which pieces begin and end. pieces: (n, 4, 2) control points of
    cubics with the arc length as parameter.
    """

    ends: Array
    pieces: Array
    closed: bool

    @property
    def length_um(self) -> float:
        return float(self.ends[-1])

    def at(self, along_um: Array) -> Places:
        """Return places after so many micrometres, (n,).

        A closed line goes on from its start; an open one goes on straight beyond its ends.
        """
        total = self.length_um
        inside = along_um % total if self.closed else np.clip(along_um, 0.0, total)
        index = np.searchsorted(self.ends, inside, side="right") - 1
        index = np.minimum(index, len(self.pieces) - 1)
        start, length = self.ends[index], self.ends[index + 1] - self.ends[index]
        t = (inside - start) / length
        # x and y in rows: many times faster than in columns.
        a, b, c, d = self.pieces.take(index, axis=0).transpose(1, 2, 0).copy()
        s = 1 - t
        ss, tt = s * s, t * t
        points = ss * (s * a + 3 * t * b) + tt * (3 * s * c + t * d)
        first = 3 * (ss * (b - a) + 2 * s * t * (c - b) + tt * (d - c))
        second = 6 * (s * (c - 2 * b + a) + t * (d - 2 * c + b))
        speed = np.sqrt(first[0] * first[0] + first[1] * first[1])
        directions = first / speed
        turn = first[0] * second[1] - first[1] * second[0]
        curvatures = turn / (speed * speed * speed)
        if not self.closed:
            beyond = along_um - inside
            curvatures = np.where(beyond == 0, curvatures, 0.0)
            points = points + beyond * directions
        return Places(points.T, directions.T, curvatures)

    def backwards(self) -> MeasuredLine:
        """Return the same line run from its end."""
        ends = self.length_um - self.ends[::-1]
        return MeasuredLine(ends, np.ascontiguousarray(self.pieces[::-1, ::-1]), self.closed)


def measure_line(segments: Array, *, closed: bool) -> MeasuredLine | None:
    """Return a line of segments that follow each other, None for one without length.

    segments: (m, 4, 3), rational cubics by homogeneous control points (w·x, w·y, w).
    """
    first = np.zeros(len(segments))
    pieces = _Pieces(segments, np.arange(len(segments)), first, first + 1)
    done: list[tuple[Array, Array, Array]] = []
    for depth in range(_MAX_DEPTH + 1):
        lengths, cubics, good = _fitted(pieces)
        good |= depth == _MAX_DEPTH or 2 * len(good) > _MAX_PIECES
        order = pieces.segment[good] + pieces.start[good]
        done.append((order, lengths[good], cubics[good]))
        if good.all():
            break
        pieces = pieces.halved(~good)
    order, lengths, cubics = (np.concatenate(parts) for parts in zip(*done, strict=True))
    kept = np.argsort(order, kind="stable")
    kept = kept[lengths[kept] > _SHORTEST_UM]
    if not kept.size:
        return None
    ends = np.concatenate([np.zeros(1), np.cumsum(lengths[kept])])
    return MeasuredLine(ends, cubics[kept], closed)


class _Pieces(NamedTuple):
    """Parts [start, end] of segments, by their own parameter from 0 to 1."""

    segments: Array
    segment: NDArray[np.int64]
    start: Array
    end: Array

    def halved(self, which: NDArray[np.bool_]) -> _Pieces:
        segment, start, end = self.segment[which], self.start[which], self.end[which]
        middle = (start + end) / 2
        return _Pieces(
            self.segments,
            np.concatenate([segment, segment]),
            np.concatenate([start, middle]),
            np.concatenate([middle, end]),
        )

    def at(self, share: Array) -> tuple[Array, Array]:
        """Return points and derivatives by the piece's share of the way, (p, k, 2) for (p, k).

        The derivative is with respect to the share.
        """
        width = (self.end - self.start)[:, None]
        t = (self.start[:, None] + width * share)[..., None]
        s = 1 - t
        a, b, c, d = (self.segments[self.segment, k][:, None] for k in range(4))
        h = s * s * (s * a + 3 * t * b) + t * t * (3 * s * c + t * d)
        dh = 3 * (s * s * (b - a) + 2 * s * t * (c - b) + t * t * (d - c))
        points = h[..., :2] / h[..., 2:]
        derivatives = (dh[..., :2] - points * dh[..., 2:]) / h[..., 2:]
        return points, derivatives * width[..., None]


def _fitted(pieces: _Pieces) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return the lengths of pieces, cubics by arc length, and whether these are near enough."""
    count = len(pieces.start)
    starts = np.array([0.0, 0.25, 0.5, 0.75])
    shares = np.broadcast_to((starts[:, None] + _NODES / 4).reshape(-1), (count, 20))
    speeds = _lengths(pieces.at(shares)[1]).reshape(count, 4, 5)
    quarters = (speeds * _WEIGHTS).sum(axis=2) / 4
    ways = np.cumsum(quarters, axis=1)
    lengths = ways[:, 3]
    cubics = _hermite(pieces, lengths)
    exact = pieces.at(np.broadcast_to(_QUARTERS, (count, 3)))[0]
    t = (ways[:, :3] / np.maximum(lengths, _SHORTEST_UM)[:, None])[..., None]
    s = 1 - t
    a, b, c, d = (cubics[:, k][:, None] for k in range(4))
    near = s * s * (s * a + 3 * t * b) + t * t * (3 * s * c + t * d)
    good = (_lengths(near - exact) <= PLACE_TOLERANCE_UM).all(axis=1)
    coarse = (_lengths(pieces.at(np.broadcast_to(_NODES, (count, 5)))[1]) * _WEIGHTS).sum(axis=1)
    good &= np.abs(coarse - lengths) <= PLACE_TOLERANCE_UM
    return lengths, cubics, good | (lengths <= _SHORTEST_UM)


def _hermite(pieces: _Pieces, lengths: Array) -> Array:
    """Return cubics that begin and end like the pieces and run at unit speed there."""
    points, derivatives = pieces.at(np.broadcast_to(np.array([0.0, 1.0]), (len(lengths), 2)))
    start, end = points[:, 0], points[:, 1]
    first = _directions(derivatives[:, 0], end - start) * (lengths / 3)[:, None]
    last = _directions(derivatives[:, 1], end - start) * (lengths / 3)[:, None]
    return np.stack([start, start + first, end - last, end], axis=1)


def _directions(vectors: Array, otherwise: Array) -> Array:
    """Return unit vectors; those of `otherwise`, the chord, where the derivative vanishes."""
    speeds = _lengths(vectors)
    chords = _lengths(otherwise)
    still = speeds <= 1e-6 * chords
    vectors = np.where(still[:, None], otherwise, vectors)
    speeds = np.where(still, chords, speeds)
    found: Array = vectors / np.where(speeds == 0, 1.0, speeds)[:, None]
    return found


def _lengths(vectors: Array) -> Array:
    x, y = vectors[..., 0], vectors[..., 1]
    lengths: Array = np.sqrt(x * x + y * y)
    return lengths
