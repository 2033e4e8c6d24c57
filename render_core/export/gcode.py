"""Prepared work as G-code, for lasers, engravers and routers: absolute, y up, plain RS-274.

A laser burns with M4 (its power follows its speed) and S from the operation's power, and is off on the
way (S0); a spindle turns by M3 and goes down by Z, a share of the depth in each pass. Arcs are G2 and G3
with I and J. What controllers take for commands is left out of comments.

Source: NIST RS274/NGC, version 3; GRBL 1.1 for M4 and the signs that it acts on anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from render_core.errors import UnsupportedDesign
from render_core.export.plain_names import plain_name
from render_core.export.tool_paths import Move, ToolPath, tool_paths
from render_core.making.prepare import Prepared
from render_core.making.profile import MachineOperation, MachineProfile, Units
from render_core.units import fixed, um_as_mm

_UM_PER_INCH: Final = 25_400
_SECONDS_PER_MINUTE: Final = 60
# What old controllers read of a line, with some room.
_LONGEST_COMMENT: Final = 60


def gcode(prepared: Prepared, profile: MachineProfile) -> bytes:
    """Return the file.

    Raises UnsupportedDesign (MACHINE_SETTING_MISSING) where the profile gives an operation no speed, a
    laser no power or a spindle no depth: nobody may guess these.
    """
    writer = _Writer(profile)
    lines = [*writer.head(prepared.surface.id)]
    pen: int | None = None
    for run in prepared.runs:
        paths = list(tool_paths(prepared.surface, run.items, run.operation, profile))
        if paths:
            lines += writer.operation(run.operation, pen)
            pen = run.operation.pen
            for path in paths:
                lines += writer.path(path, run.operation)
    lines += [*writer.tail(), ""]
    return "\n".join(lines).encode("ascii")


class _Writer:
    """Writes the lines of one file in the units and the manner of a machine."""

    def __init__(self, profile: MachineProfile) -> None:
        self._profile = profile
        self._rules = profile.gcode
        self._inches = profile.units is Units.INCHES

    def head(self, name: str) -> Iterator[str]:
        yield _comment(f"{plain_name(self._profile.id, 30)} {plain_name(name, 28)}")
        yield "G20" if self._inches else "G21"
        yield from ("G90", "G17", "G94", "M5")
        if not self._rules.laser:
            yield f"G0 Z{self._length(self._rules.safe_z_um)}"

    def tail(self) -> Iterator[str]:
        if not self._rules.laser:
            yield f"G0 Z{self._length(self._rules.safe_z_um)}"
        yield from ("M5", "G0 X0 Y0", "M2")

    def operation(self, operation: MachineOperation, pen: int | None) -> Iterator[str]:
        """Yield what begins an operation. pen: of the one before."""
        self._check(operation)
        yield from self._told(operation)
        if self._rules.laser:
            yield "M4 S0"
            return
        yield f"G0 Z{self._length(self._rules.safe_z_um)}"
        if pen is not None and pen != operation.pen:
            yield from ("M5", f"T{operation.pen}", "M0 " + _comment(f"put in tool {operation.pen}"))
        speed = self._power(operation)
        yield f"M3 S{speed}" if speed else "M3"

    def path(self, path: ToolPath, operation: MachineOperation) -> Iterator[str]:
        if self._rules.laser:
            for _ in range(operation.passes):
                yield f"G0 {self._xy(path.x, path.y)} S0"
                yield from self._cut(path, operation, f" S{self._power(operation)}")
            return
        safe, passes = self._length(self._rules.safe_z_um), operation.passes
        plunge = self._feed(self._rules.plunge_um_s or operation.speed_um_s)
        for number in range(1, passes + 1):
            if number == 1 or not path.is_closed:
                yield f"G0 Z{safe}"
                yield f"G0 {self._xy(path.x, path.y)}"
            depth = operation.depth_um * number // passes
            yield f"G1 Z{self._length(-depth)} F{plunge}"
            yield from self._cut(path, operation, "")
        yield f"G0 Z{safe}"

    def _cut(self, path: ToolPath, operation: MachineOperation, power: str) -> Iterator[str]:
        x, y = path.x, path.y
        words = f"{power} F{self._feed(operation.speed_um_s)}"
        for move in path.moves:
            yield self._move(move, x, y) + words
            x, y, words = move.x, move.y, ""

    def _move(self, move: Move, x: float, y: float) -> str:
        place = self._xy(move.x, move.y)
        if not move.turns:
            return f"G1 {place}"
        code = "G3" if move.turns > 0 else "G2"
        return f"{code} {place} I{self._fine(move.cx - x)} J{self._fine(move.cy - y)}"

    def _told(self, operation: MachineOperation) -> Iterator[str]:
        yield _comment(plain_name(operation.name, _LONGEST_COMMENT))
        parts = [f"{um_as_mm(operation.speed_um_s)} mm/s".replace("/", " per ")]
        if operation.power_permille:
            parts.append(f"{um_as_mm(operation.power_permille * 100)} percent")
        if operation.passes > 1:
            parts.append(f"{operation.passes} passes")
        yield _comment(" - ".join(parts))

    def _check(self, operation: MachineOperation) -> None:
        needed = {"speed_um_s": operation.speed_um_s}
        if self._rules.laser:
            needed["power_permille"] = operation.power_permille
        else:
            needed["depth_um"] = operation.depth_um
        for name, value in needed.items():
            if not value:
                raise UnsupportedDesign(
                    "MACHINE_SETTING_MISSING",
                    f"The operation {operation.name!r} of {self._profile.display_name!r} needs"
                    f" {name!r} for G-code. Add it to the machine.",
                    field=name,
                )

    def _power(self, operation: MachineOperation) -> int:
        return (operation.power_permille * self._rules.max_power + 500) // 1_000

    def _feed(self, speed_um_s: int) -> str:
        return self._length(speed_um_s * _SECONDS_PER_MINUTE)

    def _xy(self, x: float, y: float) -> str:
        return f"X{self._length(x)} Y{self._length(y)}"

    def _length(self, um: float) -> str:
        """Return a length in the file's unit: to the micrometre, or to 1/100,000 inch."""
        return fixed(um / _UM_PER_INCH, 5) if self._inches else fixed(um / 1_000, 3)

    def _fine(self, um: float) -> str:
        """Return a way to a centre, finer: both ends of an arc must be as far from it."""
        return fixed(um / _UM_PER_INCH, 6) if self._inches else fixed(um / 1_000, 4)


def _comment(text: str) -> str:
    return f"({text})"
