"""What each of several machines makes of one surface: print on one, cut on another.

All of it lies in the coordinates of the one surface, so that what one machine cuts is in register with
what another has printed. What is made is made once: by the first machine that has the operation of an
ink's name, or else by the first that has an operation of its kind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from render_core.layout import Ink, Item, Operation, Surface
from render_core.making.contour import EdgeOf
from render_core.making.prepare import Prepared, prepare
from render_core.making.profile import FileFormat, MachineOperation, MachineProfile, MarkKind, Marks
from render_core.separations import LINE_OPERATIONS, made_items

# The layer of marks that another machine has drawn, as cutters' software names it.
REGISTER: Final = "Regmark"
# What files with layers are: elsewhere a layer that is only to be looked at would be made.
LAYERED: Final = frozenset({FileFormat.SVG, FileFormat.DXF, FileFormat.PDF})
# Of a layer: the first that no operation has, since software tells them apart by it. AutoCAD's and sRGB.
_COLOURS: Final = ((6, (255, 0, 255)), (4, (0, 255, 255)), (3, (0, 255, 0)), (8, (128, 128, 128)))


@dataclass(frozen=True, slots=True)
class Share:
    """What one machine makes of a surface. around: what others print there, if this one cuts around it."""

    profile: MachineProfile
    surface: Surface
    around: tuple[Item, ...] = ()

    @property
    def has_work(self) -> bool:
        """Whether there is anything to make."""
        return bool(self.around or made_items(self.surface))

    def prepared(
        self,
        *,
        stencils: Collection[str] = (),
        waste: Collection[str] = (),
        edge_of: EdgeOf | None = None,
    ) -> Prepared:
        """Return the machine's work, as `prepare` does."""
        return prepare(
            self.surface,
            self.profile,
            stencils=stencils,
            waste=waste,
            edge_of=edge_of,
            around=self.around,
        )


def shares(
    surface: Surface, profiles: Sequence[MachineProfile], waste: Collection[str] = ()
) -> tuple[Share, ...]:
    """Return the share of each machine in a surface. waste: zones around which nothing is cut.

    What none of them can make is in the share of the first, whose `prepare` says so. Of one machine all is its own.
    """
    if len(profiles) == 1:
        return (Share(profiles[0], surface),)
    makers = [maker(item, profiles) for item in surface.items]
    cutter = _around(surface, profiles)
    return tuple(
        Share(
            profile,
            replace(
                surface,
                items=tuple(
                    item
                    for item, made_by in zip(surface.items, makers, strict=True)
                    if made_by == number
                ),
            ),
            _printed_by_others(surface, profiles, number, waste) if cutter == number else (),
        )
        for number, profile in enumerate(profiles)
    )


def maker(item: Item, profiles: Sequence[MachineProfile]) -> int:
    """Return the place of the machine that makes an item; the first's for what none can make."""
    able = [number for number, profile in enumerate(profiles) if profile.operation(item.operation)]
    named = (number for number in able if _is_named(item, profiles[number]))
    return next(named, able[0] if able else 0)


def marks_of(profiles: Sequence[MachineProfile]) -> Marks:
    """Return the marks of a sheet for several machines: the last one's that has any, since it looks for
    what others have drawn."""
    wanted = [profile.marks for profile in profiles if profile.marks.kind is not MarkKind.NONE]
    return wanted[-1] if wanted else Marks()


def with_register(share: Share, marks: Sequence[Item]) -> Share:
    """Return a share with marks of another machine, in a layer that is only to be looked at."""
    index, rgb = _free_colour(share.profile)
    layer = MachineOperation(Operation.PRINT, REGISTER, rgb=rgb, colour_index=index)
    profile = replace(share.profile, operations=(layer, *share.profile.operations))
    seen = tuple(replace(item, operation=Operation.PRINT, ink=Ink(rgb, REGISTER)) for item in marks)
    return replace(
        share,
        profile=profile,
        surface=replace(share.surface, items=(*seen, *share.surface.items)),
    )


def _is_named(item: Item, profile: MachineProfile) -> bool:
    spot = item.ink.spot.casefold()
    return bool(spot) and any(
        one.operation is item.operation and one.name.casefold() == spot
        for one in profile.operations
    )


def _around(surface: Surface, profiles: Sequence[MachineProfile]) -> int | None:
    """Return the place of who cuts around the print of all; None where the design says what is cut."""
    if any(item.operation is Operation.CUT for item in surface.items):
        return None
    return next((at for at, profile in enumerate(profiles) if profile.contour), None)


def _printed_by_others(
    surface: Surface, profiles: Sequence[MachineProfile], own: int, waste: Collection[str]
) -> tuple[Item, ...]:
    return tuple(
        item
        for item in made_items(surface)
        if item.operation not in LINE_OPERATIONS
        and item.zone not in waste
        and maker(item, profiles) != own
    )


def _free_colour(profile: MachineProfile) -> tuple[int, tuple[int, int, int]]:
    taken = {one.rgb for one in profile.operations}
    indices = {one.colour_index for one in profile.operations}
    free = (one for one in _COLOURS if one[0] not in indices and one[1] not in taken)
    return next(free, _COLOURS[-1])
