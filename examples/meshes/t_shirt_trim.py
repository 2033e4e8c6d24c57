"""The T-shirt's sleeves and its collar, from the edges that they are sewn to; millimetres."""

from __future__ import annotations

from math import pi
from typing import Final

import numpy as np

from examples.meshes.cloth import (
    Doubles,
    cosines,
    folded,
    hermite,
    lengths,
    normals,
    picked,
    sines,
    step,
)
from examples.meshes.sewing import Soup, swept
from examples.meshes.t_shirt_folds import SLEEVE_FOLDS
from render_core.mesh.normals import cross, inner

_SLEEVE_END_TOP: Final = (338.0, 486.0)
_SLEEVE_END_FOOT: Final = (287.0, 362.0)
_SLEEVE_DEPTH_MM, _SLEEVE_Z_MM = 53.0, -4.0
_ROWS: Final = (
    0.0, 0.03, 0.07, 0.12, 0.18, 0.24, 0.3, 0.37, 0.44, 0.51, 0.58, 0.65, 0.72, 0.79, 0.85,
    0.883, 0.896, 0.909, 0.95, 1.0,
)  # fmt: skip
_STITCHES_AT, _STITCHES_DEPTH_MM = 0.896, 0.7
_AROUND_MM, _LONG_MM = 392.0, 200.0

_COLLAR_MM, _COLLAR_THICK_MM = 19.0, 4.0
_COLLAR_LAP_MM: Final = 4.0
# Its middle lies in the middle of the cloth, whose outer side the edge is: proud of it on both sides.
_COLLAR_INWARDS_MM: Final = 0.7
_COLLAR_LEAN: Final = 0.42
_COLLAR_PLACES: Final = 96
_NECK_AXIS: Final = np.array((0.0, 0.0, 6.0))


def sleeve(armhole: Doubles, sign: float) -> Doubles:
    """Return a sleeve, rows from the armhole outwards.

    armhole: (n, 3), from below over the back (the right sleeve) or over the front (the left one) and
    down again; its first and last place are one. sign: 1 for the sleeve at +X.
    """
    way = lengths(armhole[None])[0]
    top = int(armhole[:, 1].argmax())
    share = np.where(
        np.arange(len(way)) <= top,
        way / way[top] * 0.5,
        0.5 + (way - way[top]) / (way[-1] - way[top]) * 0.5,
    )
    angle = share * (2 * pi)
    c, s = cosines(angle), sines(angle) * -sign
    (tx, ty), (fx, fy) = _SLEEVE_END_TOP, _SLEEVE_END_FOOT
    end = np.stack(
        (
            sign * ((tx + fx) / 2 - (tx - fx) / 2 * c),
            (ty + fy) / 2 - (ty - fy) / 2 * c,
            _SLEEVE_Z_MM + _SLEEVE_DEPTH_MM * s,
        ),
        axis=1,
    )
    above = (1 - c) / 2
    leaving = np.stack(
        (
            sign * (0.40 + 0.42 * above), -0.92 + 0.36 * above,
            np.where(armhole[:, 2] < 0, -0.30, 0.30) * np.abs(s),
        ),
        axis=1,
    )  # fmt: skip
    gap = end - armhole
    reach = np.sqrt((gap * gap).sum(axis=1))[:, None]
    arriving = np.array((sign * 0.616, -0.788, 0.0))
    t = np.array(_ROWS)[:, None, None]
    base = hermite(armhole[None], (leaving * reach)[None], end[None], (arriving * reach)[None], t)
    base[:, -1] = base[:, 0]
    x, y = np.broadcast_arrays(share[None, :] * _AROUND_MM, t[..., 0] * _LONG_MM)
    x = x if sign > 0 else _AROUND_MM - x
    height = folded(x, y, SLEEVE_FOLDS) * step(0.0, 0.16, t[..., 0])
    stitches = step(0.02, 0.004, np.abs(t[..., 0] - _STITCHES_AT))
    height = height - _STITCHES_DEPTH_MM * stitches
    moved = base + normals(base) * height[..., None]
    moved[0] = armhole
    moved[:, -1] = moved[:, 0]
    return np.asarray(moved)


def collar(soup: Soup, material: int, neck: Doubles) -> None:
    """Add the collar: a band that stands on the neck's edge, a little over the cloth on both sides.

    neck: (n, 3), the edge once around, from its left over the front; first and last place are one.
    """
    way = lengths(neck[None])
    at = np.arange(_COLLAR_PLACES, dtype=np.float64)[None] * (way[0, -1] / _COLLAR_PLACES)
    foot = _smooth(picked(neck[None], way, at)[0], 6)
    along = _unit(np.roll(foot, -1, axis=0) - np.roll(foot, 1, axis=0))
    away = _unit((foot - _NECK_AXIS) * np.array((1.0, 0.0, 1.0)))
    up = np.array((0.0, 0.9, 0.0)) - away * _COLLAR_LEAN
    up = _unit(up - along * inner(up, along)[:, None])
    out = _unit(cross(along, up))
    half, thick = _COLLAR_MM / 2, _COLLAR_THICK_MM / 2
    turn = np.arange(6, dtype=np.float64) * (pi / 5)
    x, y = thick * cosines(turn), thick * sines(turn) + half - thick
    outline = zip(np.concatenate((x, -x)), np.concatenate((y, -y)), strict=True)
    foot = foot - out * _COLLAR_INWARDS_MM
    rings = [foot + out * side + up * (above + half - _COLLAR_LAP_MM) for side, above in outline]
    swept(soup, material, np.stack(rings, axis=1))


def _smooth(values: Doubles, times: int = 2) -> Doubles:
    for _ in range(times):
        values = (np.roll(values, 1, axis=0) + 2 * values + np.roll(values, -1, axis=0)) / 4
    return values


def _unit(vectors: Doubles) -> Doubles:
    return vectors / np.sqrt((vectors * vectors).sum(axis=1))[:, None]
