"""Frames that grow with their text: their distance, their width, and that both fit together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.ops import unary_union

from render_core.compose import Composition
from render_core.design import Align, Shape, VerticalAlign, ZoneSpec
from render_core.geometry.flatten import flatten
from render_core.layout import Item, Operation, Outline
from render_core.text_rules import (
    FrameKind,
    MonogramRules,
    MonogramStyle,
    TextFrame,
    TextPath,
    TextPathKind,
)
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)
from tests.render_core.test_compose_fit import TOLERANCE_UM, clearance_um

FRAMES = {
    "rectangle": TextFrame(FrameKind.RECTANGLE, padding_um=1500, line_width_um=400),
    "round rectangle": TextFrame(
        FrameKind.RECTANGLE, padding_um=1500, line_width_um=400, corner_um=2500
    ),
    "ellipse": TextFrame(FrameKind.ELLIPSE, padding_um=800, line_width_um=400),
    "contour": TextFrame(FrameKind.CONTOUR, padding_um=800, line_width_um=400),
    "double rectangle": TextFrame(padding_um=1000, line_width_um=400, double=True),
    "double ellipse": TextFrame(FrameKind.ELLIPSE, padding_um=500, line_width_um=400, double=True),
    "double contour": TextFrame(FrameKind.CONTOUR, padding_um=500, line_width_um=400, double=True),
}
SHAPES = {
    "rectangle": Shape(),
    "round corners": Shape(corner_um=5000),
    "ellipse": ELLIPSE,
    "heart": HEART_SHAPE,
}
TEXTS: dict[str, dict[str, Any]] = {
    "lines": {"max_lines": 2},
    "monogram": {"monogram": MonogramRules(MonogramStyle.ROW)},
    "arc": {
        "path": TextPath(TextPathKind.ARC, bend_permille=300, inset_um=6000, start_permille=500)
    },
}


def zone(frame: TextFrame | None, *, shape: Shape | None = None, **rules: Any) -> ZoneSpec:
    sizes = {"max_size_centipoint": 20_000, "min_size_centipoint": 100, **rules}
    return text_zone(40, 40, shape=shape or Shape(), frame=frame, **sizes)


def text_and_frame(made: Composition) -> tuple[Item, Item]:
    text, frame = items_of(made)
    return text, frame


def area(outline: Outline) -> Polygon | MultiPolygon:
    """Return what an outline fills, by another program's union and difference."""
    rings = [Polygon(c.points_um) for c in flatten(outline, 0.5) if len(c.points_um) > 2]
    filled: Polygon | MultiPolygon = Polygon()
    for ring in sorted(rings, key=lambda ring: -ring.area):
        filled = filled.symmetric_difference(ring.buffer(0))
    return filled


def inside(frame: Outline) -> Polygon:
    """Return what lies inside of a frame's innermost line."""
    rings = [Polygon(c.points_um) for c in flatten(frame, 0.5)]
    whole = unary_union([ring.buffer(0) for ring in rings])
    holes = whole.difference(area(frame))
    parts = list(holes.geoms) if isinstance(holes, MultiPolygon) else [holes]
    return unary_union([part for part in parts if part.area > 0])


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("text", TEXTS)
def test_the_inner_edge_keeps_the_padding_from_the_ink(name: str, text: str) -> None:
    frame = FRAMES[name]
    made = composed(zone(frame, shape=ELLIPSE, **TEXTS[text]), "HQg")
    lettering, border = text_and_frame(made)
    gap = area(lettering.outline).distance(area(border.outline))
    assert gap >= frame.padding_um - 2.5
    if frame.kind is not FrameKind.ELLIPSE and not frame.corner_um:
        assert gap <= frame.padding_um + 2.5
    else:
        assert gap <= frame.padding_um * 1.3 + 3


