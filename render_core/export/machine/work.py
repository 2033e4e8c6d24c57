"""What a machine's files are made from, and what one file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from render_core.design import Library
from render_core.layout import Item, Operation, Surface
from render_core.making.prepare import Prepared
from render_core.making.profile import MachineProfile
from render_core.problems import Problem
from render_core.separations import DEFAULT_SPOTS, LINE_OPERATIONS

if TYPE_CHECKING:
    from render_core.making.stitches.embroider import Embroidered


@dataclass(frozen=True)
class Work:
    """One surface, prepared for one machine. output_profile: SHA-256 of a press's, "" for sRGB."""

    prepared: Prepared
    profile: MachineProfile
    library: Library
    output_profile: str = ""

    @cached_property
    def in_pixels(self) -> Surface:
        """The surface without inks that have a separation of their own: pixels hold process colours alone."""
        return replace(self.prepared.surface, items=tuple(filter(self._is_process, self._items)))

    @property
    def leaves_out_of_pixels(self) -> tuple[str, ...]:
        """What pixels cannot carry of this work."""
        separated = not all(map(self._is_process, self._items))
        return ("lines", "separations") if separated else ("lines",)

    @property
    def _items(self) -> tuple[Item, ...]:
        return self.prepared.surface.items

    def _is_process(self, item: Item) -> bool:
        if item.operation is Operation.PRINT:
            return not item.ink.spot
        return item.operation in LINE_OPERATIONS or item.operation not in DEFAULT_SPOTS

    @cached_property
    def embroidered(self) -> Embroidered:
        """The stitches, worked out once for all formats that hold them."""
        from render_core.making.stitches.embroider import embroider

        return embroider(self.prepared.surface, self.profile)


@dataclass(frozen=True, slots=True)
class MachineFile:
    """The bytes of one format. extension: without a dot. leaves_out: what the format cannot carry."""

    extension: str
    media_type: str
    data: bytes
    leaves_out: Sequence[str] = ()
    problems: Sequence[Problem] = ()
