"""Which triangle each sample of a picture sees: an exact scanline rasteriser over arrays.

Corners are rounded to 1/256 pixel; from there on, whether a sample is inside is decided in whole
numbers: for each triangle, each row of samples and each of its three edges, the first and last sample
inside are quotients of whole numbers. A sample exactly on an edge belongs to one side by the direction of
the edge, so neighbours share no sample and leave none out.

Source: J. Pineda, "A parallel algorithm for polygon rasterization", 1988 (edge functions);
M. Olano and T. Greer, "Triangle scan conversion using 2D homogeneous coordinates", 1997 (depth from
the plane of the triangle, which needs no attribute at clipped corners).
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.scene.at_once import in_order
from render_core.scene.camera import Eye
from render_core.scene.clip import clip

Number = TypeVar("Number", np.int64, np.float64)

SUBPIXELS: Final = 256
# Rows of triangles, and samples, that a thread works on at once: bounds the working memory.
CHUNK_ROWS: Final = 100_000
CHUNK_SAMPLES: Final = 200_000
# What one picture may cost: some 60 layers of a product that fills it at 1024 and 4 samples.
MAX_SAMPLES: Final = 256_000_000
MAX_ROWS: Final = 64_000_000
EMPTY: Final = -1
# A triangle whose plane passes the eye by less than this share of its distance is seen edge-on.
EDGE_ON: Final = 1e-12
# Places of samples in a pixel: one in each row and one in each column of n × n; y by x.
_ROOKS: Final = {
    1: (0,),
    4: (2, 0, 3, 1),
    8: (1, 5, 3, 7, 0, 4, 2, 6),
    16: tuple(step * 5 % 16 for step in range(16)),
    64: tuple(step * 27 % 64 for step in range(64)),
}
_DEPTH_STEPS: Final = float(1 << 31)
# The corner after each.
_NEXT: Final = (1, 2, 0)


class _Set(NamedTuple):
    """Triangles on the picture. 1/depth as a plane in pixels, and two sides each and a third one.

    Of a row of samples, `left` is where a triangle begins and `right` where it ends; `third` bounds it
    on the left too in the first `lefts` triangles, and on the right in the others.
    """

    left: _Sides
    right: _Sides
    third: _Sides
    lefts: int
    low: NDArray[np.int64]  # (n,): in 1/256 pixel, the first row and the last
    high: NDArray[np.int64]
    plane: NDArray[np.float64]  # (3, n): 1/depth = x · p0 + y · p1 + p2, x and y in pixels
    least: NDArray[np.float64]  # (n,): of 1/depth at the corners, in steps
    most: NDArray[np.float64]
    owner: NDArray[np.int64]


class _Sides(NamedTuple):
    """A side of each triangle, (n,) each: it is at (across · y + offset) / down in x, in 1/256 pixel.

    Whole numbers below 2^53, so that what is computed of them is exact, and a rounded-off quotient of
    two of them as well.
    """

    across: NDArray[np.float64]
    down: NDArray[np.float64]
    offset: NDArray[np.float64]

    def at(self, sample_x: int, sample_y: int) -> NDArray[np.float64]:
        """Return three numbers (3, n): x = (n0 · row + n1) / n2 in pixels, from this sample's place on."""
        offset = self.offset - self.down * sample_x + self.across * sample_y
        return np.stack([self.across * SUBPIXELS, offset, self.down * SUBPIXELS])


def sample_places(samples: int) -> tuple[tuple[int, int], ...]:
    """Return x and y of the samples in a pixel, in 1/256 of it. samples: 1, 4, 8, 16 or 64."""
    rows = _ROOKS[samples]
    half, step = SUBPIXELS // (2 * samples), SUBPIXELS // samples
    return tuple((column * step + half, row * step + half) for column, row in enumerate(rows))


class _Budget:
    """What one picture may still cost, whichever threads draw it."""

    def __init__(self) -> None:
        self._samples, self._rows = MAX_SAMPLES, MAX_ROWS
        self._lock = Lock()

    def spend(self, *, samples: int = 0, rows: int = 0) -> None:
        """Raise UnsupportedDesign (SCENE_TOO_COSTLY) once all that is spent is too much."""
        with self._lock:
            self._samples -= samples
            self._rows -= rows
            over = self._samples < 0 or self._rows < 0
        if over:
            raise _too_costly()


