"""What of a surface is to be sewn: areas and lines, each with its thread, in an order of few changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from render_core.geometry.crossings import crosses_more_often
from render_core.geometry.flatten import flatten
from render_core.geometry.paths import Path
from render_core.geometry.polygons import EMPTY, TOLERANCE_UM, Polygons, polygons_of
from render_core.layout import Box, Ink, Item, Operation, Outline, Surface, Verb
from render_core.making import areas
from render_core.making.profile import Embroidery, Thread
from render_core.making.stitches.piece import Points
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.raster.solid import solid_outline
from render_core.separations import made_items

# Lines of at least this width, sewn, are satins; narrower ones are running stitch.
_SATIN_LINE_UM: Final = 900
_LINE_TOLERANCE_UM: Final = 20.0
MOST_POINTS: Final = 250_000
_MOST_CROSSINGS: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """An area, or lines to follow (each (n, 2) µm), to be sewn with one thread."""

    zone: str
    ink: Ink
    thread: Thread
    box: Box
    area: Polygons = EMPTY
    lines: tuple[Points, ...] = ()


def work_of(surface: Surface, rules: Embroidery) -> tuple[list[list[Work]], list[Problem]]:
    """Return what is sewn with one thread after the other, and what cannot be sewn."""
    found: list[Work] = []
    problems: list[Problem] = []
    for item in made_items(surface):
        if item.operation is not Operation.STITCH:
            continue
        one = _work(item, rules)
        if isinstance(one, Problem):
            problems.append(one)
            continue
        found.append(one)
        if not item.line_width_um and _has_open_contour(item.outline):
            problems.append(problem("STITCH_OPEN_CONTOUR", item.zone, box=one.box))
    return _grouped(found), problems


def _work(item: Item, rules: Embroidery) -> Work | Problem:
    box = Box(*item.outline.bounds_um())
    if item.image is not None:
        return problem("STITCH_PICTURE", item.zone)
    if item.gradient is not None:
        return problem("STITCH_GRADIENT", item.zone, box=box)
    if item.outline.verbs.size > MOST_POINTS or _is_tangled(item.outline):
        return problem("STITCH_TOO_DETAILED", item.zone, box=box)
    thread = _thread(item.ink, rules)
    if thread is None:
        colour = item.ink.spot or "#{:02x}{:02x}{:02x}".format(*item.ink.rgb)
        return problem("STITCH_THREAD_MISSING", item.zone, box=box, params={"colour": colour})
    is_narrow = item.line_width_um > 0 and item.line_width_um + 2 * rules.pull_um < _SATIN_LINE_UM
    if is_narrow and item.clip is None:
        lines = tuple(_lines(item.outline))
        if not lines:
            return problem("STITCH_NO_AREA", item.zone, box=box)
        return Work(item.zone, item.ink, thread, box, lines=lines)
    solid = solid_outline(item)
    if areas.work(areas.rings_of(solid, TOLERANCE_UM)) > areas.MOST_WORK:
        return problem("STITCH_TOO_DETAILED", item.zone, box=box)
    area = polygons_of(solid)
    if area.is_empty:
        return problem("STITCH_NO_AREA", item.zone, box=box)
    return Work(item.zone, item.ink, thread, box, area)


def _is_tangled(outline: Outline) -> bool:
    path = Path(outline.verbs, outline.points_um.astype(np.float64))
    return not outline.is_empty and crosses_more_often(path, _MOST_CROSSINGS)


def _lines(outline: Outline) -> Iterator[Points]:
    for line in flatten(outline, _LINE_TOLERANCE_UM):
        points = line.points_um
        if line.closed:
            points = np.concatenate([points, points[:1]])
        if len(points) > 1 and bool((points != points[0]).any()):
            yield points


def _has_open_contour(outline: Outline) -> bool:
    moves = int((outline.verbs == Verb.MOVE).sum())
    return moves > int((outline.verbs == Verb.CLOSE).sum())


def _thread(ink: Ink, rules: Embroidery) -> Thread | None:
    """Return the thread of an ink: by its name, else by its colour; any colour where none are listed."""
    if not rules.threads:
        return Thread(ink.spot or "#{:02x}{:02x}{:02x}".format(*ink.rgb), ink.rgb)
    named = [one for one in rules.threads if ink.spot and ink.spot in (one.name, one.number)]
    coloured = [one for one in rules.threads if one.rgb == ink.rgb]
    return next(iter(named + coloured), None)


def _grouped(found: list[Work]) -> list[list[Work]]:
    """Sew with a thread all that can be, as long as nothing that lies above ends up below."""
    groups: list[list[Work]] = []
    for one in found:
        place = len(groups)
        for index in reversed(range(len(groups))):
            if groups[index][0].thread == one.thread:
                place = index
                break
            if any(one.box.touches(other.box) for other in groups[index]):
                break
        if place == len(groups):
            groups.append([])
        groups[place].append(one)
    return groups
