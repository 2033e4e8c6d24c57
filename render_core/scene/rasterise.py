"""Which triangle each sample of a picture sees: an exact scanline rasteriser over arrays.

Corners are rounded to 1/256 pixel; from there on, whether a sample is inside is decided in whole
numbers: for each triangle, each row of samples and each of its three edges, the first and last sample
inside are quotients of integers. A sample exactly on an edge belongs to one side by the direction of
the edge, so neighbours share no sample and leave none out.

Source: J. Pineda, "A parallel algorithm for polygon rasterization", 1988 (edge functions);
M. Olano and T. Greer, "Triangle scan conversion using 2D homogeneous coordinates", 1997 (depth from
the plane of the triangle, which needs no attribute at clipped corners).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.scene.camera import Eye
from render_core.scene.clip import clip

Number = TypeVar("Number", np.int64, np.float64)

SUBPIXELS: Final = 256
# Rows of triangles, and samples, that are worked on at once: bounds the working memory.
CHUNK_ROWS: Final = 400_000
CHUNK_SAMPLES: Final = 1_000_000
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


class _Set(NamedTuple):
    """Triangles on the picture: corners in 1/256 pixel, 1/depth as a plane in pixels."""

    x: NDArray[np.int64]  # (n, 3), all turning the same way
    y: NDArray[np.int64]
    plane: NDArray[np.float64]  # (n, 3): 1/depth = x · px + y · py + p1, x and y in pixels
    least: NDArray[np.float64]  # (n,): of 1/depth at the corners, in steps
    most: NDArray[np.float64]
    owner: NDArray[np.int64]

    def part(self, rows: slice | NDArray[np.intp]) -> _Set:
        return _Set(
            self.x[rows], self.y[rows], self.plane[rows],
            self.least[rows], self.most[rows], self.owner[rows],
        )  # fmt: skip


def sample_places(samples: int) -> tuple[tuple[int, int], ...]:
    """Return x and y of the samples in a pixel, in 1/256 of it. samples: 1, 4, 8, 16 or 64."""
    rows = _ROOKS[samples]
    half, step = SUBPIXELS // (2 * samples), SUBPIXELS // samples
    return tuple((column * step + half, row * step + half) for column, row in enumerate(rows))


def visible(
    corners: NDArray[np.float64], eye: Eye, samples: int
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
    budget = [MAX_SAMPLES, MAX_ROWS]
    for index, (sample_x, sample_y) in enumerate(sample_places(samples)):
        nearest = np.zeros(height * width, np.uint64)
        for part, row in _rows(triangles, sample_y, height, budget):
            _draw_rows(nearest, part, row, (sample_x, sample_y), width, budget)
        winners[index], depths[index] = _resolved(nearest, eye, height, width)
    return winners, depths


def _resolved(
    nearest: NDArray[np.uint64], eye: Eye, height: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    hit = nearest > 0
    low = (nearest & np.uint64(0xFFFFFFFF)).astype(np.int64)
    winner = np.where(hit, 0xFFFFFFFF - low, EMPTY).astype(np.int32)
    steps = (nearest >> np.uint64(32)).astype(np.float64)
    depth = np.zeros(len(nearest), np.float64)
    np.divide(_DEPTH_STEPS * eye.near_m, steps, out=depth, where=hit)
    return winner.reshape(height, width), depth.astype(np.float32).reshape(height, width)


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
    near = _DEPTH_STEPS * eye.near_m / z
    kept = (
        (area != 0) & ~flat[pieces.owner] & _reaches(x, eye.width_px) & _reaches(y, eye.height_px)
    )
    owner = pieces.owner[kept].astype(np.int64)
    near = near[kept]
    return _Set(x[kept], y[kept], plane[owner], *_ends(near), owner)


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


def _rows(
    triangles: _Set, sample_y: int, height: int, budget: list[int]
) -> Iterator[tuple[_Set, NDArray[np.int64]]]:
    """Yield triangles, one for each row of samples that they may cover, and these rows."""
    low, high = _ends(triangles.y)
    first = np.maximum(-((sample_y - low) // SUBPIXELS), 0)
    last = np.minimum((high - sample_y) // SUBPIXELS, height - 1)
    counts = np.maximum(last - first + 1, 0)
    budget[1] -= int(counts.sum())
    if budget[1] < 0:
        raise _too_costly()
    for start, stop in _chunks(counts, CHUNK_ROWS):
        of = np.repeat(np.arange(start, stop), counts[start:stop])
        ends = np.cumsum(counts[start:stop])
        within = np.arange(len(of)) - np.repeat(ends - counts[start:stop], counts[start:stop])
        if len(of):
            yield triangles.part(of), first[of] + within


def _draw_rows(
    nearest: NDArray[np.uint64],
    part: _Set,
    row: NDArray[np.int64],
    place: tuple[int, int],
    width: int,
    budget: list[int],
) -> None:
    left, right = _spans(part, row, place, width)
    covered = np.flatnonzero(right >= left)
    row, left, right, plane = row[covered], left[covered], right[covered], part.plane[covered]
    least, most, owner = part.least[covered], part.most[covered], part.owner[covered]
    counts = right - left + 1
    budget[0] -= int(counts.sum())
    if budget[0] < 0:
        raise _too_costly()
    sample_x, sample_y = place
    across, down, rest = plane[:, 0], plane[:, 1], plane[:, 2]
    at_row = down * (row + sample_y / SUBPIXELS) + rest + across * (sample_x / SUBPIXELS)
    names = np.uint64(0xFFFFFFFF) - owner.astype(np.uint64)
    for start, stop in _chunks(counts, CHUNK_SAMPLES):
        of = np.repeat(np.arange(start, stop), counts[start:stop])
        ends = np.cumsum(counts[start:stop])
        x = left[of] + np.arange(len(of)) - np.repeat(ends - counts[start:stop], counts[start:stop])
        steps = at_row[of] + across[of] * x
        steps = np.minimum(np.maximum(steps, least[of]), most[of])
        key = (steps.astype(np.uint64) << np.uint64(32)) | names[of]
        np.maximum.at(nearest, row[of] * width + x, key)


def _spans(
    part: _Set, row: NDArray[np.int64], place: tuple[int, int], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last sample of each row inside its triangle; first > last for none."""
    sample_x, sample_y = place
    y = row * SUBPIXELS + sample_y
    left = np.zeros(len(row), np.int64)
    right = np.full(len(row), width - 1, np.int64)
    for start, end in ((0, 1), (1, 2), (2, 0)):
        dx = part.x[:, end] - part.x[:, start]
        dy = part.y[:, end] - part.y[:, start]
        # The edge function at the first sample of the row; on the edge counts on two sides of four.
        on_edge = (dy < 0) | ((dy == 0) & (dx > 0))
        value = dx * (y - part.y[:, start]) - dy * (sample_x - part.x[:, start]) - ~on_edge
        quotient = value // np.maximum(np.abs(dy) * SUBPIXELS, 1)
        left = np.where(dy < 0, np.maximum(left, -quotient), left)
        right = np.where(dy > 0, np.minimum(right, quotient), right)
        right = np.where((dy == 0) & (value < 0), -1, right)
    return left, right


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
