"""One line set: glyphs in visual order on a baseline, and the box of every cluster. In ems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from render_core.geometry.paths import Bounds
from render_core.text.bidi import visual_order
from render_core.text.face import Face
from render_core.text.paragraphs import MAX_SETTINGS, Paragraph
from render_core.text.runs import Group, Run, runs_of
from render_core.text.setting import WORD_SEPARATORS, Setting, is_ideographic

_START: Final = itemgetter(0)


class PlacedGlyph(NamedTuple):
    """A glyph with ink. x, y: its origin in ems from the line's start on the baseline, y down.

    start: first code point of the clusters that it stands for.
    """

    face: Face
    glyph_id: int
    x: float
    y: float
    start: int

    def bounds(self) -> Bounds | None:
        """Return the extents of its outline in ems; None for a blank glyph."""
        box = self.face.glyph(self.glyph_id).ems
        return box and box.moved(self.x, self.y)


class ClusterBox(NamedTuple):
    """Where a cluster lies along its line. start, end: code points of the text as made."""

    start: int
    end: int
    level: int
    left: float
    right: float
    face: Face


Placed = tuple[Group, float, float, int]
"""A group on its line, where it starts, its advance with spaces that were widened, and its level."""


class Line:
    """A line. placed: its groups in visual order. width: sum of advances. ink: extents of its glyphs,
    None where nothing is drawn.

    What only the chosen breaking is asked for is made when it is asked for.
    """

    def __init__(self, placed: Sequence[Placed], width: float) -> None:
        self.placed = placed
        self.width = width
        self.ink = _extents(placed)

    @cached_property
    def glyphs(self) -> tuple[PlacedGlyph, ...]:
        """The glyphs with ink, in visual order."""
        glyphs = []
        for (members, drawn, _, _, _, _), pen, _, _ in self.placed:
            start, _, _, face, _ = members[0]
            for glyph_id, x, y in drawn:
                glyphs.append(PlacedGlyph(face, glyph_id, pen + x, y, start))
        return tuple(glyphs)

    @cached_property
    def boxes(self) -> tuple[ClusterBox, ...]:
        """The clusters in logical order."""
        return tuple(
            sorted([box for placed in self.placed for box in boxes_of(*placed)], key=_START)
        )

    @property
    def undrawn(self) -> tuple[tuple[int, int], ...]:
        """Code points of clusters that shaping found no glyph for."""
        return tuple((g.start, g.members[-1].end) for g, _, _, _ in self.placed if g.undrawn)


def set_line(
    paragraph: Paragraph, start: int, end: int, setting: Setting, stretch: float = 0.0
) -> Line:
    """Set clusters whose code points lie in [start, end), code points of the text as made.

    Tracking stands between clusters, but not within joining scripts. stretch: ems that a justified
    line gets at each of its `stretchable` places.
    """
    if stretch or (start, end) != (paragraph.start, paragraph.end):
        return _set(paragraph, start, end, setting, stretch)
    line = paragraph.whole.get(setting)
    if line is None:
        line = _set(paragraph, start, end, setting, stretch)
        if len(paragraph.whole) >= MAX_SETTINGS:
            paragraph.whole.clear()
        paragraph.whole[setting] = line
    return line


def _set(paragraph: Paragraph, start: int, end: int, setting: Setting, stretch: float) -> Line:
    runs = runs_of(paragraph, start, end, setting)
    if paragraph.turns:
        runs = [runs[index] for index in visual_order([run.level for run in runs])]
    stretched = stretchable(paragraph, start, end) if stretch else frozenset[int]()
    if stretched or setting.word_spacing:
        return _line(runs, lambda group: _widening(paragraph, group, setting, stretched, stretch))
    return _line(runs, None)


def stretchable(paragraph: Paragraph, start: int, end: int) -> frozenset[int]:
    """Return the clusters of a line, by first code point, after which it is stretched to justify it.

    Spaces between words; and characters of ideographic scripts that another one follows.
    """
    clusters = [c for c in paragraph.clusters if start <= c.start < end]
    places = set()
    for cluster, following in pairwise(clusters):
        character = chr(paragraph.code_points[cluster.start - paragraph.start])
        after = chr(paragraph.code_points[following.start - paragraph.start])
        apart = is_ideographic(cluster.script) and is_ideographic(following.script)
        if character in WORD_SEPARATORS or (apart and after not in WORD_SEPARATORS):
            places.add(cluster.start)
    return frozenset(places)


def _line(runs: Sequence[Run], widening: Callable[[Group], float] | None) -> Line:
    pen, owed = 0.0, 0.0  # Tracking after a cluster is owed until another follows.
    placed = []
    for run in runs:
        level, tracking = run.level, run.tracking
        for group in run.groups:
            pen += owed
            advance = group.advance
            if widening is not None:
                advance = max(0.0, advance + widening(group))
            placed.append((group, pen, advance, level))
            pen += advance
            owed = tracking
    return Line(placed, pen)


def _widening(
    paragraph: Paragraph, group: Group, setting: Setting, stretched: frozenset[int], stretch: float
) -> float:
    """Return what is added to the advance of a group: at word separators and stretched places."""
    last = group.members[-1].start
    separates = chr(paragraph.code_points[last - paragraph.start]) in WORD_SEPARATORS
    added = setting.word_spacing if separates else 0.0
    return added + stretch if last in stretched else added


def boxes_of(group: Group, pen: float, advance: float, level: int) -> Sequence[ClusterBox]:
    """Return the clusters of a group in visual order. A ligature is shared out evenly among those it
    stands for."""
    members = group.members
    if len(members) == 1:
        start, end, _, face, _ = members[0]
        return (ClusterBox(start, end, level, pen, pen + advance, face),)
    share = advance / len(members)
    return [
        ClusterBox(m.start, m.end, level, pen + share * i, pen + share * i + share, m.face)
        for i, m in enumerate(reversed(members) if level % 2 else members)
    ]


def _extents(placed: Sequence[Placed]) -> Bounds | None:
    left = top = float("inf")
    right = bottom = -float("inf")
    for group, pen, _, _ in placed:
        if group.ink is None:
            continue
        begin, high, end, low = group.ink
        begin += pen
        end += pen
        # Written out: this runs for each letter of each breaking that is tried.
        if begin < left:
            left = begin
        if end > right:
            right = end
        if high < top:
            top = high
        if low > bottom:
            bottom = low
    return Bounds(left, top, right, bottom) if left < float("inf") else None
