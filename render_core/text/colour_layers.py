"""What a colour glyph is painted with: layers of filled shapes, in font units, y up.

The model is COLRv1's, reduced to what every output can draw: a shape, filled with one colour or a
gradient that is padded at its ends. Composite modes are worked into shapes and colours where that
is exact, or nearly so, and refused where it is not (`NotResolved`).

Sources: OpenType 1.9.1, COLR; Compositing and Blending Level 1 (W3C), sections 9 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from render_core.geometry.paths import Path
from render_core.looks import GradientKind

Rgb = tuple[int, int, int]
Point = tuple[float, float]

OPAQUE: Final = 255
# Colours blended along a gradient follow a curve: so many straight pieces between two stops.
_PIECES: Final = 4


class NotResolved(Exception):
    """A glyph is painted in a way that outlines with fills cannot show."""


class Stop(NamedTuple):
    """A colour of a gradient. offset: 0 to 1. alpha: 0 to 255."""

    offset: float
    rgb: Rgb
    alpha: int


@dataclass(frozen=True, slots=True)
class Solid:
    """One colour; the text's own ink where `is_ink`."""

    rgb: Rgb
    alpha: int = OPAQUE
    is_ink: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """A gradient. LINEAR: from start to end. RADIAL: about the end, from the focus at the start, out
    to the ellipse with the half axes (ax, ay, bx, by)."""

    kind: GradientKind
    start: Point
    end: Point
    stops: tuple[Stop, ...]
    axes: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def is_opaque(self) -> bool:
        return all(stop.alpha == OPAQUE for stop in self.stops)


Paint = Solid | Shade


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A shape and what fills it."""

    shape: Path
    paint: Paint


def is_opaque(paint: Paint) -> bool:
    """Return whether nothing below shows through."""
    return paint.alpha == OPAQUE if isinstance(paint, Solid) else paint.is_opaque


def thinned(paint: Paint, alpha: int) -> Paint:
    """Return a paint that covers less, by alpha over 255."""
    if isinstance(paint, Solid):
        return replace(paint, alpha=(paint.alpha * alpha + 127) // 255)
    stops = tuple(stop._replace(alpha=(stop.alpha * alpha + 127) // 255) for stop in paint.stops)
    return replace(paint, stops=stops)


def blended(backdrop: Paint, source: Paint, mode: str, middle: Point) -> Paint:
    """Return the backdrop's paint where a source lies over it by a separable blend mode.

    Of two gradients the source counts as the one colour that it has in the middle of the backdrop.
    """
    if isinstance(source, Shade):
        if isinstance(backdrop, Solid):
            stops = tuple(
                Stop(
                    stop.offset, _blended(backdrop.rgb, stop.rgb, stop.alpha, mode), backdrop.alpha
                )
                for stop in _finer(source.stops)
            )
            return replace(source, stops=stops)
        source = _colour_at(source, middle)
    if isinstance(backdrop, Solid):
        return replace(backdrop, rgb=_blended(backdrop.rgb, source.rgb, source.alpha, mode))
    stops = tuple(
        stop._replace(rgb=_blended(stop.rgb, source.rgb, source.alpha, mode))
        for stop in _finer(backdrop.stops)
    )
    return replace(backdrop, stops=stops)


def _colour_at(shade: Shade, place: Point) -> Solid:
    """Return the colour of a gradient at a place; of a radial one as if its focus were its middle."""
    if shade.kind is GradientKind.LINEAR:
        (x, y), (x0, y0), (x1, y1) = place, shade.start, shade.end
        dx, dy = x1 - x0, y1 - y0
        along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)
    else:
        ax, ay, bx, by = shade.axes
        x, y = place[0] - shade.end[0], place[1] - shade.end[1]
        determinant = ax * by - ay * bx
        u, v = (x * by - y * bx) / determinant, (y * ax - x * ay) / determinant
        along = sqrt(u * u + v * v)
    for one, other in pairwise(shade.stops):
        if along <= other.offset:
            span = other.offset - one.offset
            return _between(one, other, (along - one.offset) / span if span else 1.0)
    last = shade.stops[-1]
    return Solid(last.rgb, last.alpha)


def _between(one: Stop, other: Stop, share: float) -> Solid:
    share = min(max(share, 0.0), 1.0)
    red, green, blue, alpha = (
        round(a + (b - a) * share)
        for a, b in zip((*one.rgb, one.alpha), (*other.rgb, other.alpha), strict=True)
    )
    return Solid((red, green, blue), alpha)


def _finer(stops: Sequence[Stop]) -> list[Stop]:
    """Return the stops with more of them between, on the straight lines from one to the next."""
    found = [stops[0]]
    for one, other in pairwise(stops):
        for piece in range(1, _PIECES + 1):
            share = piece / _PIECES
            colour = _between(one, other, share)
            offset = one.offset + (other.offset - one.offset) * share
            found.append(Stop(offset, colour.rgb, colour.alpha))
    return found


def _blended(below: Rgb, above: Rgb, alpha: int, mode: str) -> Rgb:
    function = BLEND_MODES[mode]
    red, green, blue = (
        round(b + (255 * function(b / 255, s / 255) - b) * alpha / 255)
        for b, s in zip(below, above, strict=True)
    )
    return (red, green, blue)


def _soft_light(b: float, s: float) -> float:
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    lighter = ((16 * b - 12) * b + 4) * b if b <= 0.25 else sqrt(b)
    return b + (2 * s - 1) * (lighter - b)


def _hard_light(b: float, s: float) -> float:
    return 2 * s * b if s <= 0.5 else 1 - 2 * (1 - s) * (1 - b)


def _dodge(b: float, s: float) -> float:
    if b == 0:
        return 0.0
    return 1.0 if s >= 1 else min(1.0, b / (1 - s))


def _burn(b: float, s: float) -> float:
    if b >= 1:
        return 1.0
    return 0.0 if s <= 0 else 1 - min(1.0, (1 - b) / s)


BLEND_MODES: Final[Mapping[str, Callable[[float, float], float]]] = {
    "MULTIPLY": lambda b, s: b * s,
    "SCREEN": lambda b, s: b + s - b * s,
    "OVERLAY": lambda b, s: _hard_light(s, b),
    "DARKEN": min,
    "LIGHTEN": max,
    "COLOR_DODGE": _dodge,
    "COLOR_BURN": _burn,
    "HARD_LIGHT": _hard_light,
    "SOFT_LIGHT": _soft_light,
    "DIFFERENCE": lambda b, s: abs(b - s),
    "EXCLUSION": lambda b, s: b + s - 2 * b * s,
}
