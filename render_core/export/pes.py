"""A pattern of stitches as PES, version 6: Brother's and Babylock's machines, with the threads' colours.

Written by pyembroidery, which is given nothing to decide: every way and every change is a record
already, each block has its thread, and none of it depends on a date or a language. Origin: the middle
of the pattern, 0.1 mm, y down.
"""

from __future__ import annotations

import io
from typing import Final

from pyembroidery import (  # type: ignore[import-untyped]  # ships no types
    COLOR_CHANGE,
    END,
    JUMP,
    STITCH,
    TRIM,
    EmbPattern,
    EmbThread,
)
from pyembroidery.PesWriter import write  # type: ignore[import-untyped]  # ships no types

from render_core.errors import UnsupportedDesign
from render_core.export.plain_names import plain_name
from render_core.making.profile import Thread
from render_core.making.stitches.pattern import Kind, Pattern, Step

# What twelve bits with a sign can say, in 0.1 mm.
_LONGEST: Final = 2_047
_MOST_COLOURS: Final = 254


def pes(pattern: Pattern) -> bytes:
    """Return the file. Raises UnsupportedDesign (STITCH_TOO_MANY_COLOURS) beyond 254 changes."""
    if len(pattern.blocks) > _MOST_COLOURS:
        raise UnsupportedDesign(
            "STITCH_TOO_MANY_COLOURS", f"PES holds {_MOST_COLOURS} changes of colour. Use fewer."
        )
    embroidery = EmbPattern()
    embroidery.extras["name"] = plain_name(pattern.name, 8)
    cx, cy = pattern.centre()
    at = (0, 0)
    for index, block in enumerate(pattern.blocks):
        embroidery.threadlist.append(_thread(block.thread))
        if index:
            embroidery.stitches.append([*at, COLOR_CHANGE])
        for step in block.steps:
            target = (step.x - cx, step.y - cy)
            embroidery.stitches += _ways(at, target, step)
            at = target
    embroidery.stitches.append([*at, END])
    file = io.BytesIO()
    write(embroidery, file, {"version": 6})
    return file.getvalue()


def _ways(start: tuple[int, int], end: tuple[int, int], step: Step) -> list[list[int]]:
    if step.kind is Kind.TRIM:
        return [[*start, TRIM]]
    if step.is_stitch:
        return [[*end, STITCH]]
    dx, dy = end[0] - start[0], end[1] - start[1]
    parts = max(-(-max(abs(dx), abs(dy)) // _LONGEST), 1)
    return [
        [start[0] + dx * part // parts, start[1] + dy * part // parts, JUMP]
        for part in range(1, parts + 1)
    ]


def _thread(thread: Thread) -> EmbThread:
    red, green, blue = thread.rgb
    return EmbThread(
        red << 16 | green << 8 | blue,
        plain_name(thread.name, 40),
        plain_name(thread.number, 20),
        brand=plain_name(thread.brand, 40),
    )
