"""Problems of where work lies: off the bed, or below the zero that a machine counts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from render_core.layout import Box, Item
from render_core.making.checks import box_of, larger, room_of
from render_core.making.extent import extents
from render_core.making.profile import Datum, FileFormat, MachineProfile, Origin
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.units import UM_PER_MM, um_as_mm

# Formats that move a tool to coordinates; what is below zero is refused or clipped by some controllers.
_COUNTED: Final = frozenset({FileFormat.HPGL, FileFormat.GCODE})


def of_bed(
    surface: str, face: Box, work: Box, items: Sequence[Item], profile: MachineProfile
) -> Iterator[Problem]:
    """Yield the problem of work that does not lie on the bed, in either direction.

    It is that of the whole face where that is too large by itself, or else of the zone that reaches
    furthest out of it.
    """
    room = room_of(profile)
    if room == (0, 0) or _lies_on(work, room):
        return
    if _lies_on(face, room):
        zone, place = furthest(face, items)
        yield larger(zone, place, work, surface, room, profile)
    else:
        yield larger("", face, work, surface, room, profile)


def of_origin(
    surface: str, face: Box, items: Sequence[Item], profile: MachineProfile
) -> Iterator[Problem]:
    """Yield what a tool has to do below the zero of a machine that counts from the face's corner."""
    if profile.datum is Datum.WORK or profile.origin is Origin.CENTRE:
        return
    if not _COUNTED.intersection(profile.formats):
        return
    zone, place = furthest(face, items)
    up = profile.origin is Origin.BOTTOM_LEFT
    below = place.bottom_um - face.bottom_um if up else face.top_um - place.top_um
    beyond = max(face.left_um - place.left_um, below)
    if beyond <= 0:
        return
    yield problem(
        "BELOW_ORIGIN",
        zone,
        box=place,
        measured=beyond / UM_PER_MM,
        required=0.0,
        params={
            "machine": profile.display_name,
            "surface": surface,
            "measured_mm": um_as_mm(beyond),
        },
    )


def _lies_on(work: Box, room: tuple[int, int]) -> bool:
    return work.right_um - work.left_um <= room[0] and work.bottom_um - work.top_um <= room[1]


def furthest(face: Box, items: Sequence[Item]) -> tuple[str, Box]:
    """Return the zone of the item that reaches furthest out of a face, and the box around the item."""
    some = [item for item in items if item.zone]
    outlines = [one.outline for one in some if one.image is None and not one.outline.is_empty]
    boxes = iter(extents(outlines))
    drawn = [
        (item, box_of(item) if item.image is not None else next(boxes))
        for item in some
        if item.image is not None or not item.outline.is_empty
    ]
    if not drawn:
        return "", face
    item, box = max(drawn, key=lambda one: _reach(face, one[1]))
    return item.zone, box


def _reach(face: Box, box: Box) -> int:
    return max(
        face.left_um - box.left_um,
        face.top_um - box.top_um,
        box.right_um - face.right_um,
        box.bottom_um - face.bottom_um,
    )
