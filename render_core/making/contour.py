"""The cut around what is printed: at a distance, round outside, smooth inside, without holes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring
from render_core.layout import Item
from render_core.making.areas import MOST_WORK, rings_of, union_apart, united_apart, work
from render_core.making.kerf import by_turn, offset
from render_core.making.profile import ContourCut
from render_core.making.ways import solid


def cut_around(
    items: Iterable[Item], cut: ContourCut, precision_um: float
) -> tuple[Polygons, list[Item]]:
    """Return what is cut out around items: grown by the distance, inside corners of the radius.

    Of a picture the rectangle counts, or its clip. Holes are closed: what is printed around one
    stays one piece. And the items whose outlines are too tangled: around these nothing is cut.
    """
    covered: list[Polygons] = []
    tangled: list[Item] = []
    for item in items:
        rings = _rings(item, precision_um)
        if work(rings) > MOST_WORK:
            tangled.append(item)
        else:
            covered.append(united_apart(rings))
    grown = offset(union_apart(covered), float(cut.offset_um + cut.min_radius_um), precision_um)
    outer, _ = by_turn(united_apart(by_turn(grown)[0].rings))
    return offset(outer, -float(cut.min_radius_um), precision_um), tangled


def _rings(item: Item, precision_um: float) -> list[Ring]:
    if item.image is not None:
        return (
            [_frame(item.image.matrix_um)]
            if item.clip is None
            else rings_of(item.clip, precision_um)
        )
    outline = solid(item)
    return [] if outline is None else rings_of(outline, precision_um)


def _frame(matrix_um: tuple[int, int, int, int, int, int]) -> Ring:
    a, b, c, d, x, y = matrix_um
    corners = [(x, y), (x + a, y + b), (x + a + c, y + b + d), (x + c, y + d)]
    return np.array(corners, np.int64) * UNITS_PER_UM
