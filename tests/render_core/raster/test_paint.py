"""Source-over in whole numbers agrees with the formula in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from render_core.raster.paint import over

RED = np.array([200, 10, 0], np.uint8)


def painted(below: tuple[int, int, int, int], alpha: int) -> list[int]:
    canvas = np.array([[below]], np.uint8)
    over(canvas, 0, 0, RED, np.array([[alpha]], np.uint8))
    return [int(value) for value in canvas[0, 0]]


@pytest.mark.parametrize("alpha", [1, 77, 128, 254, 255])
@pytest.mark.parametrize("below", [(0, 0, 255, 255), (0, 0, 255, 60), (9, 250, 31, 1)])
def test_colours_mix_as_porter_and_duff_say(below: tuple[int, int, int, int], alpha: int) -> None:
    share, under = Fraction(alpha, 255), Fraction(below[3], 255)
    total = share + under * (1 - share)
    mixed = [
        (int(above) * share + low * under * (1 - share)) / total
        for above, low in zip(RED, below[:3], strict=True)
    ]
    for seen, exact in zip(painted(below, alpha), [*mixed, total * 255], strict=True):
        assert abs(seen - exact) <= Fraction(1, 2)


def test_nothing_leaves_the_canvas_as_it_is() -> None:
    assert painted((1, 2, 3, 4), 0) == [1, 2, 3, 4]


def test_bare_pixels_have_no_colour() -> None:
    assert painted((0, 0, 0, 0), 0) == [0, 0, 0, 0]
    assert painted((0, 0, 0, 0), 9) == [200, 10, 0, 9]


def test_an_opaque_canvas_mixes_the_same() -> None:
    canvas = np.array([[[0, 0, 255]]], np.uint8)
    over(canvas, 0, 0, RED, np.array([[128]], np.uint8))
    assert canvas[0, 0].tolist() == painted((0, 0, 255, 255), 128)[:3]


def test_only_the_patch_is_touched() -> None:
    canvas = np.zeros((4, 4, 4), np.uint8)
    over(canvas, 1, 2, RED, np.full((1, 2), 255, np.uint8))
    assert np.argwhere(canvas[..., 3]).tolist() == [[2, 1], [2, 2]]
