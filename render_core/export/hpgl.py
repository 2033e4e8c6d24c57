"""Prepared work as HPGL, for plotters, vinyl cutters and engravers: 40 units a millimetre, y up.

IN; then for each operation its pen (SP), its speed (VS, cm/s) and its paths (PU to the start, PD along
it), and PU; SP0; at the end. Numbers are whole and relative to nothing; curves are lines within the
machine's tolerance, since a unit is coarser than it. Source: HP 7475A Interfacing and Programming Manual.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from render_core.errors import UnsupportedDesign
from render_core.export.tool_paths import ToolPath, tool_paths
from render_core.making.prepare import Prepared
from render_core.making.profile import Curves, MachineOperation, MachineProfile

_UNITS_PER_MM: Final = 40
_UM_PER_UNIT: Final = 1_000 / _UNITS_PER_MM
_UM_PER_CM: Final = 10_000
_FASTEST_CM_S: Final = 127
# What the buffers of old plotters take at once.
_POINTS_AT_ONCE: Final = 32
# What a plotter may count to.
_LARGEST: Final = 2**23 - 1

_Unit = tuple[int, int]


def hpgl(prepared: Prepared, profile: MachineProfile) -> bytes:
    """Return the file. Raises UnsupportedDesign (TOO_LARGE_FOR_FORMAT) beyond what HPGL counts to."""
    lines = ["IN;"]
    straight = replace(profile, curves=Curves.LINES)
    for run in prepared.runs:
        paths = list(tool_paths(prepared.surface, run.items, run.operation, straight))
        if paths:
            lines += _tool(run.operation)
            for path in paths:
                lines += list(_commands(path)) * run.operation.passes
    lines += ["PU;", "SP0;", ""]
    return "\n".join(lines).encode("ascii")


def _tool(operation: MachineOperation) -> list[str]:
    lines = ["PU;", f"SP{operation.pen};"]
    if operation.speed_um_s:
        speed = (operation.speed_um_s + _UM_PER_CM // 2) // _UM_PER_CM
        lines.append(f"VS{min(max(speed, 1), _FASTEST_CM_S)};")
    return lines


def _commands(path: ToolPath) -> Iterator[str]:
    start = _unit(path.x, path.y)
    points: list[_Unit] = []
    before = start
    for move in path.moves:
        point = _unit(move.x, move.y)
        if point != before:
            points.append(point)
            before = point
    points = points or [start]  # Smaller than a step: a dot, as wide as the tool.
    yield f"PU{start[0]},{start[1]};"
    for first in range(0, len(points), _POINTS_AT_ONCE):
        some = points[first : first + _POINTS_AT_ONCE]
        yield "PD" + ",".join(f"{x},{y}" for x, y in some) + ";"


def _unit(x: float, y: float) -> _Unit:
    found = round(x / _UM_PER_UNIT), round(y / _UM_PER_UNIT)
    if max(abs(found[0]), abs(found[1])) > _LARGEST:
        raise UnsupportedDesign(
            "TOO_LARGE_FOR_FORMAT", "This is larger than HPGL can count to. Make it smaller."
        )
    return found