def visible(
    corners: NDArray[np.float64], eye: Eye, samples: int, threads: int = 1
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the triangle that each sample sees, (samples, h, w), −1 for none, and its depth.

    corners: (t, 3, 3), camera axes, metres. The depth, along the view in metres, is 0 for none.
    Both sides of a triangle are seen; of two at the same depth the first one is.
    Raises UnsupportedDesign (SCENE_TOO_COSTLY).
    """
    triangles = _on_picture(corners, eye)
    height, width = eye.height_px, eye.width_px
    winners = np.empty((samples, height, width), np.int32)
    depths = np.empty((samples, height, width), np.float32)
    budget = _Budget()

    def draw(place: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        nearest = np.zeros(height * width, np.uint64)
        _draw(nearest, triangles, place, eye, budget)
        return _resolved(nearest, eye, height, width)

    for index, seen in enumerate(in_order(draw, sample_places(samples), threads)):
        winners[index], depths[index] = seen
    return winners, depths


def _resolved(
    nearest: NDArray[np.uint64], eye: Eye, height: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    hit = np.flatnonzero(nearest)
    key = nearest.take(hit)
    winner = np.full(len(nearest), EMPTY, np.int32)
    winner[hit] = 0xFFFFFFFF - (key & np.uint64(0xFFFFFFFF)).astype(np.int64)
    depth = np.zeros(len(nearest), np.float32)
    depth[hit] = _DEPTH_STEPS * eye.near_m / (key >> np.uint64(32)).astype(np.float64)
    return winner.reshape(height, width), depth.reshape(height, width)


def _on_picture(corners: NDArray[np.float64], eye: Eye) -> _Set:
    pieces = clip(corners, eye)
    z = pieces.corners[..., 2]
    scale = eye.focal_px / z
    x = np.rint((eye.width_px / 2 + pieces.corners[..., 0] * scale) * SUBPIXELS).astype(np.int64)
    y = np.rint((eye.height_px / 2 - pieces.corners[..., 1] * scale) * SUBPIXELS).astype(np.int64)
    area = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (y[:, 1] - y[:, 0]) * (x[:, 2] - x[:, 0])
    turned = area < 0
    for axis in (x, y):
        axis[turned, 1], axis[turned, 2] = axis[turned, 2], axis[turned, 1]
    plane, flat = _depth_planes(corners, eye)
    kept = np.flatnonzero(
        (area != 0) & ~flat[pieces.owner] & _reaches(x, eye.width_px) & _reaches(y, eye.height_px)
    )
    sides, high, is_left = _sides(x[kept], y[kept])
    order = np.argsort(~is_left, kind="stable")
    kept = kept[order]
    owner = pieces.owner[kept].astype(np.int64)
    low, _ = _ends(y[kept])
    least, most = _ends(_DEPTH_STEPS * eye.near_m / z[kept])
    left, right, third = (_Sides(*(of[order] for of in side)) for side in sides)
    return _Set(
        left, right, third, int(is_left.sum()),
        low, high[order], np.ascontiguousarray(plane[owner].T), least, most, owner,
    )  # fmt: skip


def _sides(
    x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[tuple[_Sides, _Sides, _Sides], NDArray[np.int64], NDArray[np.bool_]]:
    """Return a left, a right and the third side, the last row in 1/256, and whether the third is left.

    x, y: (n, 3), all turning the same way. A third side that is level bounds rows, not samples: it
    counts as the left one once more.
    """
    across, down = x[:, _NEXT] - x, y[:, _NEXT] - y
    # A sample on an edge counts on two sides of four.
    beside = (down > 0) | ((down == 0) & (across < 0))
    offset = down * x - across * y - beside
    left, right = np.argmax(down < 0, axis=1), np.argmax(down > 0, axis=1)
    third = 3 - left - right
    rows = np.arange(len(x))
    level = down[rows, third] == 0
    below = level & (across[rows, third] < 0)
    third = np.where(level, left, third)
    chosen = tuple(
        _Sides(*(of[rows, side].astype(np.float64) for of in (across, down, offset)))
        for side in (left, right, third)
    )
    return (chosen[0], chosen[1], chosen[2]), _ends(y)[1] - below, down[rows, third] < 0


def _reaches(axis: NDArray[np.int64], size_px: int) -> NDArray[np.bool_]:
    low, high = _ends(axis)
    inside: NDArray[np.bool_] = (high >= 0) & (low < size_px * SUBPIXELS)
    return inside


def _ends(of: NDArray[Number]) -> tuple[NDArray[Number], NDArray[Number]]:
    """Return the least and the most of three columns: numpy reduces short rows one by one."""
    a, b, c = of[:, 0], of[:, 1], of[:, 2]
    return np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)


def _depth_planes(
    corners: NDArray[np.float64], eye: Eye
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return 1/depth in steps as a plane over the picture, and which triangles are seen edge-on."""
    normal = cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    offset = dot(normal, corners[:, 0])
    sizes = np.abs(normal).max(axis=1) * np.abs(corners).max(axis=(1, 2))
    flat = np.abs(offset) <= sizes * EDGE_ON
    unit = normal * (_DEPTH_STEPS * eye.near_m / np.where(flat, 1.0, offset))[:, None]
    across, down = unit[:, 0] / eye.focal_px, -unit[:, 1] / eye.focal_px
    rest = unit[:, 2] - across * (eye.width_px / 2) - down * (eye.height_px / 2)
    return np.stack([across, down, rest], axis=1), flat


def _draw(
    nearest: NDArray[np.uint64], of: _Set, place: tuple[int, int], eye: Eye, budget: _Budget
) -> None:
    """Draw all triangles, seen at one place of each pixel."""
    first = np.maximum(-((place[1] - of.low) // SUBPIXELS), 0)
    last = np.minimum((of.high - place[1]) // SUBPIXELS, eye.height_px - 1)
    counts = np.maximum(last - first + 1, 0)
    budget.spend(rows=int(counts.sum()))
    left, right, third = (side.at(*place) for side in (of.left, of.right, of.third))
    for low, high, to_left in ((0, of.lefts, True), (of.lefts, len(counts), False)):
        for start, stop in _chunks(counts[low:high], CHUNK_ROWS):
            some = slice(low + start, low + stop)
            number, row = _counted(counts[some], first[some])
            begins = np.ceil(_crossing(left[:, some], number, row))
            ends = np.floor(_crossing(right[:, some], number, row))
            bound = _crossing(third[:, some], number, row)
            if to_left:
                np.maximum(begins, np.ceil(bound, out=bound), out=begins)
            else:
                np.minimum(ends, np.floor(bound, out=bound), out=ends)
            np.maximum(begins, 0, out=begins)
            np.minimum(ends, eye.width_px - 1, out=ends)
            covered = np.flatnonzero(ends >= begins)
            spans = _Spans(
                number.take(covered) + some.start, row.take(covered).astype(np.int64),
                begins.take(covered).astype(np.int64), ends.take(covered).astype(np.int64),
            )  # fmt: skip
            _draw_spans(nearest, of, spans, place, eye.width_px, budget)


class _Spans(NamedTuple):
    """Samples of rows, (n,) each: of which triangle, the row, the first and the last in it."""

    of: NDArray[np.intp]
    row: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def _crossing(
    side: NDArray[np.float64], number: NDArray[np.intp], row: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where sides (3, n), see `_Sides.at`, cross rows: sides by number, in pixels."""
    crossing: NDArray[np.float64] = side[0].take(number)
    crossing *= row
    crossing += side[1].take(number)
    crossing /= side[2].take(number)
    return crossing


def _counted(
    counts: NDArray[np.int64], first: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return for so many of each entry its number, and whole numbers from its first one on."""
    starts = np.cumsum(counts) - counts
    number = np.repeat(np.arange(len(counts)), counts)
    value = np.arange(len(number), dtype=np.float64)
    value += (first - starts).astype(np.float64).take(number)
    return number, value


def _draw_spans(
    nearest: NDArray[np.uint64], triangles: _Set, spans: _Spans, place: tuple[int, int],
    width: int, budget: _Budget,
) -> None:  # fmt: skip
    counts = spans.last - spans.first + 1
    budget.spend(samples=int(counts.sum()))
    sample_x, sample_y = place
    across, down, rest = (plane.take(spans.of) for plane in triangles.plane)
    at_row = down * (spans.row + sample_y / SUBPIXELS) + rest + across * (sample_x / SUBPIXELS)
    least, most = triangles.least.take(spans.of), triangles.most.take(spans.of)
    names = (0xFFFFFFFF - triangles.owner.take(spans.of)).astype(np.uint64)
    pixel = spans.row * width
    for start, stop in _chunks(counts, CHUNK_SAMPLES):
        some = slice(start, stop)
        of, x = _counted(counts[some], spans.first[some])
        steps = across[some].take(of)
        steps *= x
        steps += at_row[some].take(of)
        np.maximum(steps, least[some].take(of), out=steps)
        np.minimum(steps, most[some].take(of), out=steps)
        key = steps.astype(np.uint64)
        key <<= np.uint64(32)
        key |= names[some].take(of)
        at = x.astype(np.int64)
        at += pixel[some].take(of)
        np.maximum.at(nearest, at, key)


def _chunks(counts: NDArray[np.int64], limit: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of entries whose counts sum up to about the limit, at least one entry each."""
    ends = np.cumsum(counts)
    start, done = 0, 0
    while start < len(counts):
        stop = max(start + 1, int(np.searchsorted(ends, done + limit, side="right")))
        yield start, stop
        start, done = stop, int(ends[stop - 1])


def cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cross products of rows, (n, 3)."""
    ax, ay, az = a[:, 0], a[:, 1], a[:, 2]
    bx, by, bz = b[:, 0], b[:, 1], b[:, 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the dot products of rows, (n,)."""
    return a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]


def _too_costly() -> UnsupportedDesign:
    return UnsupportedDesign(
        "SCENE_TOO_COSTLY",
        "Too many large triangles lie behind each other from this camera. Simplify the mesh.",
    )
