"""Runs of a paragraph, shaped once: what a line of it is made of, unless a break changes a letter.

HarfBuzz says of each glyph whether the text may be broken before it without shaping anew. A line that
begins and ends at such places takes its letters from the unbroken paragraph; else the part of a run
that it has is shaped again, with the rest of the paragraph as context.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from render_core.byte_bounded import ENTRY_BYTES
from render_core.geometry.paths import Bounds
from render_core.text.bidi import line_levels
from render_core.text.face import Face
from render_core.text.paragraphs import CLUSTER_BYTES, MAX_SETTINGS, Cluster, Paragraph
from render_core.text.setting import Setting
from render_core.text.shaping import CURSIVE_SCRIPTS, ShapedGlyph, shape

# So many code points on each side of a run are what HarfBuzz looks at (hb-buffer.hh, CONTEXT_LENGTH).
_CONTEXT: Final = 5


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
    shaped: Sequence[ShapedGlyph]

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def breakable(self) -> bool:
        """Whether a line may begin here with the same glyphs."""
        return all(glyph.breakable for glyph in self.shaped)


@dataclass(frozen=True, slots=True)
class Run:
    """Clusters [first, last) of a paragraph, of one script, face and level.

    groups: in visual order. firsts: the index of the first cluster of each, ascending. tracking:
    between clusters.
    """

    first: int
    last: int
    level: int
    groups: tuple[Group, ...]
    firsts: Sequence[int]
    tracking: float

    def part(self, first: int, last: int) -> Run | None:
        """Return clusters [first, last) of the run, None if they must be shaped anew."""
        count = len(self.firsts)
        begin, end = bisect_left(self.firsts, first), bisect_left(self.firsts, last)
        if begin == count or self.firsts[begin] != first:
            return None
        if (self.firsts[end] if end < count else self.last) != last:
            return None
        back = self.level % 2 == 1
        if not all(
            self.groups[-1 - index if back else index].breakable
            for index in (begin, end)
            if index < count
        ):
            return None
        seen = slice(count - end, count - begin) if back else slice(begin, end)
        return Run(
            first, last, self.level, self.groups[seen], self.firsts[begin:end], self.tracking
        )


def runs_of(paragraph: Paragraph, start: int, end: int, setting: Setting) -> Sequence[Run]:
    """Return the runs of a line in logical order. start, end: code points of the text as made."""
    whole = paragraph.shaped.get(setting)
    if whole is None:
        whole = tuple(_shaped(paragraph, setting))
        if len(paragraph.shaped) >= MAX_SETTINGS:
            paragraph.shaped.clear()
        paragraph.shaped[setting] = whole
    if (start, end) == (paragraph.start, paragraph.end):
        return whole
    first, last = bisect_left(paragraph.starts, start), bisect_left(paragraph.starts, end)
    levels = _levels(paragraph, first, last, start, end)
    runs = []
    for run in whole:
        at, until = max(first, run.first), min(last, run.last)
        if at >= until:
            continue
        count = until - at
        if levels[at - first : until - first].count(run.level) == count:
            same = run if count == run.last - run.first else run.part(at, until)
            runs.append(same or _shape(paragraph, at, until, run.level, setting))
            continue
        for level, members in groupby(range(at, until), key=lambda index: levels[index - first]):
            part = list(members)
            same = run.part(part[0], part[-1] + 1) if level == run.level else None
            runs.append(same or _shape(paragraph, part[0], part[-1] + 1, level, setting))
    return runs


def _levels(paragraph: Paragraph, first: int, last: int, start: int, end: int) -> Sequence[int]:
    """Return the levels of clusters [first, last), which are those of a line [start, end)."""
    if not paragraph.turns:
        return (0,) * (last - first)
    levels = line_levels(paragraph.bidi, start - paragraph.start, end - paragraph.start)
    return [levels[at - start] for at in paragraph.starts[first:last]]


def _shaped(paragraph: Paragraph, setting: Setting) -> Iterator[Run]:
    clusters = paragraph.clusters
    levels = _levels(paragraph, 0, len(clusters), paragraph.start, paragraph.end)
    first = 0
    for index in range(1, len(clusters) + 1):
        if index == len(clusters) or not (
            levels[index] == levels[first]
            and clusters[index].face is clusters[first].face
            and clusters[index].script == clusters[first].script
        ):
            yield _shape(paragraph, first, index, levels[first], setting)
            first = index


def _shape(paragraph: Paragraph, first: int, last: int, level: int, setting: Setting) -> Run:
    """Return a run with its letters; a part of a paragraph is remembered, since a keystroke changes one."""
    clusters, offset = paragraph.clusters[first:last], paragraph.start
    if last - first == len(paragraph.clusters):
        return _shape_anew(paragraph, first, last, level, setting)
    begin, end = clusters[0].start - offset, clusters[-1].end - offset
    around = tuple(paragraph.code_points[max(0, begin - _CONTEXT) : end + _CONTEXT])
    key = (setting.tracking, setting.features, level, offset, first, begin, clusters, around)
    run = paragraph.known_runs.get(key)
    if run is None:
        run = _shape_anew(paragraph, first, last, level, setting)
        paragraph.known_runs.put(key, run, ENTRY_BYTES + CLUSTER_BYTES * (last - first))
    return run


def _shape_anew(paragraph: Paragraph, first: int, last: int, level: int, setting: Setting) -> Run:
    clusters, offset = paragraph.clusters, paragraph.start
    face, script = clusters[first].face, clusters[first].script
    tracking = 0.0 if script in CURSIVE_SCRIPTS else setting.tracking
    shaped = shape(
        face,
        paragraph.code_points,
        clusters[first].start - offset,
        clusters[last - 1].end - offset,
        script=script,
        rtl=level % 2 == 1,
        features=setting.features,
        spaced=tracking != 0,
    )
    starts = paragraph.starts[first:last]
    if level % 2:
        starts = starts[::-1]
    if [glyph.cluster + offset for glyph in shaped] == list(starts):  # One glyph for each cluster.
        seen = clusters[first:last][:: -1 if level % 2 else 1]
        alone = zip(seen, shaped, strict=True)
        groups = tuple([_of_one(face, cluster, glyph) for cluster, glyph in alone])
        return Run(first, last, level, groups, range(first, last), tracking)
    found: list[tuple[int, list[ShapedGlyph]]] = []
    for glyph in shaped:
        at = bisect_right(paragraph.starts, glyph.cluster + offset, first, last) - 1
        if found and found[-1][0] == at:
            found[-1][1].append(glyph)
        else:
            found.append((at, [glyph]))
    firsts = sorted(at for at, _ in found)
    ends = dict(zip(firsts, [*firsts[1:], last], strict=True))
    groups = tuple(_group(face, clusters[at : ends[at]], glyphs) for at, glyphs in found)
    return Run(first, last, level, groups, firsts, tracking)


def _of_one(face: Face, cluster: Cluster, glyph: ShapedGlyph) -> Group:
    """Return the group of one cluster that is one glyph."""
    glyph_id, _, advance, x, y, _ = glyph
    ink = None if cluster.missing or not glyph_id else face.glyph(glyph_id).ems
    if ink is None:
        undrawn = not (glyph_id or cluster.missing)
        return Group((cluster,), (), advance, None, undrawn, (glyph,))
    if x or y:
        ink = ink.moved(x, y)
    return Group((cluster,), ((glyph_id, x, y),), advance, ink, False, (glyph,))


def _group(face: Face, members: tuple[Cluster, ...], shaped: Sequence[ShapedGlyph]) -> Group:
    missing = undrawn = False
    for member in members:
        missing = missing or member.missing
    for glyph in shaped:
        undrawn = undrawn or (glyph.glyph_id == 0 and not missing)
    pen, glyphs, ink = 0.0, [], None
    for glyph_id, _, advance, from_pen, y, _ in shaped:
        box = None if missing or undrawn else face.glyph(glyph_id).ems
        if box is not None:
            x = pen + from_pen
            glyphs.append((glyph_id, x, y))
            own = box if x == y == 0 else box.moved(x, y)
            ink = own if ink is None else ink.joined(own)
        pen += advance
    return Group(members, tuple(glyphs), pen, ink, undrawn, shaped)
