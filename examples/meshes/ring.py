"""The ring: a gold band of 17 mm inside, 6 mm wide, engraved along its inner wall.

It stands upright, its hole towards the viewer. The engraving's middle lies at the bottom, where it
is seen from above; its lines run with their feet towards the viewer: 50 × 4 mm along the wall.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, radians, sin
from typing import Final

import numpy as np

from examples.meshes.solids import Builder, ProfilePoint, arc, joined, line, printed, revolved
from render_core.mesh.model import Material, Mesh, checked

INNER_MM: Final = 8.5  # radius
SURFACE: Final = "inside"
ENGRAVED_WIDTH_MM, ENGRAVED_HEIGHT_MM = 50.0, 4.0

_GOLD: Final = (236, 196, 112, 255)
MATERIALS: Final = (
    Material("gold", "", _GOLD, 1000, 160, 0),
    Material("engraving", SURFACE, _GOLD, 1000, 190, 0),
)
GOLD, ENGRAVING = range(2)

_HALF_MM: Final = 3.0
_EDGE_MM: Final = 0.4  # radius of the four edges
_SHOULDER_MM: Final = 10.1  # radius where the outer edges are
_BULGE_DEGREES: Final = 19
_ENGRAVED_COLUMNS: Final = 192
_OTHER_COLUMNS: Final = 16


def ring() -> Mesh:
    """Return the ring, some 20,000 triangles."""
    builder = Builder(MATERIALS)
    half = ENGRAVED_WIDTH_MM / INNER_MM / 2
    # Seen from inside, the angle runs to the right against that of `revolved`.
    front = [-half + 2 * half * i / _ENGRAVED_COLUMNS for i in range(_ENGRAVED_COLUMNS + 1)]
    rest = 2 * (pi - half)
    back = [half + rest * i / _OTHER_COLUMNS for i in range(_OTHER_COLUMNS + 1)]
    around = [*front[:-1], *back[:-1], front[0] + 2 * pi]
    flat = _HALF_MM - _EDGE_MM
    strip = ENGRAVED_HEIGHT_MM / 2
    builder.quads(GOLD, revolved(builder, _outside(), around))
    builder.quads(GOLD, revolved(builder, line((INNER_MM, flat), (INNER_MM, strip), 2), around))
    middle = line((INNER_MM, strip), (INNER_MM, -strip), 8)
    builder.quads(GOLD, revolved(builder, middle, back))
    builder.quads(GOLD, revolved(builder, line((INNER_MM, -strip), (INNER_MM, -flat), 2), around))
    builder.quads(ENGRAVING, printed(builder, middle, front))
    return _upright(builder.mesh())


def _outside() -> list[ProfilePoint]:
    """Return the profile from the lower inner edge around to the upper one, without a corner."""
    inner, outer, flat = INNER_MM + _EDGE_MM, _SHOULDER_MM - _EDGE_MM, _HALF_MM - _EDGE_MM
    angle = radians(_BULGE_DEGREES)
    bulge = _EDGE_MM + flat / sin(angle)
    centre = outer - (bulge - _EDGE_MM) * cos(angle)
    return joined(
        arc((inner, -flat), _EDGE_MM, 180, 270, 8),
        line((inner, -_HALF_MM), (outer, -_HALF_MM), 1),
        arc((outer, -flat), _EDGE_MM, 270, 360 - _BULGE_DEGREES, 8),
        arc((centre, 0), bulge, -_BULGE_DEGREES, _BULGE_DEGREES, 16),
        arc((outer, flat), _EDGE_MM, _BULGE_DEGREES, 90, 8),
        line((outer, _HALF_MM), (inner, _HALF_MM), 1),
        arc((inner, flat), _EDGE_MM, 90, 180, 8),
    )


def _upright(lying: Mesh) -> Mesh:
    """Return the ring turned about X: what was up looks to the front, what was in front is below."""
    positions = np.stack(
        (lying.positions[:, 0], -lying.positions[:, 2], lying.positions[:, 1]), axis=1
    )
    positions[:, 1] -= positions[:, 1].min()
    normals = np.stack((lying.normals[:, 0], -lying.normals[:, 2], lying.normals[:, 1]), axis=1)
    return checked(replace(lying, positions=positions, normals=normals))
