"""Kerf: parts come out at their size, beside GEOS."""

from __future__ import annotations

import io

import numpy as np
import pytest
import shapely
from ezdxf import bbox
from ezdxf.filemanagement import read as read_dxf
from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.export.dialect import Dialect
from render_core.export.dxf import dxf
from render_core.geometry.flatten import flatten
from render_core.layout import Outline, Verb
from render_core.making.areas import rings_of, united_apart
from render_core.making.kerf import offset
from render_core.making.prepare import prepare
from render_core.making.profile import Curves, KerfSide, Units
from tests.render_core.geometry.geos import area_of
from tests.render_core.making.work import SQUARE, contours_of, cut, cutting, face, machine, path

HOLE = "M14 14V26H26V14Z"
RING = SQUARE + "M20 16A4 4 0 0 0 20 24A4 4 0 0 0 20 16Z"


def size_um(outline: Outline) -> tuple[int, int]:
    points = flatten(outline, 0.05)[0].points_um
    width, height = (points.max(axis=0) - points.min(axis=0)).tolist()
    return round(width), round(height)


def test_a_square_of_20_mm_is_cut_along_one_of_20_2_and_its_hole_of_20_along_19_8() -> None:
    item = cut("M10 10H30V30H10Z" + "M40 10H80V50H40ZM50 20V40H70V20Z")
    made = prepare(face(item), machine(cutting(kerf_um=200)))
    assert not made.problems
    assert sorted(map(size_um, contours_of(made))) == [(19_800,) * 2, (20_200,) * 2, (40_200,) * 2]


@pytest.mark.parametrize(("units", "to_mm"), [(Units.MILLIMETRES, 1.0), (Units.INCHES, 25.4)])
def test_a_program_of_others_measures_the_kerf_in_the_file(units: Units, to_mm: float) -> None:
    """ezdxf reads what the laser's software would: 20.20 outside, 19.80 for a hole of 20."""
    item = cut("M10 10H30V30H10Z" + "M40 10H80V50H40ZM50 20V40H70V20Z")
    profile = machine(cutting(kerf_um=200), units=units)
    file = dxf(prepare(face(item), profile).surface, Dialect.of(profile))
    document = read_dxf(io.StringIO(file.decode()))
    sizes = sorted(
        tuple(round(side * to_mm, 2) for side in bbox.extents([one]).size.vec2)
        for one in document.modelspace()
    )
    assert sizes == [(19.8, 19.8), (20.2, 20.2), (40.2, 40.2)]


@pytest.mark.parametrize(
    ("side", "outer", "inner"),
    [
        (KerfSide.WASTE, 20_200, 11_800),
        (KerfSide.ON_LINE, 20_000, 12_000),
        (KerfSide.INSIDE, 19_800, 11_800),
        (KerfSide.OUTSIDE, 20_200, 12_200),
    ],
)
def test_the_tool_runs_on_the_side_that_is_asked_for(
    side: KerfSide, outer: int, inner: int
) -> None:
    made = prepare(face(cut(SQUARE + HOLE)), machine(cutting(kerf_um=200, kerf_side=side)))
    assert sorted(size_um(one)[0] for one in contours_of(made)) == [inner, outer]


def test_in_a_stencil_the_outline_is_the_hole() -> None:
    made = prepare(face(cut(SQUARE)), machine(cutting(kerf_um=200)), stencils=("name",))
    assert [size_um(one) for one in contours_of(made)] == [(19_800, 19_800)]


def test_outlines_that_overlap_are_united_and_keep_their_holes() -> None:
    other = cut("M25 15H50V35H25ZM35 20V30H45V20Z")
    made = prepare(face(cut(SQUARE), other), machine(cutting(kerf_um=200)))
    assert len(contours_of(made)) == 2
    expected = area_of(path(SQUARE)).union(area_of(other.outline)).buffer(100, quad_segs=64)
    cut_out = area_of(made.runs[0].items[0].outline)
    assert shapely.hausdorff_distance(cut_out.boundary, expected.boundary) < 3


def test_an_outline_in_another_is_its_hole() -> None:
    made = prepare(face(cut(SQUARE), cut(HOLE, zone="inner")), machine(cutting(kerf_um=200)))
    assert sorted(size_um(one)[0] for one in contours_of(made)) == [11_800, 20_200]


def test_arcs_stay_arcs_of_the_radius_that_the_tool_needs() -> None:
    made = prepare(face(cut(RING)), machine(cutting(kerf_um=200)))
    hole = min(contours_of(made), key=size_um)
    assert hole.verbs.tolist() == [Verb.MOVE, Verb.ARC, Verb.ARC, Verb.CLOSE]
    distances = np.hypot(*(hole.points_um - np.array([20_000, 20_000])).T)
    assert distances.tolist() == pytest.approx([3_900] * 5, abs=1)


def test_a_machine_that_knows_lines_alone_gets_lines_within_its_tolerance() -> None:
    plain = machine(cutting(kerf_um=200), curves=Curves.LINES, tolerance_um=10)
    hole = min(contours_of(prepare(face(cut(RING)), plain)), key=size_um)
    assert set(hole.verbs.tolist()) == {Verb.MOVE, Verb.LINE, Verb.CLOSE}
    ring = shapely.LinearRing(hole.points_um)
    circle = shapely.Point(20_000, 20_000).buffer(3_900, quad_segs=256).exterior
    assert shapely.hausdorff_distance(ring, circle) < 10


def test_without_kerf_curves_stay_what_they_were() -> None:
    item = cut("M10 30C10 5 50 5 50 30Z")
    (run,) = prepare(face(item), machine()).runs
    (made,) = run.items
    assert made.outline.verbs.tolist() == item.outline.verbs.tolist()
    assert made.outline.points_um.tolist() == item.outline.points_um.tolist()


def test_items_of_the_prepared_surface_are_those_of_the_runs() -> None:
    surface = face(cut(RING), x_um=7_000, y_um=3_000)
    made = prepare(surface, machine(cutting(kerf_um=100)))
    (placed,), (item,) = made.surface.placed_items(), made.runs[0].items
    assert placed.outline.points_um.tolist() == item.outline.points_um.tolist()
    assert made.surface.zone("name").x_um == 7_000


@st.composite
def drawings(draw: st.DrawFn) -> str:
    places = st.integers(5, 95)
    parts = []
    for _ in range(draw(st.integers(1, 5))):
        x, y = draw(places), draw(places)
        width, height = draw(st.integers(3, 40)), draw(st.integers(3, 40))
        if draw(st.booleans()):
            parts.append(f"M{x} {y}h{width}v{height}h-{width}Z")
        else:
            parts.append(f"M{x} {y}q{width} {height} {width} 0q-{width} -{height} -{width} 0Z")
    return "".join(parts)


@settings(max_examples=25, deadline=None)
@given(drawings(), st.sampled_from([-400, -90, 50, 100, 600]))
def test_offsets_are_those_of_geos(data: str, by_um: int) -> None:
    area = united_apart(rings_of(path(data), 0.5))
    outline = offset(area, by_um, 0.5).outline()
    ours = area_of(outline) if not outline.is_empty else shapely.Polygon()
    theirs = area_of(area.outline()).buffer(by_um, quad_segs=64)
    assert shapely.symmetric_difference(ours, theirs).area <= 3 * (theirs.length + 1_000)
