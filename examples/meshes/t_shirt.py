"""The T-shirt: heavy cotton, size M, as it hangs on somebody who cannot be seen.

Front and back meet at the sides and on the shoulders; a sleeve is set into each armhole. All of it is
1.4 mm thick, with hems and a collar. Prints lie on 280 × 360 mm of chest and back: true along every
thread across and, down, along the thread in the middle; elsewhere cloth over a chest is stretched.
"""

from __future__ import annotations

from math import pi
from typing import Final, NamedTuple

import numpy as np

from examples.meshes.cloth import (
    Doubles,
    Fold,
    cosines,
    folded,
    hermite,
    lengths,
    normals,
    picked,
    powers,
    sines,
    step,
    through,
    waves,
)
from examples.meshes.sewing import Hem, Print, Sheet, Soup, sewn
from examples.meshes.t_shirt_folds import BACK_FOLDS, FRONT_FOLDS, HEM_WAVES
from examples.meshes.t_shirt_trim import collar, sleeve
from render_core.mesh.model import Material, Mesh

PRINT_WIDTH_MM, PRINT_HEIGHT_MM = 280.0, 360.0
_WHITE: Final = (243, 241, 236, 255)
MATERIALS: Final = (
    Material("cotton", "", _WHITE, 0, 930, 0),
    Material("front", "front", _WHITE, 0, 930, 0),
    Material("back", "back", _WHITE, 0, 930, 0),
)
COTTON, FRONT, BACK = range(3)

_THICK_MM: Final = 1.4
_ARMPIT_MM, _YOKE_MM = 430.0, 560.0  # where armholes begin; from where panels turn to the shoulders
_PRINT_MIDDLE_MM: Final = 366.0
_PRINT_COLUMNS, _SIDE_COLUMNS, _NECK_COLUMNS = 32, 13, 14
_PRINT_ROWS, _YOKE_ROWS = 42, 12
# Heights of threads below the print; the hem's stitches lie along the fourth.
_HEM_ROWS: Final = (0.0, 9.0, 17.5, 20.0, 22.5, 30.0, 44.0, 60.0, 78.0, 96.0, 115.0, 134.0, 156.0)
_STITCHES_MM, _STITCH_DEPTH_MM = 20.0, 0.7
_DENSE: Final = 4  # millimetres between threads before they are chosen

# By height: half the width, and where the armhole runs.
_WIDTH: Final = ((0, 236), (120, 231), (250, 224), (380, 221), (430, 223))
_SCYE_X: Final = ((430, 223), (448, 207), (480, 192), (520, 183), (560, 184), (600, 193))
_NECK_SIDE: Final = (86.0, 690.0)
_SHOULDER: Final = (206.0, 640.0)

Table = tuple[tuple[float, float], ...]


class _Side(NamedTuple):
    """Front or back. depth: of the middle; scye: of the armhole; neck: foot's height and depth."""

    depth: Table
    scye: Table
    neck: tuple[float, float]
    shoulder_z: float
    arriving: tuple[float, float, float]
    folds: tuple[Fold, ...]
    angle: float


_FRONT_SIDE: Final = _Side(
    ((0, 98), (150, 101), (300, 112), (430, 125), (500, 122), (560, 106)),
    ((430, 0), (436, 17), (448, 34), (480, 56), (520, 61), (560, 50)),
    (604.0, 78.0), -12.0, (0.0, 0.16, -0.95), FRONT_FOLDS, 0.0,
)  # fmt: skip
_BACK_SIDE: Final = _Side(
    ((0, 94), (120, 92), (250, 94), (380, 112), (470, 124), (560, 116)),
    ((430, 0), (436, 19), (448, 38), (480, 64), (520, 75), (560, 72)),
    (672.0, 66.0), 12.0, (0.0, 0.22, -0.92), BACK_FOLDS, pi,
)  # fmt: skip


