"""One line set: glyphs in visual order on a baseline, and the box of every cluster. In ems."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from render_core.geometry.paths import Bounds
from render_core.text.bidi import line_levels, visual_order
from render_core.text.face import Face
from render_core.text.paragraphs import Cluster, Paragraph
from render_core.text.setting import WORD_SEPARATORS, Setting, is_ideographic
from render_core.text.shaping import CURSIVE_SCRIPTS, ShapedGlyph, shape


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
        box = self.face.glyph(self.glyph_id).bounds
        if box is None:
            return None
        scale = self.face.upem
        return Bounds(
            box.left / scale + self.x,
            box.top / scale + self.y,
            box.right / scale + self.x,
            box.bottom / scale + self.y,
        )


class ClusterBox(NamedTuple):
    """Where a cluster lies along its line. start, end: code points of the text as made."""

    start: int
    end: int
    level: int
    left: float
    right: float
    face: Face


@dataclass(frozen=True, slots=True)
class Line:
    """A line. width: sum of advances. undrawn: clusters that shaping found no glyph for."""

    glyphs: tuple[PlacedGlyph, ...]
    boxes: tuple[ClusterBox, ...]
    width: float
    ink: Bounds | None
    undrawn: tuple[tuple[int, int], ...]


class _Run(NamedTuple):
    clusters: tuple[Cluster, ...]
    level: int


def set_line(
    paragraph: Paragraph, start: int, end: int, setting: Setting, stretch: float = 0.0
) -> Line:
    """Set clusters whose code points lie in [start, end), code points of the text as made.

    Tracking stands between clusters, but not within joining scripts. stretch: ems that a justified
    line gets at each of its `stretchable` places.
    """
    stretched = stretchable(paragraph, start, end) if stretch else frozenset()
    setter = _Setter(paragraph, setting, stretched, stretch)
    for run in _visual_runs(paragraph, start, end):
        setter.add(run)
    return setter.line()


def stretchable(paragraph: Paragraph, start: int, end: int) -> frozenset[int]:
    """Return the clusters of a line, by first code point, after which it is stretched to justify it.

    Spaces between words; and characters of ideographic scripts that another one follows.
    """
    clusters = [c for c in paragraph.clusters if start <= c.start < end]
    places = set()
    for cluster, following in pairwise(clusters):
        character = chr(paragraph.code_points[cluster.start - paragraph.start])
        apart = is_ideographic(cluster.script) and is_ideographic(following.script)
        if apart or character in WORD_SEPARATORS:
            places.add(cluster.start)
    return frozenset(places)


def _visual_runs(paragraph: Paragraph, start: int, end: int) -> list[_Run]:
    levels = line_levels(paragraph.bidi, start - paragraph.start, end - paragraph.start)
    clusters = [c for c in paragraph.clusters if start <= c.start < end]
    runs = [
        _Run(tuple(group), key[0])
        for key, group in groupby(
            clusters, key=lambda c: (levels[c.start - start], c.script, c.face.sha256)
        )
    ]
    return [runs[index] for index in visual_order([run.level for run in runs])]


class _Setter:
    def __init__(
        self, paragraph: Paragraph, setting: Setting, stretched: frozenset[int], stretch: float
    ) -> None:
        self._paragraph = paragraph
        self._setting = setting
        self._stretched = stretched
        self._stretch = stretch
        self._pen = 0.0
        self._owed = 0.0  # Tracking of the last cluster, set once another follows.
        self._glyphs: list[PlacedGlyph] = []
        self._boxes: list[ClusterBox] = []
        self._undrawn: list[tuple[int, int]] = []

    def add(self, run: _Run) -> None:
        first, offset = run.clusters[0], self._paragraph.start
        tracking = 0.0 if first.script in CURSIVE_SCRIPTS else self._setting.tracking
        shaped = shape(
            first.face,
            self._paragraph.code_points,
            first.start - offset,
            run.clusters[-1].end - offset,
            script=first.script,
            rtl=run.level % 2 == 1,
            features=self._setting.features,
            spaced=tracking != 0,
        )
        for members, glyphs in _grouped(run, shaped, offset):
            self._pen += self._owed
            self._place(members, glyphs, run.level)
            self._owed = tracking

    def _place(self, members: tuple[Cluster, ...], glyphs: list[ShapedGlyph], level: int) -> None:
        face, left = members[0].face, self._pen
        missing = any(member.missing for member in members)
        if not missing and any(glyph.glyph_id == 0 for glyph in glyphs):
            missing = True
            self._undrawn.append((members[0].start, members[-1].end))
        for glyph in glyphs:
            if not missing and face.glyph(glyph.glyph_id).bounds is not None:
                x, start = self._pen + glyph.x, members[0].start
                self._glyphs.append(PlacedGlyph(face, glyph.glyph_id, x, glyph.y, start))
            self._pen += glyph.advance
        if self._setting.word_spacing or self._stretched:
            self._pen = max(left, self._pen + self._widening(members))
        # A ligature is shared out evenly among the clusters it stands for.
        share = (self._pen - left) / len(members)
        in_view = reversed(members) if level % 2 else members
        for index, member in enumerate(in_view):
            at = left + share * index
            self._boxes.append(ClusterBox(member.start, member.end, level, at, at + share, face))

    def _widening(self, members: tuple[Cluster, ...]) -> float:
        """Return what is added to the advance of a cluster: spaces and stretched places."""
        last = members[-1]
        code_point = self._paragraph.code_points[last.start - self._paragraph.start]
        added = self._setting.word_spacing if chr(code_point) in WORD_SEPARATORS else 0.0
        return added + self._stretch if last.start in self._stretched else added

    def line(self) -> Line:
        ink: Bounds | None = None
        for glyph in self._glyphs:
            box = glyph.bounds()
            if box is not None:
                ink = box if ink is None else ink.joined(box)
        boxes = tuple(sorted(self._boxes))
        return Line(tuple(self._glyphs), boxes, self._pen, ink, tuple(self._undrawn))


def _grouped(
    run: _Run, shaped: list[ShapedGlyph], offset: int
) -> Iterator[tuple[tuple[Cluster, ...], list[ShapedGlyph]]]:
    """Yield the grapheme clusters and the glyphs of each shaped cluster, in visual order."""
    starts = [cluster.start for cluster in run.clusters]

    def place(glyph: ShapedGlyph) -> int:
        return bisect_right(starts, glyph.cluster + offset) - 1

    groups = [(at, list(glyphs)) for at, glyphs in groupby(shaped, key=place)]
    firsts = sorted(at for at, _ in groups)
    ends = dict(zip(firsts, [*firsts[1:], len(starts)], strict=True))
    for at, glyphs in groups:
        yield run.clusters[at : ends[at]], glyphs
