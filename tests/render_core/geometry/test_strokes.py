"""How thin a drawing gets: right to 0.02 mm, whichever way it is turned and however it is drawn."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest

from render_core.geometry.boolean import simplify
from render_core.geometry.paths import Path
from render_core.geometry.strokes import Precision, chords, thinnest
from render_core.geometry.svg_path import parse_path
from render_core.layout import Verb

TOLERANCE_UM = 20.0
FINELY = Precision(tolerance=1.0, step=100.0)
WIDTHS_UM = (100, 140, 180, 220, 250, 300, 400, 550, 700, 850, 1000)


def drawing(data: str, turned_degrees: float = 0.0) -> Path:
    """Return a simple path in micrometres from path data in millimetres."""
    outline = parse_path(data, unit_um=1000)
    x, y = outline.points_um[:, 0].astype(np.float64), outline.points_um[:, 1].astype(np.float64)
    c, s = cos(turned_degrees * pi / 180), sin(turned_degrees * pi / 180)
    return simplify(Path(outline.verbs, np.stack([c * x - s * y, s * x + c * y], axis=1)))


def comb(width_um: int, tines: int = 5, gap: float = 0.4, length: float = 3.0) -> str:
    """Return a comb whose tines hang from a bar two millimetres thick."""
    width, words, x = width_um / 1000, ["M0 0"], 0.0
    for _ in range(tines):
        words += [f"L{x} {length}", f"L{x + width} {length}", f"L{x + width} 0"]
        x += width + gap
        words.append(f"L{x} 0")
    return "".join([*words, f"L{x} -2L0 -2Z"])


def thin_um(path: Path, limit_um: float = 4000.0, point_um: float = 1000.0) -> float | None:
    found = chords(path, limit_um, FINELY)
    chord = thinnest(found, below=limit_um, least_way=point_um)
    return chord.width if chord else None


@pytest.mark.parametrize("turned", [0.0, 17.0, 45.0, 90.0, 211.0])
@pytest.mark.parametrize("width_um", WIDTHS_UM)
def test_the_tines_of_a_comb_are_as_thick_as_they_were_drawn(width_um: int, turned: float) -> None:
    measured = thin_um(drawing(comb(width_um), turned))
    assert measured is not None
    assert measured == pytest.approx(width_um, abs=2.0)
    assert abs(measured - width_um) < TOLERANCE_UM


@pytest.mark.parametrize("width_um", [100, 250, 600])
def test_gaps_are_not_strokes(width_um: int) -> None:
    assert thin_um(drawing(comb(800, gap=width_um / 1000))) == pytest.approx(800, abs=2.0)


@pytest.mark.parametrize("width_um", WIDTHS_UM)
def test_a_ring_is_as_thick_as_its_walls(width_um: int) -> None:
    inner = 3 - width_um / 1000
    data = f"M3 0A3 3 0 1 1 -3 0A3 3 0 1 1 3 0ZM{inner} 0A{inner} {inner} 0 1 0 -{inner} 0"
    path = _without_arcs(data + f"A{inner} {inner} 0 1 0 {inner} 0Z")
    assert thin_um(path) == pytest.approx(width_um, abs=5.0)


@pytest.mark.parametrize("width_um", [100, 250, 600])
def test_dots_are_strokes_in_every_direction(width_um: int) -> None:
    w = width_um / 1000
    assert thin_um(drawing(f"M0 0L{w} 0L{w} {w}L0 {w}Z", 30)) == pytest.approx(width_um, abs=2.0)
    circle = _without_arcs(
        f"M{w / 2} 0A{w / 2} {w / 2} 0 1 1 -{w / 2} 0A{w / 2} {w / 2} 0 1 1 {w / 2} 0Z"
    )
    assert thin_um(circle) == pytest.approx(width_um, rel=0.01, abs=2.0)


def test_a_neck_between_two_bodies_is_found() -> None:
    data = "M0 0L4 0L4 1.85L4.3 1.85L4.3 0L8 0L8 4L4.3 4L4.3 2.05L4 2.05L4 4L0 4Z"
    assert thin_um(drawing(data)) == pytest.approx(200, abs=2.0)


def test_a_notch_counts_where_it_comes_near_the_other_side() -> None:
    assert thin_um(drawing("M0 0L6 0L6 1L3.1 1L3 0.3L2.9 1L0 1Z")) == pytest.approx(300, abs=2.0)


@pytest.mark.parametrize("angle", [30, 45, 60, 90, 120])
def test_corners_are_not_strokes(angle: float) -> None:
    x, y = 5 * cos(angle * pi / 180), 5 * sin(angle * pi / 180)
    measured = thin_um(drawing(f"M0 0L5 0L{x:.3f} {y:.3f}Z"))
    assert measured is None or measured > 1000


def test_a_needle_is_judged_half_a_millimetre_from_its_point() -> None:
    needle = drawing("M0 0L10 0.5L0 1Z")  # 0.1 mm thin one millimetre from the point
    assert thin_um(needle, point_um=1000.0) == pytest.approx(50, abs=10.0)
    assert thin_um(needle, point_um=4000.0) == pytest.approx(200, abs=10.0)


def test_strokes_as_thick_as_the_limit_are_left_alone() -> None:
    assert thin_um(drawing(comb(300)), limit_um=300) is None
    assert thin_um(drawing(comb(299)), limit_um=300) == pytest.approx(299, abs=1.0)


def test_nothing_drawn_has_no_strokes() -> None:
    empty = Path(np.zeros(0, np.uint8), np.zeros((0, 2), np.float64))
    assert thin_um(empty) is None


def test_more_pairs_than_are_looked_at_together_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = drawing(comb(180), 17)
    whole = chords(path, 2000, FINELY)
    monkeypatch.setattr("render_core.geometry.strokes._PAIRS_AT_ONCE", 1000)
    parts = chords(path, 2000, FINELY)
    assert np.array_equal(parts.width, whole.width)
    assert thin_um(path) == pytest.approx(180, abs=2.0)


def _without_arcs(data: str) -> Path:
    """Return circles as cubics, the form in which letters come."""
    outline = parse_path(data, unit_um=1000)
    handle = 0.5522847498307936
    verbs: list[int] = []
    points: list[tuple[float, float]] = []
    at = 0
    for verb in outline.verbs.tolist():
        if verb == Verb.ARC:
            (mx, my), (ex, ey) = outline.points_um[at : at + 2].tolist()
            sx, sy = points[-1]
            for ax, ay, bx, by in ((sx, sy, mx, my), (mx, my, ex, ey)):
                verbs.append(Verb.CUBIC)
                # From one end of an axis to the next: each control point lies along the other axis.
                points += [
                    (ax + handle * bx, ay + handle * by),
                    (bx + handle * ax, by + handle * ay),
                ]
                points.append((bx, by))
            at += 2
        else:
            verbs.append(verb)
            count = 0 if verb == Verb.CLOSE else 1
            points += [tuple(point) for point in outline.points_um[at : at + count].tolist()]
            at += count
    return simplify(Path(np.array(verbs, np.uint8), np.array(points, np.float64)))
