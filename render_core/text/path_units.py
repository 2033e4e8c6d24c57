"""What of a line of text stays together when the line is bent, all in ems.

A letter that stands alone is turned whole: its shape is the type designer's. Letters that touch, and
letters of joining scripts up to the next space, are one unit, and bend with the line: turned one by
one they would tear apart on one side of the line and run into each other on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.bend import Cubics, cut
from render_core.geometry.boolean import intersection, union
from render_core.geometry.flatten import flatten_path
from render_core.geometry.gauge import convex_hull
from render_core.geometry.paths import Bounds, Path, join_paths
from render_core.geometry.support import bounds, outermost, segments_of
from render_core.limits import MAX_CLUSTER_CACHE_BYTES, MAX_UNIT_CACHE_BYTES
from render_core.text.face import Face
from render_core.text.lines import ClusterBox, Line, PlacedGlyph
from render_core.text.paragraphs import Paragraph
from render_core.text.shaping import CURSIVE_SCRIPTS

Array = NDArray[np.float64]

# Units of several faces are joined at so many units an em, small enough for float32.
_UNITS_PER_EM: Final = 1000.0
# Bent outlines are cut into pieces so long; edges are judged by points of curves so flat. In ems.
_BENT_STEP: Final = 0.125
_FLAT: Final = 1 / 20_000
# Between paragraphs that a shopper ended by hand.
_PARAGRAPH_SPACE: Final = 0.5
# How many units back a swash may reach.
_FARTHEST_BACK: Final = 4

_DRAWN: Final = ByteBounded["Drawn"](MAX_UNIT_CACHE_BYTES // 2)
_CUT: Final = ByteBounded[Cubics](MAX_UNIT_CACHE_BYTES // 2)
_TOUCHING: Final = ByteBounded[bool](MAX_CLUSTER_CACHE_BYTES // 4)

_Part = tuple[Face, int, int, int]  # Face, glyph, x and y in 1/1000 font unit from the first.


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The union of a unit's glyphs in ems, from the origin of its first glyph.

    coarse: corners of a polygon that holds it. fine: points of its edge, those that decide how far
    it reaches. single_line: whether the path is open centre lines.
    """

    path: Path
    bounds: Bounds
    coarse: Array
    fine: Array
    single_line: bool


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


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A text as units in visual order.

    left, right: extents of the ink (of the advances without). round: sum of the advances, with the
    space that the last cluster keeps from the first where they follow each other. gaps: between
    units with ink. middles: (n,) of the units. before: (n,) how many of the gaps lie before each.
    """

    units: tuple[Unit, ...]
    left: float
    right: float
    round: float
    gaps: int
    middles: Array
    before: Array


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
    scripts = {c.start: c.script for paragraph in paragraphs for c in paragraph.clusters}
    pen, units = 0.0, list[Unit]()
    pairs = list(zip(paragraphs, lines, strict=True))
    for paragraph, line in reversed(pairs) if rtl else pairs:
        pen += _PARAGRAPH_SPACE if units else 0.0
        pieces = list(_pieces(line, text, scripts, pen))
        if not pieces and paragraph.start == paragraph.end:
            continue
        units += _units(pieces)
        pen += line.width
    reaches = [_extents(unit) for unit in units if unit.drawn is not None]
    reaches = reaches or [(box.left, box.right) for unit in units for box in unit.boxes]
    inked = np.array([unit.drawn is not None for unit in units], dtype=np.float64)
    gaps = max(0, len(reaches) - 1) if inked.any() else 0
    return Run(
        units=tuple(units),
        left=min((left for left, _ in reaches), default=0.0),
        right=max((right for _, right in reaches), default=0.0),
        round=pen + tracking,
        gaps=gaps,
        middles=np.array([unit.middle for unit in units], dtype=np.float64),
        before=np.minimum(np.cumsum(inked) - inked, gaps),
    )


class _Piece(NamedTuple):
    """The glyphs of a cluster, or of those that a ligature stands for."""

    boxes: tuple[ClusterBox, ...]
    glyphs: tuple[PlacedGlyph, ...]
    script: str
    blank: bool
    extents: Bounds | None


def _pieces(line: Line, text: str, scripts: dict[int, str], pen: float) -> Iterator[_Piece]:
    """Yield a line's pieces in visual order; what a ligature stands for goes with it."""
    by_start: dict[int, list[PlacedGlyph]] = {}
    for glyph in line.glyphs:
        by_start.setdefault(glyph.start, []).append(glyph._replace(x=glyph.x + pen))
    waiting: list[ClusterBox] = []
    last: _Piece | None = None
    for at in sorted(line.boxes, key=lambda box: (box.left, box.right)):
        box = at._replace(left=at.left + pen, right=at.right + pen)
        glyphs = tuple(by_start.get(box.start, ()))
        blank = text[box.start : box.end] == " "
        if not glyphs and not blank:
            # A part of a ligature, which lies before it in left-to-right text and after it else.
            if box.level % 2 == 0 and last is not None and not last.blank:
                last = last._replace(boxes=(*last.boxes, box))
            else:
                waiting.append(box)
            continue
        if last is not None:
            yield last
        if waiting and (blank or box.level % 2 == 0):
            yield _Piece(tuple(waiting), (), "", blank=True, extents=None)
            waiting = []
        own, waiting = (*waiting, box), []
        last = _Piece(own, glyphs, scripts[box.start], blank, _around(glyphs))
    if last is not None:
        yield last
    if waiting:
        yield _Piece(tuple(waiting), (), "", blank=True, extents=None)


def _around(glyphs: Sequence[PlacedGlyph]) -> Bounds | None:
    around: Bounds | None = None
    for glyph in glyphs:
        box = glyph.bounds()
        if box is not None:
            around = box if around is None else around.joined(box)
    return around


