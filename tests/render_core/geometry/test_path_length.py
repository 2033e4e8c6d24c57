"""Lines by arc length: held to closed forms and to sums over very many chords."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core.geometry.measured_lines import arc_line, contour_line, ellipse_line
from render_core.geometry.path_length import MeasuredLine
from render_core.geometry.svg_path import parse_path_mm

TOLERANCE_UM = 1.0
CHORDS = 1_000_000

CURVES = {
    "a wave": "M0 0C10 0 0 10 10 10",
    "a loop": "M0 0C40 40 -30 40 10 0",
    "a cusp": "M0 0C10 10 0 10 10 0",
    "there and back": "M0 0C10 10 10 10 0 0",
    "handles that vanish": "M0 0C0 0 30 20 30 20",
    "a hairpin": "M0 0C60 1 60 2 0 3",
    "speed that varies": "M0 0C1 0 2 0 80 40",
}


def reference(data: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return way and points of a cubic by very many chords."""
    a, b, c, d = parse_path_mm(data).points_um.astype(np.float64)
    t = np.linspace(0, 1, CHORDS + 1)[:, None]
    s = 1 - t
    points = s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d
    steps = np.hypot(*np.diff(points, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)]), points


def line_of(data: str) -> MeasuredLine:
    line = contour_line(parse_path_mm(data))
    assert line is not None
    return line


@pytest.mark.parametrize("name", CURVES)
def test_a_place_after_so_many_micrometres_is_right_to_a_micrometre(name: str) -> None:
    way, points = reference(CURVES[name])
    line = line_of(CURVES[name])
    assert abs(line.length_um - way[-1]) < TOLERANCE_UM
    found = line.at(way[::997]).points
    assert np.hypot(*(found - points[::997]).T).max() < TOLERANCE_UM


@pytest.mark.parametrize("name", ["a wave", "a loop", "a hairpin", "speed that varies"])
def test_directions_are_those_of_the_curve(name: str) -> None:
    way, points = reference(CURVES[name])
    middle = slice(1000, -1000, 997)
    chord = (points[2:] - points[:-2])[middle]
    chord /= np.hypot(*chord.T)[:, None]
    found = line_of(CURVES[name]).at(way[1:-1][middle]).directions
    assert np.abs(np.hypot(*found.T) - 1).max() < 1e-12
    assert np.abs(found - chord).max() < 2e-3


def test_a_circle_is_exact() -> None:
    line = ellipse_line(0, 0, 40_000, 40_000)
    assert line is not None
    assert line.closed
    assert abs(line.length_um - pi * 40_000) < 1e-3
    along = np.linspace(0, line.length_um, 5000)
    places = line.at(along)
    radius = np.hypot(*(places.points - 20_000).T)
    assert np.abs(radius - 20_000).max() < 0.02
    angle = along / 20_000 - pi / 2
    exact = 20_000 + 20_000 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert np.abs(places.points - exact).max() < 0.02
    assert np.abs(places.curvatures * 20_000 - 1).max() < 0.01


def test_an_ellipse_has_the_length_of_its_integral() -> None:
    line = ellipse_line(0, 0, 60_000, 20_000)
    assert line is not None
    # By the arithmetic-geometric mean (DLMF 19.8.6): 2π(a² − Σ 2ⁿ⁻¹ cₙ²) / M.
    a, b, weight = 30_000.0, 10_000.0, 0.5
    total = a * a - weight * (a * a - b * b)
    while abs(a - b) > 1e-9:
        half = (a - b) / 2
        a, b = (a + b) / 2, (a * b) ** 0.5
        weight *= 2
        total -= weight * half * half
    assert abs(line.length_um - 2 * pi * total / a) < 0.01


@pytest.mark.parametrize("height", [20_000.0, 1.0, -5_000.0, 0.0])
def test_an_arc_has_its_ends_and_its_height(height: float) -> None:
    line = arc_line((0.0, 9_000.0), (40_000.0, 9_000.0), height)
    assert line is not None
    places = line.at(np.array([0.0, line.length_um / 2, line.length_um])).points
    assert np.abs(places - [(0, 9_000), (20_000, 9_000 - height), (40_000, 9_000)]).max() < 0.02


def test_an_open_line_goes_on_straight_and_a_closed_one_round() -> None:
    straight = line_of("M0 0H10")
    assert straight.at(np.array([-1000.0, 12_000.0])).points.tolist() == [[-1000, 0], [12_000, 0]]
    square = line_of("M0 0H10V10H0Z")
    assert square.closed
    assert square.length_um == pytest.approx(40_000)
    again = square.at(np.array([45_000.0, -5_000.0])).points
    assert np.abs(again - [(5_000, 0), (0, 5_000)]).max() < 1e-6


def test_a_line_backwards_visits_the_same_places() -> None:
    line = line_of("M0 0C10 0 0 10 10 10L30 5A8 8 0 0 1 40 12")
    along = np.linspace(0, line.length_um, 500)
    back = line.backwards().at(line.length_um - along)
    assert np.abs(line.at(along).points - back.points).max() < 1e-6
    # At a corner the two sides look along different segments.
    turned = np.hypot(*(line.at(along).directions + back.directions).T)
    assert (turned < 1e-6).mean() > 0.98


def test_arcs_of_path_data_are_arcs() -> None:
    line = line_of("M0 0A10 10 0 1 1 20 0")
    assert abs(line.length_um - pi * 10_000) < 0.01
    places = line.at(np.linspace(0, line.length_um, 300)).points
    assert np.abs(np.hypot(*(places - (10_000, 0)).T) - 10_000).max() < 0.02


@pytest.mark.parametrize("data", ["M0 0Z", "M5 5L5 5", "M0 0H5M9 9H12", "M3 3"])
def test_what_is_not_one_line_with_a_length_is_none(data: str) -> None:
    assert contour_line(parse_path_mm(data)) is None
