"""What a zone draws from its outlines besides filling them: items below the fill, as real geometry.

Everything is made from one area: what all items of the zone fill together, so that an outline runs
around a word, not around each part of it. Effects stand in their order, each below those before it.
Where everything concerned is printed, what is below goes on under what covers it, so that no paper
shines through at the seam; a machine that takes material away or lays foil gets each place once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from render_core.effects import (
    GradientEffect,
    LinePosition,
    OutlineEffect,
    ShadowEffect,
    UnderprintEffect,
)
from render_core.geometry.offset import grown, shrunk, swept
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.geometry.polygons import (
    Polygons,
    difference,
    intersection,
    polygons_of,
    union,
)
from render_core.layout import FillRule, ImageUse, Ink, Item, Operation, Outline
from render_core.looks import Finish
from render_core.raster.solid import solid_outline
from render_core.separations import LINE_OPERATIONS
from render_core.steps.gradient_fill import with_gradient
from render_core.steps.scene import ZoneScene

_Shaping = OutlineEffect | ShadowEffect | UnderprintEffect

# Ink on ink, without a trace of what is covered.
_COVERABLE: Final = frozenset({Operation.PRINT, Operation.WHITE, Operation.SCREEN_ONLY})


@dataclass(frozen=True, slots=True)
class _Made:
    """The area of an effect, with the operation and ink it is made with."""

    operation: Operation
    ink: Ink
    area: Polygons


def draw_effects(scene: ZoneScene) -> ZoneScene:
    """Put what effects make below the zone's `items`, and give all of them their look."""
    spec, items = scene.spec, scene.items
    effects = [effect for effect in spec.effects if not isinstance(effect, GradientEffect)]
    below: list[Item] = []
    if effects and items:
        base = union(_area(item) for item in items)
        inner = _left_by_lines(base, effects)
        if inner is not base:
            items = tuple(_within(items, inner))
        made = _made(base, inner, effects, spec.operation)
        below = [item for item in _items(spec.id, made) if not item.outline.is_empty]
    items = with_gradient(spec, scene.ink, items)
    return replace(scene, items=tuple(_looking(scene, item) for item in (*below, *items)))


def _area(item: Item) -> Polygons:
    """Return what an item covers; a picture counts as its box."""
    if item.image is None:
        return polygons_of(solid_outline(item))
    box = polygons_of(_box(item.image))
    return box if item.clip is None else intersection(box, polygons_of(item.clip))


def _box(image: ImageUse) -> Outline:
    a, b, c, d, tx, ty = image.matrix_um
    out = OutlineBuilder()
    out.move((tx, ty))
    for corner in ((tx + a, ty + b), (tx + a + c, ty + b + d), (tx + c, ty + d)):
        out.line(corner)
    out.close()
    return out.build()


def _left_by_lines(base: Polygons, effects: list[_Shaping]) -> Polygons:
    """Return the part of the fill that no line inside of it takes."""
    inner = base
    for effect in effects:
        if isinstance(effect, OutlineEffect) and effect.operation not in LINE_OPERATIONS:
            _, inwards = _reach(effect)
            if inwards:
                inner = intersection(inner, shrunk(base, inwards, effect.join))
    return inner


def _within(items: tuple[Item, ...], inner: Polygons) -> Iterator[Item]:
    """Yield the items less what lies outside of an area; pictures are clipped."""
    for item in items:
        if item.image is not None:
            area = inner if item.clip is None else intersection(inner, polygons_of(item.clip))
            yield replace(item, clip=area.outline())
            continue
        outline = intersection(_area(item), inner).outline()
        if not outline.is_empty:
            plain = FillRule.NONZERO
            yield replace(item, outline=outline, fill_rule=plain, line_width_um=0, clip=None)


def _reach(effect: OutlineEffect) -> tuple[float, float]:
    """Return how far a line lies outside and inside of the outline that it follows."""
    if effect.position is LinePosition.OUTSIDE:
        return effect.width_um, 0
    if effect.position is LinePosition.INSIDE:
        return 0, effect.width_um
    return effect.width_um / 2, effect.width_um / 2


def _made(
    base: Polygons, inner: Polygons, effects: list[_Shaping], operation: Operation
) -> list[_Made]:
    """Return the areas of effects from the top downwards. operation: that of the fill."""
    made: list[_Made] = []
    above = inner
    for effect in effects:
        covered = {operation, effect.operation, *(one.operation for one in made)} <= _COVERABLE
        area = _effect_area(base, inner, above, effect, covered=covered)
        made.append(_Made(effect.operation, effect.ink, area))
        if effect.operation not in LINE_OPERATIONS and not isinstance(effect, UnderprintEffect):
            above = union([above, area])
    return made


def _effect_area(
    base: Polygons, inner: Polygons, above: Polygons, effect: _Shaping, *, covered: bool
) -> Polygons:
    """Return what an effect makes. above: what lies over it. covered: it may go on below that."""
    if isinstance(effect, UnderprintEffect):
        return shrunk(above, effect.choke_um)
    if isinstance(effect, OutlineEffect):
        outwards, inwards = _reach(effect)
        if effect.operation in LINE_OPERATIONS:
            return _followed(base, effect)
        line = grown(base, outwards, effect.join)
        if covered:
            return union([line, above])
        rim = difference(line, shrunk(base, inwards, effect.join))
        return difference(rim, above)
    copy = grown(base, effect.spread_um)
    if effect.long:
        copy = swept(copy, effect.dx_um, effect.dy_um)
    else:
        copy = copy.moved(effect.dx_um, effect.dy_um)
    if covered or effect.operation in LINE_OPERATIONS:
        return copy
    return difference(copy, above)


def _followed(base: Polygons, effect: OutlineEffect) -> Polygons:
    """Return the contour that a blade follows: beside the outlines by the line's width, or on them."""
    if effect.position is LinePosition.OUTSIDE:
        return grown(base, effect.width_um, effect.join)
    if effect.position is LinePosition.INSIDE:
        return shrunk(base, effect.width_um, effect.join)
    return base


def _items(zone: str, made: list[_Made]) -> Iterator[Item]:
    """Yield items from the bottom upwards, neighbours of one operation and ink as one."""
    for (operation, ink), run in groupby(reversed(made), key=lambda one: (one.operation, one.ink)):
        areas = [one.area for one in run]
        yield Item(zone, operation, ink, (areas[0] if len(areas) == 1 else union(areas)).outline())


def _looking(scene: ZoneScene, item: Item) -> Item:
    """Return an item with the finish of its zone if it is made the same way; foil always shines."""
    spec = scene.spec
    if item.operation is spec.operation and spec.finish is not Finish.NONE:
        return replace(item, finish=spec.finish, depth_um=spec.depth_um)
    if item.operation is Operation.FOIL:
        return replace(item, finish=Finish.FOIL)
    return item
