"""A glyph's outline as HarfBuzz draws it, under the variations of its font."""

from __future__ import annotations

from typing import Final

import numpy as np
import uharfbuzz as hb

from render_core.errors import UnsupportedDesign
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.layout import Verb
from render_core.limits import MAX_GLYPH_SEGMENTS


def draw(font: hb.Font, glyph_id: int) -> Path:
    """Return the closed contours of a glyph in font units, y down, overlaps and all.

    Raises UnsupportedDesign (FONT_TOO_COMPLEX) for a glyph of more than MAX_GLYPH_SEGMENTS segments.
    """
    pen = _Pen()
    font.draw_glyph(glyph_id, _DRAW, pen)
    if not pen.verbs:
        return EMPTY_PATH
    if len(pen.verbs) > MAX_GLYPH_SEGMENTS:
        raise UnsupportedDesign(
            "FONT_TOO_COMPLEX",
            f"Glyph {glyph_id} of a font has more than {MAX_GLYPH_SEGMENTS:,} segments.",
        )
    points = np.array(pen.points, dtype=np.float64).reshape(-1, 2)
    points[:, 1] = -points[:, 1]
    return Path(np.array(pen.verbs, dtype=np.uint8), points)


class _Pen:
    """Collects verbs and points; what is beyond the limit is counted no further."""

    def __init__(self) -> None:
        self.verbs: list[int] = []
        self.points: list[float] = []

    def add(self, verb: int, *points: float) -> None:
        if len(self.verbs) <= MAX_GLYPH_SEGMENTS:
            self.verbs.append(verb)
            self.points += points


def _move(x: float, y: float, pen: _Pen) -> None:
    pen.add(Verb.MOVE, x, y)


def _line(x: float, y: float, pen: _Pen) -> None:
    pen.add(Verb.LINE, x, y)


def _quad(cx: float, cy: float, x: float, y: float, pen: _Pen) -> None:
    pen.add(Verb.QUAD, cx, cy, x, y)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: _Pen) -> None:
    pen.add(Verb.CUBIC, ax, ay, bx, by, x, y)


def _close(pen: _Pen) -> None:
    pen.add(Verb.CLOSE)


def _draw_functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quad)
    functions.set_cubic_to_func(_cubic)
    functions.set_close_path_func(_close)
    return functions


_DRAW: Final = _draw_functions()
