"""Surfaces to sew, drawn by hand, and what tests read from patterns of stitches."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from render_core.geometry.polygons import polygons_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Operation, Surface, ZoneFrame
from render_core.making.profile import Embroidery, FileFormat, MachineOperation, MachineProfile
from render_core.making.stitches.pattern import Block, Kind, Pattern, Step
from render_core.making.stitches.piece import pieces
from render_core.raster.solid import solid_outline
from tests.render_core.export.samples import PATHS, box

NAVY = Ink((30, 60, 130), "Navy 1043")
GOLD = Ink((240, 200, 60))
MACHINE: Final = MachineProfile(
    "six-needles",
    "Six needles",
    (FileFormat.DST, FileFormat.PES),
    (MachineOperation(Operation.STITCH, "Stitch"),),
)
STAR = (
    "M30 3L34.1 11.3L43.3 12.7L36.7 19.1L38.2 28.3L30 24L21.8 28.3L23.3 19.1L16.7 12.7L25.9 11.3Z"
)
DISC = "M30 1A14 14 0 0 1 30 29A14 14 0 0 1 30 1Z"
E_SHAPE = "M5 3H20V8H10V13H18V18H10V23H20V28H5Z"
# Beyond what machines are given, for tests that break rules one by one.
R_SHAPE = "M5 3H15Q24 3 24 10.5Q24 16 19 17.5L26 28H20L14 18.5H10V28H5ZM10 7.5V14H14.5Q19 14 19 10.7Q19 7.5 14.5 7.5Z"
SHAPES: Final = {**PATHS, "star": STAR, "disc": DISC, "E": E_SHAPE, "R": R_SHAPE}
del SHAPES["hairline"]


def sewn(path: str, ink: Ink = NAVY, line_width_um: int = 0) -> Item:
    """Return an item of the zone "badge" that is to be embroidered. path: millimetres."""
    return Item("badge", Operation.STITCH, ink, parse_path_mm(path), line_width_um=line_width_um)


def cloth(*items: Item) -> Surface:
    """Return a surface of 80 × 40 mm whose zone of 60 × 30 begins at (10, 5)."""
    frame = ZoneFrame("badge", 10_000, 5_000, 60_000, 30_000, box(60, 30))
    return Surface("front", 80_000, 40_000, box(80, 40), (frame,), items)


def with_rules(**rules: object) -> MachineProfile:
    return replace(MACHINE, embroidery=replace(Embroidery(), **rules))  # type: ignore[arg-type]


def threads(block: Block) -> list[tuple[Step, Step]]:
    """Return each stretch of thread on the cloth, from needle point to needle point."""
    found = []
    before: Step | None = None
    for step in block.steps:
        if before is not None and step.is_stitch and step[1:] != before[1:]:
            found.append((before, step))
        before = step
    return found


def lengths_mm(pattern: Pattern, *, ties: bool = False) -> list[float]:
    """Return how long the stitches are; those that tie the thread only where asked."""
    return [
        ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 / 10
        for block in pattern.blocks
        for a, b in threads(block)
        if ties or Kind.TIE not in (a.kind, b.kind)
    ]


def drawn_shape(surface: Surface, ink: Ink) -> BaseGeometry:
    """Return what is drawn in an ink, µm, as GEOS sees it."""
    parts = []
    for item in surface.placed_items():
        if item.ink == ink:
            for piece in pieces(polygons_of(solid_outline(item))):
                parts.append(shapely.Polygon(piece.rings[0], piece.rings[1:]))
    return shapely.union_all(parts)


def thread_area(pattern: Pattern, ink: Ink, width_um: int) -> BaseGeometry:
    """Return what the threads of an ink cover, µm, each as wide as given."""
    lines = [
        shapely.LineString([(a.x * 100, a.y * 100), (b.x * 100, b.y * 100)])
        for block in pattern.blocks
        if block.ink == ink
        for a, b in threads(block)
    ]
    return shapely.union_all(shapely.buffer(lines, width_um / 2, quad_segs=4))
