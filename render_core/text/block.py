"""Lines stacked and aligned: everything in ems from one anchor, so that size is one factor.

What is aligned is ink, not advance: the outermost outlines of a line touch the edge, and a block
stands in the middle of what is cut, not of its line boxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from render_core.design import Align, TextRules, VerticalAlign
from render_core.geometry.boolean import union
from render_core.geometry.paths import Bounds, Path, join_paths
from render_core.geometry.strokes import Chord, chords, thinnest
from render_core.geometry.support import Segments, outermost
from render_core.text.face import Face, Pieces, stroke_precision
from render_core.text.line_breaks import Span
from render_core.text.lines import Line, PlacedGlyph

# Overlapping glyphs of several faces are joined in these units per em, small enough for float32.
UNITS_PER_EM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Block:
    """Set lines. origins: for each line the place of its start on the baseline, in ems from the
    anchor, y down. ink: extents of all glyphs, None where nothing is drawn."""

    spans: tuple[Span, ...]
    lines: tuple[Line, ...]
    origins: tuple[tuple[float, float], ...]
    ink: Bounds | None

    def outermost(self) -> Segments:
        """Return the segments, in ems from the anchor, that decide how far the block reaches."""
        parts = [
            glyph.face.glyph(glyph.glyph_id).outermost / glyph.face.upem
            + np.array([x, y], dtype=np.float64)
            for glyph, x, y in self._glyphs()
        ]
        return outermost(np.concatenate(parts))

    def unioned(self) -> Path:
        """Return the outlines in ems from the anchor, without overlaps."""
        return join_paths(joined.path() for joined in self.joined())

    def joined(self) -> list[Joined]:
        """Return the glyphs that touch, by groups."""
        parts = []
        for glyph, x, y in self._glyphs():
            box = glyph.bounds()
            if box is not None:
                moved = _moved(box, x - glyph.x, y - glyph.y)
                parts.append(_Part(glyph.face, glyph.glyph_id, x, y, moved))
        return [Joined(tuple(group)) for group in _touching(parts)]

    def _glyphs(self) -> Iterator[tuple[PlacedGlyph, float, float]]:
        for line, (x, y) in zip(self.lines, self.origins, strict=True):
            for glyph in line.glyphs:
                yield glyph, x + glyph.x, y + glyph.y


class _Part(NamedTuple):
    face: Face
    glyph_id: int
    x: float
    y: float
    bounds: Bounds


class Joined(NamedTuple):
    """Glyphs that touch each other. Everything in ems from the block's anchor."""

    parts: tuple[_Part, ...]

    def box(self, margin: float) -> Bounds:
        """Return the box around them, wider by a margin on each side."""
        box = self.parts[0].bounds
        for part in self.parts[1:]:
            box = box.joined(part.bounds)
        left, top, right, bottom = box
        return Bounds(left - margin, top - margin, right + margin, bottom + margin)

    def path(self) -> Path:
        """Return their union."""
        first = self.parts[0]
        if self._of_one_face:
            return first.face.joined(self._pieces()).placed(1 / first.face.upem, first.x, first.y)
        return self._of_several_faces().placed(1 / UNITS_PER_EM, 0.0, 0.0)

    def thinnest(
        self, limit: float, *, below: float, least_way: float, outside: bool = False
    ) -> Chord | None:
        """Return the shortest chord across their strokes that is shorter than `below`, None if none is.

        limit: one of few lengths, not below `below`, up to which chords are looked for.
        least_way: see `strokes.thinnest`. outside: across their gaps instead.
        """
        first, em = self.parts[0], UNITS_PER_EM
        if self._of_one_face:
            face, pieces, em = first.face, self._pieces(), float(first.face.upem)
            found, path = face.chords(pieces, limit * em), face.joined(pieces)
            x, y = first.x, first.y
        else:
            path = self._of_several_faces()
            found = chords(path, limit * em, stroke_precision(em))
            x, y = 0.0, 0.0
        chord = thinnest(
            found,
            path,
            stroke_precision(em),
            below=below * em,
            least_way=least_way * em,
            outside=outside,
        )
        return chord and chord.placed(1 / em, x, y)

    @property
    def _of_one_face(self) -> bool:
        return all(part.face is self.parts[0].face for part in self.parts)

    def _pieces(self) -> Pieces:
        """Return the glyphs with their distances from the first in 1/1000 of a font unit.

        Rounded, so that the same letters give the same outline wherever they stand, and the face
        can remember it.
        """
        first = self.parts[0]
        unit = first.face.upem * 1000
        return tuple(
            (part.glyph_id, round((part.x - first.x) * unit), round((part.y - first.y) * unit))
            for part in self.parts
        )

    def _of_several_faces(self) -> Path:
        return union(
            [
                part.face.glyph(part.glyph_id).path.placed(
                    UNITS_PER_EM / part.face.upem, part.x * UNITS_PER_EM, part.y * UNITS_PER_EM
                )
                for part in self.parts
            ]
        )


