"""Outlines on a bent surface lie where dense sampling of the map finds them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.geometry.svg_path import parse_path_mm
from render_core.mockup.folds import STEEPEST, Folds, folds_of
from render_core.mockup.maps import Floats
from render_core.mockup.placing import map_of
from render_core.mockup.warped import TOLERANCE_PX, Warped
from render_core.raster.coverage import SUBPIXEL, Edges, coverage, patches
from tests.render_core.export.samples import box
from tests.render_core.mockup.placements import HEIGHT_UM, PLACEMENTS, TRUTHS, WIDTH_UM

SIZE = (WIDTH_UM, HEIGHT_UM)
SHAPES = {
    "lines": "M3 3H77V37H3Z M10 10L70 30L20 33Z",
    "curves": "M8 20C8 2 40 2 40 20S72 38 72 20Q60 -8 30 12Z",
    "arcs": "M10 20A15 15 0 0 1 40 20A15 15 0 0 1 10 20Z",
}


def folds() -> Folds:
    across, down = np.arange(800) / 37, np.arange(600)[:, None] / 53
    grey = 128 + 100 * np.sin(across) * np.cos(down)
    return folds_of(grey.astype(np.uint8), 9.0, 3)


def warped(name: str, *, folded: bool = False) -> Warped:
    surface = map_of(PLACEMENTS[name], WIDTH_UM)
    return Warped(800, 600, surface, SIZE, (1.0, 1.0), folds() if folded else None)


def filled(edges: Edges) -> NDArray[np.int32]:
    """Return the coverage of edges on the canvas."""
    canvas = np.zeros((600, 800), np.int32)
    for left, top, alpha in patches(edges, 800, 600):
        canvas[top : top + alpha.shape[0], left : left + alpha.shape[1]] = alpha
    return canvas


def distance_px(points: Floats, edges: Edges) -> float:
    """Return how far the farthest point lies from the edges, in pixels."""
    nodes = np.stack([edges.x, edges.y], axis=1) / SUBPIXEL
    joined = np.ones(len(nodes) - 1, bool)
    joined[edges.ends[:-1]] = False
    a, b = nodes[:-1][joined], nodes[1:][joined]
    farthest = 0.0
    for start in range(0, len(points), 200):
        p = points[start : start + 200, None]
        way = b - a
        share = ((p - a) * way).sum(2) / np.maximum((way * way).sum(1), 1e-12)
        nearest = a + np.clip(share, 0, 1)[..., None] * way
        farthest = max(farthest, float(np.sqrt(((p - nearest) ** 2).sum(2).min(1)).max()))
    return farthest


@pytest.mark.parametrize("folded", [False, True], ids=["flat", "folded"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", PLACEMENTS)
def test_an_outline_lies_within_a_sixteenth_of_a_pixel_of_its_projection(
    name: str, shape: str, folded: bool
) -> None:
    outline, grid = parse_path_mm(SHAPES[shape]), warped(name, folded=folded)
    left, _, right, _ = grid.surface.seen
    dense = []
    for line in flatten(outline, 0.5):
        closed = np.append(line.points_um, line.points_um[:1], axis=0) / SIZE
        for a, b in pairwise(closed):
            share = np.linspace(0, 1, max(2, int(np.abs(b - a).max() * 400)))[:, None]
            dense.append(a + (b - a) * share)
    places = np.concatenate(dense)
    places = places[(places[:, 0] > left) & (places[:, 0] < right)]
    x, y = grid.forward(places[:, 0], places[:, 1])
    rounding = 1 / SUBPIXEL
    assert distance_px(np.stack([x, y], axis=1), grid.edges(outline)) <= TOLERANCE_PX + rounding


@pytest.mark.parametrize("name", PLACEMENTS)
def test_a_pixel_is_traced_back_to_where_it_was_projected_from(name: str) -> None:
    for folded in (False, True):
        grid = warped(name, folded=folded)
        left, top, x_um, y_um = grid.traced
        u, v = x_um.astype(np.float64) / WIDTH_UM, y_um.astype(np.float64) / HEIGHT_UM
        u0, v0, u1, v1 = grid.surface.seen
        inside = (u > u0) & (u < u1) & (v > v0) & (v < v1)
        assert inside.sum() > 20_000
        x, y = grid.forward(u[inside], v[inside])
        rows, columns = np.nonzero(inside)
        assert np.abs(x - (columns + left + 0.5)).max() < 0.02
        assert np.abs(y - (rows + top + 0.5)).max() < 0.02


@pytest.mark.parametrize("name", TRUTHS)
def test_six_points_and_the_diameter_are_the_camera(name: str) -> None:
    surface = map_of(PLACEMENTS[name], WIDTH_UM)
    u, v = np.meshgrid(np.linspace(0.02, 0.98, 40), np.linspace(0, 1, 20))
    seen = (u > surface.seen[0]) & (u < surface.seen[2])
    assert seen.mean() > 0.8
    x, y = surface.points(u[seen], v[seen])
    true_x, true_y = TRUTHS[name](u[seen], v[seen])
    assert np.hypot(x - true_x, y - true_y).max() < 0.02  # Points are whole 1/1000 pixels.


@pytest.mark.parametrize("name", PLACEMENTS)
def test_the_derivative_is_the_slope(name: str) -> None:
    surface, step = map_of(PLACEMENTS[name], WIDTH_UM), 1e-6
    left, _, right, _ = surface.seen
    u, v = np.meshgrid(np.linspace(left + 0.01, right - 0.01, 10), np.linspace(0.01, 0.99, 10))
    xu, yu, xv, yv = surface.derivative(u, v)
    for found, (du, dv) in (((xu, yu), (step, 0.0)), ((xv, yv), (0.0, step))):
        ahead, behind = surface.points(u + du, v + dv), surface.points(u - du, v - dv)
        for slope, high, low in zip(found, ahead, behind, strict=True):
            assert np.abs(slope - (high - low) / (2 * step)).max() < 1e-2


def test_what_turns_away_from_the_camera_is_not_drawn() -> None:
    """Nearly the whole way around: the back would be drawn over the front, mirrored."""
    bend = PLACEMENTS["cylinder"].bend
    assert bend is not None
    around = replace(bend, from_um=bend.from_um + 40_000, to_um=bend.to_um + 40_000)
    surface = map_of(replace(PLACEMENTS["cylinder"], bend=around), 160_000)
    left, _, right, _ = surface.seen
    assert 0.2 < left < 0.3
    assert 0.7 < right < 0.8
    grid = Warped(800, 600, surface, (160_000, HEIGHT_UM), (1.0, 1.0))
    u = np.linspace(left, right, 4001)
    upper, lower = (np.stack(grid.forward(u, np.full_like(u, v)), axis=1) for v in (0.0, 1.0))
    rim = np.concatenate([upper, lower[::-1]])
    shown = filled(grid.edges(box(160, 40)))
    assert np.abs(shown - coverage([rim], 800, 600).astype(np.int32)).max() <= 20
    assert not filled(grid.edges(box(20, 40))).any()


@pytest.mark.parametrize("name", PLACEMENTS)
def test_what_reaches_over_the_surface_ends_at_its_border(name: str) -> None:
    grid = warped(name)
    over = parse_path_mm("M-30 -90L200 -20L90 70L-50 300Z M5 5V9H9V5Z")
    limited = parse_path_mm("M0 0H80V40H0Z M5 5V9H9V5Z")
    first, found = filled(grid.edges(over)), filled(grid.edges(limited))
    assert (first[found == 0] == 0).all()
    assert first.sum() > 0.5 * found.sum()


def test_folds_never_lay_a_print_over_itself() -> None:
    cliff = np.zeros((60, 80), np.uint8)
    cliff[:, 40:] = 255
    shift = folds_of(cliff, 500.0, 1).shift
    assert np.abs(np.diff(shift, axis=1)).max() <= STEEPEST + 1e-6


def test_middle_grey_moves_nothing() -> None:
    shift = folds_of(np.full((60, 80), 128, np.uint8), 500.0, 2).shift
    assert not shift.any()


def test_white_moves_right_and_down_by_the_strength() -> None:
    moved = folds_of(np.full((60, 80), 255, np.uint8), 3.0, 2)
    x, y = moved.origins(np.array([20.0]), np.array([30.0]))
    assert (x[0], y[0]) == pytest.approx((23.0, 33.0))
