"""What an embroidery machine does, step by step, in whole tenths of a millimetre.

Axes as on the surface: origin at its top left, x to the right, y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from render_core.layout import Ink
from render_core.making.profile import Thread

UM_PER_UNIT: Final = 100

Place = tuple[int, int]


class Kind(IntEnum):
    """What happens at a step's place. TIE: a stitch that holds the thread; TRIM stays where it is."""

    STITCH = 0
    TIE = 1
    JUMP = 2
    TRIM = 3


class Step(NamedTuple):
    """One step: the needle, or the hoop alone, goes to (x, y) in 0.1 mm."""

    kind: Kind
    x: int
    y: int

    @property
    def is_stitch(self) -> bool:
        return self.kind in (Kind.STITCH, Kind.TIE)


@dataclass(frozen=True, slots=True)
class Block:
    """What is sewn with one thread, without a change of colour."""

    ink: Ink
    thread: Thread
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Blocks in the order of sewing; between two of them the machine changes the thread."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def stitch_count(self) -> int:
        """How often the needle goes down."""
        return sum(step.is_stitch for block in self.blocks for step in block.steps)

    @property
    def trims(self) -> int:
        return sum(step.kind is Kind.TRIM for block in self.blocks for step in block.steps)

    def bounds(self) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom) of all needle points in 0.1 mm; zeros if there is none."""
        points = [step for block in self.blocks for step in block.steps if step.is_stitch]
        if not points:
            return (0, 0, 0, 0)
        xs, ys = [step.x for step in points], [step.y for step in points]
        return (min(xs), min(ys), max(xs), max(ys))

    def centre(self) -> Place:
        """Return the middle of the bounds, where hoops are lined up by."""
        left, top, right, bottom = self.bounds()
        return ((left + right) // 2, (top + bottom) // 2)