def _units(pieces: Sequence[_Piece]) -> list[Unit]:
    """Join pieces that must not be torn apart, and those between them."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        joined = len(groups)
        for index in range(len(groups) - 1, max(-1, len(groups) - 1 - _FARTHEST_BACK), -1):
            if _belong(groups[index], piece, next_to=index == len(groups) - 1):
                joined = index
        together = [p for group in groups[joined:] for p in group] + [piece]
        groups[joined:] = [together]
    return [_unit(group) for group in groups]


def _belong(group: Sequence[_Piece], piece: _Piece, *, next_to: bool) -> bool:
    last = group[-1]
    cursive = last.script in CURSIVE_SCRIPTS and piece.script in CURSIVE_SCRIPTS
    cursive &= _of_lines(last) == _of_lines(piece)
    if next_to and cursive and not last.blank and not piece.blank:
        return True
    box = piece.extents
    return box is not None and any(
        member.extents is not None and member.extents.overlaps(box) and _touch(member, piece)
        for member in group
    )


def _of_lines(piece: _Piece) -> bool:
    """Return whether a piece is drawn by centre lines."""
    return bool(piece.glyphs) and piece.glyphs[0].face.single_line


def _touch(one: _Piece, other: _Piece) -> bool:
    if _of_lines(one) != _of_lines(other):
        return False
    return any(
        _glyphs_touch(
            (a.face, a.glyph_id, 0, 0),
            (
                b.face,
                b.glyph_id,
                round((b.x - a.x) * b.face.upem * 1000),
                round((b.y - a.y) * b.face.upem * 1000),
            ),
        )
        for a in one.glyphs
        for b in other.glyphs
    )


def _glyphs_touch(one: _Part, other: _Part) -> bool:
    """Return whether two glyphs share ink; places in 1/1000 font unit of their own face.

    Centre lines touch where their boxes do.
    """
    key = (_key(one), _key(other))
    known = _TOUCHING.get(key)
    if known is None:
        first, second = _placed(one), _placed(other)
        one_box, other_box = bounds(first), bounds(second)
        near = one_box is not None and other_box is not None and one_box.overlaps(other_box)
        lines = one[0].single_line or other[0].single_line
        known = near and (lines or not intersection(first, second).is_empty)
        _TOUCHING.put(key, known, ENTRY_BYTES)
    return known


def _key(part: _Part) -> tuple[int, int, int, int]:
    return (part[0].serial, *part[1:])


def _placed(part: _Part) -> Path:
    face, glyph_id, x, y = part
    scale = _UNITS_PER_EM / face.upem
    return face.glyph(glyph_id).path.placed(scale, x * scale / 1000, y * scale / 1000)


def _unit(group: Sequence[_Piece]) -> Unit:
    boxes = tuple(box for piece in group for box in piece.boxes)
    glyphs = [glyph for piece in group for glyph in piece.glyphs]
    if not glyphs:
        middle = (min(b.left for b in boxes) + max(b.right for b in boxes)) / 2
        return Unit(boxes, None, middle, 0.0, middle, None)
    first = glyphs[0]
    parts = tuple(
        (
            glyph.face,
            glyph.glyph_id,
            round((glyph.x - first.x) * glyph.face.upem * 1000),
            round((glyph.y - first.y) * glyph.face.upem * 1000),
        )
        for glyph in glyphs
    )
    drawn = _drawn(parts)
    middle = first.x + (drawn.bounds.left + drawn.bounds.right) / 2
    bends = sum(bool(piece.glyphs) for piece in group) > 1
    return Unit(boxes, drawn, first.x, first.y, middle, _cut(parts) if bends else None)


def _drawn(parts: tuple[_Part, ...]) -> Drawn:
    key = tuple(map(_key, parts))
    known = _DRAWN.get(key)
    if known is None:
        known = _draw(parts)
        path = known.path
        arrays = (path.verbs, path.points, known.coarse, known.fine)
        size = sum(array.nbytes for array in arrays) + 200 * len(parts) + ENTRY_BYTES
        _DRAWN.put(key, known, size)
    return known


def _draw(parts: tuple[_Part, ...]) -> Drawn:
    path = _joined(parts)
    box = bounds(path)
    if box is None:
        raise ValueError("a unit has glyphs with ink")
    outer = outermost(segments_of(path))
    coarse = convex_hull(outer.reshape(-1, 2))
    flat = [contour.points_um for contour in flatten_path(path.verbs, path.points, _FLAT)]
    lines = parts[0][0].single_line
    return Drawn(path, box, coarse, convex_hull(np.concatenate(flat)), lines)


def _cut(parts: tuple[_Part, ...]) -> Cubics:
    key = tuple(map(_key, parts))
    known = _CUT.get(key)
    if known is None:
        known = cut(_drawn(parts).path, _BENT_STEP)
        _CUT.put(key, known, known.pieces.nbytes + 200 * len(parts) + ENTRY_BYTES)
    return known


def _joined(parts: tuple[_Part, ...]) -> Path:
    face = parts[0][0]
    if face.single_line:
        return join_paths(_placed(part) for part in parts).placed(1 / _UNITS_PER_EM, 0.0, 0.0)
    if all(part[0] is face for part in parts):
        pieces = tuple((glyph_id, x, y) for _, glyph_id, x, y in parts)
        return face.joined(pieces).placed(1 / face.upem, 0.0, 0.0)
    return union([_placed(part) for part in parts]).placed(1 / _UNITS_PER_EM, 0.0, 0.0)


def _extents(unit: Unit) -> tuple[float, float]:
    if unit.drawn is None:
        raise ValueError("only a unit with ink has extents")
    return unit.x + unit.drawn.bounds.left, unit.x + unit.drawn.bounds.right
