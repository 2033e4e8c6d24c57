"""Colours of a picture on the product that go through a map, as those of a press do in a proof."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.looks import ColourMap
from render_core.srgb import FULL, bytes_of_light, light_of_bytes


def mapped(light: NDArray[np.uint16], colours: ColourMap) -> NDArray[np.uint16]:
    """Return premultiplied linear light (h, w, 4) with its colours mapped, in whole numbers."""
    seen = light[..., 3] > 0
    pixels = light[seen].astype(np.uint32)
    share = pixels[:, 3:]
    straight = np.minimum((pixels[:, :3] * FULL + share // 2) // share, FULL)
    made = light_of_bytes()[colours(bytes_of_light()[straight])].astype(np.uint32)
    out = light.copy()
    out[seen, :3] = (made * share + FULL // 2) // FULL
    return out
