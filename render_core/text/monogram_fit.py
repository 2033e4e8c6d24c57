"""A monogram at its size: its letters in micrometres, woven where they interlock, and its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from render_core.design import Overflow, TextRules
from render_core.geometry.paths import Path, join_paths
from render_core.geometry.polygons import polygons_of
from render_core.layout import EMPTY_OUTLINE, Box, Cluster, Outline
from render_core.text.caret_boxes import utf16_offsets
from render_core.text.framed import Framing, ink_of
from render_core.text.monogram import Letter
from render_core.text.normalise import NormalisedText
from render_core.text.weave import weave
from render_core.text_rules import MonogramStyle
from render_core.units import centipoint_to_um

# What a letter that passes below another keeps from it, in ems.
_GAP: Final = 0.035
# What a cut leaves has to be thicker than asked for by a little, since points that taper off count, too.
_THICKER: Final = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class FittedMonogram:
    """Letters in their places, in ems from `anchor_um`, at their size."""

    letters: tuple[Letter, ...]
    size_centipoint: int
    fitting_centipoint: int
    anchor_um: tuple[float, float]

    @property
    def scale_um(self) -> float:
        return centipoint_to_um(self.size_centipoint)

    @property
    def overflows(self) -> bool:
        return self.fitting_centipoint < self.size_centipoint

    def outline(self, rules: TextRules) -> Outline:
        """Return the closed outlines."""
        paths = [self._placed(letter) for letter in self.letters if not letter.single_line]
        if not paths:
            return EMPTY_OUTLINE
        interlocked = rules.monogram and rules.monogram.style is MonogramStyle.INTERLOCKED
        if not interlocked or len(paths) < 2:
            return join_paths(paths).outline()
        # A little more than what is asked for, which rounding may take away.
        gap = max(_GAP * self.scale_um, float(rules.min_gap_um) + 2)
        letters = [polygons_of(path.outline()) for path in paths]
        return weave(letters, gap, rules.min_stroke_um * _THICKER).outline()

    def centre_lines(self) -> Outline:
        """Return the open lines of letters of single-line faces; they are not woven."""
        lines = join_paths(self._placed(letter) for letter in self.letters if letter.single_line)
        return lines.outline()

    def box(self, letter: Letter) -> Box:
        """Return the box of a letter, from ascender to descender and over its advance."""
        (x, y), scale = self.anchor_um, self.scale_um * letter.scale
        face = letter.line.boxes[0].face
        left = x + self.scale_um * letter.x
        baseline = y + self.scale_um * letter.y
        return Box(
            round(left),
            round(baseline - scale * face.ascender / face.upem),
            round(left + scale * letter.line.width),
            round(baseline + scale * face.descender / face.upem),
        )

    def _placed(self, letter: Letter) -> Path:
        return letter.path.placed(self.scale_um, *self.anchor_um)


def fit_monogram(letters: Sequence[Letter], rules: TextRules, framing: Framing) -> FittedMonogram:
    """Return the letters at the largest size that the rules allow and that fits.

    letters: arranged, the middle of their ink at the origin.
    """
    most = rules.max_size_centipoint
    ink = ink_of(join_paths(letter.path for letter in letters), 1.0)
    fitting = most if ink is None else framing.largest_size(ink, most)
    size = most if rules.overflow is Overflow.REPORT else max(fitting, rules.min_size_centipoint)
    anchor = framing.middle if ink is None else framing.anchor(ink, size)
    return FittedMonogram(tuple(letters), size, fitting, anchor)


def monogram_clusters(
    made: NormalisedText,
    fitted: FittedMonogram,
    placed: dict[int, tuple[int, Letter]],
) -> tuple[Cluster, ...]:
    """Return the clusters of the text as made, in its order.

    placed: by first code point, the line and the letter of those that are set. What is not set has a
    box without width at the end of what is set before it.
    """
    utf16 = utf16_offsets(made.text)
    clusters: list[Cluster] = []
    for start, end in zip(made.starts, [*made.starts[1:], len(made.text)], strict=True):
        if start in placed:
            line, letter = placed[start]
            box, level = fitted.box(letter), letter.line.boxes[0].level
        elif clusters:
            line, level, before = clusters[-1].line, clusters[-1].level, clusters[-1].box
            edge = before.left_um if level % 2 else before.right_um
            box = Box(edge, before.top_um, edge, before.bottom_um)
        else:
            line, level = 0, 0
            x, y = (round(value) for value in fitted.anchor_um)
            box = Box(x, y, x, y)
        clusters.append(Cluster(utf16[start], utf16[end], line, level, box))
    return tuple(clusters)
