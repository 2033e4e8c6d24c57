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
from render_core.mockup.tone import FULL, light_of_bytes

CACHE_BYTES: Final = 192 * 1024 * 1024
# Larger pictures are first halved in sRGB: no photo shows more.
MAX_PIXELS: Final = 6_000_000
# Small pictures are enlarged smoothly by at most 2 ** (6 / 2); from there on bilinearly.
_FINEST: Final = -6
_COARSEST: Final = 26
_MOST_LEVELS: Final = 12
_TEXELS: Final = 1.5
# A pixel that fills less of the box around it, sides along the picture's, is slanted.
_SKEW_TEXELS: Final = 2.2
_UPRIGHT: Final = 0.9
_SKEW_TAPS: Final = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
_ROOT: Final = 0.7071067811865476

Light = NDArray[np.uint16]
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
    taps = _SKEW_TAPS if _is_skewed(of_s, of_t, inside) else ((0.0, 0.0),)
    texels = _TEXELS if len(taps) == 1 else _SKEW_TEXELS
    across = _level_of(of_s, width / texels, inside)
    down = _level_of(of_t, height / texels, inside)
    first = (int(across.min()), int(down.min()))
    last = (int(across.max()), int(down.max()))
    atlas = _atlas(library, sha256, first, last)
    number = (down - first[1]) * atlas.columns + (across - first[0])
    seen = [
        _looked_up(
            atlas, number, *(p + (of.right * x + of.below * y) for p, of in ((s, of_s), (t, of_t)))
        )
        for x, y in taps
    ]
    if len(seen) == 1:
        return seen[0]
    total = np.full(seen[0].shape, len(seen) // 2, np.uint32)
    for light in seen:
        total += light
    total //= len(seen)
    return total.astype(np.uint16)


class _Slopes(NamedTuple):
    """By how much a place on the picture changes to the next pixel right and below, (h, w) float32."""

    right: NDArray[np.float32]
    below: NDArray[np.float32]


def _slopes(along: NDArray[np.float64]) -> _Slopes:
    planes = []
    for axis in (1, 0):
        plane = np.zeros(along.shape, np.float32)
        if along.shape[axis] > 1:
            step = np.diff(along, axis=axis)
            last = step[:, -1:] if axis else step[-1:]  # The last one has no neighbour.
            plane[...] = np.concatenate([step, last], axis=axis)
        planes.append(plane)
    return _Slopes(*planes)


def _is_skewed(of_s: _Slopes, of_t: _Slopes, inside: NDArray[np.bool_]) -> bool:
    """Return whether pixels are slanted on the picture, so that none of its levels fits them."""
    area = np.abs(of_s.right * of_t.below - of_s.below * of_t.right)
    sides = np.sqrt(
        (of_s.right * of_s.right + of_s.below * of_s.below)
        * (of_t.right * of_t.right + of_t.below * of_t.below)
    )
    return bool(((area < sides * np.float32(_UPRIGHT)) & inside).sum() * 8 > inside.sum())


def _looked_up(
    atlas: Atlas, number: NDArray[np.int8], s: NDArray[np.float64], t: NDArray[np.float64]
) -> Light:
    index = np.empty((*s.shape, 2), np.float32)
    alone = len(atlas.places) == 1
    for axis, along in enumerate((s, t)):
        edge, size = atlas.places[:, axis] - np.float32(0.5), atlas.places[:, axis + 2]
        place = np.clip(along, 0.0, 1.0).astype(np.float32)
        place *= size[0] if alone else size[number]
        place += edge[0] if alone else edge[number]
        index[..., axis] = place
    return vips.look_up(atlas.light, index)


def _level_of(of: _Slopes, texels: float, inside: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return for each pixel how many steps smaller than the picture its level is."""
    squared = of.right * of.right + of.below * of.below
    squared *= np.float32(texels * texels)
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
