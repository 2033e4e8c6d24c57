"""What a machine's files are made from, and what one file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from render_core.design import Library
from render_core.layout import Box, Item, Operation, Surface
from render_core.making.prepare import Prepared
from render_core.making.profile import MachineProfile
from render_core.problems import Problem
from render_core.separations import DEFAULT_SPOTS, LINE_OPERATIONS
from render_core.units import um_as_mm

if TYPE_CHECKING:
    from render_core.making.stitches.embroider import Embroidered


@dataclass(frozen=True, slots=True)
class TilePlace:
    """Which tile of a surface a work is. row, column: from 1, from the top left, of so many rows and
    columns. window: where it lies on the whole, µm."""

    surface: str
    row: int
    column: int
    rows: int
    columns: int
    window: Box
    overlap_um: int

    def document(self) -> dict[str, Any]:
        """Return what the manifest says of it, lengths in µm."""
        return {
            "row": self.row,
            "column": self.column,
            "rows": self.rows,
            "columns": self.columns,
            "window_um": list(self.window),
            "overlap_um": self.overlap_um,
        }

    def words(self) -> str:
        """Return what the ticket says of the tiles of a surface."""
        overlap = f", overlap {um_as_mm(self.overlap_um)} mm" if self.overlap_um else ""
        return f"{self.surface} in tiles: {self.rows} rows × {self.columns} columns{overlap}"


@dataclass(frozen=True)
class Work:
    """One surface, or one tile of it, prepared for one machine. output_profile: SHA-256 of a press's,
    "" for sRGB. tile: None for the whole."""

    prepared: Prepared
    profile: MachineProfile
    library: Library
    output_profile: str = ""
    tile: TilePlace | None = None

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
