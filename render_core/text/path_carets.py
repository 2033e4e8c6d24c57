"""The box and the cursor of every grapheme cluster of a text along a line, in whole micrometres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Box, Cluster
from render_core.text.caret_boxes import utf16_offsets
from render_core.text.face import Face
from render_core.text.normalise import NormalisedText
from render_core.text.on_path import OnLine, across

Array = NDArray[np.float64]


class _Spots(NamedTuple):
    """Clusters in the straight text. units: (n,) what they belong to. sides: (n, 2) left and right.
    heights: (n, 2) descender and ascender, y down. All in ems."""

    units: NDArray[np.int64]
    sides: Array
    heights: Array
    levels: Sequence[int]


def clusters_on_line(made: NormalisedText, on: OnLine) -> tuple[Cluster, ...]:
    """Return the clusters of the text as made, in its order.

    A box lies around the turned rectangle from ascender to descender and over the advance; the cursor
    stands at the edge of that rectangle where reading enters the cluster. What the line does not
    show, such as a line end, has a cursor where the cluster before it ends.
    """
    spots = _spots(made, on)
    if spots is None:
        return ()
    corners = np.rint(_corners(on, spots)).astype(np.int64)
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    backwards = np.array(spots.levels, dtype=np.int64)[:, None, None] % 2 == 1
    carets = np.where(backwards, corners[:, 4:], corners[:, :2]).reshape(-1, 4)
    utf16 = utf16_offsets(made.text)
    return tuple(
        Cluster(utf16[start], utf16[end], 0, level, Box(*box), tuple(caret))
        for start, end, level, box, caret in zip(
            made.starts,
            (*made.starts[1:], len(made.text)),
            spots.levels,
            boxes.tolist(),
            carets.tolist(),
            strict=True,
        )
    )


def _spots(made: NormalisedText, on: OnLine) -> _Spots | None:
    boxes = [box for unit in on.run.units for box in unit.boxes]
    if (
        boxes and tuple([box.start for box in boxes]) == made.starts
    ):  # From left to right, and all of it.
        _, _, levels, lefts, rights, faces = zip(*boxes, strict=True)
        counts = [len(unit.boxes) for unit in on.run.units]
        units = np.repeat(np.arange(len(counts)), counts)
        return _Spots(units, np.array([lefts, rights]).T, _heights(faces), levels)
    return _spots_apart(made, on)


def _spots_apart(made: NormalisedText, on: OnLine) -> _Spots | None:
    """Return the clusters where some are not shown, or not in their order."""
    found = {
        box.start: (index, box) for index, unit in enumerate(on.run.units) for box in unit.boxes
    }
    if not found:
        return None
    units, sides, levels = list[int](), list[tuple[float, float]](), list[int]()
    faces = list[Face]()
    last = found[min(found)]
    for start in made.starts:
        shown = found.get(start)
        index, (_, _, level, left, right, face) = last = shown or last
        if shown is None:
            left = right = left if level % 2 else right
        units.append(index)
        sides.append((left, right))
        levels.append(level)
        faces.append(face)
    sides_found = np.array(sides, dtype=np.float64)
    return _Spots(np.array(units, dtype=np.int64), sides_found, _heights(faces), levels)


def _heights(faces: Sequence[Face]) -> Array:
    """Return the descender and the ascender of faces, (n, 2), ems, y down."""
    reach = {
        face: (face.descender / face.upem, -face.ascender / face.upem)
        for face in dict.fromkeys(faces)
    }
    if len(reach) == 1:
        return np.tile(np.array([*reach.values()], dtype=np.float64), (len(faces), 1))
    return np.array([reach[face] for face in faces], dtype=np.float64)


def _corners(on: OnLine, spots: _Spots) -> Array:
    """Return (n, 6, 2): foot and head of the left edge, of the middle, and of the right edge."""
    units, sides = spots.units, spots.sides
    x = np.stack([sides[:, 0], (sides[:, 0] + sides[:, 1]) / 2, sides[:, 1]], axis=1)
    x = np.repeat(x, 2, axis=1) * on.across_um
    y = np.tile(spots.heights, (1, 3)) * on.scale_um
    follows = on.bending[units]
    local = np.stack([x - (on.run.middles * on.across_um)[units][:, None], y], axis=2)
    placed = on.turned.placed(np.repeat(units, 6), local.reshape(-1, 2)).reshape(-1, 6, 2)
    if follows.any():
        along = (x + on.origins_um[units][:, None])[follows]
        places = on.line.line.at(along.reshape(-1))
        off = (y[follows] - on.lift_um).reshape(-1, 1)
        placed[follows] = (places.points + off * across(places)).reshape(-1, 6, 2)
    return placed
