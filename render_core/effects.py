"""What a zone draws from its outlines besides filling them, as real geometry in every output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isqrt
from typing import Final

from render_core.layout import Ink, Operation
from render_core.looks import GradientKind

MITER_LIMIT: Final = 4


class LinePosition(StrEnum):
    """Where a line runs along an outline."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    CENTRE = "centre"


class LineJoin(StrEnum):
    """The corners of a line. A miter longer than four widths is cut off."""

    ROUND = "round"
    MITER = "miter"
    BEVEL = "bevel"


@dataclass(frozen=True, slots=True)
class OutlineEffect:
    """A line along the outlines."""

    width_um: int
    operation: Operation
    ink: Ink
    position: LinePosition = LinePosition.OUTSIDE
    join: LineJoin = LineJoin.ROUND


@dataclass(frozen=True, slots=True)
class ShadowEffect:
    """A moved copy. spread_um: larger on each side. long: the room on the way is filled as well."""

    dx_um: int
    dy_um: int
    operation: Operation
    ink: Ink
    spread_um: int = 0
    long: bool = False


@dataclass(frozen=True, slots=True)
class GradientEffect:
    """Colours in place of the fill's ink.

    angle_degrees: clockwise from "to the right". stops: (offset in 1/1000, sRGB), ascending.
    """

    stops: tuple[tuple[int, tuple[int, int, int]], ...]
    kind: GradientKind = GradientKind.LINEAR
    angle_degrees: int = 0


# The ink of an underprint that states none.
WHITE: Final = Ink((255, 255, 255), "White")


@dataclass(frozen=True, slots=True)
class UnderprintEffect:
    """White, or another first ink, below the fill. choke_um: how much smaller on each side."""

    operation: Operation
    ink: Ink
    choke_um: int = 0


Effect = OutlineEffect | ShadowEffect | GradientEffect | UnderprintEffect


def effects_room(effects: Sequence[Effect]) -> int:
    """Return how far what effects make may reach beyond the outlines, on any side, in whole µm.

    What is for the screen only takes no room.
    """
    return max((_reach(effect) for effect in effects), default=0)


def _reach(effect: Effect) -> int:
    if isinstance(effect, GradientEffect | UnderprintEffect):
        return 0
    if effect.operation is Operation.SCREEN_ONLY:
        return 0
    if isinstance(effect, ShadowEffect):
        squared = effect.dx_um * effect.dx_um + effect.dy_um * effect.dy_um
        return effect.spread_um + isqrt(squared) + 1
    if effect.position is LinePosition.INSIDE:
        return 0
    width = effect.width_um if effect.position is LinePosition.OUTSIDE else -(-effect.width_um // 2)
    return width * MITER_LIMIT if effect.join is LineJoin.MITER else width
