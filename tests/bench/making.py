"""What a workshop's geometry costs, beside GEOS (shapely) on the same contours.

Thousands of letters as they come from a page, each overlapping another one: flattened, united and
moved by a kerf. GEOS is given the contours flattened, and its answer is held to ours. And artwork of
200,000 points, as one contour and as twenty thousand: ready for a machine that cuts, and its DXF.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from math import ceil, sqrt

import numpy as np
import shapely
from shapely.affinity import translate

from render_core.compose import compose
from render_core.export.dialect import Dialect
from render_core.export.dxf import dxf
from render_core.geometry.flatten import flatten
from render_core.geometry.polygons import Polygons
from render_core.layout import Operation, Outline, Verb
from render_core.making.areas import rings_of, united_apart
from render_core.making.kerf import offset
from render_core.making.prepare import prepare
from render_core.making.profile import Fill, FillKind
from render_core.making.profile_json import library
from render_core.making.ways import joined
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_zone
from tests.render_core.making.work import cut, face

KERF_UM = 100
PRECISION_UM = 1.25
LEAST_CONTOURS = 10_000
GOAL_MS = 2_000
POINTS = 200_000
MANY_POINTS_MS = 30_000
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
    for contours in (1, 20_000):
        name = f"{POINTS} points in {contours} contours, cut and hatched"
        yield Measure(name, _cut_and_hatched(contours), "ms", goal=MANY_POINTS_MS)


def _cut_and_hatched(contours: int) -> float:
    """Return the time for the work of a laser on many discs, and its files, ms."""
    laser = library()["co2-laser-cutter"]
    (engraving,) = (one for one in laser.operations if one.operation is Operation.ENGRAVE)
    engraved = replace(engraving, fill=Fill(FillKind.HATCH, 100))
    hatching = replace(laser, id="hatching", operations=(engraved,), bed_width_um=0)
    drawing = _discs(contours, POINTS // contours)
    begin = CLOCK()
    for profile, operation in ((laser, Operation.CUT), (hatching, Operation.ENGRAVE)):
        surface = face(cut("", outline=drawing, operation=operation))
        made = prepare(surface, profile)
        assert made.can_be_made, made.problems
        assert b"LWPOLYLINE" in dxf(made.surface, Dialect.of(profile))
        if operation is Operation.CUT:
            verbs = [item.outline.verbs for run in made.runs for item in run.items]
            assert int((np.concatenate(verbs) == Verb.CLOSE).sum()) == contours
    return (CLOCK() - begin) * 1_000


def _discs(count: int, points: int) -> Outline:
    """Return discs of so many corners side by side on 180 mm."""
    turn = np.arange(points) * (2 * np.pi / points)
    side = ceil(sqrt(count))
    pitch = 180_000 / side
    disc = np.stack([np.cos(turn), np.sin(turn)], axis=1) * 0.35 * pitch
    middles = (np.stack(np.divmod(np.arange(count), side), axis=1) + 0.5) * pitch + 10_000
    verbs = np.full(points + 1, Verb.LINE, np.uint8)
    verbs[0], verbs[-1] = Verb.MOVE, Verb.CLOSE
    whole = np.rint(middles[:, None] + disc).astype(np.int32).reshape(-1, 2)
    return Outline(np.tile(verbs, count), whole)


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
