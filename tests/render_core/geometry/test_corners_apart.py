"""Pieces that meet at a corner are no thin stroke; a neck between them is one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from render_core.codes import data_matrix
from render_core.codes.modules import outline_of
from render_core.geometry.corners_apart import corners_apart
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, united
from render_core.layout import Outline, Verb
from render_core.making import checks
from render_core.making.areas import rings_of, united_apart

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def square(left: int, top: int, side: int = 1_000) -> np.ndarray:
    corners = [[0, 0], [side, 0], [side, side], [0, side]]
    return (np.array(corners, np.int64) + np.array([left, top])) * UNITS_PER_UM


def edges(outline: Outline) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    found = set()
    points = iter(map(tuple, outline.points_um.tolist()))
    contour: list[tuple[int, int]] = []
    for verb in outline.verbs:
        if verb == Verb.CLOSE:
            found |= set(zip(contour, [*contour[1:], contour[0]], strict=True))
            contour = []
        else:
            contour.append(next(points))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_modules_that_meet_at_corners_are_as_wide_as_they_are(seed: int) -> None:
    text = "".join(random.Random(seed).choices(LETTERS, k=8))
    code = data_matrix.symbol(text)
    assert code is not None
    area = united_apart(rings_of(outline_of(code, 300, 300, 300), 1.0))
    assert list(checks.of_kerf("label", area, 250, inward=True)) == []
    (found,) = checks.of_kerf("label", area, 300, inward=True)
    assert found.code == "KERF_WIDER"


def test_a_neck_between_two_pieces_is_measured() -> None:
    neck = square(990, 990, 20)  # across the corner at which the two would meet
    area = united([square(0, 0), square(1_000, 1_000), neck])
    (found,) = checks.of_kerf("name", area, 100, inward=True)
    assert found.measured == pytest.approx(0.014, abs=0.001)


def test_no_edge_is_lost_and_each_piece_has_its_contour() -> None:
    checked = [
        square(1_000 * column, 1_000 * row)
        for row in range(4)
        for column in range(4)
        if (row + column) % 2 == 0
    ]
    outline = united(checked).outline()
    parted = corners_apart(outline)
    assert edges(parted) == edges(outline)
    assert int((parted.verbs == Verb.MOVE).sum()) == len(checked)


def test_what_touches_nowhere_stays_as_it_is() -> None:
    outline = Polygons((square(0, 0), square(5_000, 0))).outline()
    assert corners_apart(outline) is outline
