"""SVG path data to outlines (SVG 2, chapter 9; the grammar of section 9.3.9).

All commands are read, relative ones and elliptical arcs included. What `svg_path_writer` writes in
millimetres comes back as the same whole micrometres.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from render_core.errors import UnsupportedDesign
from render_core.geometry.elliptical_arc import add_elliptical_arc
from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.layout import Outline
from render_core.limits import MAX_PATH_CHARACTERS, MAX_PATH_SEGMENTS
from render_core.units import UM_PER_MM

_SEPARATOR: Final = re.compile(r"[ \t\n\f\r]*,?[ \t\n\f\r]*")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_FLAG: Final = re.compile(r"[01]")
_COMMAND: Final = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]")
_LARGEST_NUMBER: Final = 1e12
_ARGUMENTS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def parse_path_mm(data: str) -> Outline:
    """Read SVG path data whose user unit is the millimetre.

    Raises UnsupportedDesign (SHAPE_PATH_INVALID) for data that breaks the grammar or the limits.
    """
    return parse_path(data, unit_um=UM_PER_MM)


def parse_path(data: str, *, unit_um: int) -> Outline:
    """Read SVG path data whose user unit is `unit_um` micrometres (see `parse_path_mm`)."""
    if len(data) > MAX_PATH_CHARACTERS:
        raise _invalid(f"it is longer than {MAX_PATH_CHARACTERS} characters")
    out = OutlineBuilder()
    draw_path(data, out, unit=float(unit_um))
    return out.build()


def draw_path(data: str, out: OutlineBuilder, *, unit: float = 1.0) -> None:
    """Draw SVG path data with a builder, each number multiplied by `unit` (see `parse_path_mm`).

    The caller bounds the length of the data; the number of segments is bounded here.
    """
    _Reader(data, unit, out).read()


def _invalid(why: str) -> UnsupportedDesign:
    return UnsupportedDesign("SHAPE_PATH_INVALID", f"This path cannot be read: {why}.")


class _Reader:
    """One pass over the data. All points in float64, in the unit of the builder."""

    def __init__(self, data: str, unit: float, out: OutlineBuilder) -> None:
        self._data = data
        self._unit = unit
        self._at = 0
        self._out = out
        self._here: Point = (0.0, 0.0)
        self._first: Point = (0.0, 0.0)
        self._control: Point | None = None  # Last control point, for S and T.
        self._previous = ""
        self._open = False
        self._draw: dict[str, Callable[[list[float], bool], None]] = {
            "L": self._line, "H": self._horizontal, "V": self._vertical, "C": self._cubic,
            "S": self._smooth_cubic, "Q": self._quad, "T": self._smooth_quad, "A": self._arc,
        }  # fmt: skip

    def read(self) -> None:
        self._skip()
        while self._at < len(self._data):
            letter = self._match(_COMMAND, "a command")
            if not self._previous and letter not in "Mm":
                raise _invalid("it must begin with a move")
            self._command(letter)
            self._skip()

    def _command(self, letter: str) -> None:
        command, relative = letter.upper(), letter.islower()
        if command == "Z":
            self._close()
        elif command == "M":
            self._move(self._arguments("M"), relative)
            self._repeat("L", relative)
        else:
            self._run(command, self._arguments(command), relative)
            self._repeat(command, relative)
        self._previous = command

    def _repeat(self, command: str, relative: bool) -> None:
        self._skip()
        while self._at < len(self._data) and self._data[self._at] in "+-.0123456789":
            self._run(command, self._arguments(command), relative)
            self._skip()

    def _run(self, command: str, values: list[float], relative: bool) -> None:
        if not self._open:  # Drawing on after a close begins a new contour where it closed.
            self._out.move(self._here)
            self._open = True
        if self._out.segments > MAX_PATH_SEGMENTS:
            raise _invalid(f"it has more than {MAX_PATH_SEGMENTS} segments")
        self._draw[command](values, relative)
        self._previous = command

    def _skip(self) -> None:
        match = _SEPARATOR.match(self._data, self._at)
        self._at = match.end() if match else self._at

    def _match(self, pattern: re.Pattern[str], what: str) -> str:
        match = pattern.match(self._data, self._at)
        if match is None:
            raise _invalid(f"{what} was expected at character {self._at + 1}")
        self._at = match.end()
        return match.group()

    def _arguments(self, command: str) -> list[float]:
        values = []
        for index in range(_ARGUMENTS[command]):
            self._skip()
            if command == "A" and index in (3, 4):
                values.append(float(self._match(_FLAG, "a flag")))
            elif command == "A" and index == 2:
                values.append(self._number())
            else:
                values.append(self._number() * self._unit)
        return values

    def _number(self) -> float:
        value = float(self._match(_NUMBER, "a number"))
        if not abs(value) <= _LARGEST_NUMBER:  # Also what overflows to infinity.
            raise _invalid("a number in it is too large")
        return value

    def _point(self, x: float, y: float, relative: bool) -> Point:
        return (self._here[0] + x, self._here[1] + y) if relative else (x, y)

    def _reflected(self, family: str) -> Point:
        """Return the last control point mirrored at the pen (SVG 2, 9.3.6 and 9.3.7)."""
        if self._control is None or self._previous not in family:
            return self._here
        return (2 * self._here[0] - self._control[0], 2 * self._here[1] - self._control[1])

    def _to(self, point: Point, control: Point | None = None) -> None:
        self._here, self._control = point, control

    def _move(self, values: list[float], relative: bool) -> None:
        point = self._point(values[0], values[1], relative)
        self._out.move(point)
        self._open, self._first = True, point
        self._to(point)

    def _close(self) -> None:
        if self._open:
            self._out.close()
        self._open = False
        self._to(self._first)

    def _line(self, values: list[float], relative: bool) -> None:
        point = self._point(values[0], values[1], relative)
        self._out.line(point)
        self._to(point)

    def _horizontal(self, values: list[float], relative: bool) -> None:
        x = self._here[0] + values[0] if relative else values[0]
        self._line([x, self._here[1]], relative=False)

    def _vertical(self, values: list[float], relative: bool) -> None:
        y = self._here[1] + values[0] if relative else values[0]
        self._line([self._here[0], y], relative=False)

    def _cubic(self, values: list[float], relative: bool) -> None:
        first = self._point(values[0], values[1], relative)
        second = self._point(values[2], values[3], relative)
        end = self._point(values[4], values[5], relative)
        self._out.cubic(first, second, end)
        self._to(end, second)

    def _smooth_cubic(self, values: list[float], relative: bool) -> None:
        first = self._reflected("CS")
        second = self._point(values[0], values[1], relative)
        end = self._point(values[2], values[3], relative)
        self._out.cubic(first, second, end)
        self._to(end, second)

    def _quad(self, values: list[float], relative: bool) -> None:
        control = self._point(values[0], values[1], relative)
        end = self._point(values[2], values[3], relative)
        self._out.quad(control, end)
        self._to(end, control)

    def _smooth_quad(self, values: list[float], relative: bool) -> None:
        control = self._reflected("QT")
        end = self._point(values[0], values[1], relative)
        self._out.quad(control, end)
        self._to(end, control)

    def _arc(self, values: list[float], relative: bool) -> None:
        end = self._point(values[5], values[6], relative)
        add_elliptical_arc(
            self._out,
            self._here,
            end,
            radii=(values[0], values[1]),
            rotation_degrees=values[2],
            large=values[3] == 1,
            clockwise=values[4] == 1,
        )
        self._to(end)
