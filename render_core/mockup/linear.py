"""A canvas in linear light: what is laid on it, and only that, is turned back into sRGB.

Coverage is mixed in linear light, since half a pixel of black on white is half the light. How much
of what lies below shows through a colour (opacity, the shade and shine of a finish) is mixed in
sRGB, as PDF, SVG and the browser do, or the print would be another one.

    shown = below + coverage · (ink · shading ∘ highlights − below)

with c ∘ h = c + h − c·h (screen). Products and sums of float32, one by one, rounded to 16 bits.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.srgb import FULL, bytes_of_light, light_of_bytes

Pixels = NDArray[np.uint8]
Light = NDArray[np.uint16]
Floats = NDArray[np.float32]

# A patch more of which is covered is worked on as a whole, another one pixel by pixel.
_DENSE: Final = 0.4
_OF_BYTE: Final = np.float32(1 / 255)
_OF_LIGHT: Final = np.float32(1 / FULL)


class Lit(NamedTuple):
    """How light changes ink, (h, w) float32 of the canvas: ink · kept + added, of 0 to 65535."""

    kept: Floats
    added: Floats


class LinearCanvas:
    """light: (h, w, 3) of the photo, which stays as it is. Patches must lie inside of the canvas."""

    def __init__(self, light: Light) -> None:
        self._photo = light
        self._light = np.empty_like(light)
        # Rows of the photo are copied when something is laid on them.
        self._copied: NDArray[np.bool_] = np.zeros(len(light), np.bool_)
        self._boxes: list[tuple[int, int, int, int]] = []

    def lay(self, left: int, top: int, colour: Pixels, coverage: Pixels, lit: Lit | None) -> None:
        """Lay sRGB colours, (3,) or (h, w, 3), by a coverage (h, w)."""
        part = self._part(left, top, coverage)
        self._mix(part, part.of(_as_light(colour)), part.lights(lit))

    def lay_light(
        self, left: int, top: int, light: Light, coverage: Pixels, lit: Lit | None
    ) -> None:
        """Lay premultiplied linear light (h, w, 4) by a coverage."""
        part = self._part(left, top, coverage)
        ink, lights, opacity = part.of(light), part.lights(lit), None
        if ink[..., 3].min(initial=FULL) < FULL:
            opacity = ink[..., 3] * _OF_LIGHT
            lights = None if lights is None else Lit(lights.kept, lights.added * opacity)
        self._mix(part, ink, lights, opacity)

    def tint(
        self, left: int, top: int, colour: Pixels, share: Pixels, coverage: Pixels, lit: Lit | None
    ) -> None:
        """Lay sRGB colours that let what is below show through: share, (h, w), is what they cover."""
        part = self._part(left, top, np.where(share > 0, coverage, np.uint8(0)))
        ink = _in_light(part.of(_as_light(colour)), part.lights(lit))
        below = part.on(self._light)
        above = bytes_of_light()[(ink + np.float32(0.5)).astype(np.uint16)].astype(np.int32)
        under = bytes_of_light()[below].astype(np.int32)
        weight = part.of(share).astype(np.int32)[..., None]
        mixed = (above * weight + under * (255 - weight) + 127) // 255
        # By the change of the byte, so that what is not changed keeps its 16 bits.
        table = light_of_bytes().astype(np.float32)
        change = table[mixed] - table[under]
        change *= part.share[..., None]
        change += below
        part.put(self._light, _rounded(change).astype(np.uint16))

    def onto(self, pixels: Pixels) -> Pixels:
        """Return sRGB (h, w, 3): the canvas where something was laid, the pixels given elsewhere.

        pixels: the photo, whose bytes the table finds again where a box holds more than was laid.
        """
        out = pixels.copy()
        table = bytes_of_light()
        for left, top, right, bottom in self._boxes:
            out[top:bottom, left:right] = table.take(self._light[top:bottom, left:right])
        return out

    def _mix(
        self, part: _Part, ink: NDArray[Any], lights: Lit | None, opacity: Floats | None = None
    ) -> None:
        """Mix ink into what is covered, a channel at a time, so that planes have no gaps.

        ink: (…, 3 or more), premultiplied where there is an opacity; what lights add is so, too.
        """
        below = part.on(self._light)
        mixed = np.empty_like(below)
        for channel in range(3):
            under = below[..., channel].astype(np.float32)
            shown: Floats = np.empty_like(under)
            shown[...] = ink[..., channel]
            if lights is not None:
                shown *= lights.kept
                shown += lights.added
            shown -= under if opacity is None else under * opacity
            shown *= part.share
            shown += under
            mixed[..., channel] = _rounded(shown)
        part.put(self._light, mixed)

    def _part(self, left: int, top: int, coverage: Pixels) -> _Part:
        rows, columns = coverage.shape
        new = np.flatnonzero(~self._copied[top : top + rows]) + top
        if new.size:
            first, last = int(new[0]), int(new[-1]) + 1
            if new.size == last - first:
                self._light[first:last] = self._photo[first:last]
            else:
                self._light[new] = self._photo[new]
            self._copied[top : top + rows] = True
        self._boxes = _joined(self._boxes, (left, top, left + columns, top + rows))
        return _Part(left, top, coverage)


def _joined(
    boxes: list[tuple[int, int, int, int]], box: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    """Return boxes of which no two overlap, with one more."""
    for other in boxes:
        if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]:
            apart = [one for one in boxes if one != other]
            low, high = np.minimum(box, other).tolist(), np.maximum(box, other).tolist()
            return _joined(apart, (low[0], low[1], high[2], high[3]))
    return [*boxes, box]


class _Part:
    """The covered pixels of a patch, or all of it where most are. share: coverage of 0 to 1."""

    def __init__(self, left: int, top: int, coverage: Pixels) -> None:
        rows, columns = coverage.shape
        self._box = (slice(top, top + rows), slice(left, left + columns))
        index = np.flatnonzero(coverage)
        self._index = None if index.size > _DENSE * coverage.size else index
        self._columns = coverage.shape[1]
        self._corner = (left, top)
        self.share = self.of(coverage).astype(np.float32)
        self.share *= _OF_BYTE

    def of(self, plane: NDArray[Any]) -> NDArray[Any]:
        """Return a plane of the patch, (h, w, …), where it is covered; a single colour as it is."""
        if self._index is None or plane.ndim == 1:
            return plane
        return plane.reshape(-1, *plane.shape[2:]).take(self._index, axis=0)

    def on(self, plane: NDArray[Any]) -> NDArray[Any]:
        """Return a plane of the canvas where the patch is covered."""
        if self._index is None:
            return plane[self._box]
        return plane.reshape(-1, *plane.shape[2:]).take(self._places(plane.shape[1]), axis=0)

    def lights(self, lit: Lit | None) -> Lit | None:
        """Return what lights the covered pixels."""
        return None if lit is None else Lit(self.on(lit.kept), self.on(lit.added))

    def put(self, plane: NDArray[Any], values: NDArray[Any]) -> None:
        if self._index is None:
            plane[self._box] = values
        else:
            plane.reshape(-1, *plane.shape[2:])[self._places(plane.shape[1])] = values

    def _places(self, width: int) -> NDArray[np.int64]:
        assert self._index is not None
        row, column = np.divmod(self._index, self._columns)
        places: NDArray[np.int64] = (row + self._corner[1]) * width + (column + self._corner[0])
        return places


def _as_light(colour: Pixels) -> Floats:
    return light_of_bytes()[colour].astype(np.float32)


def _in_light(ink: Floats, lights: Lit | None) -> Floats:
    if lights is None:
        return ink
    shown: Floats = ink * lights.kept[..., None]
    shown += lights.added[..., None]
    return shown


def _rounded(light: Floats) -> Floats:
    """Return light so that cutting off its fraction is rounding it, within 16 bits."""
    light += np.float32(0.5)
    np.clip(light, 0, FULL, out=light)
    return light
