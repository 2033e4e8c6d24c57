"""What is known not to be sewn by its outlines alone: told while a shopper types, long before a needle moves.

Right for any machine whose shortest stitch and pull are those of `Embroidery`; which threads a machine has, and
what is too detailed for it, is told with its pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from render_core.geometry.flatten import flatten_points
from render_core.geometry.polygons import polygons_of
from render_core.layout import Item, Operation
from render_core.making.profile import Embroidery
from render_core.making.stitches.piece import Piece, pieces
from render_core.making.stitches.simpler import TooDetailed
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.raster.solid import solid_outline
from render_core.units import UM_PER_MM, um_as_mm

# At most so many of a zone; who mends them sees the others.
_MOST_TOLD: Final = 20
_TOLERANCE_UM: Final = 10.0


def least_across_um(rules: Embroidery) -> int:
    """Return how large a part is at least that can be sewn: with the pull, two stitches side by side."""
    return 2 * (rules.min_stitch_um - rules.pull_um)


def too_small(zone: str, piece: Piece, rules: Embroidery) -> Problem | None:
    """Return the problem of a piece of which no thread would hold, None for any other."""
    left, top, right, bottom = piece.bounds
    across, least = max(right - left, bottom - top), least_across_um(rules)
    if across >= least:
        return None
    return problem(
        "STITCH_TOO_SMALL",
        zone,
        box=piece.box(),
        measured=round(across) / UM_PER_MM,
        required=least / UM_PER_MM,
        params={"measured_mm": um_as_mm(round(across)), "required_mm": um_as_mm(least)},
    )


def known_early(items: Iterable[Item], rules: Embroidery) -> tuple[Problem, ...]:
    """Return the problems of the items of one zone that are to be embroidered."""
    found = [
        one for item in items if item.operation is Operation.STITCH for one in _of_item(item, rules)
    ]
    return tuple(found[:_MOST_TOLD])


def _of_item(item: Item, rules: Embroidery) -> Iterator[Problem]:
    if item.image is not None:
        yield problem("STITCH_PICTURE", item.zone)
    elif not item.outline.is_empty and not item.line_width_um and _has_specks(item, rules):
        try:
            parts = pieces(polygons_of(solid_outline(item)))
        except TooDetailed:
            return  # Told with the pack: whether it is depends on what is sewn beside it.
        told = (too_small(item.zone, piece, rules) for piece in parts)
        yield from (one for one in told if one is not None)


def _has_specks(item: Item, rules: Embroidery) -> bool:
    """Return whether a contour that is no hole is so small; most often none is, and nothing is united."""
    outline = item.outline
    flat = flatten_points(outline.verbs, outline.points_um.astype(np.float64), _TOLERANCE_UM)
    low = np.minimum.reduceat(flat.points, flat.starts)
    high = np.maximum.reduceat(flat.points, flat.starts)
    small = (high - low).max(axis=1) < least_across_um(rules)
    if not small.any():
        return False
    x, y = flat.points[:, 0], flat.points[:, 1]
    after = np.arange(1, len(x) + 1)
    after[np.append(flat.starts[1:], len(x)) - 1] = flat.starts
    areas = np.add.reduceat(x * y[after] - x[after] * y, flat.starts)
    outer = (areas > 0) == (areas[np.abs(areas).argmax()] > 0)
    return bool((small & outer).any())
