"""Curves, folds and sheets of cloth as grids of places; lengths in millimetres.

A sheet is an array (rows, columns, 3). Only `+ − × ÷ √` on arrays; sines and powers come from `math`,
rounded, so that a sheet is the same on every machine once its places are rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, sin
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Knots = Sequence[tuple[float, float]]

_DIGITS: Final = 12


def sines(angles: Doubles) -> Doubles:
    """Return sines of angles in radians, rounded far above their last bit."""
    flat = [round(sin(float(angle)), _DIGITS) for angle in angles.reshape(-1)]
    return np.array(flat, np.float64).reshape(angles.shape)


def cosines(angles: Doubles) -> Doubles:
    """Return cosines of angles in radians, rounded far above their last bit."""
    flat = [round(cos(float(angle)), _DIGITS) for angle in angles.reshape(-1)]
    return np.array(flat, np.float64).reshape(angles.shape)


def powers(values: Doubles, exponent: float) -> Doubles:
    """Return values ≥ 0 to a power, rounded far above their last bit."""
    flat = [round(float(value) ** exponent, _DIGITS) for value in values.reshape(-1)]
    return np.array(flat, np.float64).reshape(values.shape)


def step(low: float, high: float, values: Doubles) -> Doubles:
    """Return 0 below `low`, 1 above `high`, and a cubic ramp between."""
    t = np.minimum(np.maximum((values - low) / (high - low), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def through(knots: Knots, at: Doubles) -> Doubles:
    """Return a smooth curve through knots (x rising): cubic Hermite, slopes as of Catmull and Rom."""
    xs = np.array([x for x, _ in knots], np.float64)
    ys = np.array([y for _, y in knots], np.float64)
    slopes = np.empty_like(ys)
    slopes[1:-1] = (ys[2:] - ys[:-2]) / (xs[2:] - xs[:-2])
    slopes[0] = (ys[1] - ys[0]) / (xs[1] - xs[0])
    slopes[-1] = (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
    clipped = np.minimum(np.maximum(at, xs[0]), xs[-1])
    k = np.minimum(np.searchsorted(xs, clipped, side="right") - 1, len(xs) - 2)
    width = xs[k + 1] - xs[k]
    t = (clipped - xs[k]) / width
    return hermite(ys[k], slopes[k] * width, ys[k + 1], slopes[k + 1] * width, t)


def hermite(
    start: Doubles, leaving: Doubles, end: Doubles, arriving: Doubles, t: Doubles
) -> Doubles:
    """Return the cubic that leaves and arrives with these derivatives, t from 0 to 1."""
    s = t * t
    c = s * t
    return (
        (2 * c - 3 * s + 1) * start + (c - 2 * s + t) * leaving
        + (3 * s - 2 * c) * end + (c - s) * arriving
    )  # fmt: skip


def lengths(places: Doubles) -> Doubles:
    """Return the way along each row of (rows, n, 3) from its first place: (rows, n)."""
    steps = np.diff(places, axis=1)
    squares = steps * steps
    each = np.sqrt(squares[..., 0] + squares[..., 1] + squares[..., 2])
    way = np.zeros(places.shape[:2], np.float64)
    way[:, 1:] = each.cumsum(axis=1)
    return way


def picked(places: Doubles, way: Doubles, at: Doubles) -> Doubles:
    """Return places of each row where its `way` (rows, n), rising, has the values `at` (rows, m)."""
    out = np.empty((*at.shape, places.shape[2]), np.float64)
    for row in range(len(places)):
        inside = np.minimum(np.maximum(at[row], way[row, 0]), way[row, -1])
        k = np.minimum(np.searchsorted(way[row], inside, side="right") - 1, way.shape[1] - 2)
        t = (inside - way[row, k]) / (way[row, k + 1] - way[row, k])
        out[row] = places[row, k] * (1 - t)[:, None] + places[row, k + 1] * t[:, None]
    return out


def normals(sheet: Doubles) -> Doubles:
    """Return unit normals of a sheet whose columns run to the right and rows upwards, from outside."""
    across, up = np.gradient(sheet, axis=1), np.gradient(sheet, axis=0)
    found = np.stack(
        (
            across[..., 1] * up[..., 2] - across[..., 2] * up[..., 1],
            across[..., 2] * up[..., 0] - across[..., 0] * up[..., 2],
            across[..., 0] * up[..., 1] - across[..., 1] * up[..., 0],
        ),
        axis=-1,
    )
    squares = found * found
    size = np.sqrt(squares[..., 0] + squares[..., 1] + squares[..., 2])
    return found / np.maximum(size, 1e-9)[..., None]


class Fold(NamedTuple):
    """A ridge from one place to another on the plane of a sheet; of negative height, a furrow.

    bend: how far its middle lies to the left of the straight way, in parts of its length.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    height: float
    bend: float = 0.0


def folded(x: Doubles, y: Doubles, folds: Sequence[Fold]) -> Doubles:
    """Return the height of all folds at places of the plane."""
    height = np.zeros_like(x)
    for fold in folds:
        dx, dy = fold.x1 - fold.x0, fold.y1 - fold.y0
        length = (dx * dx + dy * dy) ** 0.5
        ux, uy = dx / length, dy / length
        along = ((x - fold.x0) * ux + (y - fold.y0) * uy) / length
        off = (y - fold.y0) * ux - (x - fold.x0) * uy
        inside = np.minimum(np.maximum(along, 0.0), 1.0)
        off = off - 4 * fold.bend * length * inside * (1 - inside)
        ends = step(-0.12, 0.22, along) * step(1.12, 0.6, along)
        spread = off / fold.width
        bell = 1 / (1 + spread * spread)
        height += fold.height * ends * bell * bell
    return height


def waves(angles: Doubles, seeds: Sequence[tuple[int, float, float]]) -> Doubles:
    """Return sums of waves around a circle. seeds: (how many around, size, phase in radians)."""
    total = np.zeros_like(angles)
    for count, size, phase in seeds:
        total += size * sines(angles * count + phase)
    return total
