"""What a pattern of stitches takes: thread, time, size. For the ticket, the manifest, and for planning."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from render_core.making.profile import Thread
from render_core.making.stitches.pattern import UM_PER_UNIT, Block, Kind, Pattern

# A thread goes through the cloth and back at each needle point, and hangs out where it is cut.
_THROUGH_UM: Final = 1_000
_TAIL_UM: Final = 20_000
# What machines of one head do without strain, and what they stand still for.
_STITCHES_PER_MINUTE: Final = 700
_TRIM_S: Final = 6
_CHANGE_S: Final = 10


@dataclass(frozen=True, slots=True)
class ThreadUse:
    """How much of a thread one block takes. length_um: of the upper thread."""

    thread: Thread
    stitches: int
    length_um: int


@dataclass(frozen=True, slots=True)
class StitchMeasures:
    """A whole pattern. width_um, height_um: of the box of its needle points. threads: in the order of sewing."""

    stitches: int
    trims: int
    changes: int
    longest_um: int
    width_um: int
    height_um: int
    seconds: int
    threads: tuple[ThreadUse, ...]


def stitch_measures(pattern: Pattern, speed_um_s: int = 0) -> StitchMeasures:
    """Return the measures of a pattern. speed_um_s: of the thread on the cloth, 0 for 700 stitches a minute."""
    uses, longest, sewn = [], 0.0, 0.0
    for block in pattern.blocks:
        lengths = _lengths(block)
        stitches = sum(step.is_stitch for step in block.steps)
        cuts = sum(step.kind is Kind.TRIM for step in block.steps) + 1
        length = round(sum(lengths)) + stitches * _THROUGH_UM + 2 * cuts * _TAIL_UM
        uses.append(ThreadUse(block.thread, stitches, length))
        longest, sewn = max(longest, *lengths, 0.0), sewn + sum(lengths)
    stitches, changes = pattern.stitch_count, max(len(uses) - 1, 0)
    steady = sewn / speed_um_s if speed_um_s else 0.0
    moving = max(steady, stitches * 60 / _STITCHES_PER_MINUTE)
    seconds = -(-round(moving * 1000) // 1000) + pattern.trims * _TRIM_S + changes * _CHANGE_S
    left, top, right, bottom = (place * UM_PER_UNIT for place in pattern.bounds())
    return StitchMeasures(
        stitches, pattern.trims, changes, round(longest), right - left, bottom - top, seconds, tuple(uses)
    )  # fmt: skip


def _lengths(block: Block) -> list[float]:
    """Return how long each stretch of thread on the cloth is, in µm."""
    found = []
    for before, step in zip(block.steps, block.steps[1:], strict=False):
        if step.is_stitch:
            dx, dy = step.x - before.x, step.y - before.y
            found.append(sqrt(dx * dx + dy * dy) * UM_PER_UNIT)
    return found
