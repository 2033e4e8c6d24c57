"""The box and the cursor of every grapheme cluster of a text along a line, in whole micrometres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Box, Cluster
from render_core.text.lines import ClusterBox
from render_core.text.normalise import NormalisedText
from render_core.text.on_path import OnLine, across, turned

Array = NDArray[np.float64]
_Spot = tuple[int, ClusterBox]  # Index of the unit, and the cluster in the straight text.


def clusters_on_line(made: NormalisedText, on: OnLine) -> tuple[Cluster, ...]:
    """Return the clusters of the text as made, in its order.

    A box lies around the turned rectangle from ascender to descender and over the advance; the cursor
    stands at the edge of that rectangle where reading enters the cluster. What the line does not
    show, such as a line end, has a cursor where the cluster before it ends.
    """
    spots = list(_spots(made, on))
    if not spots:
        return ()
    corners = np.rint(_corners(on, spots)).astype(np.int64)
    low, high = corners.min(axis=1).tolist(), corners.max(axis=1).tolist()
    carets = corners.tolist()
    utf16 = [0, *accumulate(2 if ord(c) > 0xFFFF else 1 for c in made.text)]
    ends = [*made.starts[1:], len(made.text)]
    return tuple(
        Cluster(
            utf16[start],
            utf16[end],
            0,
            box.level,
            Box(*low[index], *high[index]),
            _caret(carets[index], box.level),
        )
        for index, (start, end, (_, box)) in enumerate(zip(made.starts, ends, spots, strict=True))
    )


def _spots(made: NormalisedText, on: OnLine) -> Iterator[_Spot]:
    found = {
        box.start: (index, box) for index, unit in enumerate(on.run.units) for box in unit.boxes
    }
    last = found[min(found)] if found else None
    for start in made.starts:
        spot = found.get(start)
        if spot is None and last is not None:
            index, box = last
            edge = box.left if box.level % 2 else box.right
            spot = (index, box._replace(left=edge, right=edge))
        if spot is not None:
            last = spot
            yield spot


def _corners(on: OnLine, spots: Sequence[_Spot]) -> Array:
    """Return (n, 6, 2): foot and head of the left edge, of the middle, and of the right edge."""
    unit = np.array([index for index, _ in spots], dtype=np.int64)
    sides = np.array([(box.left, box.right) for _, box in spots], dtype=np.float64)
    heights = np.array(
        [
            (box.face.descender / box.face.upem, -box.face.ascender / box.face.upem)
            for _, box in spots
        ],
        dtype=np.float64,
    )
    x = np.stack([sides[:, 0], (sides[:, 0] + sides[:, 1]) / 2, sides[:, 1]], axis=1)
    x = np.repeat(x, 2, axis=1) * on.across_um
    y = np.tile(heights, (1, 3)) * on.scale_um
    follows = np.array([on.bends(on.run.units[index]) for index, _ in spots], dtype=bool)
    placed = np.empty((len(spots), 6, 2), dtype=np.float64)
    rest = ~follows
    local = np.stack([x - (on.run.middles * on.across_um)[unit][:, None], y], axis=2)[rest]
    owner = np.repeat(unit[rest], 6)
    placed[rest] = turned(on).placed(owner, local.reshape(-1, 2)).reshape(-1, 6, 2)
    along = (x + on.origins_um()[unit][:, None])[follows]
    places = on.line.line.at(along.reshape(-1))
    off = (y[follows] - on.lift_um).reshape(-1, 1)
    placed[follows] = (places.points + off * across(places)).reshape(-1, 6, 2)
    return placed


def _caret(corners: list[list[int]], level: int) -> tuple[int, int, int, int]:
    foot, head = (corners[4], corners[5]) if level % 2 else (corners[0], corners[1])
    return (foot[0], foot[1], head[0], head[1])
