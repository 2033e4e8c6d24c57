"""A design's pictures at the scales a photo shows them, in premultiplied linear light.

Levels halve the area of a picture along either axis by itself, in steps of √2 of its width or height,
so that what is seen at a slant is not blurred the other way. A pixel takes one bilinear look at the
level on which it is about one and a half texels wide: the level's own filter and the look-up's
triangle together are as wide as a pixel. Where a pixel is slanted on the picture, it takes four such
looks at finer levels. Levels are made from the picture by fixed ways, whatever
was asked for before, and kept within `CACHE_BYTES`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core import vips
from render_core.byte_bounded import ByteBounded
from render_core.design import Library
from render_core.imaging.decoded import PICTURES, artwork
from render_core.srgb import FULL, light_of_bytes

CACHE_BYTES: Final = 192 * 1024 * 1024
# Larger pictures are first halved in sRGB: no photo shows more.
MAX_PIXELS: Final = 6_000_000
# Small pictures are enlarged smoothly by at most 2 ** (6 / 2); from there on bilinearly.
_FINEST: Final = -6
_COARSEST: Final = 26
_MOST_LEVELS: Final = 12
_TEXELS: Final = 1.5
# A pixel that fills less of the box around it, sides along the picture's, is slanted.
_SLANT_TEXELS: Final = 2.4
_UPRIGHT: Final = 0.95
_SLANT_TAPS: Final = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
_ROOT: Final = 0.7071067811865476

Light = NDArray[np.uint16]
_Plane = NDArray[np.float64]
Level = tuple[int, int]  # Steps of √2 by which width and height are smaller.


class Atlas(NamedTuple):
    """Levels in one picture, each with a border of a pixel.

    places: (columns · rows of levels, 4) float32: left and top of each, its width and height. first:
    the finest level; columns: how many there are along the width.
    """

    light: Light
    places: NDArray[np.float32]
    first: Level
    columns: int


_KEPT: Final[ByteBounded[Light]] = ByteBounded(CACHE_BYTES)
_ATLASES: Final[ByteBounded[Atlas]] = ByteBounded(CACHE_BYTES)


def sampled(
    library: Library, sha256: str, s: NDArray[np.float64], t: NDArray[np.float64],
    inside: NDArray[np.bool_],
) -> Light:  # fmt: skip
    """Return a picture as pixels see it: (h, w, 4), premultiplied linear light.

    s, t: (h, w) where the middles of the pixels lie on the unit square of the picture. inside: the
    pixels that lie wholly on it, by which levels are chosen. Raises MissingInput, RefusedFile.
    """
    artwork(library, sha256)  # Whether the caller may see it is the library's answer, each time.
    height, width = PICTURES.get(library, sha256, opaque=False).shape[:2]
    of_s, of_t = _slopes(s), _slopes(t)
    slanted = _slanted(of_s, of_t)
    across, down = (
        _levels(of, side, slanted, inside) for of, side in ((of_s, width), (of_t, height))
    )
    first = (int(across.min()), int(down.min()))
    last = (int(across.max()), int(down.max()))
    atlas = _atlas(library, sha256, first, last)
    number = (down - first[1]) * atlas.columns + (across - first[0])
    seen = _looked_up(atlas, number, s, t)
    index = np.flatnonzero(slanted & inside)
    if index.size:
        seen.reshape(-1, 4)[index] = _averaged(atlas, number, (s, t), (of_s, of_t), index)
    return seen


def _averaged(
    atlas: Atlas, number: NDArray[np.int8], places: tuple[_Plane, _Plane],
    slopes: tuple[_Slopes, _Slopes], index: NDArray[np.int64],
) -> Light:  # fmt: skip
    """Return four looks at each of some pixels, given by their index: (n, 4)."""
    picked = [
        (place.reshape(-1)[index], of.right.reshape(-1)[index], of.below.reshape(-1)[index])
        for place, of in zip(places, slopes, strict=True)
    ]
    levels = number.reshape(-1)[index]
    total = np.full((index.size, 4), len(_SLANT_TAPS) // 2, np.uint32)
    for x, y in _SLANT_TAPS:
        s, t = (place + (right * x + below * y) for place, right, below in picked)
        total += _looked_up(atlas, levels, s, t)
    total //= len(_SLANT_TAPS)
    return total.astype(np.uint16)


class _Slopes(NamedTuple):
    """By how much a place on the picture changes to the next pixel right and below, (h, w) float32.

    squared: the length of both together, squared.
    """

    right: NDArray[np.float32]
    below: NDArray[np.float32]
    squared: NDArray[np.float32]


def _slopes(along: NDArray[np.float64]) -> _Slopes:
    plane = along.astype(np.float32)
    right, below = np.zeros_like(plane), np.zeros_like(plane)
    # The last row and column have no neighbour there: they are as the ones before.
    if plane.shape[1] > 1:
        np.subtract(plane[:, 1:], plane[:, :-1], out=right[:, :-1])
        right[:, -1] = right[:, -2]
    if plane.shape[0] > 1:
        np.subtract(plane[1:], plane[:-1], out=below[:-1])
        below[-1] = below[-2]
    return _Slopes(right, below, right * right + below * below)


def _slanted(of_s: _Slopes, of_t: _Slopes) -> NDArray[np.bool_]:
    """Return which pixels are slanted on the picture, so that none of its levels fits them."""
    area = of_s.right * of_t.below - of_s.below * of_t.right
    area *= area
    sides = of_s.squared * of_t.squared
    sides *= np.float32(_UPRIGHT * _UPRIGHT)
    slanted: NDArray[np.bool_] = area < sides
    return slanted


def _looked_up(
    atlas: Atlas, number: NDArray[np.int8], s: NDArray[np.float64], t: NDArray[np.float64]
) -> Light:
    """Look at places of an atlas, bilinearly: four texels each, a texel being one word of 64 bits."""
    width = atlas.light.shape[1]
    (column, across), (row, down) = (
        _texels(atlas, number, along, axis) for axis, along in enumerate((s, t))
    )
    row *= width
    row += column
    words = atlas.light.view(np.uint64).reshape(-1)
    share = _four_times(across)
    upper, lower = _mixed(words, row, share), _mixed(words, row + width, share)
    lower -= upper
    lower *= _four_times(down)
    upper += lower
    upper += np.float32(0.5)
    return upper.astype(np.uint16)


def _texels(
    atlas: Atlas, number: NDArray[np.int8], along: NDArray[np.float64], axis: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the texels left of (above) places and how far these lie towards the next ones."""
    edge, size = atlas.places[:, axis] - np.float32(0.5), atlas.places[:, axis + 2]
    place = along.astype(np.float32)
    np.clip(place, np.float32(0), np.float32(1), out=place)
    alone = len(atlas.places) == 1
    place *= size[0] if alone else size[number]
    place += edge[0] if alone else edge[number]
    texel = np.floor(place)
    place -= texel
    return texel.astype(np.int64), place


