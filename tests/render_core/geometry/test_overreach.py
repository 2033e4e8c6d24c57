"""How far a drawing reaches over a line: exact, whatever is skipped on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from render_core.geometry.clearance import (
    Drawing,
    closed_segments,
    edge,
    inside,
    squared_distances,
)
from render_core.geometry.overreach import Overreach, overreach

Points = NDArray[np.float64]


def drawing_of(contours: list[Points]) -> Drawing:
    return Drawing(
        tuple(contours),
        np.array([points[0] for points in contours]),
        np.array([points.min(axis=0) for points in contours]),
        np.array([points.max(axis=0) for points in contours]),
    )


def wavy(rng: np.random.Generator, x: float, y: float, size: float, count: int) -> Points:
    """Return a contour around a place, its corners at uneven distances."""
    steps = np.array([k / count for k in range(count)])
    square = np.stack([np.abs(4 * steps - 2) - 1, np.abs((4 * steps + 1) % 4 - 2) - 1], axis=1)
    return np.array([x, y]) + square * size * (1 + rng.random((count, 1)) / 4)


def plainly(
    shape: list[Points], drawn: list[Points], margin: float, slack: float
) -> Overreach | None:
    """Measure every corner against every side."""
    edges = np.concatenate([closed_segments(points) for points in shape])
    sides = np.concatenate([closed_segments(points) for points in drawn])
    corners = np.concatenate(drawn)
    out = np.sqrt(squared_distances(corners, edges).min(axis=1))
    poked = np.sqrt(squared_distances(edges[:, 0], sides).min(axis=1))
    depths = margin + np.concatenate(
        [
            np.where(inside(corners, edges), -out, out),
            np.where(inside(edges[:, 0], sides), poked, -poked),
        ]
    )
    over = np.concatenate([corners, edges[:, 0]])[depths > slack]
    if not len(over):
        return None
    return Overreach(float(depths.max()), (*over.min(axis=0).tolist(), *over.max(axis=0).tolist()))  # type: ignore[arg-type]


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 12),
    st.sampled_from([0.0, 3.0, 20.0]),
    st.sampled_from([20.0, 100.0, 400.0]),
)
def test_it_is_what_measuring_every_corner_gives(
    seed: int, count: int, margin: float, spread: float
) -> None:
    rng = np.random.default_rng(seed)
    shape = [wavy(rng, 0, 0, 100, 90)]
    # In rows, so that no contour overlaps another.
    drawn = [
        wavy(rng, (k - count / 2) * spread, 0, spread / 3, int(rng.integers(3, 300)))
        for k in range(count)
    ]
    found = overreach(edge(shape), drawing_of(drawn), margin, 0.5)
    wanted = plainly(shape, drawn, margin, 0.5)
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        assert found.by == pytest.approx(wanted.by, abs=1e-9)
        assert tuple(found.bounds) == pytest.approx(tuple(wanted.bounds), abs=1e-9)


def test_a_hole_of_a_letter_around_a_corner_of_the_edge_is_seen() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    ring = [square * 60 - 30, (square * 40 - 20)[::-1]]
    shape = [square * 100]
    assert overreach(edge(shape), drawing_of(ring), 0.0, 0.5) == plainly(shape, ring, 0.0, 0.5)
