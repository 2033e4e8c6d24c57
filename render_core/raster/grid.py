"""How micrometres of a surface fall on a pixel grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.layout import Outline
from render_core.raster import curves
from render_core.raster.coverage import Edges

UM_PER_INCH: Final = 25_400

Slope = tuple[float, float]
Plane = NDArray[np.float64]


class PixelMap(Protocol):
    """A map from micrometres of a surface to pixels of a canvas of width × height."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def scale(self) -> float:
        """Pixels per micrometre."""
        ...

    def edges(self, outline: Outline) -> Edges:
        """Return the edges of an outline's contours for the rasteriser."""
        ...

    def along(
        self, slope: Slope, origin_um: tuple[int, int], left: int, top: int, width: int, height: int
    ) -> Plane:
        """Return slope · (place − origin) for the middles of a window's pixels, (height, width).

        slope: per micrometre, across and down.
        """
        ...


@dataclass(frozen=True, slots=True)
class Grid:
    """The affine map x = a·X + c·Y + e, y = b·X + d·Y + f from micrometres to pixels, y down.

    Pixel edges lie at whole numbers. width, height: the canvas in pixels.
    """

    width: int
    height: int
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def scale(self) -> float:
        """Pixels per micrometre along the longer axis."""
        return sqrt(max(self.a * self.a + self.b * self.b, self.c * self.c + self.d * self.d))

    def contours(self, outline: Outline) -> list[NDArray[np.float64]]:
        """Return the contours of an outline as polylines (n, 2) in pixels, within 1/20 pixel."""
        polylines = flatten(outline, curves.TOLERANCE_PX / self.scale)
        return [self.points(line.points_um) for line in polylines]

    def edges(self, outline: Outline) -> Edges:
        """Return the edges of an outline's contours for the rasteriser, within 1/20 pixel."""
        matrix = (self.a, self.b, self.c, self.d, self.e, self.f)
        return curves.edges(outline, matrix, self.scale)

    def along(
        self, slope: Slope, origin_um: tuple[int, int], left: int, top: int, width: int, height: int
    ) -> Plane:
        """Return slope · (place − origin) for the middles of a window's pixels, (height, width)."""
        determinant = self.a * self.d - self.b * self.c
        across = (slope[0] * self.d - slope[1] * self.b) / determinant
        down = (slope[1] * self.a - slope[0] * self.c) / determinant
        x0 = origin_um[0] * self.a + origin_um[1] * self.c + self.e
        y0 = origin_um[0] * self.b + origin_um[1] * self.d + self.f
        x = (np.arange(left, left + width, dtype=np.float64) + 0.5 - x0) * across
        y = (np.arange(top, top + height, dtype=np.float64) + 0.5 - y0) * down
        return x[None, :] + y[:, None]

    def points(self, points_um: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map points (n, 2). Products and sums one by one: no fused or reordered arithmetic."""
        x, y = points_um[:, 0], points_um[:, 1]
        return np.stack(
            [x * self.a + y * self.c + self.e, x * self.b + y * self.d + self.f], axis=1
        )


def flat_grid(width_um: int, height_um: int, bleed_um: int, dpi: int) -> Grid:
    """Return the grid of a surface and its bleed at a resolution; partial pixels are kept."""
    scale = dpi / UM_PER_INCH
    shift = bleed_um * dpi / UM_PER_INCH
    width = -(-(width_um + 2 * bleed_um) * dpi // UM_PER_INCH)
    height = -(-(height_um + 2 * bleed_um) * dpi // UM_PER_INCH)
    return Grid(width, height, scale, 0.0, 0.0, scale, shift, shift)
