"""The thinnest stroke of a text that is set: what a workshop could lose."""

from __future__ import annotations

from typing import Final

from render_core.geometry.strokes import Chord
from render_core.text.fit import Fitted

# A point that tapers off is judged half a millimetre from its end: so far round it is this way.
POINT_UM: Final = 1_000.0
# Strokes are looked for below this part of an em first, then below twice as much, and so on: faces
# remember what they found below each limit, and hardly any face has to be asked twice.
_FIRST_LIMIT: Final = 1 / 64


def thinnest_stroke(fitted: Fitted, least_um: float) -> Chord | None:
    """Return the shortest chord across a stroke that is shorter than `least_um`, None if none is.

    In micrometres, zone coordinates; to 1/2500 of the em.
    """
    scale, (x, y) = fitted.scale_um, fitted.anchor_um
    least, least_way = least_um / scale, POINT_UM / scale
    joined = fitted.block.joined()
    limit = _FIRST_LIMIT
    while True:
        below = min(limit, least)
        found = [part.thinnest(limit, below=below, least_way=least_way) for part in joined]
        shortest = min((chord for chord in found if chord), default=None)
        if shortest is not None or limit >= least:
            return shortest and shortest.placed(scale, x, y)
        limit *= 2
