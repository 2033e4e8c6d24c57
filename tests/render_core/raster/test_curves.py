"""Curves on the pixel grid: as large as they are, within a twentieth of a pixel."""

from __future__ import annotations

from itertools import pairwise
from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import EMPTY_OUTLINE, Outline
from render_core.raster.coverage import Edges, patches
from render_core.raster.grid import Grid

GRID = Grid(200, 200, 0.01, 0.0, 0.0, 0.01, 0.0, 0.0)
SKEWED = Grid(200, 200, 0.008, 0.003, -0.002, 0.009, 30.0, 5.0)
# Where a cubic curve is nearest to a quarter of a circle; its area is too small by 0.00028.
HANDLE = 0.5522847498


def lens() -> Outline:
    out = OutlineBuilder()
    out.move((1000, 10_000))
    out.quad((10_000, -6000), (19_000, 10_000))
    out.quad((10_000, 26_000), (1000, 10_000))
    out.close()
    return out.build()


def disc(radius: int = 8000, centre: int = 10_000) -> Outline:
    out, handle = OutlineBuilder(), radius * HANDLE
    ways = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]
    out.move((centre + radius, centre))
    for (ax, ay), (bx, by) in pairwise(ways):
        a = (centre + ax * radius + bx * handle, centre + ay * radius + by * handle)
        b = (centre + bx * radius + ax * handle, centre + by * radius + ay * handle)
        out.cubic(a, b, (centre + bx * radius, centre + by * radius))
    out.close()
    return out.build()


def ring_of_arcs() -> Outline:
    out = OutlineBuilder()
    out.move((2000, 10_000))
    out.arc((10_000, 2000), (18_000, 10_000))
    out.arc((10_000, 18_000), (2000, 10_000))
    out.close()
    return out.build()


def half_disc() -> Outline:
    """An open contour: its last line is left to whoever fills it."""
    out = OutlineBuilder()
    out.move((2000, 10_000))
    out.arc((10_000, 2000), (18_000, 10_000))
    return out.build()


OUTLINES = {"lens": lens(), "disc": disc(), "arcs": ring_of_arcs(), "half": half_disc()}
AREAS = {"lens": 2 * 2 / 3 * 180 * 80, "disc": pi * 80**2, "arcs": pi * 80**2, "half": pi * 3200}


def nodes_px(edges: Edges) -> NDArray[np.float64]:
    return np.stack([edges.x, edges.y], axis=1) / 256


def area_px(grid: Grid, outline: Outline) -> float:
    found = patches(grid.edges(outline), grid.width, grid.height)
    return sum(float(patch.alpha.sum()) for patch in found) / 255


@pytest.mark.parametrize("name", ["lens", "disc"])
def test_a_curve_covers_its_area(name: str) -> None:
    """Polylines with their points on these curves are short of it by 0.0008."""
    assert area_px(GRID, OUTLINES[name]) == pytest.approx(AREAS[name], rel=4e-4)


@pytest.mark.parametrize("name", ["arcs", "half"])
def test_an_arc_covers_its_area(name: str) -> None:
    assert area_px(GRID, OUTLINES[name]) == pytest.approx(AREAS[name], rel=1e-3)


@pytest.mark.parametrize("grid", [GRID, SKEWED])
@pytest.mark.parametrize("name", OUTLINES)
def test_edges_lie_within_a_twentieth_of_a_pixel_of_the_curve(grid: Grid, name: str) -> None:
    fine = [grid.points(line.points_um) for line in flatten(OUTLINES[name], 1e-4)]
    curve = np.concatenate(fine)
    nodes = nodes_px(grid.edges(OUTLINES[name]))
    if name == "half":  # Its last line lies far from its arc.
        nodes = nodes[:-1]
    between = (nodes[1:] + nodes[:-1]) / 2
    for points in (nodes, between):
        apart = np.sqrt(((points[:, None] - curve[None]) ** 2).sum(axis=2)).min(axis=1)
        assert apart.max() <= 0.055  # Nodes are whole 1/256, points of the curve lie apart.


def test_a_cubic_that_is_a_quadratic_has_the_same_edges() -> None:
    as_cubics = OutlineBuilder()
    as_cubics.move((1000, 10_000))
    as_cubics.cubic((7000, -2000), (13_000, -2000), (19_000, 10_000))
    as_cubics.cubic((13_000, 22_000), (7000, 22_000), (1000, 10_000))
    as_cubics.close()
    quadratic = OutlineBuilder()
    quadratic.move((1000, 10_000))
    quadratic.quad((10_000, -8000), (19_000, 10_000))
    quadratic.quad((10_000, 28_000), (1000, 10_000))
    quadratic.close()
    one, other = (nodes_px(GRID.edges(out.build())) for out in (as_cubics, quadratic))
    assert one.shape == other.shape
    assert np.abs(one - other).max() <= 1 / 256


def test_each_contour_ends_where_it_began() -> None:
    out = OutlineBuilder()
    for left in (0, 5000, 9000):
        out.move((left, 0))
        out.line((left + 2000, 0))
        out.quad((left + 3000, 1000), (left, 4000))
        out.close()
    edges = GRID.edges(out.build())
    begins = np.append(0, edges.ends[:-1] + 1)
    assert np.array_equal(edges.x[begins], edges.x[edges.ends])
    assert np.array_equal(edges.y[begins], edges.y[edges.ends])
    assert edges.ends[-1] == edges.x.size - 1


def test_an_empty_outline_has_no_edges() -> None:
    assert GRID.edges(EMPTY_OUTLINE).is_empty


def test_an_outline_out_of_range_is_refused() -> None:
    grid = Grid(10, 10, 200.0, 0.0, 0.0, 200.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="range of the rasteriser"):
        grid.edges(lens())
