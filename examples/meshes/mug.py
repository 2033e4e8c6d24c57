"""The mug: 330 ml of white stoneware, with the measures of the studio's photo of it.

The print lies on the front of the outer cylinder: 70 × 76 mm along the wall, as the product's
surface `front` says. The handle is on the right, as on the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Final

from examples.meshes.solids import Builder, Vector, arc, joined, line, printed, revolved
from render_core.mesh.model import Material, Mesh

RADIUS_MM: Final = 41.0
HEIGHT_MM: Final = 96.0
WALL_MM: Final = 3.6
FOOT_MM: Final = 5.0
SURFACE: Final = "front"
PRINT_WIDTH_MM: Final = 70.0
PRINT_FROM_MM, PRINT_TO_MM = 11.0, 87.0  # above the table

_GLAZE: Final = (246, 244, 240, 255)
_CLAY: Final = (214, 200, 180, 255)
MATERIALS: Final = (
    Material("glaze", "", _GLAZE, 0, 190, 700),
    Material("print", SURFACE, _GLAZE, 0, 220, 700),
    Material("clay", "", _CLAY, 0, 850, 0),
)
GLAZE, PRINT, CLAY = range(3)

_PRINT_COLUMNS: Final = 64
_OTHER_COLUMNS: Final = 128
_LIP_MM: Final = WALL_MM / 2


def mug() -> Mesh:
    """Return the mug: body, print and handle, some 35,000 triangles."""
    builder = Builder(MATERIALS)
    _body(builder)
    _handle(builder)
    return builder.mesh()


def _body(builder: Builder) -> None:
    half = PRINT_WIDTH_MM / RADIUS_MM / 2
    front = [-half + 2 * half * i / _PRINT_COLUMNS for i in range(_PRINT_COLUMNS + 1)]
    rest = 2 * pi - 2 * half
    back = [half + rest * i / _OTHER_COLUMNS for i in range(_OTHER_COLUMNS + 1)]
    around = front[:-1] + [angle - 2 * pi if angle > pi else angle for angle in back[:-1]]
    around.append(front[0])
    underside = joined(line((0, 1.5), (29.25, 1.5), 6), arc((29.25, 0.75), 0.75, 90, 0, 4),
                       arc((30.75, 0.75), 0.75, 180, 270, 4), line((30.75, 0), (36, 0), 2))  # fmt: skip
    foot = arc((RADIUS_MM - FOOT_MM, FOOT_MM), FOOT_MM, 270, 360, 10)
    below = joined(foot, line((RADIUS_MM, FOOT_MM), (RADIUS_MM, PRINT_FROM_MM), 2))
    wall = line((RADIUS_MM, PRINT_FROM_MM), (RADIUS_MM, PRINT_TO_MM), 16)
    lip_at = HEIGHT_MM - _LIP_MM
    inner = RADIUS_MM - WALL_MM
    above = joined(line((RADIUS_MM, PRINT_TO_MM), (RADIUS_MM, lip_at), 2),
                   arc((RADIUS_MM - _LIP_MM, lip_at), _LIP_MM, 0, 180, 12),
                   line((inner, lip_at), (inner, 14), 10), arc((inner - 9, 14), 9, 360, 270, 12),
                   line((inner - 9, 5), (0, 5), 6))  # fmt: skip
    builder.quads(CLAY, revolved(builder, underside, around))
    builder.quads(GLAZE, revolved(builder, below, around))
    builder.quads(GLAZE, revolved(builder, wall, [*back[:-1], front[0] + 2 * pi]))
    builder.quads(GLAZE, revolved(builder, above, around))
    builder.quads(PRINT, printed(builder, wall, front))


# The handle: a strap along half an ellipse whose ends run straight into the wall and widen there
# as a fillet does.
_MIDDLE_MM: Final = 49.0
_RISE_MM: Final = 31.0
_REACH_MM: Final = 22.0
_HALF_THICK_MM, _HALF_WIDE_MM = 4.2, 6.0
_SQUARENESS: Final = 2.6  # exponent of the superellipse across the strap
_FILLET_MM: Final = 4.0
_SUNK_MM: Final = 0.02  # how far the fillet's edge lies beneath the wall
_BURIED_MM: Final = 1.5
_SIDES: Final = 40
_FILLET_STEPS: Final = 10
_BOW_STEPS: Final = 64


def _handle(builder: Builder) -> None:
    section = [_section(-k) for k in range(_SIDES)]
    rings = [_end(section, step, -1) for step in range(_FILLET_STEPS)]
    rings += [_bow(section, step) for step in range(_BOW_STEPS + 1)]
    rings += [_end(section, step, 1) for step in range(_FILLET_STEPS - 1, -1, -1)]
    normals = _tube_normals(rings)
    for edge in (0, -1):
        normals[edge] = [(x, 0.0, z) for x, _, z in rings[edge]]
    grid = [
        [builder.vertex(place, normal) for place, normal in zip(ring, across, strict=True)]
        for ring, across in zip(rings, normals, strict=True)
    ]
    builder.quads(GLAZE, [[*row, row[0]] for row in grid])
    _cap(builder, rings[0])
    _cap(builder, rings[-1][::-1])


def _cap(builder: Builder, ring: Sequence[Vector]) -> None:
    """Close the tube inside the wall, where nobody sees it."""
    height = sum(place[1] for place in ring) / len(ring)
    middle = builder.vertex((RADIUS_MM - _BURIED_MM, height, 0), (-1, 0, 0))
    edge = [builder.vertex(place, (-1, 0, 0)) for place in ring]
    for a, b in zip(edge, [*edge[1:], edge[0]], strict=True):
        builder.triangle(GLAZE, middle, b, a)


def _section(k: int) -> tuple[float, float]:
    """Return a point across the strap: outwards from the bow's middle, and along Z."""
    angle = 2 * pi * k / _SIDES
    c, s = round(cos(angle), 12), round(sin(angle), 12)
    power = 2 / _SQUARENESS
    return _signed_power(c, power) * _HALF_THICK_MM, _signed_power(s, power) * _HALF_WIDE_MM


