"""A design on the mug, and where it is in a 3D file: measured on the triangles, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from examples.meshes.mug import mug
from render_core.compose import compose
from render_core.design import Library
from render_core.files import load_design
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Layout, Operation, Outline, Surface, ZoneFrame
from render_core.mesh.model import Mesh

DESIGNS = Path(__file__).parents[3] / "examples" / "designs"
# Left, top, right and bottom of the square on the mug's surface, in millimetres.
SQUARE_MM = (40.0, 12.0, 50.0, 22.0)
SURFACE_MM = (70.0, 76.0)

Array = NDArray[np.float64]


@cache
def the_mug() -> Mesh:
    return mug()


def square_layout(*items: Item, surface: str = "front") -> Layout:
    """Return the mug's surface with a black square of 10 mm."""
    left, top, right, bottom = SQUARE_MM
    square = parse_path_mm(f"M{left} {top}H{right}V{bottom}H{left}Z")
    width, height = (round(1000 * side) for side in SURFACE_MM)
    edge: Outline = parse_path_mm(f"M0 0H{SURFACE_MM[0]}V{SURFACE_MM[1]}H0Z")
    frame = ZoneFrame("zone", 0, 0, width, height, edge)
    printed = Item("zone", Operation.PRINT, Ink((0, 0, 0)), square)
    return Layout((Surface(surface, width, height, edge, (frame,), (printed, *items)),), "15.0")


def design_on_file(name: str) -> tuple[Layout, Library]:
    loaded = load_design(DESIGNS / f"{name}.json")
    return compose(loaded.design, loaded.library).layout, loaded.library


def many_triangles(mesh: Mesh, times: int) -> Mesh:
    """Return the mesh with all triangles repeated."""
    parts = tuple(
        replace(part, first=part.first * times, count=part.count * times) for part in mesh.parts
    )
    rows = [np.tile(mesh.triangles_of(part), (times, 1)) for part in mesh.parts]
    return replace(mesh, triangles=np.concatenate(rows), parts=parts)


@dataclass(frozen=True)
class Shown:
    """A textured part as another library reads it.

    positions: (v, 3) metres. uvs: (v, 2), v down from the upper left. triangles: (t, 3).
    picture: (h, w, 3).
    """

    positions: Array
    uvs: Array
    triangles: NDArray[np.int64]
    picture: NDArray[np.uint8]

    def dark_box(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of what is dark in the picture, in parts of its sides."""
        dark = self.picture.astype(int).sum(axis=2) < 200
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        height, width = dark.shape
        return (
            columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height,
        )  # fmt: skip

    def place(self, u: float, v: float) -> Array:
        """Return the point of the surface at texture coordinates, (3,) metres."""
        a, b, c = (self.uvs[self.triangles[:, corner]] for corner in range(3))
        point = np.array((u, v))
        area = _turn(b - a, c - a)
        wb, wc = _turn(point - a, c - a) / area, _turn(b - a, point - a) / area
        wa = 1 - wb - wc
        best = np.minimum(np.minimum(wa, wb), wc).argmax()
        corners = self.positions[self.triangles[best]]
        return np.array((wa[best], wb[best], wc[best])) @ corners

    def length_mm(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """Return the way over the surface between two texture coordinates."""
        steps = np.linspace(0, 1, 65)
        way = [
            self.place(start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t)
            for t in steps
        ]
        return float(np.sqrt((np.diff(way, axis=0) ** 2).sum(axis=1)).sum() * 1000)


def _turn(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def assert_square_is_true(shown: Shown) -> None:
    """The printed square is 10 mm on the wall within 0.05, upright, in front, not mirrored."""
    left, top, right, bottom = shown.dark_box()
    assert abs(shown.length_mm((left, top), (right, top)) - 10) < 0.05
    assert abs(shown.length_mm((left, bottom), (right, bottom)) - 10) < 0.05
    assert abs(shown.length_mm((left, top), (left, bottom)) - 10) < 0.05
    assert abs(shown.length_mm((0, top), (left, top)) - SQUARE_MM[0]) < 0.05
    assert abs(shown.length_mm((left, 0), (left, top)) - SQUARE_MM[1]) < 0.05
    upper_left, upper_right = shown.place(left, top), shown.place(right, top)
    lower_left = shown.place(left, bottom)
    assert upper_right[0] > upper_left[0]  # to the right, seen from the front
    assert upper_left[1] > lower_left[1] + 0.009  # upright
    assert min(upper_left[2], upper_right[2], lower_left[2]) > 0.035  # in front
    across, down = upper_right - upper_left, lower_left - upper_left
    assert np.cross(down, across)[2] > 0  # it is read from outside


def ssim(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity over windows of 8 × 8 (Wang et al., 2004)."""
    height, width = (side // 8 * 8 for side in first.shape[:2])
    x, y = (
        image[:height, :width].astype(np.float64).mean(axis=2).reshape(height // 8, 8, width // 8, 8)
        for image in (first, second)
    )  # fmt: skip
    mean_x, mean_y = x.mean(axis=(1, 3)), y.mean(axis=(1, 3))
    var_x, var_y = x.var(axis=(1, 3)), y.var(axis=(1, 3))
    both = (x * y).mean(axis=(1, 3)) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    found = ((2 * mean_x * mean_y + c1) * (2 * both + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    )
    return float(found.mean())
