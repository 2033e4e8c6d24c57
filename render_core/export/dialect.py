"""How files are written for one machine: its names, colours, units, curves and origin.

`DEFAULT` is what a file is without a machine; `Dialect.of` is what a profile asks for. What a
profile does not list is not in its machine's files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from render_core.geometry.flatten import flatten
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import Item, Operation, Outline, Surface, Verb
from render_core.making.profile import (
    Curves,
    MachineOperation,
    MachineProfile,
    Origin,
    Units,
    operation_named,
)
from render_core.raster.beziers import segments_without_arcs
from render_core.separations import DEFAULT_SPOTS, LINE_OPERATIONS, made_items
from render_core.units import fixed, um_as_mm

# How far lines may be from the curves that they stand for where no machine says it.
TOLERANCE_UM: Final = 4

UM_PER_INCH: Final = 25_400
# A millionth of an inch is a fortieth of a micrometre.
_INCH_DECIMALS: Final = 6

# What is told apart by its operation alone: whatever the ink is called, the machine's name counts.
_BY_OPERATION: Final = LINE_OPERATIONS | {Operation.WHITE}

# AutoCAD colour index of each layer: what machine software tells operations apart by.
_COLOUR_INDICES: Final = {
    Operation.CUT: 1,
    Operation.FOIL: 2,
    Operation.PRINT: 3,
    Operation.WHITE: 4,
    Operation.CREASE: 5,
    Operation.EMBOSS: 6,
    Operation.ENGRAVE: 7,
    Operation.STITCH: 30,
}


@dataclass(frozen=True, slots=True)
class OperationStyle:
    """How one operation is written. key: tells it apart from others of its kind, in names of resources.

    spot: of its separation, "" for the ink's. rgb: of its lines and areas; None for the ink's. colour_index: AutoCAD's. overprint: what is below
    stays in other separations. note: for the operator, "" for none.
    """

    operation: Operation
    key: str
    name: str
    spot: str
    rgb: tuple[int, int, int] | None
    colour_index: int
    overprint: bool
    note: str = ""


def _usual(operation: Operation) -> OperationStyle:
    return OperationStyle(
        operation,
        operation.value,
        operation.value,
        DEFAULT_SPOTS.get(operation, ""),
        None,
        _COLOUR_INDICES[operation],
        operation in LINE_OPERATIONS,
    )


@dataclass(frozen=True, slots=True)
class Dialect:
    """units: of numbers in SVG and DXF. curves: what they become. origin: of DXF, whose y goes up.

    tolerance_um: how far lines may be from curves. bleed: whether pages include it. named: whether
    names and colours are a machine's. styles: of the operations that are written.
    """

    units: Units = Units.MILLIMETRES
    curves: Curves = Curves.ARCS
    origin: Origin = Origin.BOTTOM_LEFT
    tolerance_um: int = TOLERANCE_UM
    bleed: bool = True
    named: bool = False
    styles: tuple[OperationStyle, ...] = tuple(_usual(operation) for operation in _COLOUR_INDICES)

    @staticmethod
    def of(profile: MachineProfile) -> Dialect:
        """Return the dialect of a machine. Bleed is for those that print."""
        return Dialect(
            units=profile.units,
            curves=profile.curves,
            origin=profile.origin,
            tolerance_um=max(1, profile.tolerance_um),
            bleed=profile.operation(Operation.PRINT) is not None,
            named=True,
            styles=tuple(_styles(profile)),
        )

    def style(self, item: Item) -> OperationStyle | None:
        """Return how an item's operation is written, None if it is not."""
        return operation_named(self.styles, item.operation, item.ink.spot)

    def layer(self, item: Item) -> str:
        """Return what an item's operation is told apart by in a file."""
        style = self.style(item)
        return style.key if style else item.operation.value

    def page(self, surface: Surface) -> Surface:
        """Return the surface with the bleed that its page has."""
        return surface if self.bleed else replace(surface, bleed_um=0)

    def items(self, surface: Surface) -> tuple[Item, ...]:
        """Return what is written, in z order, surface coordinates and the machine's colours."""
        items = made_items(surface)
        if not self.named:
            return items
        return tuple(self._coloured(item) for item in items if self.style(item))

    def separation(self, item: Item) -> str:
        """Return the name of an item's separation, "" where process colour will do."""
        style = self.style(item)
        spot = style.spot if style else ""
        if self.named and spot and item.operation in _BY_OPERATION:
            return spot
        return self._spelt(item.ink.spot) or spot

    def _spelt(self, spot: str) -> str:
        """Return the name of an ink as the machine spells it: its software tells cases apart."""
        if not (self.named and spot):
            return spot
        wanted = spot.casefold()
        return next((one.name for one in self.styles if one.name.casefold() == wanted), spot)

    def overprints(self, item: Item) -> bool:
        """Return whether what lies below an item stays in the other separations."""
        style = self.style(item)
        return style is not None and style.overprint

    def number(self, length_um: int) -> str:
        """Return a length in the dialect's unit, in decimal."""
        if self.units is Units.MILLIMETRES:
            return um_as_mm(length_um)
        return fixed(length_um / UM_PER_INCH, _INCH_DECIMALS)

    def outline(self, outline: Outline) -> Outline:
        """Return an outline in the kinds of curves that the machine's software reads."""
        if self.curves is Curves.LINES:
            return _as_lines(outline, self.tolerance_um)
        if self.curves is Curves.SPLINES and (outline.verbs == Verb.ARC).any():
            return _without_arcs(outline)
        return outline

    def _coloured(self, item: Item) -> Item:
        style = self.style(item)
        if style is None or style.rgb is None:
            return item
        return replace(item, ink=replace(item.ink, rgb=style.rgb))


