"""What a workshop's geometry costs, beside GEOS (shapely) on the same contours.

Thousands of letters as they come from a page, each overlapping another one: flattened, united and
moved by a kerf. GEOS is given the contours flattened, and its answer is held to ours.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.affinity import translate

from render_core.compose import compose
from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import Polygons
from render_core.layout import Outline, Verb
from render_core.making.areas import rings_of, united_apart
from render_core.making.kerf import offset
from render_core.making.ways import joined
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_zone

KERF_UM = 100
PRECISION_UM = 1.25
LEAST_CONTOURS = 10_000
GOAL_MS = 2_000
# Others take turns away from whoever needs longer: only its own time is counted.
CLOCK = time.thread_time
LINE = "The quick brown fox jumps over the lazy dog 0123456789 & m"


def measures() -> Iterator[Measure]:
    page = _page()
    copies = -(-LEAST_CONTOURS // int((page.verbs == Verb.MOVE).sum()))
    # Side by side in pairs, the second of each a little to the right of the first.
    shifts = [((copy // 2) * 150_000 + (copy % 2) * 300, 0) for copy in range(copies)]
    drawing = joined([page.moved(*shift) for shift in shifts])
    one = _polygons(page)
    polygons = [translate(each, *shift) for shift in shifts for each in one]
    made: list[Polygons] = []
    judged: list[shapely.Geometry] = []

    def ours() -> None:
        area = united_apart(rings_of(drawing, PRECISION_UM))
        made[:] = [offset(area, KERF_UM, PRECISION_UM)]

    def theirs() -> None:
        judged[:] = [shapely.union_all(polygons).buffer(KERF_UM)]

    ours_ms, geos_ms = side_by_side([ours, theirs], runs=3, warm=1, clock=CLOCK)
    area = made[0].area_um2()
    assert abs(area - judged[0].area) <= 2e-3 * area, (area, judged[0].area)
    count = int((drawing.verbs == Verb.MOVE).sum())
    name = f"{count} glyph contours united and offset"
    yield Measure(name, ours_ms, "ms", "shapely (GEOS)", geos_ms, GOAL_MS)


def _page() -> Outline:
    zone = text_zone(900, 900, max_lines=40, max_graphemes=3_000)
    made = compose(design(zone, "\n".join([LINE] * 30)), FontLibrary())
    outline = made.layout.surfaces[0].items[0].outline
    return Outline(outline.verbs, outline.points_um // 6)


def _polygons(page: Outline) -> list[shapely.Geometry]:
    """Return the glyphs of a page for GEOS: each outer contour with the holes that lie in it."""
    lines = [line.points_um for line in flatten(page, PRECISION_UM) if len(line.points_um) > 2]
    rings, turns = [shapely.Polygon(points) for points in lines], [_area(one) > 0 for one in lines]
    outer = turns[int(np.argmax([ring.area for ring in rings]))]
    shells = [ring for ring, turn in zip(rings, turns, strict=True) if turn == outer]
    tree = shapely.STRtree(shells)
    holes: dict[int, list[shapely.Geometry]] = {}
    for ring, turn in zip(rings, turns, strict=True):
        if turn != outer:
            around = tree.query(ring, predicate="within").tolist()
            holes.setdefault(min(around, key=lambda at: shells[at].area), []).append(ring.exterior)
    return [
        shapely.make_valid(shapely.Polygon(shell.exterior, holes.get(at, [])))
        for at, shell in enumerate(shells)
    ]


def _area(points: np.ndarray) -> float:
    x, y = points[:, 0], points[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
