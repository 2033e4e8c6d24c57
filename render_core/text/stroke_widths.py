"""The thinnest stroke and the narrowest gap of a text that is set: what a workshop could lose.

Found in ems, once for each group of letters that touch and each two such groups that come close, so
that another size or place costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from render_core.geometry.strokes import Chord
from render_core.text.fit import Fitted
from render_core.text.joined import Joined

# A point that tapers off is judged half a millimetre from its end: so far round it is this way.
POINT_UM: Final = 1_000.0
# Strokes are looked for below this part of an em first, then below twice as much, and so on: faces
# remember what they found below each limit, and hardly any face has to be asked twice.
_FIRST_LIMIT: Final = 1 / 64


def thinnest_stroke(fitted: Fitted, least_um: float) -> Chord | None:
    """Return the shortest chord across a stroke that is shorter than `least_um`, None if none is.

    In micrometres, zone coordinates; to 1/2500 of the em.
    """
    return _shortest(fitted, least_um, fitted.block.joined(), outside=False)


def narrowest_gap(fitted: Fitted, least_um: float) -> Chord | None:
    """Return the shortest chord across a counter, a slit or the room between letters, as above."""
    joined = fitted.block.joined()
    near = _neighbours(joined, least_um / fitted.scale_um)
    return _shortest(fitted, least_um, [*joined, *near], outside=True)


def _shortest(
    fitted: Fitted, least_um: float, parts: Sequence[Joined], *, outside: bool
) -> Chord | None:
    scale, (x, y) = fitted.scale_um, fitted.anchor_um
    least, least_way = least_um / scale, POINT_UM / scale
    limit = _FIRST_LIMIT
    while True:
        below, shortest = min(limit, least), None
        for part in parts:
            chord = part.thinnest(limit, below=below, least_way=least_way, outside=outside)
            if chord is not None:
                shortest, below = chord, chord.width
        if shortest is not None or limit >= least:
            return shortest and shortest.placed(scale, x, y)
        limit *= 2


def _neighbours(joined: Sequence[Joined], room: float) -> list[Joined]:
    """Return each two groups whose boxes are nearer to each other than `room`, as one."""
    boxes = [part.box(room / 2) for part in joined]
    return [
        Joined((*joined[first].parts, *joined[second].parts))
        for first, box in enumerate(boxes)
        for second in range(first + 1, len(boxes))
        if box.overlaps(boxes[second])
    ]
