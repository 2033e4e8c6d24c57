"""The container of a DXF: a drawing without content, into which layers and entities are written.

The empty drawing is a file beside this one, made once and found clean by an auditor; what differs
from file to file stands in it as `@name@`. Handles count up from the same start.

Format: AutoCAD 2010 (AC1024): DXF reference, LWPOLYLINE and SPLINE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_FIRST_HANDLE: Final = 0x30
_MODEL_SPACE: Final = "17"
# Layers that the empty drawing has.
_KNOWN_LAYERS: Final = ("0", "defpoints")
_FORBIDDEN: Final = frozenset('<>/\\":;?*|=`')
_MAX_NAME: Final = 255
_PLANAR: Final = 8
_DEGREE: Final = 3


class Frame(NamedTuple):
    """The corners of a drawing, in its unit. unit: 4 for millimetres, 1 for inches ($INSUNITS)."""

    left: float
    bottom: float
    right: float
    top: float
    unit: int


class DxfFile:
    """Layers and entities in the order in which they are added."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._handle = _FIRST_HANDLE
        self._layers: dict[str, str] = {}
        self._layer_records: list[str] = []
        self._entities: list[str] = []

    def layer(self, name: str, colour_index: int) -> str:
        """Return the name of a layer, made where there is none: case does not tell layers apart."""
        clean = "".join("_" if letter in _FORBIDDEN else letter for letter in name)[:_MAX_NAME]
        key = clean.casefold()
        if key in _KNOWN_LAYERS:
            return clean
        if key not in self._layers:
            self._layers[key] = clean
            self._layer_records.append(
                f"  0\nLAYER\n  5\n{self._next()}\n330\n1\n100\nAcDbSymbolTableRecord\n100\n"
                f"AcDbLayerTableRecord\n  2\n{clean}\n 70\n0\n 62\n{colour_index}\n  6\nContinuous\n"
                "370\n-3\n390\n13\n347\n21\n"
            )
        return self._layers[key]

    def polyline(
        self,
        layer: str,
        points: Sequence[tuple[float, float]],
        bulges: Sequence[float] = (),
        *,
        closed: bool,
        width: float = 0.0,
    ) -> None:
        """Add a LWPOLYLINE. bulges: of the segments that begin at each point, none if empty."""
        head = f"{self._entity('LWPOLYLINE', layer)}AcDbPolyline\n 90\n{len(points)}\n 70\n{int(closed)}\n"
        rows = [f" 10\n{x}\n 20\n{y}\n" for x, y in points]
        if bulges:
            rows = [
                f"{row} 42\n{bulge}\n" if bulge else row
                for row, bulge in zip(rows, bulges, strict=True)
            ]
        across = f" 43\n{width}\n" if width else ""
        self._entities.append(f"{head}{across}{''.join(rows)}")

    def spline(self, layer: str, points: Sequence[tuple[float, float]]) -> None:
        """Add a SPLINE of cubics end to end: 3·n + 1 control points, which it goes through at each third.

        A knot counts three times where cubics meet, so the curve is theirs and not a smoother one.
        """
        pieces = len(points) // _DEGREE
        knots = [0, *(knot for knot in range(pieces + 1) for _ in range(_DEGREE)), pieces]
        head = (
            f"{self._entity('SPLINE', layer)}AcDbSpline\n 70\n{_PLANAR}\n 71\n{_DEGREE}\n"
            f" 72\n{len(knots)}\n 73\n{len(points)}\n 74\n0\n"
        )
        rows = [f" 40\n{float(knot)}\n" for knot in knots]
        rows += [f" 10\n{x}\n 20\n{y}\n 30\n0.0\n" for x, y in points]
        self._entities.append(f"{head}{''.join(rows)}")

    def bytes(self, notes: Iterable[str] = ()) -> bytes:
        """Return the file. notes: comments at its beginning, one line each."""
        left, bottom, right, top, unit = self._frame
        written = {
            "left": left,
            "bottom": bottom,
            "right": right,
            "top": top,
            "middle_x": (left + right) / 2,
            "middle_y": (bottom + top) / 2,
            "view": max(top - bottom, (right - left) / 2),
            "insunits": unit,
            "measurement": int(unit != 1),
            "layer_count": len(_KNOWN_LAYERS) + len(self._layer_records),
            "layers": "".join(self._layer_records),
            "app_1": self._next(),
            "app_2": self._next(),
            "written": self._next(),
            "next": self._next(),
            "entities": "".join(self._entities),
        }
        comments = "".join(f"999\n{note}\n" for note in notes)
        parts = [
            part if index % 2 == 0 else str(written[part]) for index, part in enumerate(_skeleton())
        ]
        return (comments + "".join(parts)).encode()

    def _entity(self, kind: str, layer: str) -> str:
        return f"  0\n{kind}\n  5\n{self._next()}\n330\n{_MODEL_SPACE}\n100\nAcDbEntity\n  8\n{layer}\n100\n"

    def _next(self) -> str:
        handle = f"{self._handle:X}"
        self._handle += 1
        return handle


@cache
def _skeleton() -> tuple[str, ...]:
    """Return the empty drawing, text and names of what goes between by turns."""
    text = Path(__file__).with_name("dxf_skeleton.dxf").read_text("ascii")
    parts = text.replace("@ 2000", "\0").split("@")
    return tuple(part.replace("\0", "@ 2000") for part in parts)
