"""What the parts of a drawing become when they are made.

Printing keeps the colour of each part, in painting order. Sewing takes for each part the thread that
is nearest to its colour, of those the zone offers, and what lies below another thread is not sewn.
Every other operation knows one ink: what is painted is made. What is painted white on top is left
out, as on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from render_core.geometry.clipping import together, without
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.layout import Ink, Operation

WHITE: Final = (255, 255, 255)

Part = tuple[Path, tuple[int, int, int]]


def made_parts(
    parts: Sequence[Part], operation: Operation, ink: Ink, threads: Sequence[Ink] = ()
) -> Iterator[tuple[Path, Ink]]:
    """Yield paths without overlaps and their inks, in z order.

    ink: of the zone. threads: to sew with, the zone's inks; none for one ink alone.
    """
    if operation is Operation.PRINT:
        for rgb, group in groupby(parts, key=lambda part: part[1]):
            yield together([path for path, _ in group]), Ink(rgb)
        return
    if operation is Operation.STITCH and len(threads) > 1:
        yield from _sewn(parts, threads)
        return
    made = EMPTY_PATH
    for is_white, run in groupby(parts, key=lambda part: part[1] == WHITE):
        area = together([path for path, _ in run])
        made = without(made, area) if is_white else together([made, area])
    yield made, ink


def _sewn(parts: Sequence[Part], threads: Sequence[Ink]) -> Iterator[tuple[Path, Ink]]:
    """Yield what is sewn with each thread, the lowest first; pull compensation lets them overlap."""
    found: list[tuple[Path, Ink]] = []
    above = EMPTY_PATH
    chosen = [(path, None if rgb == WHITE else nearest(rgb, threads)) for path, rgb in parts]
    for thread, run in groupby(reversed(chosen), key=lambda part: part[1]):
        area = together([path for path, _ in run])
        if thread is not None:
            found.append((area if above.is_empty else without(area, above), thread))
        above = together([above, area])
    yield from reversed(found)


def nearest(rgb: tuple[int, int, int], threads: Sequence[Ink]) -> Ink:
    """Return the thread whose colour is nearest, the first of equals.

    Whole numbers alone: T. Riemersma's weighting of sRGB by its mean red.
    """

    def distance(thread: Ink) -> int:
        red, green, blue = (a - b for a, b in zip(rgb, thread.rgb, strict=True))
        mean = (rgb[0] + thread.rgb[0]) // 2
        return (512 + mean) * red * red + 1024 * green * green + (767 - mean) * blue * blue

    return min(threads, key=distance)
