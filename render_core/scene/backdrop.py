"""The pale sweep that a studio hangs behind a product, and how a picture's ground runs out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.scene.studio import smoothstep

Floats = NDArray[np.float32]
# Linear light at the top, behind the product and at the lower edge; red, green, blue.
_TOP: Final = (0.79, 0.795, 0.805)
_MIDDLE: Final = (0.90, 0.90, 0.90)
_BOTTOM: Final = (0.86, 0.855, 0.845)
# Of a side, so much lies between the edge and where all of the ground is seen.
_EDGE: Final = 0.16


def sweep(width_px: int, height_px: int) -> Floats:
    """Return the light of a backdrop, (h, w, 3)."""
    y = (np.arange(height_px, dtype=np.float64) + 0.5) / height_px
    top, middle, bottom = (np.array(c, np.float64) for c in (_TOP, _MIDDLE, _BOTTOM))
    rise, fall = smoothstep(0.0, 0.62, y)[:, None], smoothstep(0.70, 1.05, y)[:, None]
    rows = (top + (middle - top) * rise) * (1 - fall) + bottom * fall
    return np.repeat(rows[:, None].astype(np.float32), width_px, axis=1)


def running_out(width_px: int, height_px: int) -> Floats:
    """Return how much is seen of the ground, (h, w): none of it at the edges of the picture."""
    across, down = _run(width_px), _run(height_px)
    seen: Floats = (down[:, None] * across[None, :]).astype(np.float32)
    return seen


def _run(size: int) -> NDArray[np.float64]:
    place = (np.arange(size, dtype=np.float64) + 0.5) / size
    return smoothstep(0.5 / size, _EDGE, np.minimum(place, 1 - place))
