"""Runs of a paragraph, shaped once: what a line of it is made of, unless a break changes a letter.

HarfBuzz says of each glyph whether the text may be broken before it without shaping anew. A line that
begins and ends at such places takes its letters from the unbroken paragraph; else the part of a run
that it has is shaped again, with the rest of the paragraph as context.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from render_core.geometry.paths import Bounds
from render_core.text.bidi import line_levels
from render_core.text.paragraphs import MAX_SETTINGS, Cluster, Paragraph
from render_core.text.setting import Setting
from render_core.text.shaping import CURSIVE_SCRIPTS, ShapedGlyph, shape


class Group(NamedTuple):
    """Clusters that shaping made one, usually a single one, with their glyphs. In ems.

    glyphs: those with ink; x, y from the pen, y down. ink: None where nothing is drawn. undrawn:
    whether the face has glyphs for the characters, but not for what shaping made of them.
    """

    members: tuple[Cluster, ...]
    glyphs: tuple[tuple[int, float, float], ...]
    advance: float
    ink: Bounds | None
    undrawn: bool
    breakable: bool  # Whether a line may begin here with the same glyphs.

    @property
    def start(self) -> int:
        return self.members[0].start


@dataclass(frozen=True, slots=True)
class Run:
    """Clusters of one script, face and level. groups: in visual order. tracking: between them."""

    clusters: tuple[Cluster, ...]
    level: int
    groups: tuple[Group, ...]
    tracking: float

    def part(self, start: int, end: int) -> tuple[Group, ...] | None:
        """Return the groups of code points [start, end), None if they must be shaped anew."""
        kept = tuple(g for g in self.groups if start <= g.start < end)
        if not kept:
            return None
        first, last = (kept[-1], kept[0]) if self.level % 2 else (kept[0], kept[-1])
        if first.start != start or last.members[-1].end != end or not first.breakable:
            return None
        following = next((g for g in self.groups if g.start == end), None)
        return kept if following is None or following.breakable else None


def runs_of(paragraph: Paragraph, start: int, end: int, setting: Setting) -> list[Run]:
    """Return the runs of a line in logical order. start, end: code points of the text as made."""
    whole = paragraph.shaped.get(setting)
    if whole is None:
        whole = tuple(_shaped(paragraph, paragraph.start, paragraph.end, setting))
        if len(paragraph.shaped) >= MAX_SETTINGS:
            paragraph.shaped.clear()
        paragraph.shaped[setting] = whole
    if (start, end) == (paragraph.start, paragraph.end):
        return list(whole)
    levels = _levels(paragraph, start, end)
    runs = []
    for run in whole:
        clusters = tuple(c for c in run.clusters if start <= c.start < end)
        if not clusters:
            continue
        for level, members in groupby(clusters, key=lambda c: levels[c.start - start]):
            part = tuple(members)
            groups = run.part(part[0].start, part[-1].end) if level == run.level else None
            if groups is None:
                runs.append(_shape(paragraph, part, level, setting))
            else:
                runs.append(Run(part, level, groups, run.tracking))
    return runs


def _levels(paragraph: Paragraph, start: int, end: int) -> Sequence[int]:
    if not paragraph.turns:
        return (0,) * (end - start)
    return line_levels(paragraph.bidi, start - paragraph.start, end - paragraph.start)


def _shaped(paragraph: Paragraph, start: int, end: int, setting: Setting) -> Iterator[Run]:
    levels = _levels(paragraph, start, end)
    clusters = (c for c in paragraph.clusters if start <= c.start < end)
    for key, members in groupby(
        clusters, key=lambda c: (levels[c.start - start], c.script, id(c.face))
    ):
        yield _shape(paragraph, tuple(members), key[0], setting)


def _shape(
    paragraph: Paragraph, clusters: tuple[Cluster, ...], level: int, setting: Setting
) -> Run:
    first, offset = clusters[0], paragraph.start
    tracking = 0.0 if first.script in CURSIVE_SCRIPTS else setting.tracking
    shaped = shape(
        first.face,
        paragraph.code_points,
        first.start - offset,
        clusters[-1].end - offset,
        script=first.script,
        rtl=level % 2 == 1,
        features=setting.features,
        spaced=tracking != 0,
    )
    groups = tuple(
        _group(members, glyphs) for members, glyphs in _grouped(clusters, shaped, offset)
    )
    return Run(clusters, level, groups, tracking)


def _group(members: tuple[Cluster, ...], shaped: list[ShapedGlyph]) -> Group:
    face, missing = members[0].face, any(member.missing for member in members)
    undrawn = not missing and any(glyph.glyph_id == 0 for glyph in shaped)
    pen, glyphs, ink, upem = 0.0, [], None, face.upem
    for glyph in shaped:
        box = None if missing or undrawn else face.glyph(glyph.glyph_id).bounds
        if box is not None:
            x, y = pen + glyph.x, glyph.y
            glyphs.append((glyph.glyph_id, x, y))
            own = Bounds(
                box.left / upem + x, box.top / upem + y, box.right / upem + x, box.bottom / upem + y
            )
            ink = own if ink is None else ink.joined(own)
        pen += glyph.advance
    breakable = all(glyph.breakable for glyph in shaped)
    return Group(members, tuple(glyphs), pen, ink, undrawn, breakable)


def _grouped(
    clusters: Sequence[Cluster], shaped: list[ShapedGlyph], offset: int
) -> Iterator[tuple[tuple[Cluster, ...], list[ShapedGlyph]]]:
    """Yield the grapheme clusters and the glyphs of each shaped cluster, in visual order."""
    starts = [cluster.start for cluster in clusters]

    def place(glyph: ShapedGlyph) -> int:
        return bisect_right(starts, glyph.cluster + offset) - 1

    groups = [(at, list(glyphs)) for at, glyphs in groupby(shaped, key=place)]
    firsts = sorted(at for at, _ in groups)
    ends = dict(zip(firsts, [*firsts[1:], len(starts)], strict=True))
    for at, glyphs in groups:
        yield tuple(clusters[at : ends[at]]), glyphs