def _styles(profile: MachineProfile) -> Iterator[OperationStyle]:
    seen: Counter[Operation] = Counter()
    for one in profile.operations:
        seen[one.operation] += 1
        count = seen[one.operation]
        kind = one.operation.value
        yield _style(one, kind if count == 1 else f"{kind}-{count}")


def _style(one: MachineOperation, key: str) -> OperationStyle:
    name = "".join(letter if letter.isprintable() else "_" for letter in one.name)
    return OperationStyle(
        one.operation,
        key,
        name,
        name if one.operation in DEFAULT_SPOTS else "",
        None if one.operation is Operation.PRINT else one.rgb,
        one.colour_index,
        one.overprint,
        _note(one),
    )


def _note(one: MachineOperation) -> str:
    """Return what the operator sets by hand, in words that every workshop reads."""
    parts = []
    if one.power_permille:
        parts.append(f"{um_as_mm(one.power_permille * 100)} %")
    if one.speed_um_s:
        parts.append(f"{um_as_mm(one.speed_um_s)} mm/s")
    if one.passes > 1:
        parts.append(f"{one.passes} x")
    return ", ".join(parts)


def _as_lines(outline: Outline, tolerance_um: int) -> Outline:
    out = OutlineBuilder()
    for line in flatten(outline, tolerance_um):
        first, *rest = np.rint(line.points_um).astype(np.int32).tolist()
        out.move(tuple(first))
        for point in rest:
            out.line(tuple(point))
        if line.closed:
            out.close()
    return out.build()


def _without_arcs(outline: Outline) -> Outline:
    out = OutlineBuilder()
    draw: dict[int, Callable[..., None]] = {
        Verb.MOVE: out.move,
        Verb.LINE: out.line,
        Verb.QUAD: out.quad,
        Verb.CUBIC: out.cubic,
    }
    for verb, points in segments_without_arcs(outline):
        if verb == Verb.CLOSE:
            out.close()
        else:
            draw[verb](*points)
    return out.build()


DEFAULT: Final = Dialect()