def _signed_power(value: float, power: float) -> float:
    size: float = abs(value) ** power
    return size if value >= 0 else -size


def _end(section: Sequence[tuple[float, float]], step: int, up: int) -> list[Vector]:
    """Return a ring of the fillet: step 0 lies just beneath the wall, the last is almost a strap."""
    angle = pi / 2 * (1 - step / _FILLET_STEPS)
    height = _FILLET_MM * (1 - sin(angle)) - _SUNK_MM
    wider = _FILLET_MM * (1 - cos(angle))
    ring = []
    for out, z in section:
        length = (out * out + z * z) ** 0.5
        scale = (length + wider) / length
        side = z * scale
        x = ((RADIUS_MM + height) ** 2 - side * side) ** 0.5
        ring.append((x, _MIDDLE_MM + up * (_RISE_MM + out * scale), side))
    return ring


def _bow(section: Sequence[tuple[float, float]], step: int) -> list[Vector]:
    angle = pi * step / _BOW_STEPS - pi / 2
    c, s = round(cos(angle), 12), round(sin(angle), 12)
    # The ellipse's normal in the plane of the bow.
    nx, ny = c / _REACH_MM, s / _RISE_MM
    length = (nx * nx + ny * ny) ** 0.5
    nx, ny = nx / length, ny / length
    start = RADIUS_MM + _FILLET_MM
    ring = []
    for out, z in section:
        # The first rings follow the wall's curve, as the fillet's last do.
        follow = ((start * start - z * z) ** 0.5 - start) * (1 - c) ** 2
        x = start + _REACH_MM * c + out * nx + follow
        ring.append((x, _MIDDLE_MM + _RISE_MM * s + out * ny, z))
    return ring


def _tube_normals(rings: Sequence[Sequence[Vector]]) -> list[list[Vector]]:
    """Return the normals of a tube from the neighbours of each vertex along and around it."""
    normals = []
    for i, ring in enumerate(rings):
        before, after = rings[max(i - 1, 0)], rings[min(i + 1, len(rings) - 1)]
        row = []
        for k in range(len(ring)):
            left, right = ring[k - 1], ring[(k + 1) % len(ring)]
            around = (right[0] - left[0], right[1] - left[1], right[2] - left[2])
            along = (
                after[k][0] - before[k][0], after[k][1] - before[k][1], after[k][2] - before[k][2]
            )  # fmt: skip
            row.append(
                (
                    around[1] * along[2] - around[2] * along[1],
                    around[2] * along[0] - around[0] * along[2],
                    around[0] * along[1] - around[1] * along[0],
                )
            )
        normals.append(row)
    return normals
