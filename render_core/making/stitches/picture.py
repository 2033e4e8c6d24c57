"""A pattern of stitches as a picture: every thread where it lies, as thick as it is, under a light.

Threads are drawn at twice the picture's resolution as samples along and across; where threads cross,
the one that is sewn later lies on top. A thread is a tube that rises from one hole and goes down in the
next, twisted of plies; it shines across its direction, as silk and polyester do (J. T. Kajiya and
T. L. Kay, "Rendering fur with three dimensional textures", 1989). Only + − × ÷ √ decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.making.stitches.pattern import UM_PER_UNIT, Block, Pattern, Place

PX_PER_MM: Final = 16.0
# What is drawn has at most so many pixels, and so many samples are taken: large patterns are coarser.
_MOST_PIXELS: Final = 6_000_000
_MOST_SAMPLES: Final = 24_000_000
_CHUNK_SAMPLES: Final = 400_000
_COARSEST: Final = 0.25
_FINE: Final = 2
# From sample to sample, in pixels of the fine picture: no pixel is left out however the thread lies.
_STEP: Final = 0.7
_MARGIN_MM: Final = 0.7

# Lengths in µm: how high a thread stands in its middle, by its length, how far its ends go down, a ply.
_BULGE, _MOST_BULGE = 0.11, 420.0
_END: Final = 260.0
_PLY: Final = 760.0
_LIGHT: Final = (-0.454, -0.563, 0.690)
_HALFWAY: Final = (-0.247, -0.306, 0.920)
_SHADOW_UM: Final = (110.0, 140.0)
_SHADOW_BLUR_UM: Final = 130.0
_SHADOW: Final = 0.50
# How light threads are: from everywhere, from the lamp, as silk across their direction, their gloss.
_AMBIENT, _DIRECT, _SILK, _GLOSS = 0.34, 0.80, 0.22, 0.26
_ROUND: Final = 0.6
# How high a thread's middle stands above its sides, and each thread above the one before.
_HEIGHT, _LATER = 200, 2
# Four millions of threads, twice as high in all, and two bytes of light fit into a word of 63 bits.
_NUMBER_BITS: Final = 22

Pixels = NDArray[np.uint8]
_Floats = NDArray[np.float32]
_Threads = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StitchPicture:
    """pixels: (h, w, 4) sRGB with straight alpha, the shadow on the cloth in it. left_um, top_um: its
    corner on the surface; um_per_px: the side of a pixel."""

    pixels: Pixels
    left_um: int
    top_um: int
    um_per_px: float


def stitch_picture(pattern: Pattern, thread_um: int, pulled_um: int = 0) -> StitchPicture | None:
    """Return the threads of a pattern, None where nothing is sewn. thread_um: how wide one lies.

    pulled_um: how far the cloth is drawn together where threads turn back, 0 for what the needle does. As large as the pattern with a margin, `PX_PER_MM` pixels a millimetre unless it is too large for that.
    """
    threads, colours = _threads(pattern, pulled_um)
    if not len(threads):
        return None
    low = threads[:, :4].reshape(-1, 2).min(axis=0) - _MARGIN_MM * 1000
    high = threads[:, :4].reshape(-1, 2).max(axis=0) + _MARGIN_MM * 1000
    scale = _scale(threads, high - low, thread_um)
    columns, rows = (int(side * scale / 1000) + 1 for side in (high - low).tolist())
    top = _topmost(threads, low, scale * _FINE / 1000, (rows * _FINE, columns * _FINE), thread_um)
    left_um, top_um = (int(place) for place in low.tolist())
    return StitchPicture(_coloured(top, colours, scale / 1000), left_um, top_um, 1000 / scale)


def _threads(pattern: Pattern, pulled_um: int) -> tuple[_Threads, _Floats]:
    """Return x, y of both ends of each thread on the cloth, (n, 4) µm, and its colour, (n, 3)."""
    threads, colours = [np.zeros((0, 4))], [np.zeros((0, 3), np.float32)]
    for block in pattern.blocks:
        for points in _runs(block):
            places = np.array(points, np.float64) * UM_PER_UNIT
            places = _pulled(places, pulled_um) if pulled_um else places
            threads.append(np.concatenate([places[:-1], places[1:]], axis=1))
            rgb = np.array(block.thread.rgb, np.float32)
            colours.append(np.repeat(rgb[None], len(places) - 1, axis=0))
    return np.concatenate(threads), np.concatenate(colours)


def _runs(block: Block) -> Iterator[list[Place]]:
    """Yield needle points that a thread joins, at least two, each at another place than the last."""
    points: list[Place] = []
    for step in block.steps:
        place = (step.x, step.y)
        if not step.is_stitch:
            if len(points) > 1:
                yield points
            points = [place]
        elif not points or points[-1] != place:
            points.append(place)
    if len(points) > 1:
        yield points


def _pulled(points: _Threads, pull_um: int) -> _Threads:
    """Return needle points (n, 2) where the thread draws them to: inwards, where it turns back."""
    ways = np.diff(points, axis=0)
    lengths = np.sqrt(ways[:, 0] ** 2 + ways[:, 1] ** 2)
    ways = ways / lengths[:, None]
    back, ahead = -ways[:-1], ways[1:]
    cosine = back[:, 0] * ahead[:, 0] + back[:, 1] * ahead[:, 1]
    middle = back + ahead
    size = np.sqrt(np.maximum(middle[:, 0] ** 2 + middle[:, 1] ** 2, 1e-12))
    by = np.minimum(pull_um, 0.4 * np.minimum(lengths[:-1], lengths[1:]))
    by = np.where(cosine > 0, by / size, 0.0)
    moved = points.copy()
    moved[1:-1] += middle * by[:, None]
    return moved


def _scale(threads: _Threads, size: NDArray[np.float64], thread_um: int) -> float:
    """Return how many pixels a millimetre has, so that neither pixels nor samples are too many."""
    area = float(size[0] * size[1]) / 1e6
    length = float(_lengths(threads).sum()) / 1000
    samples = length * thread_um / 1000 * (_FINE / _STEP) ** 2
    most = min(_MOST_PIXELS / area, _MOST_SAMPLES / max(samples, 1e-9))
    return max(min(PX_PER_MM, float(np.sqrt(most))), _COARSEST)


def _lengths(threads: _Threads) -> _Threads:
    dx, dy = threads[:, 2] - threads[:, 0], threads[:, 3] - threads[:, 1]
    return np.asarray(np.sqrt(dx * dx + dy * dy))


def _topmost(
    threads: _Threads, low: NDArray[np.float64], scale: float, size: tuple[int, int], thread_um: int
) -> NDArray[np.int64]:
    """Return for each pixel what is on top, 0 where there is no thread: height, the thread's number
    from 1, its light and its gloss, packed. scale: pixels a µm.

    A thread lies higher than all that were sewn long before; of those beside it the nearest one is
    seen, since they press each other aside.
    """
    rows, columns = size
    top = np.zeros(rows * columns, np.int64)
    across = np.arange(int(thread_um * scale / _STEP) + 2)
    u = ((2 * across + 1) / len(across) - 1).astype(np.float32)
    lengths = _lengths(threads)
    steps = (lengths * scale / _STEP).astype(np.int64) + 2
    placed = (threads - np.concatenate([low, low])) * scale
    for chunk in _chunks(steps * len(u)):
        numbers = np.arange(chunk.start, chunk.stop)
        samples = _Samples.of(placed[chunk], lengths[chunk], steps[chunk], numbers)
        where, packed = samples.seen(u, thread_um / 2 * scale, columns)
        np.maximum.at(top, where.ravel(), packed.ravel())
    return top.reshape(rows, columns)


def _chunks(samples: NDArray[np.int64]) -> Iterator[slice]:
    """Yield runs of threads that have about as many samples as are worked on at a time."""
    total = np.cumsum(samples)
    marks = np.arange(_CHUNK_SAMPLES, int(total[-1]), _CHUNK_SAMPLES)
    stops = [*np.searchsorted(total, marks).tolist(), len(samples)]
    first = 0
    for stop in stops:
        if stop > first:
            yield slice(first, stop)
            first = stop


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Places along the middle of threads, (n,) each: in pixels, the direction of length 1, how steeply
    the thread rises, how dark its own shade, its ends and its plies are, and its number from 0."""

    x: _Floats
    y: _Floats
    dx: _Floats
    dy: _Floats
    slope: _Floats
    end: _Floats
    shade: _Floats
    number: NDArray[np.int64]

    @classmethod
    def of(
        cls, threads: _Threads, lengths: _Threads, steps: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> _Samples:  # fmt: skip
        which = np.repeat(np.arange(len(threads)), steps)
        begins = np.cumsum(steps) - steps
        t = ((np.arange(len(which)) - begins[which] + 0.5) / steps[which]).astype(np.float32)
        ways = threads[:, 2:] - threads[:, :2]
        directions = (ways / _lengths(threads)[:, None]).astype(np.float32)[which]
        length = lengths.astype(np.float32)
        rise = 4 * np.minimum(_BULGE * length, _MOST_BULGE) / length
        along = t * length[which]
        end = np.minimum(np.minimum(along, length[which] - along) / np.float32(_END), 1)
        own = ((numbers * 40_503) % 65_521 / 65_521).astype(np.float32)[which]
        ply = along / np.float32(_PLY) + own * 3
        groove = np.abs(2 * (ply - np.floor(ply)) - 1)
        shade = (0.88 + 0.12 * groove) * (0.94 + 0.12 * own) * (0.6 + 0.4 * end)
        return cls(
            (threads[which, 0] + ways[which, 0] * t).astype(np.float32),
            (threads[which, 1] + ways[which, 1] * t).astype(np.float32),
            directions[:, 0], directions[:, 1], (rise[which] * (1 - 2 * t)).astype(np.float32),
            end, shade.astype(np.float32), numbers[which],
        )  # fmt: skip

    def seen(
        self, u: _Floats, half_px: float, columns: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pixel of each sample across the threads, and what `_topmost` keeps: (n, across).

        u: -1 to 1. A thread is narrower where it goes down.
        """
        half = np.float32(half_px) * (0.62 + 0.38 * self.end)
        column = (self.x[:, None] - (self.dy * half)[:, None] * u).astype(np.int64)
        row = (self.y[:, None] + (self.dx * half)[:, None] * u).astype(np.int64)
        up = np.sqrt(1 - u * u)
        light, gloss = self._light()
        lit = np.minimum(light[0][:, None] * u + light[1][:, None] * up + light[2][:, None], 1.6)
        shine = gloss[:, None] * (up * up * up * up)
        height = self.number[:, None] * _LATER + np.rint(up * _HEIGHT).astype(np.int64)
        packed = (height << _NUMBER_BITS) + (self.number + 1)[:, None]
        packed = (packed << 8) + (lit * 159).astype(np.int64)
        return row * columns + column, (packed << 8) + (shine * 255).astype(np.int64)

    def _light(self) -> tuple[tuple[_Floats, _Floats, _Floats], _Floats]:
        """Return the light by how far a place is to the side, upwards and at all; and the gloss."""
        (lx, ly, lz), (hx, hy, hz) = _LIGHT, _HALFWAY
        dx, dy, slope = self.dx, self.dy, self.slope
        steep = np.sqrt(1 + slope * slope)
        # Neighbours press a thread flat: its sides turn away less than those of a tube.
        sideways = (dx * ly - dy * lx) * np.float32(_ROUND)
        upwards = (lz - slope * (dx * lx + dy * ly)) / steep
        along = (dx * hx + dy * hy + slope * hz) / steep
        across = 1 - along * along
        silk = across * across * across * across
        silk = silk * silk
        shade = self.shade
        ambient = (_AMBIENT + _SILK * silk) * shade
        gloss = _GLOSS * silk * self.end * shade
        return (_DIRECT * sideways * shade, _DIRECT * upwards * shade, ambient), gloss


def _coloured(top: NDArray[np.int64], colours: _Floats, scale: float) -> Pixels:
    """Return the picture at its own resolution: (h, w, 4). scale: its pixels a µm."""
    is_thread = top > 0
    seen = top[is_thread]
    number = (seen >> 16) & ((1 << _NUMBER_BITS) - 1)
    lit = colours[number - 1] * (((seen >> 8) & 255).astype(np.float32) / 159)[:, None]
    shine = ((seen & 255).astype(np.float32) / 255)[:, None]
    rgb = np.zeros((*top.shape, 3), np.float32)
    rgb[is_thread] = np.minimum(lit + (255 - np.minimum(lit, 255)) * shine, 255)
    summed, cover = _halved(rgb), _halved(is_thread.astype(np.float32))
    shadow = _shadow(cover, scale) * (1 - cover)
    alpha = cover + shadow
    colour = summed / np.maximum(alpha, 1e-6)[..., None]
    pixels = np.rint(np.concatenate([colour, alpha[..., None] * 255], axis=2))
    return np.asarray(pixels, np.uint8)


def _halved(plane: _Floats) -> _Floats:
    """Return the mean of each four pixels."""
    pairs = plane[0::2] + plane[1::2]
    return np.asarray((pairs[:, 0::2] + pairs[:, 1::2]) * np.float32(0.25))


def _shadow(cover: _Floats, scale: float) -> _Floats:
    """Return how dark the cloth is below and beside the threads."""
    right, down = (round(way * scale) for way in _SHADOW_UM)
    plane = np.rint(cover * 255).astype(np.int64)
    for axis in (0, 1, 0, 1):
        plane = _boxed(plane, round(_SHADOW_BLUR_UM * scale), axis)
    moved = np.zeros_like(plane)
    moved[down:, right:] = plane[: plane.shape[0] - down, : plane.shape[1] - right]
    return np.asarray(moved / 255 * _SHADOW, np.float32)


def _boxed(plane: NDArray[np.int64], radius: int, axis: int) -> NDArray[np.int64]:
    """Return the mean of 2 · radius + 1 neighbours along an axis; outside there is nothing."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius + 1, radius)
    sums = np.cumsum(np.pad(plane, pad), axis=axis)
    size, count = 2 * radius + 1, plane.shape[axis]
    last = np.take(sums, np.arange(size, size + count), axis=axis)
    return np.asarray((last - np.take(sums, np.arange(count), axis=axis)) // size)
