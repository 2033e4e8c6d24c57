"""From areas to the lines of a tool that follows lines; what is not filled stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from render_core.layout import FillRule, Item, Outline
from render_core.making import checks
from render_core.making.areas import FILL, MOST_WORK, rings_of, united_apart, work
from render_core.making.hatch import filled, lines_needed, most_lines
from render_core.making.precision import fit_um, precision_um
from render_core.making.profile import FillKind, MachineOperation, MachineProfile
from render_core.making.ways import solid
from render_core.problems import Problem

# Whoever fills strokes finds where they cross, in the square of their number.
LINES_OF_ITEM: Final = 256


def fill_items(
    items: Sequence[Item], operation: MachineOperation, profile: MachineProfile
) -> tuple[tuple[Item, ...], list[Problem]]:
    """Return the items of an operation as its tool makes them, and what is wrong with them."""
    if operation.fill.kind is FillKind.NONE:
        return tuple(items), []
    made: list[Item] = []
    problems: list[Problem] = []
    for item in items:
        if item.image is not None or item.outline.is_empty:
            continue
        if item.line_width_um and item.clip is None:
            made.append(item)
            continue
        lines, found = _filled(item, operation, profile)
        made += lines
        problems += found
    return tuple(made), problems


def _filled(
    item: Item, operation: MachineOperation, profile: MachineProfile
) -> tuple[list[Item], list[Problem]]:
    precision = precision_um(profile)
    is_plain = item.clip is None and not item.line_width_um
    outline = item.outline if is_plain else solid(item)
    if outline is None:
        return [], [checks.too_tangled(item)]
    if is_plain and (opened := checks.of_closed(item.zone, outline)):
        return [], opened
    rings = rings_of(outline, precision)
    if work(rings) > MOST_WORK:
        return [], [checks.too_tangled(item)]
    area = united_apart(rings, FILL[item.fill_rule if is_plain else FillRule.NONZERO])
    fill = operation.fill
    if (count := lines_needed(area, fill)) > most_lines(fill):
        return [], [checks.fill_too_fine(item, count, most_lines(fill))]
    problems = list(checks.of_kerf(item.zone, area, operation.kerf_um, inward=True))
    problems += checks.of_strokes(item.zone, area, operation.min_stroke_um)
    found = filled(area, fill, operation.kerf_um, precision, fit_um(profile))
    width = operation.kerf_um or fill.spacing_um
    drawn = [part for lines in found.lines for part in _parts(lines)]
    drawn += [*found.thin, *found.closed]
    return [
        Item(item.zone, item.operation, item.ink, some, line_width_um=width) for some in drawn
    ], problems


def _parts(lines: Outline) -> Iterator[Outline]:
    """Yield lines in parts of which each can be drawn: what crosses is never in one."""
    for first in range(0, len(lines.verbs), 2 * LINES_OF_ITEM):
        some = slice(first, first + 2 * LINES_OF_ITEM)
        yield Outline(lines.verbs[some].copy(), lines.points_um[some].copy())
