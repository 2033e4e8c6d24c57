"""A surface's areas and lines to sew become a pattern of stitches.

Narrow parts get satins, wide ones fills, lines and what is too narrow for a satin running stitch. Parts
of one thread are sewn in the order of the shortest ways; only + − × ÷ √ decide, and the last step
rounds to 0.1 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from render_core.geometry.offset import grown, shrunk
from render_core.geometry.polygons import Polygons, difference
from render_core.layout import Box, Surface, ZoneFrame
from render_core.making.profile import Embroidery, MachineProfile
from render_core.making.stitches.columns import Column, columns, covered
from render_core.making.stitches.early import too_small
from render_core.making.stitches.fill import fill, patch
from render_core.making.stitches.pattern import UM_PER_UNIT, Block, Pattern
from render_core.making.stitches.piece import Piece, Points, pieces
from render_core.making.stitches.satin import sew_columns
from render_core.making.stitches.sewer import Sewer
from render_core.making.stitches.simpler import TooDetailed
from render_core.making.stitches.skeleton import skeleton
from render_core.making.stitches.ways import Ways
from render_core.making.stitches.work import Work, work_of
from render_core.preflight.messages import problem
from render_core.problems import Problem, in_order
from render_core.units import UM_PER_MM, um_as_mm

# So many steps are four hours of sewing, and more than most machines load.
MOST_STEPS: Final = 200_000
MOST_PIECES: Final = 5_000
# Pieces with more edges, once simplified, are filled: their strokes are looked for in no time.
_MOST_EDGES: Final = 6_000
# What columns leave free: slivers of twice this width are none, and so much of a piece is no stroke.
_SLIVER_UM: Final = 150.0
_LEAST_PATCH_UM2: Final = 200_000.0
_MOST_FREE: Final = 0.3
_BROAD_UM: Final = 1_500.0


@dataclass(frozen=True, slots=True)
class Embroidered:
    """A pattern, and what was found on the way; with an error among it the pattern is not whole."""

    pattern: Pattern
    problems: tuple[Problem, ...]


def embroider(surface: Surface, profile: MachineProfile) -> Embroidered:
    """Return the stitches of all items of a surface whose operation is STITCH."""
    groups, problems = work_of(surface, profile.embroidery)
    blocks: list[Block] = []
    steps = 0
    for group in groups:
        sewer = Sewer(profile.embroidery, MOST_STEPS - steps)
        if blocks:
            sewer.rest_at(blocks[-1].steps[-1])
        problems += _sew_group(group, sewer)
        if sewer.is_full:
            problems.append(problem("STITCH_TOO_DETAILED", group[0].zone, box=group[0].box))
            break
        steps += len(sewer.steps)
        if sewer.steps:
            blocks.append(Block(group[0].ink, group[0].thread, tuple(sewer.steps)))
    frames = {frame.zone: frame for frame in surface.zones}
    told = in_order((_in_zone(found, frames[found.zone]) for found in problems), list(frames))
    return Embroidered(Pattern(surface.id, tuple(blocks)), told)


def _in_zone(found: Problem, frame: ZoneFrame) -> Problem:
    """Return a problem with its place in the coordinates of its zone."""
    if found.box is None:
        return found
    left, top, right, bottom = found.box
    x, y = frame.x_um, frame.y_um
    return replace(found, box=Box(left - x, top - y, right - x, bottom - y))


def _sew_group(group: list[Work], sewer: Sewer) -> list[Problem]:
    problems: list[Problem] = []
    parts: list[tuple[Work, Piece | Points]] = []
    for one in group:
        try:
            found = pieces(one.area) if not one.lines else []
        except TooDetailed:
            return [problem("STITCH_TOO_DETAILED", one.zone, box=one.box)]
        if not found and not one.lines:
            problems.append(problem("STITCH_NO_AREA", one.zone, box=one.box))
        parts += [(one, piece) for piece in found] + [(one, line) for line in one.lines]
    if len(parts) > MOST_PIECES:
        return [problem("STITCH_TOO_DETAILED", group[0].zone, box=group[0].box)]
    boxes = np.array([_bounds(part) for _, part in parts], np.float64).reshape(-1, 4)
    waiting = np.ones(len(parts), np.bool_)
    while waiting.any() and not sewer.is_full:
        index = _nearest(boxes, waiting, sewer)
        waiting[index] = False
        work, part = parts[index]
        if isinstance(part, Piece):
            problems += _sew_piece(part, work, sewer)
        else:
            _sew_line(part, sewer)
    sewer.finish()
    return problems


def _bounds(part: Piece | Points) -> tuple[float, ...]:
    if isinstance(part, Piece):
        return part.bounds
    return (*part.min(axis=0).tolist(), *part.max(axis=0).tolist())


def _nearest(boxes: Points, waiting: np.typing.NDArray[np.bool_], sewer: Sewer) -> int:
    """Return the part that is nearest to the needle; the first one from the left at the beginning."""
    if sewer.place is None:
        return int(np.argmin(np.where(waiting, boxes[:, 0], np.inf)))
    x, y = (place * UM_PER_UNIT for place in sewer.place)
    dx = np.maximum(np.maximum(boxes[:, 0] - x, x - boxes[:, 2]), 0.0)
    dy = np.maximum(np.maximum(boxes[:, 1] - y, y - boxes[:, 3]), 0.0)
    # Where several are as near, the one that begins furthest to the left.
    far = dx * dx + dy * dy + boxes[:, 0] * 1e-3
    return int(np.argmin(np.where(waiting, far, np.inf)))


def _sew_line(line: Points, sewer: Sewer) -> None:
    """Sew a line there and back, which makes it as strong as it looks; a closed one once round twice."""
    place = sewer.place
    closed = bool((line[0] == line[-1]).all())
    if place is not None and not closed:
        ends = line[[0, -1]] - np.array(place, np.float64) * UM_PER_UNIT
        near = ends[:, 0] ** 2 + ends[:, 1] ** 2
        line = line if near[0] <= near[1] else line[::-1]
    sewer.begin(*line[0].tolist())
    sewer.run(line)
    sewer.run(line if closed else line[::-1])


def _sew_piece(piece: Piece, work: Work, sewer: Sewer) -> list[Problem]:
    rules = sewer.rules
    if (small := too_small(work.zone, piece, rules)) is not None:
        return [small]
    strokes = _strokes(piece, rules)
    if strokes is None:
        fill(piece, sewer)
        return []
    free = _free(piece, strokes)
    ways = Ways(piece, float(rules.pull_um))
    for rest in pieces(free):
        if rest.area.area_um2() >= _LEAST_PATCH_UM2:
            patch(rest, ways, sewer)
    sew_columns(strokes, sewer, lambda place: ways.go(sewer, place))
    thin, thread = round(min(2 * column.half_width for column in strokes)), rules.thread_um
    if thin >= thread:
        return []
    return [
        problem(
            "STITCH_TOO_THIN", work.zone, box=piece.box(),
            measured=thin / UM_PER_MM, required=thread / UM_PER_MM,
            params={"measured_mm": um_as_mm(thin), "required_mm": um_as_mm(thread)},
        )
    ]  # fmt: skip


def _strokes(piece: Piece, rules: Embroidery) -> list[Column] | None:
    """Return the columns of a piece, None for one that is no stroke or wider than a satin may be."""
    if len(piece.segments) > _MOST_EDGES:
        return None
    graph = skeleton(piece)
    if not graph.edges:
        return None
    if 2 * float(graph.half_widths.max()) > 1.5 * rules.satin_max_um:
        return None
    found = columns(piece, graph)
    if max(2 * column.half_width for column in found) > rules.satin_max_um or _is_blob(found):
        return None
    free = _free(piece, found).area_um2()
    return found if free <= _MOST_FREE * piece.area.area_um2() else None


def _is_blob(strokes: list[Column]) -> bool:
    """Return whether a piece is broad and hardly longer: no stroke, whatever its middle lines are."""
    longest = max(strokes, key=lambda column: column.chain_um)
    return longest.half_width > _BROAD_UM and longest.chain_um < 4 * longest.half_width


def _free(piece: Piece, strokes: list[Column]) -> Polygons:
    """Return what columns leave free of a piece, without slivers."""
    rest = difference(piece.area, covered(strokes))
    return grown(shrunk(rest, _SLIVER_UM), _SLIVER_UM)
