"""Letters arranged as a monogram, in ems: beside each other, over each other, or above each other.

Same-sized letters share a baseline; a middle one of another size is scaled about the middle of their
heights. What is measured is ink: the distance of letters is that of their outlines' boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from render_core.geometry.boolean import intersection, union
from render_core.geometry.paths import Bounds, Path, join_paths
from render_core.geometry.support import bounds
from render_core.text.initials import joins
from render_core.text.lines import Line
from render_core.text_rules import MonogramRules, MonogramStyle

# Between the ink of letters that do not lie over each other, in ems.
_SPACE: Final = 0.09
# How much of the narrower of two letters may lie over the other, and the steps on the way there.
_DEEPEST: Final = 0.6
_DEEPER: Final = 0.02
_UNITS_PER_EM: Final = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """A letter of the monogram, in ems. path: without overlaps, in place. line: as it was set.

    scale, x, y: where the line's start on the baseline went, and how large it is there.
    """

    path: Path
    line: Line
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def ink(self) -> Bounds | None:
        return bounds(self.path)

    def moved(self, dx: float, dy: float) -> Letter:
        """Return the letter moved."""
        return replace(self, path=self.path.placed(1.0, dx, dy), x=self.x + dx, y=self.y + dy)

    def scaled(self, scale: float, about_y: float) -> Letter:
        """Return the letter larger or smaller about a height."""
        dy = about_y - scale * about_y
        return replace(
            self,
            path=self.path.placed(scale, 0.0, dy),
            scale=self.scale * scale,
            x=self.x * scale,
            y=self.y * scale + dy,
        )

    @property
    def single_line(self) -> bool:
        """Whether the path is open centre lines."""
        return any(glyph.face.single_line for glyph in self.line.glyphs)


def letter_of(line: Line) -> Letter:
    """Return a letter from a line of one cluster."""
    glyphs = [
        glyph.face.glyph(glyph.glyph_id).path.placed(
            _UNITS_PER_EM / glyph.face.upem, glyph.x * _UNITS_PER_EM, glyph.y * _UNITS_PER_EM
        )
        for glyph in line.glyphs
    ]
    lines = any(glyph.face.single_line for glyph in line.glyphs)
    path = join_paths(glyphs) if lines or not glyphs else union(glyphs)
    return Letter(path.placed(1 / _UNITS_PER_EM, 0.0, 0.0), line)


def in_order(letters: Sequence[str], rules: MonogramRules, *, rtl: bool) -> list[int]:
    """Return the numbers of letters in the order in which they stand, from the left or the top.

    Two that are joined by a sign keep it between them.
    """
    ordered = list(range(len(letters)))
    if rules.surname_in_middle and len(ordered) == 3 and not joins(letters[1]):
        ordered = [ordered[0], ordered[2], ordered[1]]
    if rtl and rules.style is not MonogramStyle.STACKED:
        ordered.reverse()
    return ordered


def arrange(ordered: Sequence[Letter], rules: MonogramRules) -> list[Letter]:
    """Return the letters in their places, the middle of all their ink at the origin."""
    placed = _sized(ordered, rules)
    if rules.style is MonogramStyle.STACKED:
        placed = _stacked(placed)
    else:
        overlap = rules.overlap_permille / 1000
        interlocked = rules.style is MonogramStyle.INTERLOCKED
        placed = _in_row(placed, overlap if interlocked else -_SPACE, interlocked=interlocked)
    ink = bounds(join_paths(letter.path for letter in placed))
    if ink is None:
        return placed
    dx, dy = -(ink.left + ink.right) / 2, -(ink.top + ink.bottom) / 2
    return [letter.moved(dx, dy) for letter in placed]


def _sized(letters: Sequence[Letter], rules: MonogramRules) -> list[Letter]:
    ink = bounds(join_paths(letter.path for letter in letters))
    if len(letters) != 3 or ink is None:
        return list(letters)
    first, middle, last = letters
    about = (ink.top + ink.bottom) / 2
    return [first, middle.scaled(rules.middle_permille / 1000, about), last]


def _stacked(letters: Sequence[Letter]) -> list[Letter]:
    placed: list[Letter] = []
    pen = 0.0
    for letter in letters:
        box = letter.ink
        if box is None:
            placed.append(letter)
            continue
        moved = letter.moved(-(box.left + box.right) / 2, pen - box.top)
        pen += box.bottom - box.top + _SPACE
        placed.append(moved)
    return placed


def _in_row(letters: Sequence[Letter], overlap: float, *, interlocked: bool) -> list[Letter]:
    placed: list[Letter] = []
    edge, before = 0.0, None
    for letter in letters:
        box = letter.ink
        if box is None:
            placed.append(letter)
            continue
        moved = letter.moved(edge - box.left, 0.0)
        if before is not None:
            moved = _over(before, moved, overlap) if interlocked else moved.moved(-overlap, 0.0)
        ink = moved.ink
        edge, before = (edge if ink is None else ink.right), moved
        placed.append(moved)
    return placed


def _over(before: Letter, letter: Letter, overlap: float) -> Letter:
    """Return a letter that begins where another ends, moved over it until their ink meets."""
    one, other = before.ink, letter.ink
    if one is None or other is None:
        return letter
    deepest = _DEEPEST * min(one.right - one.left, other.right - other.left)
    by = min(overlap, deepest)
    while by < deepest and not _cross(before.path, letter.path.placed(1.0, -by, 0.0)):
        by = min(deepest, by + _DEEPER)
    return letter.moved(-by, 0.0)


def _cross(one: Path, other: Path) -> bool:
    first, second = (path.placed(_UNITS_PER_EM, 0.0, 0.0) for path in (one, other))
    return not intersection(first, second).is_empty
