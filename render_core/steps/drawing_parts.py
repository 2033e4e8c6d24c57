"""What the parts of a drawing become when they are made.

Printing keeps the colour of each part, in painting order. Every other operation knows one ink: what
is painted is made, and what is painted white on top of it is left out, as on the screen.
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


def made_parts(parts: Sequence[Part], operation: Operation, ink: Ink) -> Iterator[tuple[Path, Ink]]:
    """Yield paths without overlaps and their inks, in z order. ink: of the zone."""
    if operation is Operation.PRINT:
        for rgb, group in groupby(parts, key=lambda part: part[1]):
            yield together([path for path, _ in group]), Ink(rgb)
        return
    made = EMPTY_PATH
    for is_white, run in groupby(parts, key=lambda part: part[1] == WHITE):
        area = together([path for path, _ in run])
        made = without(made, area) if is_white else together([made, area])
    yield made, ink
