"""The visible edge of a picture lies along what was drawn, beside exact discs and lines."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry import Polygon

from render_core.imaging.visible_edge import MOST_POINTS, edges_of, traced

Alpha = NDArray[np.uint8]


def disc(side: int, radius: float, *, hard: bool, x: float = 0.3, y: float = 0.2) -> Alpha:
    """Return a disc's alpha; its middle is (x, y) off that of a square picture, in pixels."""
    down, across = np.mgrid[0:side, 0:side] + 0.5
    inside = radius - np.hypot(across - side / 2 - x, down - side / 2 - y)
    share = (inside > 0) if hard else np.clip(inside + 0.5, 0, 1)
    return np.rint(share * 255).astype(np.uint8)


@pytest.mark.parametrize(("hard", "most_px"), [(False, 0.1), (True, 0.5)])
@pytest.mark.parametrize("radius", [10.0, 60.0, 180.0])
def test_a_disc_is_followed_within_half_a_pixel_whatever_its_steps(
    radius: float, hard: bool, most_px: float
) -> None:
    (edge,) = traced(disc(400, radius, hard=hard)) or ()
    off = np.hypot(*(edge * 400 - 200 - (0.3, 0.2)).T) - radius
    assert np.abs(off).max() < most_px


@pytest.mark.parametrize("slope", [0.05, 0.3, 1.0])
def test_a_slanting_edge_of_hard_pixels_has_no_stairs(slope: float) -> None:
    down, across = np.mgrid[0:300, 0:300] + 0.5
    (edge,) = traced((((down - 150) > (across - 150) * slope) * 255).astype(np.uint8)) or ()
    x, y = (edge * 300).T
    inner = (x > 20) & (x < 280) & (y > 5) & (y < 295)
    off = ((y - 150) - (x - 150) * slope)[inner] / np.hypot(1, slope)
    assert np.abs(off).max() < 0.4
    turns = np.diff(np.arctan2(np.diff(y[inner]), np.diff(x[inner])))
    # Stairs would turn by 45° and more.
    assert np.abs((turns + np.pi) % (2 * np.pi) - np.pi).max() < np.radians(25)


def test_holes_are_edges_too_and_dust_is_none() -> None:
    ring = disc(200, 80, hard=True)
    ring[disc(200, 30, hard=True) > 0] = 0
    ring[5:7, 5:7] = 255  # Dust.
    ring[100:102, 45:47] = 0  # A pinhole.
    edges = traced(ring) or ()
    assert len(edges) == 2
    outer, inner = sorted((Polygon(edge * 200) for edge in edges), key=lambda one: -one.area)
    assert outer.area == pytest.approx(np.pi * 80**2, rel=0.01)
    assert inner.area == pytest.approx(np.pi * 30**2, rel=0.01)


def test_edges_of_any_noise_are_closed_and_do_not_cross_themselves() -> None:
    for seed in range(25):
        noise = np.random.default_rng(seed).integers(0, 2, (24, 31), np.uint8) * 255
        for edge in traced(noise) or ():
            assert Polygon(edge).is_valid


class Pictures:
    """A library of PNGs."""

    def __init__(self, **alphas: Alpha) -> None:
        self._pictures = {name: self._png(alpha) for name, alpha in alphas.items()}

    @staticmethod
    def _png(alpha: Alpha) -> bytes:
        pixels = np.dstack([np.full((*alpha.shape, 3), 90, np.uint8), alpha])
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "PNG")
        return out.getvalue()

    def artwork(self, sha256: str) -> bytes:
        return self._pictures[sha256]

    def font(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    mesh = font


def test_an_opaque_picture_has_no_edge_of_its_own_and_an_empty_one_nothing() -> None:
    opaque, clear = np.full((40, 30), 255, np.uint8), np.zeros((40, 30), np.uint8)
    edge = edges_of(Pictures(opaque=opaque, clear=clear))
    assert edge("opaque") is None
    assert edge("clear") == ()


def test_a_picture_of_noise_is_looked_at_with_fewer_pixels() -> None:
    noise = np.random.default_rng(5).integers(0, 2, (1_100, 700), np.uint8) * 255
    assert traced(noise) is None
    edge = edges_of(Pictures(noise=noise))("noise")
    assert edge is not None
    assert sum(map(len, edge)) <= MOST_POINTS
