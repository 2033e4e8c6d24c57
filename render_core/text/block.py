"""Lines stacked and aligned: everything in ems from one anchor, so that size is one factor.

What is aligned is ink, not advance: the outermost outlines of a line touch the edge, and a block
stands in the middle of what is cut, not of its line boxes. Indents count as ink there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from render_core.design import Align, TextRules, VerticalAlign
from render_core.geometry.open_lines import there_and_back
from render_core.geometry.paths import EMPTY_PATH, Bounds, Path, join_paths
from render_core.geometry.support import Segments, outermost
from render_core.text.colour_glyphs import ColourFace
from render_core.text.face import Face
from render_core.text.joined import Joined, Part, touching
from render_core.text.line_breaks import Span
from render_core.text.lines import Line, PlacedGlyph


@dataclass(frozen=True, slots=True)
class Block:
    """Set lines. origins: for each line the place of its start on the baseline, in ems from the
    anchor, y down. ink: extents of all glyphs, None where nothing is drawn. extents: with indents.

    condense: width of the letters in parts of their own. The other fields are those of letters as wide
    as they are; what the methods return is condensed, but for `joined`.
    """

    spans: tuple[Span, ...]
    lines: tuple[Line, ...]
    origins: tuple[tuple[float, float], ...]
    ink: Bounds | None
    extents: Bounds | None
    condense: float = 1.0
    _joined: dict[bool, list[Joined]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    @property
    def room(self) -> Bounds | None:
        """What the block takes of a rectangle, indents included; None where nothing is drawn."""
        if self.extents is None:
            return None
        left, top, right, bottom = self.extents
        return Bounds(left * self.condense, top, right * self.condense, bottom)

    @property
    def faces(self) -> Iterable[Face]:
        """The faces of the glyphs, each once."""
        return dict.fromkeys(glyph.face for line in self.lines for glyph in line.glyphs)

    def outermost(self) -> Segments:
        """Return the segments, in ems from the anchor, that decide how far the block reaches."""
        parts = [
            glyph.face.glyph(glyph.glyph_id).outermost / glyph.face.upem
            + np.array([x, y], dtype=np.float64)
            for glyph, x, y in self.placed_glyphs()
        ]
        across: Segments = outermost(np.concatenate(parts)) * np.array([self.condense, 1.0])
        return across

    def unioned(self, *, pictures: bool = False) -> Path:
        """Return the closed outlines in ems from the anchor, without overlaps; see `joined`."""
        placed = [joined.placed_path() for joined in self.joined(pictures=pictures)]
        if not placed:
            return EMPTY_PATH
        counts = [len(path.points) for path, _, _, _ in placed]
        places = np.array([place[1:] for place in placed], dtype=np.float64)
        scale, x, y = np.repeat(places.T.copy(), counts, axis=1)
        points = np.concatenate([path.points for path, _, _, _ in placed])
        points = np.stack([points[:, 0] * scale + x, points[:, 1] * scale + y], axis=1)
        verbs = np.concatenate([path.verbs for path, _, _, _ in placed])
        return self._condensed(Path(verbs, points))

    def centre_lines(self) -> Path:
        """Return the open lines of single-line faces in ems from the anchor."""
        if not any(face.single_line for face in self.faces):
            return EMPTY_PATH
        return self._condensed(
            join_paths(
                glyph.face.glyph(glyph.glyph_id).path.placed(1 / glyph.face.upem, x, y)
                for glyph, x, y in self.placed_glyphs()
                if glyph.face.single_line
            )
        )

    def pictures(self) -> Iterator[tuple[ColourFace, int, float, float]]:
        """Yield the glyphs in colours: face, glyph, and the place of its origin, not condensed."""
        if not any(isinstance(face, ColourFace) for face in self.faces):
            return
        for glyph, x, y in self.placed_glyphs():
            if isinstance(glyph.face, ColourFace):
                yield glyph.face, glyph.glyph_id, x, y

    def drawn(self) -> Path:
        """Return outlines and lines in ems from the anchor, all of them closed."""
        return join_paths([self.unioned(pictures=True), there_and_back(self.centre_lines())])

    def joined(self, *, pictures: bool = False) -> list[Joined]:
        """Return the glyphs with closed outlines that touch, by groups; not condensed.

        pictures: with the silhouettes of glyphs in colours.
        """
        found = self._joined.get(pictures)
        if found is None:  # asked for by whatever draws and by whatever measures
            found = self._joined[pictures] = touching(self._parts(pictures=pictures))
        return found

    def _parts(self, *, pictures: bool) -> list[Part]:
        parts = []
        for line, (left, baseline) in zip(self.lines, self.origins, strict=True):
            for face, glyph_id, from_left, below, _ in line.glyphs:
                box = face.glyph(glyph_id).ems
                if box is None or face.single_line:
                    continue
                if pictures or not isinstance(face, ColourFace):
                    x, y = left + from_left, baseline + below
                    dx, dy = x - from_left, y - below
                    first, top, last, foot = box
                    around = Bounds(
                        first + from_left + dx,
                        top + below + dy,
                        last + from_left + dx,
                        foot + below + dy,
                    )
                    parts.append(Part(face, glyph_id, x, y, around))
        return parts

    def placed_glyphs(self) -> Iterator[tuple[PlacedGlyph, float, float]]:
        """Yield the glyphs with the places of their origins, not condensed."""
        for line, (x, y) in zip(self.lines, self.origins, strict=True):
            for glyph in line.glyphs:
                yield glyph, x + glyph.x, y + glyph.y

    def _condensed(self, path: Path) -> Path:
        if self.condense == 1.0:
            return path
        return Path(path.verbs, path.points * np.array([self.condense, 1.0]))


class _Edges(NamedTuple):
    """The extents of a line with its indents."""

    left: float
    right: float


def stack(
    spans: tuple[Span, ...], lines: tuple[Line, ...], rules: TextRules, *, rtl: bool, centred: bool
) -> Block:
    """Stack lines by the rules' line height and align them with each other.

    rtl: where "start" is. centred: the anchor is the middle of the block, else the aligned edge.
    """
    pitch = rules.line_height_permille / 1000
    edges = [
        _edges(line, rules, first=first, rtl=rtl) for first, line in _first_lines(spans, lines)
    ]
    lefts = [_line_left(edge, rules.align, rtl=rtl) for edge in edges]
    ink: Bounds | None = None
    extents: Bounds | None = None
    for index, (line, edge, left) in enumerate(zip(lines, edges, lefts, strict=True)):
        if line.ink is None:
            continue
        box = line.ink.moved(left, index * pitch)
        ink = box if ink is None else ink.joined(box)
        reach = Bounds(
            min(box.left, edge.left + left), box.top, max(box.right, edge.right + left), box.bottom
        )
        extents = reach if extents is None else extents.joined(reach)
    dx, dy = _shift(extents, rules, rtl=rtl, centred=centred)
    origins = tuple((left + dx, index * pitch + dy) for index, left in enumerate(lefts))
    return Block(
        spans, lines, origins, ink and ink.moved(dx, dy), extents and extents.moved(dx, dy)
    )


def horizontal_side(align: Align, *, rtl: bool) -> int:
    """Return −1 for the left edge, 0 for the middle and 1 for the right edge."""
    if align is Align.CENTRE:
        return 0
    return 1 if (align is Align.END) != rtl else -1


def vertical_side(align: VerticalAlign) -> int:
    """Return −1 for the top edge, 0 for the middle and 1 for the bottom edge."""
    return {VerticalAlign.TOP: -1, VerticalAlign.MIDDLE: 0, VerticalAlign.BOTTOM: 1}[align]


def indent(rules: TextRules, *, first: bool) -> float:
    """Return how far a line of a paragraph is indented at its start, in ems."""
    return (rules.start_indent_permille + (rules.first_indent_permille if first else 0)) / 1000


def _first_lines(spans: tuple[Span, ...], lines: tuple[Line, ...]) -> Iterator[tuple[bool, Line]]:
    """Yield the lines, each with whether it is the first of its paragraph."""
    before = -1
    for span, line in zip(spans, lines, strict=True):
        yield span.paragraph != before, line
        before = span.paragraph


def _edges(line: Line, rules: TextRules, *, first: bool, rtl: bool) -> _Edges:
    left, right = (0.0, line.width) if line.ink is None else (line.ink.left, line.ink.right)
    start, end = indent(rules, first=first), rules.end_indent_permille / 1000
    before, after = (end, start) if rtl else (start, end)
    return _Edges(left - before, right + after)


def _line_left(edges: _Edges, align: Align, *, rtl: bool) -> float:
    side = horizontal_side(align, rtl=rtl)
    if side == 0:
        return -(edges.left + edges.right) / 2
    return -edges.left if side < 0 else -edges.right


def _shift(
    extents: Bounds | None, rules: TextRules, *, rtl: bool, centred: bool
) -> tuple[float, float]:
    """Return what moves the aligned edges, or the middle of the block, to the anchor."""
    if extents is None:
        return (0.0, 0.0)
    middle = (extents.top + extents.bottom) / 2
    if centred:
        return (-(extents.left + extents.right) / 2, -middle)
    across, down = horizontal_side(rules.align, rtl=rtl), vertical_side(rules.vertical_align)
    # A hanging first line reaches beyond the edge that the others share.
    dx = 0.0 if across == 0 else -(extents.left if across < 0 else extents.right)
    return (dx, -(middle if down == 0 else extents.top if down < 0 else extents.bottom))