def _four_times(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each share for the four channels of its texel: (…, 4), several times as fast as `repeat`."""
    word = share.view(np.uint32).astype(np.uint64)
    word |= word << np.uint64(32)
    twice = np.empty((*share.shape, 2), np.uint64)
    twice[..., 0] = word
    twice[..., 1] = word
    return twice.view(np.float32)


def _mixed(
    words: NDArray[np.uint64], index: NDArray[np.int64], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return texels mixed with their right neighbours: (h, w, 4)."""
    left, right = (
        words.take(at).view(np.uint16).reshape(share.shape).astype(np.float32)
        for at in (index, index + 1)
    )
    right -= left
    right *= share
    left += right
    return left


def _levels(
    of: _Slopes, side: int, slanted: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Return for each pixel how many steps smaller than the picture its level is."""
    squared = of.squared * np.float32(side * side / (_TEXELS * _TEXELS))
    if slanted.any():
        squared[slanted] *= np.float32(_TEXELS * _TEXELS / (_SLANT_TEXELS * _SLANT_TEXELS))
    judged = squared[inside] if inside.any() else squared
    first = _steps(float(judged.min()))
    last = min(_steps(float(judged.max())), first + _MOST_LEVELS)
    level = np.full(squared.shape, first, np.int8)
    for step in range(first, last):
        level += squared >= np.float32(_end_of(step))
    return level


def _steps(squared: float) -> int:
    """Return the step for a ratio, given its square."""
    step = _FINEST
    while step < _COARSEST and squared >= _end_of(step):
        step += 1
    return step


def _end_of(step: int) -> float:
    """Return the squared ratio at which a step ends: halfway, by ratio, to the next one.

    A picture is looked at as it is until a texel is two pixels wide; then it is enlarged.
    """
    return 2.0 ** (step - 3.0) if step < 0 else 2.0**step * 1.4142135623730951


def _atlas(library: Library, sha256: str, first: Level, last: Level) -> Atlas:
    key = (sha256, first, last)
    found = _ATLASES.get(key)
    if found is None:
        found = _joined(library, sha256, first, last)
        _ATLASES.put(key, found, found.light.nbytes)
    return found


def _joined(library: Library, sha256: str, first: Level, last: Level) -> Atlas:
    levels = [
        _level(library, sha256, (i, j))
        for j in range(first[1], last[1] + 1)
        for i in range(first[0], last[0] + 1)
    ]
    width = max(level.shape[1] for level in levels) + 2
    height = sum(level.shape[0] + 2 for level in levels)
    light, places, top = np.zeros((height, width, 4), np.uint16), [], 0
    for level in levels:
        rows, columns = level.shape[:2]
        light[top : top + rows + 2, : columns + 2] = np.pad(
            level, ((1, 1), (1, 1), (0, 0)), mode="edge"
        )
        places.append((1, top + 1, columns, rows))
        top += rows + 2
    return Atlas(light, np.array(places, np.float32), first, last[0] - first[0] + 1)


def _level(library: Library, sha256: str, level: Level) -> Light:
    key = (sha256, level)
    found = _KEPT.get(key)
    if found is None:
        found = _made(library, sha256, level)
        _KEPT.put(key, found, found.nbytes)
    return found


def _made(library: Library, sha256: str, level: Level) -> Light:
    native = PICTURES.get(library, sha256, opaque=False)
    height, width = native.shape[:2]
    start = 0
    while _size(width, start) * _size(height, start) > MAX_PIXELS:
        start += 2
    level = (max(level[0], start), max(level[1], start)) if start else level
    size = (_size(width, level[0]), _size(height, level[1]))
    if level == (start, start):
        return _as_light(vips.resize(native, *size))
    below = max(min(level) // 2 * 2, start)
    if level == (below, below) and below > start:
        below -= 2
    return vips.resize_light(_level(library, sha256, (below, below)), *size)


def _size(side: int, step: int) -> int:
    whole, half = divmod(step, 2)
    scaled = side * (_ROOT if half else 1.0)
    return max(1, int(np.ceil(scaled / 2.0**whole)))


def _as_light(pixels: NDArray[np.uint8]) -> Light:
    """Return sRGB with straight alpha as premultiplied linear light."""
    light = np.empty(pixels.shape, np.uint16)
    light[..., :3] = light_of_bytes()[pixels[..., :3]]
    light[..., 3] = pixels[..., 3].astype(np.uint16) * np.uint16(257)
    if (pixels[..., 3] != 255).any():
        share = pixels[..., 3:].astype(np.uint32)
        light[..., :3] = (light[..., :3] * share + 127) // 255
    return light


assert FULL == 255 * 257