def t_shirt() -> Mesh:
    """Return the T-shirt, some 45,000 triangles."""
    front = _panel(_FRONT_SIDE)
    back = _panel(_BACK_SIDE) * np.array((-1.0, 1.0, -1.0))
    for one, other in ((0, -1), (-1, 0)):
        back[:, other][: _armpit_row() + 1] = front[:, one][: _armpit_row() + 1]
    middle = front.shape[1] // 2
    for column in range(middle - _SIDE_COLUMNS - _PRINT_COLUMNS // 2, front.shape[1]):
        if abs(column - middle) >= _NECK_COLUMNS:
            back[-1, -1 - column] = front[-1, column]
    first, last = len(_HEM_ROWS), len(_HEM_ROWS) + _PRINT_ROWS
    columns = (_SIDE_COLUMNS, _SIDE_COLUMNS + _PRINT_COLUMNS)
    above = slice(_armpit_row(), None)
    right = sleeve(np.concatenate((back[above, 0], front[above, -1][-2::-1])), 1.0)
    left = sleeve(np.concatenate((front[above, 0], back[above, -1][-2::-1])), -1.0)
    sheets = (
        Sheet(front, COTTON, 0, Print(FRONT, first, last, *columns)),
        Sheet(back, COTTON, 0, Print(BACK, first, last, *columns)),
        Sheet(right, COTTON, 1),
        Sheet(left, COTTON, 2),
    )
    neck = (middle - _NECK_COLUMNS, middle + _NECK_COLUMNS)
    hems = (
        Hem(0, False), Hem(1, False), Hem(2, True), Hem(3, True),
        Hem(0, True, *neck), Hem(1, True, *neck),
    )  # fmt: skip
    soup = Soup()
    sewn(soup, sheets, hems, _THICK_MM, COTTON)
    edge = [panel[-1, neck[0] : neck[1] + 1] for panel in (front, back)]
    collar(soup, COTTON, np.concatenate((edge[0], edge[1][1:])))
    return soup.mesh(MATERIALS)


def _armpit_row() -> int:
    return int(np.abs(_heights() - _ARMPIT_MM).argmin())


def _heights() -> Doubles:
    """Return the height of each thread at the seams, up to the yoke; one lies at the armpit."""
    half = PRINT_HEIGHT_MM / 2 - 2
    steps = np.arange(_PRINT_ROWS + 1, dtype=np.float64) / _PRINT_ROWS
    printed = _PRINT_MIDDLE_MM + half * (2 * steps - 1)
    at = int(np.abs(printed - _ARMPIT_MM).argmin())
    printed[at] = _ARMPIT_MM
    above = np.array([(printed[-1] + _YOKE_MM) / 2, _YOKE_MM])
    return np.concatenate((np.array(_HEM_ROWS), printed, above))


def _panel(side: _Side) -> Doubles:
    """Return a panel (rows, columns, 3) as one looks at it from outside."""
    dense = _dense(side)
    way = lengths(dense)
    middle = dense.shape[1] // 2
    way = way - way[:, middle : middle + 1]
    threads = picked(dense, way, _across(way))  # (heights, columns, 3), true across
    lower = _chosen_rows(threads)
    return np.concatenate((lower, _yoke(side, threads, lower[-1])))


def _dense(side: _Side) -> Doubles:
    """Return the panel from the hem to the yoke, folds and all, a place every few millimetres."""
    y = np.arange(0, _YOKE_MM + _DENSE, _DENSE, dtype=np.float64)[:, None]
    q = (np.arange(193, dtype=np.float64) / 96 - 1)[None, :]
    angle = q * (pi / 2)
    s, c = sines(angle), np.maximum(cosines(angle), 0.0)
    sign = np.where(s < 0, -1.0, 1.0)
    full_x, full_z = sign * powers(np.abs(s), 0.86), powers(c, 0.86)
    flat_x, flat_z = q, 1 - powers(np.abs(q), 2.3)
    chest = step(_ARMPIT_MM - 60, _ARMPIT_MM + 70, y)
    below = y <= _ARMPIT_MM
    half = np.where(below, through(_WIDTH, y), through(_SCYE_X, y))
    edge = np.where(below, 0.0, through(side.scye, y))
    depth = through(side.depth, y)
    x = half * (full_x * (1 - chest) + flat_x * chest)
    z = edge + (depth - edge) * (full_z * (1 - chest) + flat_z * chest)
    ripple = waves(angle + side.angle, HEM_WAVES) * powers(step(340.0, -30.0, y), 1.4)
    size = np.maximum(np.sqrt(x * x + z * z), 1.0)
    base = np.stack(np.broadcast_arrays(x + ripple * x / size, y, z + ripple * z / size), axis=-1)
    seams = step(1.0, 0.86, np.abs(q)) * step(_YOKE_MM, _YOKE_MM - 60, y)
    height = folded(base[..., 0], base[..., 1], side.folds) * seams
    height = height - _STITCH_DEPTH_MM * step(2.0, 0.4, np.abs(y - _STITCHES_MM)) * np.ones_like(q)
    return np.asarray(base + normals(base) * height[..., None])


def _across(way: Doubles) -> Doubles:
    """Return how far from the middle each column lies on each thread: true over the print."""
    half = PRINT_WIDTH_MM / 2
    printed = (np.arange(_PRINT_COLUMNS + 1, dtype=np.float64) * (2 / _PRINT_COLUMNS) - 1) * half
    share = np.arange(1, _SIDE_COLUMNS + 1, dtype=np.float64) / _SIDE_COLUMNS
    right = half + (way[:, -1:] - half) * share[None, :]
    left = -half + (way[:, :1] + half) * share[None, ::-1]
    return np.concatenate((left, np.broadcast_to(printed, (len(way), len(printed))), right), axis=1)


def _chosen_rows(threads: Doubles) -> Doubles:
    """Return rows that are true down the print, and at their heights along the seams."""
    columns = threads.swapaxes(0, 1)
    way = lengths(columns)
    y = np.arange(len(threads), dtype=np.float64) * _DENSE
    wanted = _heights()
    nominal = np.stack([np.interp(wanted, y, row) for row in way])
    first, last = len(_HEM_ROWS), len(_HEM_ROWS) + _PRINT_ROWS
    middle = np.stack([np.interp([_PRINT_MIDDLE_MM], y, row) for row in way])
    steps = np.arange(_PRINT_ROWS + 1, dtype=np.float64) / _PRINT_ROWS
    true = nominal.copy()
    true[:, first : last + 1] = middle + PRINT_HEIGHT_MM / 2 * (2 * steps - 1)
    low, high = true[:, first : first + 1], true[:, last : last + 1]
    true[:, :first] = nominal[:, :first] * (low / nominal[:, first : first + 1])
    left = nominal[:, -1:] - nominal[:, last : last + 1]
    gone = (nominal[:, last + 1 :] - nominal[:, last : last + 1]) / left
    true[:, last + 1 :] = high + (nominal[:, -1:] - high) * gone
    from_print = np.abs(np.arange(len(way)) - len(way) // 2) - _PRINT_COLUMNS // 2
    share = step(0.0, 1.0, from_print.astype(np.float64) / _SIDE_COLUMNS)[:, None]
    at = true * (1 - share) + nominal * share
    return picked(columns, way, at).swapaxes(0, 1)


def _yoke(side: _Side, threads: Doubles, foot: Doubles) -> Doubles:
    """Return the rows above: to the shoulders, and to the neck between them."""
    top = _top(side)
    rise = threads[-1] - threads[-4]
    leaving = rise / np.sqrt((rise * rise).sum(axis=1))[:, None]
    gap = top - foot
    reach = np.sqrt((gap * gap).sum(axis=1))[:, None]
    t = (np.arange(1, _YOKE_ROWS + 1, dtype=np.float64) / _YOKE_ROWS)[:, None, None]
    arriving = _arriving(side, top, gap)
    return hermite(foot[None], (leaving * reach)[None], top[None], (arriving * reach)[None], t)


def _arriving(side: _Side, top: Doubles, gap: Doubles) -> Doubles:
    """Return how each column arrives: over the shoulder, or rising towards the neck's middle.

    gap: (columns, 3), from its foot to its end.
    """
    half = _PRINT_COLUMNS // 2 + _SIDE_COLUMNS
    k = np.abs(np.arange(-half, half + 1, dtype=np.float64))
    near_side = powers(np.minimum(k / _NECK_COLUMNS, 1.0), 3.0)[:, None]
    away = (top - np.array((0.0, 0.0, side.shoulder_z))) * np.array((1.0, 0.0, 1.0))
    away = away / np.sqrt((away * away).sum(axis=1))[:, None]
    into = np.array((0.0, 0.86, 0.0)) - away * 0.5
    size = np.sqrt((gap * gap).sum(axis=1))
    over = np.broadcast_to(np.array(side.arriving), top.shape).copy()
    over[:, 0] = gap[:, 0] / size * 0.8
    return np.asarray(over * near_side + into * (1 - near_side))


def _top(side: _Side) -> Doubles:
    """Return the seam of the shoulders and the edge of the neck, (columns, 3)."""
    half = _PRINT_COLUMNS // 2 + _SIDE_COLUMNS
    k = np.arange(-half, half + 1, dtype=np.float64)
    sign = np.where(k < 0, -1.0, 1.0)
    neck = np.minimum(np.abs(k) / _NECK_COLUMNS, 1.0)
    angle = neck * (pi / 2)
    s, c = sines(angle), np.where(neck >= 1, 0.0, cosines(angle))
    foot_y, foot_z = side.neck
    out = np.maximum(np.abs(k) - _NECK_COLUMNS, 0.0) / (half - _NECK_COLUMNS)
    x = sign * (_NECK_SIDE[0] * s + (_SHOULDER[0] - _NECK_SIDE[0]) * out)
    drop = (_NECK_SIDE[1] - _SHOULDER[1]) * (0.72 * out + 0.28 * out * out)
    y = _NECK_SIDE[1] - (_NECK_SIDE[1] - foot_y) * powers(c, 1.6) - drop
    z = side.shoulder_z + (foot_z - side.shoulder_z) * c
    return np.stack((x, y, z), axis=1)
