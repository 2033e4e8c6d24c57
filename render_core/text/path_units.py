"""What of a line of text stays together when the line is bent, all in ems.

A letter that stands alone is turned whole: its shape is the type designer's. Letters that touch, and
letters of joining scripts up to the next space, are one unit, and bend with the line: turned one by
one they would tear apart on one side of the line and run into each other on the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.bend import Cubics, cut
from render_core.geometry.boolean import union
from render_core.geometry.flatten import flatten_path
from render_core.geometry.gauge import convex_hull
from render_core.geometry.paths import Bounds, Path, join_paths
from render_core.geometry.support import bounds
from render_core.limits import MAX_UNIT_CACHE_BYTES
from render_core.text.face import Face
from render_core.text.lines import ClusterBox, Line
from render_core.text.paragraphs import Paragraph
from render_core.text.path_pieces import (
    UNITS_PER_EM,
    Part,
    Piece,
    kept_together,
    key_of,
    pieces_of,
    placed_part,
)
from render_core.text.shaping import CURSIVE_SCRIPTS

Array = NDArray[np.float64]

# Bent outlines are cut into pieces so long; edges are judged by points of curves so flat. In ems.
_BENT_STEP: Final = 0.125
_FLAT: Final = 1 / 20_000
# Between paragraphs that a shopper ended by hand.
_PARAGRAPH_SPACE: Final = 0.5

_DRAWN: Final = ByteBounded["Drawn"](MAX_UNIT_CACHE_BYTES // 2)
_CUT: Final = ByteBounded[Cubics](MAX_UNIT_CACHE_BYTES // 2)


@dataclass(frozen=True, eq=False)
class Drawn:
    """The union of a unit's glyphs in ems, from the origin of its first glyph.

    fine: points of its edge, those that decide how far
    it reaches. single_line: whether the path is open centre lines.
    """

    path: Path
    bounds: Bounds
    fine: Array
    single_line: bool

    @cached_property
    def middle(self) -> float:
        """The middle of its ink."""
        return (self.bounds.left + self.bounds.right) / 2


class Unit(NamedTuple):
    """Clusters that are placed together.

    drawn: None for spaces and what no face could draw. x, y: origin of its first glyph. middle: of
    its ink, or of its advance without ink: the place that stands on the line. cubics: the drawing,
    cut short, where it follows the line instead of being turned.
    """

    boxes: tuple[ClusterBox, ...]
    drawn: Drawn | None
    x: float
    y: float
    middle: float
    cubics: Cubics | None


@dataclass(frozen=True, eq=False)
class Run:
    """A text as units in visual order.

    left, right: extents of the ink (of the advances without). round: sum of the advances, with the
    space that the last cluster keeps from the first where they follow each other: between words, if
    there are several, that of words. gaps: between units with ink. before: (n,) how many of the gaps lie before each unit.
    """

    units: tuple[Unit, ...]
    left: float
    right: float
    round: float
    gaps: int
    before: Array

    @cached_property
    def inked(self) -> list[int]:
        """The units that draw something."""
        return [index for index, unit in enumerate(self.units) if unit.drawn is not None]

    @cached_property
    def middles(self) -> Array:
        """The places that stand on the line, (n,)."""
        return np.array([unit.middle for unit in self.units], dtype=np.float64)

    @cached_property
    def from_middle(self) -> Array:
        """Where the drawing of each unit has its origin, from that place, (n, 2)."""
        x = np.array([unit.x for unit in self.units], dtype=np.float64)
        y = np.array([unit.y for unit in self.units], dtype=np.float64)
        return np.stack([x - self.middles, y], axis=1)

    @cached_property
    def boxes(self) -> Array:
        """Left, top, right and bottom of the ink of each unit from its middle on the baseline, (n, 4);
        zeros without ink."""
        found = np.zeros((len(self.units), 4))
        sides = chain.from_iterable([unit.drawn.bounds for unit in self.units if unit.drawn])
        edges = np.fromiter(sides, np.float64, 4 * len(self.inked)).reshape(-1, 2, 2)
        moved = self.from_middle[self.inked]
        found[self.inked] = (edges + moved.reshape(-1, 1, 2)).reshape(-1, 4)
        return found

    @cached_property
    def blanks(self) -> NDArray[np.int64]:
        """How many units without ink there are up to each one, (n,)."""
        return np.cumsum([unit.drawn is None for unit in self.units], dtype=np.int64)

    @cached_property
    def bending(self) -> NDArray[np.bool_]:
        """Which units follow the line, unless letters stay upright, (n,)."""
        return np.array([unit.cubics is not None for unit in self.units], dtype=bool)


def run_of(
    paragraphs: Sequence[Paragraph],
    lines: Sequence[Line],
    text: str,
    *,
    rtl: bool,
    tracking: float,
) -> Run:
    """Return the lines of a text, one after the other in its direction, as units.

    lines: one for each paragraph, unbroken. text: as made. tracking: that the lines are set with.
    """
    cursive = {c.start for p in paragraphs for c in p.clusters if c.script in CURSIVE_SCRIPTS}
    pen, units, letters = 0.0, list[Unit](), dict[tuple[Face, int], Drawn]()
    pairs = list(zip(paragraphs, lines, strict=True))
    for paragraph, line in reversed(pairs) if rtl else pairs:
        pen += _PARAGRAPH_SPACE if units else 0.0
        pieces = pieces_of(line, text, cursive, pen)
        if not pieces and paragraph.start == paragraph.end:
            continue
        units += [
            _letter(group[0], letters) if len(group) == len(group[0].glyphs) == 1 else _unit(group)
            for group in kept_together(pieces)
        ]
        pen += line.width
    drawn = [(unit.x, unit.drawn.bounds) for unit in units if unit.drawn is not None]
    lefts, rights = [x + box.left for x, box in drawn], [x + box.right for x, box in drawn]
    if not drawn:
        boxes = [box for unit in units for box in unit.boxes]
        lefts, rights = [box.left for box in boxes], [box.right for box in boxes]
    inked = np.array([unit.drawn is not None for unit in units], dtype=np.float64)
    gaps = max(0, len(drawn) - 1)
    return Run(
        units=tuple(units),
        left=min(lefts, default=0.0),
        right=max(rights, default=0.0),
        round=pen + tracking + _closing(units),
        gaps=gaps,
        before=np.minimum(np.cumsum(inked) - inked, gaps),
    )


def _closing(units: Sequence[Unit]) -> float:
    """Return the space that closes a ring of several words, 0 where one is typed at its end."""
    blank = [unit.drawn is None for unit in units]
    if not any(blank) or blank[0] or blank[-1]:
        return 0.0
    boxes = units[blank.index(True)].boxes
    return max(box.right for box in boxes) - min(box.left for box in boxes)


def _letter(piece: Piece, letters: dict[tuple[Face, int], Drawn]) -> Unit:
    """Return a single glyph that stands alone; letters: those of this run, looked up but once."""
    boxes, face, ((glyph_id, x, y),), _, _, _ = piece
    letter = letters.get((face, glyph_id))
    if letter is None:
        letter = letters[face, glyph_id] = _drawn(((face, glyph_id, 0, 0),))
    return Unit(boxes, letter, x, y, x + letter.middle, None)


def _unit(group: Sequence[Piece]) -> Unit:
    boxes = group[0].boxes
    if len(group) > 1:
        boxes = tuple(box for piece in group for box in piece.boxes)
    drawn_by = [piece for piece in group if piece.glyphs]
    if not drawn_by:
        middle = (min(b.left for b in boxes) + max(b.right for b in boxes)) / 2
        return Unit(boxes, None, middle, 0.0, middle, None)
    parts, x, y = _parts(drawn_by)
    drawn = _drawn(parts)
    bends = len(drawn_by) > 1
    return Unit(boxes, drawn, x, y, x + drawn.middle, _cut(parts) if bends else None)


def _parts(pieces: Sequence[Piece]) -> tuple[tuple[Part, ...], float, float]:
    """Return the glyphs of pieces, and the origin of the first."""
    face, glyphs = pieces[0].face, pieces[0].glyphs
    glyph_id, x, y = glyphs[0]
    if len(pieces) == len(glyphs) == 1:
        return ((face, glyph_id, 0, 0),), x, y
    parts = tuple(
        (
            piece.face,
            number,
            round((at - x) * piece.face.upem * 1000),
            round((below - y) * piece.face.upem * 1000),
        )
        for piece in pieces
        for number, at, below in piece.glyphs
    )
    return parts, x, y


def _drawn(parts: tuple[Part, ...]) -> Drawn:
    key = tuple(map(key_of, parts))
    known = _DRAWN.get(key)
    if known is None:
        known = _draw(parts)
        path = known.path
        arrays = (path.verbs, path.points, known.fine)
        size = sum(array.nbytes for array in arrays) + 200 * len(parts) + ENTRY_BYTES
        _DRAWN.put(key, known, size)
    return known


def _draw(parts: tuple[Part, ...]) -> Drawn:
    path = _joined(parts)
    box = bounds(path)
    if box is None:
        raise ValueError("a unit has glyphs with ink")
    flat = [contour.points_um for contour in flatten_path(path.verbs, path.points, _FLAT)]
    lines = parts[0][0].single_line
    return Drawn(path, box, convex_hull(np.concatenate(flat)), lines)


def _cut(parts: tuple[Part, ...]) -> Cubics:
    key = tuple(map(key_of, parts))
    known = _CUT.get(key)
    if known is None:
        known = cut(_drawn(parts).path, _BENT_STEP)
        _CUT.put(key, known, known.pieces.nbytes + 200 * len(parts) + ENTRY_BYTES)
    return known


def _joined(parts: tuple[Part, ...]) -> Path:
    face = parts[0][0]
    if face.single_line:
        return join_paths(placed_part(part) for part in parts).placed(1 / UNITS_PER_EM, 0.0, 0.0)
    if all(part[0] is face for part in parts):
        pieces = tuple((glyph_id, x, y) for _, glyph_id, x, y in parts)
        return face.joined(pieces).placed(1 / face.upem, 0.0, 0.0)
    return union([placed_part(part) for part in parts]).placed(1 / UNITS_PER_EM, 0.0, 0.0)
