"""The phone case: a soft shell around a phone of 71.5 × 147.5 mm, printed on its back and over its edges.

The back looks to the front. The print is one sheet of 92 × 168 mm, laid over the back and pressed around
the edges down to the lip: true on the back and around straight edges, gathered at the corners. The
phone inside is seen through the opening for its cameras.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi
from typing import Final, NamedTuple

import numpy as np

from examples.meshes.cloth import Doubles, cosines, sines
from examples.meshes.sewing import Soup
from render_core.mesh.model import Material, Mesh

SURFACE: Final = "back"
WIDTH_MM, HEIGHT_MM = 75.0, 151.0
SHEET_WIDTH_MM, SHEET_HEIGHT_MM = 92.0, 168.0
# The opening for the cameras: its middle on the back, half its side, its corner, and its rim.
CAMERA_MM: Final = (-15.5, 53.0)
CAMERA_HALF_MM, CAMERA_CORNER_MM, RIM_MM = 15.5, 7.5, 1.4

_SHELL: Final = (247, 247, 245, 255)
MATERIALS: Final = (
    Material("shell", "", _SHELL, 0, 420, 150),
    Material("print", SURFACE, _SHELL, 0, 400, 200),
    Material("phone", "", (46, 48, 54, 255), 150, 300, 400),
    Material("glass", "", (10, 11, 16, 255), 0, 60, 1000),
    Material("trim", "", (150, 152, 158, 255), 900, 240, 0),
)
SHELL, PRINT, PHONE, GLASS, TRIM = range(5)

_CORNER_MM: Final = 10.5
_EDGE_MM: Final = 4.0  # radius of the edge between back and sides
_BACK_Z: Final = 5.3
_WRAP_MM: Final = 12.5  # of the sheet beyond what lies flat
_WALL_MM: Final = 1.6
_LIP_MM: Final = 0.8
_RIM_HIGH_MM: Final = 0.9
_PART_STEPS: Final = 18  # of each side and each corner of an outline
_LENSES: Final = ((-6.6, 6.7, 5.7), (-6.6, -6.7, 5.7), (6.8, -0.2, 5.7), (7.4, 9.6, 1.9))
_BUTTONS: Final = ((34.0, 10.5), (56.0, 5.0))  # how high on the right side, half as long


class Loop(NamedTuple):
    """An outline: places (n, 2) against the clock, and unit vectors away from it."""

    places: Doubles
    away: Doubles

    def at(self, x: float, y: float) -> Loop:
        """Return it moved."""
        return Loop(self.places + np.array((x, y)), self.away)


class Ring(NamedTuple):
    """An outline at a height, its normal away from it and towards the viewer."""

    loop: Loop
    z: float
    away: float
    ahead: float


def phone_case() -> Mesh:
    """Return the case with its phone, some 25,000 triangles."""
    soup = Soup()
    _shell(soup)
    _phone(soup)
    return soup.mesh(MATERIALS, up_mm=HEIGHT_MM / 2)


def rounded(half_width: float, half_height: float, corner: float) -> Loop:
    """Return a rounded rectangle; loops made by this have as many places on each side and corner."""
    t = np.arange(_PART_STEPS, dtype=np.float64) / _PART_STEPS
    places, away = [], []
    for quarter, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        turn = (quarter + t) * (pi / 2)
        normal = np.stack((cosines(turn), sines(turn)), axis=1)
        middle = np.array((sx * (half_width - corner), sy * (half_height - corner)))
        arc = middle + normal * corner
        nx, ny = ((-1, 1), (-1, -1), (1, -1), (1, 1))[quarter]
        next_middle = np.array((nx * (half_width - corner), ny * (half_height - corner)))
        ahead = np.array([(quarter + 1) * (pi / 2)])
        side = np.concatenate((cosines(ahead), sines(ahead)))
        start, end = middle + side * corner, next_middle + side * corner
        straight = start * (1 - t[:, None]) + end * t[:, None]
        places += [arc, straight]
        away += [normal, np.broadcast_to(side, (_PART_STEPS, 2))]
    return Loop(np.concatenate(places), np.concatenate(away))


def circle(radius: float) -> Loop:
    """Return a circle."""
    turn = np.arange(48, dtype=np.float64) * (2 * pi / 48)
    away = np.stack((cosines(turn), sines(turn)), axis=1)
    return Loop(away * radius, away)


def _body(inset: float) -> Loop:
    return rounded(WIDTH_MM / 2 - inset, HEIGHT_MM / 2 - inset, _CORNER_MM - inset)


def _opening(wider: float) -> Loop:
    half, corner = CAMERA_HALF_MM + wider, CAMERA_CORNER_MM + wider
    return rounded(half, half, corner).at(*CAMERA_MM)


def _section(
    soup: Soup, material: int, rings: Sequence[Ring], sheet: Sequence[Doubles] = ()
) -> None:
    """Add rings as a surface: rising on the outside, inwards on what looks to the viewer.

    sheet: where the places of each ring lie on the printed sheet, millimetres from its middle.
    """
    places, normals = [], []
    for ring in rings:
        height = np.full((len(ring.loop.places), 1), ring.z)
        ahead = np.full((len(ring.loop.places), 1), ring.ahead)
        places.append(_closed(np.concatenate((ring.loop.places, height), axis=1)))
        normals.append(_closed(np.concatenate((ring.loop.away * ring.away, ahead), axis=1)))
    uvs = None
    if sheet:
        flat = np.stack([_closed(each) for each in sheet])
        uvs = np.stack(
            (flat[..., 0] / SHEET_WIDTH_MM + 0.5, 0.5 - flat[..., 1] / SHEET_HEIGHT_MM), axis=-1
        )
    soup.grid(material, np.stack(places), np.stack(normals), uvs)


def _closed(ring: Doubles) -> Doubles:
    return np.concatenate((ring, ring[:1]))


def _arc(first: float, last: float, steps: int) -> list[tuple[float, float]]:
    """Return sines and cosines from one quarter turn to another, in quarters."""
    turn = (first + (last - first) * np.arange(steps + 1, dtype=np.float64) / steps) * (pi / 2)
    return list(zip(sines(turn).tolist(), cosines(turn).tolist(), strict=True))


def _shell(soup: Soup) -> None:
    side = _WRAP_MM - _EDGE_MM * pi / 2
    top = _BACK_Z - _EDGE_MM
    foot = top - side
    _printed(soup, top, side)
    rim = [
        Ring(_opening(RIM_MM / 2 * (1 + c)), _BACK_Z + _RIM_HIGH_MM * s, c, s)
        for s, c in _arc(0, 2, 10)
    ]
    _section(soup, SHELL, rim)
    inner = _BACK_Z - _WALL_MM
    _section(soup, SHELL, [Ring(_opening(0), z, -1, 0) for z in (_BACK_Z, inner)])
    hollow = _body(_WALL_MM)
    _section(soup, SHELL, [Ring(_opening(0), inner, 0, -1), Ring(hollow, inner, 0, -1)])
    _section(soup, SHELL, [Ring(hollow, z, -1, 0) for z in (inner, 0.0, foot)])
    lip = [Ring(_body(_LIP_MM * (1 - c)), foot - _LIP_MM * s, c, -s) for s, c in _arc(2, 0, 10)]
    _section(soup, SHELL, lip)
    for height, half in _BUTTONS:
        _button(soup, height, half, (top + foot) / 2)


def _printed(soup: Soup, top: float, side: float) -> None:
    """Add what the sheet covers, from the lip up, over the edge and inwards to the opening."""
    rings, sheet = [], []

    def add(loop: Loop, z: float, away: float, ahead: float, beyond: float) -> None:
        rings.append(Ring(loop, z, away, ahead))
        flat = _EDGE_MM - beyond
        sheet.append(_body(flat).places)

    quarter = _EDGE_MM * pi / 2
    for k in range(6):
        add(_body(0), top - side * (1 - k / 5), 1, 0, quarter + side * (1 - k / 5))
    for step, (s, c) in enumerate(_arc(0, 1, 10)[1:], 1):
        inset = _EDGE_MM * (1 - c)
        add(_body(inset), top + _EDGE_MM * s, c, s, quarter * (1 - step / 10))
    outer, inner = _body(_EDGE_MM), _opening(RIM_MM)
    for step in range(1, 13):
        t = step / 12
        places = outer.places * (1 - t) + inner.places * t
        rings.append(Ring(Loop(places, outer.away), _BACK_Z, 0, 1))
        sheet.append(places)
    _section(soup, PRINT, rings, sheet)


def _button(soup: Soup, height: float, half: float, z: float) -> None:
    """Add a button on the right side: a pill that stands half a millimetre out of it."""
    rows: list[tuple[float, float, float, float]] = [(0.0, -1.0, 1.0, 0.0)]
    rows += [(0.35 * (1 - c), 0.25 + 0.35 * s, c, s) for s, c in _arc(0, 1, 6)]
    rows.append((1.35, 0.6, 0.0, 1.0))
    places, normals = [], []
    for inset, out, away, ahead in rows:
        loop = rounded(1.35 - min(inset, 1.349), half - inset, 1.35 - min(inset, 1.349))
        x = np.full((len(loop.places), 1), WIDTH_MM / 2 + out)
        turned = np.stack((loop.places[:, 1] + height, z - loop.places[:, 0]), axis=1)
        places.append(_closed(np.concatenate((x, turned), axis=1)))
        normal = np.stack((loop.away[:, 1] * away, -loop.away[:, 0] * away), axis=1)
        ahead_x = np.full((len(normal), 1), ahead)
        normals.append(_closed(np.concatenate((ahead_x, normal), axis=1)))
    soup.grid(SHELL, np.stack(places), np.stack(normals))
    _lid(soup, SHELL, places[-1], (1.0, 0.0, 0.0))
    _lid(soup, SHELL, places[0][::-1], (-1.0, 0.0, 0.0))


def _lid(soup: Soup, material: int, ring: Doubles, normal: tuple[float, float, float]) -> None:
    """Close a ring by a fan around its middle; it runs against the clock, seen from outside."""
    middle = np.broadcast_to(ring[:-1].mean(axis=0), ring.shape)
    places = np.stack((ring, middle))
    soup.grid(material, places, np.broadcast_to(np.array(normal), places.shape))


def _phone(soup: Soup) -> None:
    gap = _WALL_MM + 0.15
    back, front = _BACK_Z - _WALL_MM - 0.1, -5.0
    loop = _body(gap)
    _section(soup, PHONE, [Ring(loop, z, 1, 0) for z in (front, back)])
    flat = [_closed(np.concatenate((loop.places, np.full((len(loop.places), 1), z)), axis=1))
            for z in (front, back)]  # fmt: skip
    _lid(soup, PHONE, flat[1], (0.0, 0.0, 1.0))
    _lid(soup, GLASS, flat[0][::-1], (0.0, 0.0, -1.0))
    for x, y, radius in _LENSES:
        _lens(soup, CAMERA_MM[0] + x, CAMERA_MM[1] + y, radius, back)


def _lens(soup: Soup, x: float, y: float, radius: float, back: float) -> None:
    """Add a lens: a ring of metal around glass that is sunk into it a little."""
    high = back + (1.7 if radius > 3 else 0.3)
    edge = 0.35
    tube = [Ring(circle(radius).at(x, y), z, 1, 0) for z in (back - 1, high - edge)]
    tube += [
        Ring(circle(radius - edge * (1 - c)).at(x, y), high - edge * (1 - s), c, s)
        for s, c in _arc(0, 1, 5)[1:]
    ]
    glass = radius - 1.1 if radius > 3 else radius - edge - 0.1
    _section(soup, TRIM, tube)
    _section(soup, TRIM, [Ring(circle(r).at(x, y), high, 0, 1) for r in (radius - edge, glass)])
    _section(soup, TRIM, [Ring(circle(glass).at(x, y), z, -1, 0) for z in (high, high - 0.3)])
    dome = [
        Ring(circle(glass * part).at(x, y), high - 0.3 * part * part, 0.28 * part, 1)
        for part in (1.0, 0.75, 0.5, 0.25)
    ]
    _section(soup, GLASS if radius > 3 else SHELL, dome)
    ring = np.concatenate((dome[-1].loop.places, np.full((48, 1), dome[-1].z)), axis=1)
    _lid(soup, GLASS if radius > 3 else SHELL, _closed(ring), (0.0, 0.0, 1.0))
    low = np.concatenate((tube[0].loop.places, np.full((48, 1), back - 1)), axis=1)
    _lid(soup, TRIM, _closed(low)[::-1], (0.0, 0.0, -1.0))
