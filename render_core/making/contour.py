"""The cut around what is printed: at a distance, round outside, smooth inside, without holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, intersection
from render_core.layout import ImageUse, Item
from render_core.making.areas import MOST_WORK, rings_of, union_apart, united_apart, work
from render_core.making.kerf import by_turn, offset
from render_core.making.profile import ContourCut
from render_core.making.ways import solid

_FRAME: Final = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)

# Gives the edges of what is visible of a picture by its hash, in its unit square; None for its frame.
EdgeOf = Callable[[str], tuple[NDArray[np.float64], ...] | None]


def cut_around(
    items: Iterable[Item], cut: ContourCut, precision_um: float, edge_of: EdgeOf | None = None
) -> tuple[Polygons, list[Item]]:
    """Return what is cut out around items: grown by the distance, inside corners of the radius.

    Of a picture what is visible counts where edge_of tells it and the cut follows it; else its frame;
    its clip in either case. Holes are closed: what is printed around one stays one piece. And the items
    whose outlines are too tangled: around these nothing is cut.
    """
    edge_of = edge_of if cut.follow_alpha else None
    covered: list[Polygons] = []
    tangled: list[Item] = []
    for item in items:
        rings = _rings(item, precision_um, edge_of)
        if work(rings) > MOST_WORK:
            tangled.append(item)
        else:
            covered.append(united_apart(rings))
    grown = offset(union_apart(covered), float(cut.offset_um + cut.min_radius_um), precision_um)
    outer, _ = by_turn(united_apart(by_turn(grown)[0].rings))
    found = offset(outer, -float(cut.min_radius_um), precision_um)
    return (found if edge_of is None else _cleaned(found, precision_um)), tangled


def _cleaned(area: Polygons, precision_um: float) -> Polygons:
    """Return an area without nicks that are smaller than the precision: pixels leave some in corners."""
    rings = [
        pyclipper.CleanPolygon(ring.tolist(), precision_um * UNITS_PER_UM) for ring in area.rings
    ]
    return Polygons(tuple(np.array(ring, np.int64) for ring in rings if len(ring) > 2))


def _rings(item: Item, precision_um: float, edge_of: EdgeOf | None) -> list[Ring]:
    if item.image is not None:
        return _of_picture(item, item.image, precision_um, edge_of)
    outline = solid(item)
    return [] if outline is None else rings_of(outline, precision_um)


def _of_picture(
    item: Item, image: ImageUse, precision_um: float, edge_of: EdgeOf | None
) -> list[Ring]:
    edges = None if edge_of is None else edge_of(image.sha256)
    clip = None if item.clip is None else rings_of(item.clip, precision_um)
    if edges is None:
        return [_placed(_FRAME, image)] if clip is None else clip
    rings = [_placed(edge, image) for edge in edges]
    if clip is None or work(clip) > MOST_WORK:
        return rings
    return list(intersection(united_apart(rings), united_apart(clip)).rings)


def _placed(points: NDArray[np.float64], image: ImageUse) -> Ring:
    """Return points of a picture's unit square as a ring where the picture lies."""
    a, b, c, d, x, y = image.matrix_um
    across, down = points[:, 0], points[:, 1]
    place = np.stack([across * a + down * c + x, across * b + down * d + y], axis=1)
    ring: Ring = np.rint(place * UNITS_PER_UM).astype(np.int64)
    return ring
