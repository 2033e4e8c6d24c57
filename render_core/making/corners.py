"""Inside corners that a round tool cannot reach: rounded on purpose, or relieved by a bone.

A bone is a circle through the corner, with its middle on the bisector in what is taken away, so that
a square counterpart fits. It is no smaller than the tool, and large enough that the way of the
tool's middle goes into it.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, difference, union
from render_core.making.areas import united_apart
from render_core.making.kerf import circle, offset
from render_core.making.profile import InsideCorners, MachineOperation

# Corners turn by more than some 25 degrees within one vertex; curves turn by less, chord by chord.
_CORNER_COSINE: Final = 0.9
# Sharper than some 57 degrees inside, a corner is left: nothing fits into it, and its bone would be large.
_SHARPEST_COSINE: Final = -0.55
# So much more than just reached, or the tool's way only touches the bone.
_ROOM: Final = 1.05


def cornered(
    area: Polygons, operation: MachineOperation, precision_um: float, *, freed: bool
) -> Polygons:
    """Return an area with its inside corners as the operation wants them.

    freed: the area is what is taken away; otherwise it is the part, and waste lies around it.
    """
    radius = operation.tool_radius_um or operation.kerf_um / 2
    if operation.inside_corners is InsideCorners.SHARP or not radius or area.is_empty:
        return area
    if operation.inside_corners is InsideCorners.ROUND:
        by = -radius if freed else radius
        return offset(offset(area, by, precision_um), -by, precision_um)
    bones = united_apart(
        [
            bone
            for ring in area.rings
            for bone in _bones(ring, radius, operation.kerf_um / 2, precision_um, freed=freed)
        ]
    )
    if bones.is_empty:
        return area
    return union([area, bones]) if freed else difference(area, bones)


def _bones(
    ring: Ring, radius_um: float, half_kerf_um: float, precision_um: float, *, freed: bool
) -> list[Ring]:
    points = ring.astype(np.float64) / UNITS_PER_UM
    after = np.roll(points, -1, axis=0) - points
    lengths = np.sqrt(after[:, 0] * after[:, 0] + after[:, 1] * after[:, 1])
    after /= np.where(lengths > 0, lengths, 1.0)[:, None]
    before = np.roll(after, 1, axis=0)
    sine = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    cosine = before[:, 0] * after[:, 0] + before[:, 1] * after[:, 1]
    inside = sine > 0 if freed else sine < 0
    sharp = inside & (cosine < _CORNER_COSINE) & (cosine > _SHARPEST_COSINE)
    bones = []
    for index in np.flatnonzero(sharp).tolist():
        # The cosine of the turn is minus that of the corner's angle; the sine of its half follows.
        half_sine = sqrt((1 + float(cosine[index])) / 2)
        reached = _ROOM * half_kerf_um * (1 + 1 / half_sine) / 2
        x, y = (after[index] - before[index]).tolist()
        norm = sqrt(x * x + y * y)
        size = max(radius_um, reached)
        bones.append(
            circle(
                (points[index, 0] + x / norm * size, points[index, 1] + y / norm * size),
                size,
                precision_um,
            )
        )
    return bones
