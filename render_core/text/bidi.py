"""The Unicode bidirectional algorithm (UAX #9, revision 46, Unicode 15.0).

All rules from P2 to L2 with explicit embeddings, overrides and isolates; what needs the width of
a line (L1 at its end) takes the line's range. Rule names stand beside the code that is the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from render_core.text.bidi_explicit import (
    ISOLATE_INITIATORS,
    REMOVED_BY_X9,
    explicit_levels,
    first_strong_level,
)
from render_core.text.bidi_sequences import RunSequence, isolating_run_sequences
from render_core.text.bidi_weak_neutral import resolve_sequence
from render_core.text.ucd.properties import bracket, properties

Bracket = tuple[int, bool]

# With none of these and an even base, every character keeps the base level.
_TURNS: Final = frozenset(["R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF"])
# What makes levels and sequences of its own, or is taken out by X9; B ends a paragraph.
_EXPLICIT: Final = ISOLATE_INITIATORS | REMOVED_BY_X9 | {"PDI", "B"}
_RESET_WHEN_TRAILING: Final = frozenset(["WS", "PDI"]) | ISOLATE_INITIATORS | REMOVED_BY_X9


class Paragraph(NamedTuple):
    """A resolved paragraph. levels: one per code point, before rule L1."""

    base: int
    levels: tuple[int, ...]
    classes: tuple[str, ...]


def resolve_text(text: str, base: int | None = None) -> Paragraph:
    """Return the embedding levels of one paragraph.

    base: 0 for left to right, 1 for right to left, None to take it from the first strong
    character (P2, P3), left to right where there is none.
    """
    code_points = [ord(character) for character in text]
    classes = [properties(code_point).bidi for code_point in code_points]
    if not base and _TURNS.isdisjoint(classes):
        return Paragraph(0, (0,) * len(classes), tuple(classes))
    return resolve_classes(classes, [bracket(code_point) for code_point in code_points], base)


def resolve_classes(
    classes: Sequence[str], brackets: Sequence[Bracket | None], base: int | None = None
) -> Paragraph:
    """Return the levels for bidi classes and paired brackets (see `properties.bracket`)."""
    if base is None:
        base = first_strong_level(classes)
    if not base and _TURNS.isdisjoint(classes):
        return Paragraph(0, (0,) * len(classes), tuple(classes))
    if classes and _EXPLICIT.isdisjoint(classes):  # One level, one sequence.
        side = "R" if base % 2 else "L"
        plain = [base] * len(classes)
        sequence = RunSequence(tuple(range(len(classes))), base, side, side)
        resolve_sequence(sequence, classes, plain, brackets)
        return Paragraph(base, tuple(plain), tuple(classes))
    levels, effective = explicit_levels(classes, base)
    for sequence in isolating_run_sequences(classes, levels, base):
        resolve_sequence(sequence, effective, levels, brackets)
    _levels_of_removed(classes, levels, base)
    return Paragraph(base, tuple(levels), tuple(classes))


def line_levels(paragraph: Paragraph, start: int, end: int) -> list[int]:
    """Return the levels of one line of a paragraph after rule L1."""
    levels = list(paragraph.levels[start:end])
    trailing = True
    for index in range(end - 1, start - 1, -1):
        kind = paragraph.classes[index]
        if kind in {"S", "B"}:
            trailing = True
        elif kind not in _RESET_WHEN_TRAILING:
            trailing = False
        if trailing:
            levels[index - start] = paragraph.base
    return levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the indices of a line's parts from left to right (L2)."""
    order = list(range(len(levels)))
    if not levels:
        return order
    lowest_odd = min((level for level in levels if level % 2), default=max(levels) + 1)
    for level in range(max(levels), lowest_odd - 1, -1):
        at = 0
        while at < len(levels):
            if levels[at] < level:
                at += 1
                continue
            end = at
            while end < len(levels) and levels[end] >= level:
                end += 1
            order[at:end] = order[at:end][::-1]
            at = end
    return order


def _levels_of_removed(classes: Sequence[str], levels: list[int], base: int) -> None:
    """Give what X9 removes the level of what precedes it (UAX #9, section 5.2)."""
    previous = base
    for index, kind in enumerate(classes):
        if kind in REMOVED_BY_X9:
            levels[index] = previous
        previous = levels[index]
