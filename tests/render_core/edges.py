"""How far apart the edges of two pictures are: exact on the pixel grid, without help of our code."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

DPI = 1200
MM_PER_PIXEL = 25.4 / DPI
REACH_PX = 12  # Searched around each edge pixel; what is farther counts as REACH_PX + 1.


def edge_pixels(mask: Mask) -> Mask:
    """Return the pixels of a mask that have a neighbour (of four) outside it."""
    inner = mask.copy()
    inner[1:] &= mask[:-1]
    inner[:-1] &= mask[1:]
    inner[:, 1:] &= mask[:, :-1]
    inner[:, :-1] &= mask[:, 1:]
    edge: Mask = mask & ~inner
    return edge


def largest_distance_mm(one: Mask, other: Mask) -> float:
    """Return the Hausdorff distance of the edges of two masks (h, w), in millimetres at 1,200 dpi.

    Masks of different size are compared from the top left, as by rounding of the last pixel. Two
    masks without an edge agree; one alone is infinitely far.
    """
    height, width = (max(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    first, second = (
        np.pad(edge_pixels(mask), ((0, height - mask.shape[0]), (0, width - mask.shape[1])))
        for mask in (one, other)
    )
    if not (first.any() and second.any()):
        return inf if first.any() or second.any() else 0.0
    return max(_directed_px(first, second), _directed_px(second, first)) * MM_PER_PIXEL


def thickest_difference_mm(one: Mask, other: Mask) -> float:
    """Return the side of the largest square in which two masks differ throughout, in millimetres.

    That is how far their edges lie apart wherever there is an area on either side of them. A sliver
    thinner than a pixel, which one program shows and another does not, has no such area.
    """
    height, width = (max(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    first, second = (
        np.pad(mask, ((0, height - mask.shape[0]), (0, width - mask.shape[1])))
        for mask in (one, other)
    )
    differs = first ^ second
    side = 0
    while differs.any():
        side += 1
        differs = differs[1:, 1:] & differs[:-1, 1:] & differs[1:, :-1] & differs[:-1, :-1]
    return side * MM_PER_PIXEL


def area_distance_mm(one: Mask, other: Mask) -> float:
    """Return how far apart the edges of two masks (h, w) of one size are, in millimetres at 1,200 dpi.

    The largest distance from a place that one has and the other lacks to the nearest that both have;
    of ink and of what is bare. Only what is three pixels thick counts: for a thinner sliver to be gone
    each of its two edges has to move by one pixel and a half at most, and then there is none to measure to.
    """
    pairs = ((one, other), (other, one), (~one, ~other), (~other, ~one))
    far = (_directed_px(_thick(first) & ~second, second) for first, second in pairs)
    return max(far) * MM_PER_PIXEL


def _thick(mask: Mask) -> Mask:
    """Return the pixels of a mask that lie in a square of three by three within it."""
    down = mask[:-2] & mask[1:-1] & mask[2:]
    middles = down[:, :-2] & down[:, 1:-1] & down[:, 2:]
    across = np.zeros((middles.shape[0], mask.shape[1]), np.bool_)
    for left in range(3):
        across[:, left : left + middles.shape[1]] |= middles
    kept = np.zeros_like(mask)
    for top in range(3):
        kept[top : top + across.shape[0]] |= across
    return kept


def _directed_px(source: Mask, target: Mask) -> float:
    """Return the largest distance from an edge pixel of one to the nearest of the other."""
    padded = np.pad(target, REACH_PX)
    y, x = np.nonzero(source)
    if not y.size:
        return 0.0
    span = range(-REACH_PX, REACH_PX + 1)
    offsets = sorted((dy * dy + dx * dx, dy, dx) for dy in span for dx in span)
    for squared, dy, dx in offsets:
        if squared > REACH_PX * REACH_PX:
            break
        missing = ~padded[y + dy + REACH_PX, x + dx + REACH_PX]
        y, x = y[missing], x[missing]
        if not y.size:
            return float(np.sqrt(squared))
    return REACH_PX + 1.0
