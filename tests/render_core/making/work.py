"""Surfaces and machines for tests: outlines in millimetres on a face of 200 × 200."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Operation, Outline, Surface, ZoneFrame
from render_core.making.prepare import Prepared
from render_core.making.profile import FileFormat, MachineOperation, MachineProfile
from render_core.making.ways import split

BLACK = Ink((20, 20, 24))
SQUARE = "M10 10H30V30H10Z"


def path(data: str) -> Outline:
    """Return SVG path data in millimetres as an outline."""
    return parse_path_mm(data)


def face(*items: Item, x_um: int = 0, y_um: int = 0, size_mm: int = 200) -> Surface:
    """Return a square face with one zone, "name", at (x, y)."""
    size = size_mm * 1000
    edge = path(f"M0 0H{size_mm}V{size_mm}H0Z")
    names = list(dict.fromkeys(["name", *(item.zone for item in items)]))
    frames = tuple(ZoneFrame(name, x_um, y_um, size, size, edge) for name in names)
    return Surface("front", size, size, edge, frames, items)


def cut(data: str, **fields: Any) -> Item:
    """Return what is cut along SVG path data in millimetres."""
    return replace(Item("name", Operation.CUT, BLACK, path(data)), **fields)


def machine(*operations: MachineOperation, **fields: Any) -> MachineProfile:
    """Return a machine that cuts, engraves and prints, or does the operations given."""
    own = operations or (cutting(),)
    return replace(MachineProfile("bench", "Bench", (FileFormat.SVG,), own), **fields)


def cutting(**fields: Any) -> MachineOperation:
    """Return an operation that cuts."""
    return MachineOperation(Operation.CUT, "Cut", **fields)


def contours_of(prepared: Prepared, operation: Operation = Operation.CUT) -> list[Outline]:
    """Return the contours of one operation, in the order in which they are made."""
    return [
        contour
        for run in prepared.runs
        if run.operation.operation is operation
        for item in run.items
        for contour, _ in split(item.outline)
    ]


def printed(data: str, **fields: object) -> Item:
    return replace(Item("name", Operation.PRINT, BLACK, path(data)), **fields)  # type: ignore[arg-type]


def printing(**fields: object) -> MachineOperation:
    return MachineOperation(Operation.PRINT, "CMYK", **fields)  # type: ignore[arg-type]
