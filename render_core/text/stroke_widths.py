"""The thinnest stroke and the narrowest gap of a text that is set: what a workshop could lose.

Found in ems, once for each group of letters that touch and each two such groups that come close, so
that another size or place costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.clearance import drawing
from render_core.geometry.gaps_between import between
from render_core.geometry.strokes import Chord
from render_core.limits import MAX_ROOM_CACHE_BYTES
from render_core.text.fit import Fitted
from render_core.text.joined import UNITS_PER_EM, Joined

# A point that tapers off is judged half a millimetre from its end: so far round it is this way.
POINT_UM: Final = 1_000.0
# Strokes are looked for below this part of an em first, then below twice as much, and so on: faces
# remember what they found below each limit, and hardly any face has to be asked twice.
_FIRST_LIMIT: Final = 1 / 64
_MOST_SEGMENTS: Final = 2_500
# As finely as strokes are measured.
_TOLERANCE_EM: Final = 1 / 5_000

_ROOMS: Final = ByteBounded[Chord](MAX_ROOM_CACHE_BYTES)


def is_intricate(fitted: Fitted) -> bool:
    """Return whether letters that touch have so many segments that measuring them takes seconds."""
    return any(len(part.placed_path()[0].verbs) > _MOST_SEGMENTS for part in fitted.block.joined())


def thinnest_stroke(fitted: Fitted, least_um: float) -> Chord | None:
    """Return the shortest chord across a stroke that is shorter than `least_um`, None if none is.

    In micrometres, zone coordinates; to 1/2500 of the em.
    """
    found = _shortest(fitted, least_um, fitted.block.joined(), outside=False)
    return found and _placed(found, fitted)


def narrowest_gap(fitted: Fitted, least_um: float) -> Chord | None:
    """Return the shortest chord across a counter, a slit or the room between letters, as above."""
    joined = fitted.block.joined()
    within = _shortest(fitted, least_um, joined, outside=True)
    least = within.width if within else least_um / fitted.scale_um
    rooms = (chord for chord in _rooms(joined, least) if chord.width < least)
    found = min(rooms, default=within)
    return found and _placed(found, fitted)


def _placed(chord: Chord, fitted: Fitted) -> Chord:
    return chord.placed(fitted.scale_um, *fitted.anchor_um)


def _shortest(
    fitted: Fitted, least_um: float, parts: Sequence[Joined], *, outside: bool
) -> Chord | None:
    """Return the shortest chord in one of the groups, in ems."""
    least, least_way = least_um / fitted.scale_um, POINT_UM / fitted.scale_um
    limit = _FIRST_LIMIT
    while True:
        below, shortest = min(limit, least), None
        for part in parts:
            chord = part.thinnest(limit, below=below, least_way=least_way, outside=outside)
            if chord is not None:
                shortest, below = chord, chord.width
        if shortest is not None or limit >= least:
            return shortest
        limit *= 2


def _rooms(joined: Sequence[Joined], within: float) -> Iterator[Chord]:
    """Yield the shortest chords between each two groups whose boxes come so close, in ems."""
    boxes = [part.box(within / 2) for part in joined]
    for first, second in combinations(range(len(joined)), 2):
        if boxes[first].overlaps(boxes[second]):
            yield _room(joined[first], joined[second])


def _room(first: Joined, second: Joined) -> Chord:
    """Return the shortest chord between two groups; remembered where they are of one face."""
    both = Joined((*first.parts, *second.parts))
    start = both.parts[0]
    if not both.of_one_face:
        return _measured(first, second)
    key = (start.face.serial, len(first.parts), both.pieces())
    known = _ROOMS.get(key)
    if known is None:
        known = _measured(first, second).placed(1.0, -start.x, -start.y)
        _ROOMS.put(key, known, ENTRY_BYTES + 200 * len(both.parts))
    return known.placed(1.0, start.x, start.y)


def _measured(first: Joined, second: Joined) -> Chord:
    em = UNITS_PER_EM
    one, other = (
        drawing(part.path().placed(em, 0, 0), em * _TOLERANCE_EM) for part in (first, second)
    )
    return between(one, other).placed(1 / em, 0.0, 0.0)
