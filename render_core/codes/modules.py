"""Modules to outlines: one contour around each piece of dark, one around each hole in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core.layout import EMPTY_OUTLINE, Outline, Verb

Modules = NDArray[np.bool_]
Corner = tuple[int, int]


def outline_of(modules: Modules, module_um: int, left_um: int, top_um: int) -> Outline:
    """Return the dark modules as closed contours of straight lines, exact in whole micrometres.

    modules: (rows, columns), True for dark. Modules that meet at a corner alone stay apart, so that
    no contour touches itself; dark lies to the right of each way, holes run the other way round.
    """
    verbs: list[int] = []
    points: list[Corner] = []
    for contour in _contours(modules):
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(contour) - 1), Verb.CLOSE]
        points += contour
    if not points:
        return EMPTY_OUTLINE
    placed = np.array(points, np.int64) * module_um + np.array([left_um, top_um], np.int64)
    return Outline(np.array(verbs, np.uint8), placed.astype(np.int32))


def _contours(modules: Modules) -> list[list[Corner]]:
    """Return the corners (x, y) of every contour, in modules, from the topmost on."""
    steps = _edges(modules)
    contours = []
    for start in sorted(steps, key=lambda corner: (corner[1], corner[0])):
        while steps.get(start):
            contours.append(_corners(_walk(start, steps)))
    return contours


def _edges(modules: Modules) -> dict[Corner, list[Corner]]:
    """Return the steps (dx, dy) along the edges of dark that begin at each corner."""
    padded = np.pad(modules, 1)
    steps: dict[Corner, list[Corner]] = {}
    here = padded[1:-1, 1:-1]
    sides = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),  # Above: to the right, dark on the right hand.
        (padded[1:-1, 2:], (1, 0), (0, 1)),
        (padded[2:, 1:-1], (1, 1), (-1, 0)),
        (padded[1:-1, :-2], (0, 1), (0, -1)),
    )
    for neighbour, (right, down), step in sides:
        for y, x in np.argwhere(here & ~neighbour).tolist():
            steps.setdefault((x + right, y + down), []).append(step)
    return steps


def _walk(start: Corner, steps: dict[Corner, list[Corner]]) -> list[Corner]:
    """Take the steps of one contour, which begins and ends at a corner, out of `steps`."""
    taken: list[Corner] = []
    at, before = start, (0, 0)
    while not taken or at != start:
        leaving = steps[at]
        # Where two pieces meet, a turn to the right stays with the piece that lies there.
        right = (-before[1], before[0])
        step = right if right in leaving else leaving[0]
        leaving.remove(step)
        taken.append(step)
        at, before = (at[0] + step[0], at[1] + step[1]), step
    return [start, *taken]


def _corners(walk: list[Corner]) -> list[Corner]:
    """Return where a walk turns; its start, the topmost leftmost corner, is one."""
    at, *taken = walk
    corners = []
    before = taken[-1]
    for step in taken:
        if step != before:
            corners.append(at)
        at, before = (at[0] + step[0], at[1] + step[1]), step
    return corners