def stack(
    spans: tuple[Span, ...], lines: tuple[Line, ...], rules: TextRules, *, rtl: bool, centred: bool
) -> Block:
    """Stack lines by the rules' line height and align them with each other.

    rtl: where "start" is. centred: the anchor is the middle of the ink, else the aligned edge.
    """
    pitch = rules.line_height_permille / 1000
    lefts = [_line_left(line, rules.align, rtl=rtl) for line in lines]
    ink: Bounds | None = None
    for index, (line, left) in enumerate(zip(lines, lefts, strict=True)):
        if line.ink is not None:
            box = _moved(line.ink, left, index * pitch)
            ink = box if ink is None else ink.joined(box)
    dx, dy = _shift(ink, rules.vertical_align, centred=centred)
    origins = tuple((left + dx, index * pitch + dy) for index, left in enumerate(lefts))
    return Block(spans, lines, origins, ink and _moved(ink, dx, dy))


def horizontal_side(align: Align, *, rtl: bool) -> int:
    """Return −1 for the left edge, 0 for the middle and 1 for the right edge."""
    if align is Align.CENTRE:
        return 0
    return -1 if (align is Align.START) != rtl else 1


def vertical_side(align: VerticalAlign) -> int:
    """Return −1 for the top edge, 0 for the middle and 1 for the bottom edge."""
    return {VerticalAlign.TOP: -1, VerticalAlign.MIDDLE: 0, VerticalAlign.BOTTOM: 1}[align]


def _line_left(line: Line, align: Align, *, rtl: bool) -> float:
    left, right = (0.0, line.width) if line.ink is None else (line.ink.left, line.ink.right)
    side = horizontal_side(align, rtl=rtl)
    if side == 0:
        return -(left + right) / 2
    return -left if side < 0 else -right


def _shift(ink: Bounds | None, align: VerticalAlign, *, centred: bool) -> tuple[float, float]:
    """Return what moves the aligned edge, or the middle of the ink, to the anchor."""
    if ink is None:
        return (0.0, 0.0)
    middle = (ink.top + ink.bottom) / 2
    if centred:
        return (-(ink.left + ink.right) / 2, -middle)
    side = vertical_side(align)
    return (0.0, -(middle if side == 0 else ink.top if side < 0 else ink.bottom))


def _moved(box: Bounds, dx: float, dy: float) -> Bounds:
    return Bounds(box.left + dx, box.top + dy, box.right + dx, box.bottom + dy)


def _touching(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Group parts whose boxes overlap, directly or through others."""
    groups: list[tuple[list[_Part], Bounds]] = []
    for part in parts:
        joined, box = [part], part.bounds
        apart = []
        for members, extent in groups:
            if extent.overlaps(box) and any(
                m.bounds.overlaps(n.bounds) for m in members for n in joined
            ):
                joined = [*members, *joined]
                box = extent.joined(box)
            else:
                apart.append((members, extent))
        groups = [*apart, (joined, box)]
    return [members for members, _ in groups]
