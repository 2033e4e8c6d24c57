"""Source-over on 8-bit pixels, in whole numbers.

Source: Porter and Duff, "Compositing digital images", 1984; straight (not premultiplied) alpha.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.layout import FULL_OPACITY

Pixels = NDArray[np.uint8]


def over(canvas: Pixels, left: int, top: int, colour: Pixels, alpha: Pixels) -> None:
    """Lay a patch over a part of a canvas, in place.

    canvas: (h, w, 3) opaque or (h, w, 4). alpha: (ph, pw). colour: (3,) or (ph, pw, 3).
    The patch must lie inside the canvas.
    """
    rows, columns = alpha.shape
    target = canvas[top : top + rows, left : left + columns]
    if canvas.shape[2] == 3:
        _over_opaque(target, colour, alpha)
    elif target[..., 3].any():
        _over_alpha(target, colour, alpha)
    else:
        _over_nothing(target, colour, alpha)


def on_white(pixels: Pixels) -> Pixels:
    """Return a picture (h, w, 3 or 4) without its alpha: (h, w, 3), over white where it had some."""
    if pixels.shape[2] == 3:
        return pixels
    canvas = np.full((*pixels.shape[:2], 3), 255, np.uint8)
    over(canvas, 0, 0, pixels[..., :3], pixels[..., 3])
    return canvas


def covered(alpha: Pixels, by: Pixels) -> Pixels:
    """Return the product of two coverages, rounded to the nearest."""
    return ((alpha.astype(np.uint32) * by + 127) // 255).astype(np.uint8)


def at_opacity(alpha: Pixels, permille: int) -> Pixels:
    """Return coverage times an opacity."""
    if permille == FULL_OPACITY:
        return alpha
    return ((alpha.astype(np.uint32) * permille + 500) // 1000).astype(np.uint8)


def _over_nothing(target: Pixels, colour: Pixels, alpha: Pixels) -> None:
    for channel in range(3):  # Plane by plane: pixels of three bytes each are slow to copy.
        target[..., channel] = colour[..., channel]
    target[..., 3] = alpha
    bare = alpha == 0
    if bare.any():
        target.view(np.uint32)[..., 0][bare] = 0


def _over_opaque(target: Pixels, colour: Pixels, alpha: Pixels) -> None:
    touched = alpha > 0
    share = alpha[touched].astype(np.int32)[:, None]
    below = target[touched].astype(np.int32)
    above = (colour[touched] if colour.ndim == 3 else colour).astype(np.int32)
    mixed = above * share + below * (255 - share)
    target[touched] = ((mixed + 127) // 255).astype(np.uint8)


def _over_alpha(target: Pixels, colour: Pixels, alpha: Pixels) -> None:
    touched = alpha > 0
    share = alpha[touched].astype(np.int32)[:, None]
    pixels = target[touched].astype(np.int32)
    above = (colour[touched] if colour.ndim == 3 else colour).astype(np.int32)
    kept = pixels[:, 3:] * (255 - share)
    total = share * 255 + kept
    mixed = (above * (share * 255) + pixels[:, :3] * kept + total // 2) // total
    merged = np.concatenate([mixed, (total + 127) // 255], axis=1)
    target[touched] = merged.astype(np.uint8)