@pytest.mark.parametrize("name", FRAMES)
def test_the_line_is_of_one_width_all_round(name: str) -> None:
    frame = FRAMES[name]
    for shape in (Shape(), ELLIPSE):
        _, border = text_and_frame(composed(zone(frame, shape=shape), "Emma"))
        if frame.kind is FrameKind.CONTOUR:
            continue  # Where a bay closes, the line meets itself.
        widths = [frame.line_width_um, frame.line_width_um / 2] if frame.double else [400]
        lines = area(border.outline)
        parts = list(lines.geoms) if isinstance(lines, MultiPolygon) else [lines]
        assert len(parts) == len(widths)
        ordered = sorted(parts, key=lambda part: -part.exterior.length)
        for line, width in zip(ordered, widths, strict=False):
            assert line.buffer(
                -width * (0.6 if "round" not in name and "ellipse" not in name else 0.51) - 3
            ).is_empty
            hole = Polygon(line.interiors[0])
            for x, y in list(line.exterior.coords)[::7]:
                # A corner that is not round is farther from its inner one.
                apart = hole.distance(Point(x, y))
                assert width - 3 <= apart <= width * 1.42 + 3


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_and_frame_fit_together_and_no_larger(frame: str, shape: str, text: str) -> None:
    rules = {"shape": SHAPES[shape], **TEXTS[text]}
    made = composed(zone(FRAMES[frame], **rules), "KLM")
    edge = made.layout.surface("front").zone("name").shape
    size = text_of(made).size_centipoint
    if "DOES_NOT_FIT" in codes(made):
        assert size == 100
        return
    for item in items_of(made):
        assert clearance_um(item.outline, edge) >= 1000 - TOLERANCE_UM
    if size == 20_000:
        return
    rules |= {"min_size_centipoint": size + 1, "max_size_centipoint": size + 1}
    assert codes(composed(zone(FRAMES[frame], **rules), "KLM")) == ["DOES_NOT_FIT"]


def test_a_frame_makes_its_text_smaller() -> None:
    bare = composed(zone(None), "Emma")
    framed = composed(zone(FRAMES["rectangle"]), "Emma")
    assert text_of(framed).size_centipoint < text_of(bare).size_centipoint


def test_a_frame_in_a_rectangle_touches_its_margins() -> None:
    _, border = text_and_frame(composed(zone(FRAMES["rectangle"]), "Emma"))
    left, _, right, _ = border.outline.bounds_um()
    step = (right - left) / text_of(composed(zone(FRAMES["rectangle"]), "Emma")).size_centipoint
    assert 1000 - TOLERANCE_UM <= left <= 1000 + step
    assert 39_000 - step <= right <= 39_000 + TOLERANCE_UM


@pytest.mark.parametrize(
    ("align", "vertical", "corner"),
    [
        (Align.START, VerticalAlign.TOP, (1000, 1000)),
        (Align.END, VerticalAlign.BOTTOM, (39_000, 39_000)),
    ],
)
@pytest.mark.parametrize("name", ["rectangle", "ellipse", "contour"])
def test_what_is_aligned_is_the_frame(
    align: Align, vertical: VerticalAlign, corner: tuple[int, int], name: str
) -> None:
    spec = zone(FRAMES[name], align=align, vertical_align=vertical, max_size_centipoint=1500)
    _, border = text_and_frame(composed(spec, "Emma"))
    points = np.concatenate([c.points_um for c in flatten(border.outline, 0.5)])
    found = points.min(axis=0) if align is Align.START else points.max(axis=0)
    assert np.abs(found - corner).max() <= 3


def test_an_ellipse_takes_the_proportions_of_an_elliptic_zone() -> None:
    for width, height in ((40, 40), (40, 20)):
        spec = text_zone(width, height, shape=ELLIPSE, frame=FRAMES["ellipse"])
        _, border = text_and_frame(composed(spec, "Jo"))
        left, top, right, bottom = border.outline.bounds_um()
        assert (right - left) / (bottom - top) == pytest.approx(
            (width - 2) / (height - 2), rel=1e-3
        )


def test_a_frame_is_made_as_its_text_is() -> None:
    text, border = text_and_frame(composed(zone(FRAMES["contour"]), "Emma"))
    assert (text.operation, text.ink) == (border.operation, border.ink)
    assert border.operation is Operation.ENGRAVE


def test_the_outer_edge_turns_against_the_inner_one() -> None:
    for name, frame in FRAMES.items():
        _, border = text_and_frame(composed(zone(frame, shape=ELLIPSE), "Jo"))
        turns = []
        for contour in flatten(border.outline, 0.5):
            x, y = contour.points_um.T
            turns.append(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) > 0)
        assert sum(turns) * 2 == len(turns), name


def test_no_text_has_no_frame() -> None:
    assert items_of(composed(zone(FRAMES["rectangle"]), "")) == ()


def test_a_frame_that_has_no_room_is_reported() -> None:
    wide = TextFrame(padding_um=19_500, line_width_um=400)
    made = composed(zone(wide), "Emma")
    assert "DOES_NOT_FIT" in codes(made)
    assert made.problems[0].measured == 0


def test_a_frame_surrounds_all_lines() -> None:
    made = composed(zone(FRAMES["round rectangle"], max_lines=3), "Anna\nand\nBenjamin")
    lettering, border = text_and_frame(made)
    assert codes(made) == []
    assert inside(border.outline).contains(area(lettering.outline))
