"""Placements of every kind on a photo of 800 × 600, for a surface of 80 × 40 mm."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.views import Bend, Net, Placement

Floats = NDArray[np.float64]
Point = tuple[int, int]
WIDTH_UM, HEIGHT_UM = 80_000, 40_000
CORNERS: Final = ((100_000, 120_000), (700_000, 90_000), (130_000, 500_000))


def millipx(x: float, y: float) -> Point:
    return round(x * 1000), round(y * 1000)


def mug(theta: Floats, height_mm: Floats) -> tuple[Floats, Floats]:
    """Return where a pinhole camera above a mug of 60 mm sees a place on it, in pixels."""
    across, near = 30 * np.sin(theta), 30 * np.cos(theta)
    tilt = 0.3
    up = height_mm * math.cos(tilt) - near * math.sin(tilt)
    depth = 260 - (height_mm * math.sin(tilt) + near * math.cos(tilt))
    x, y = 2400 * across / depth, -2400 * up / depth
    turn = 0.08
    return (
        400 + x * math.cos(turn) - y * math.sin(turn),
        300 + x * math.sin(turn) + y * math.cos(turn),
    )


def mug_truth(u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Return where places of the unit square of the surface are seen on the mug."""
    return mug((u - 0.5) * WIDTH_UM / 30_000, (0.5 - v) * HEIGHT_UM / 1000)


def _bend() -> Bend:
    part = (0.2, 0.8)
    u, v = np.meshgrid([part[0], 0.5, part[1]], [0.0, 1.0])
    x, y = mug_truth(u.ravel(), v.ravel())
    seen = tuple(millipx(*point) for point in zip(x.tolist(), y.tolist(), strict=True))
    return Bend(seen, 60_000, round(part[0] * WIDTH_UM), round(part[1] * WIDTH_UM))


def wavy_net(columns: int = 1, rows: int = 1) -> Net:
    """Return a net over the photo's middle whose lines wave."""
    down, across = 3 * rows + 1, 3 * columns + 1
    points = [
        millipx(
            120 + 560 * i / (across - 1) + 30 * math.sin(2.1 * j + i),
            110 + 380 * j / (down - 1) + 30 * math.cos(1.7 * i - j),
        )
        for j in range(down)
        for i in range(across)
    ]
    return Net(columns, rows, tuple(points))


PLACEMENTS: Final[dict[str, Placement]] = {
    "quad": Placement("front", *CORNERS, (560_000, 430_000)),
    "mirrored quad": Placement(
        "front", (700_000, 90_000), (100_000, 120_000), (560_000, 430_000), (130_000, 500_000)
    ),
    "steep quad": Placement(
        "front", (330_000, 60_000), (470_000, 70_000), (60_000, 560_000), (760_000, 540_000)
    ),
    "cylinder": Placement("front", *CORNERS, bend=_bend()),
    "patch": Placement("front", *CORNERS, net=wavy_net()),
    "patches": Placement("front", *CORNERS, net=wavy_net(3, 2)),
}
TRUTHS: Final[dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]]] = {
    "cylinder": mug_truth
}
