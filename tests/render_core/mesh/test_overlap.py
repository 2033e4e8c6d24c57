"""Overlaps of texture coordinates: every one that a picture would show, and no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from shapely import STRtree, polygons

from examples.meshes.__main__ import MESHES
from render_core.errors import UnsupportedDesign
from render_core.mesh.overlap import overlap
from render_core.mesh.unwrapping import check_unwrapping

Triangles = NDArray[np.float64]


def sheet(cells: int) -> Triangles:
    """Return the whole square as triangles (t, 3, 2) with a little disorder inside."""
    step = np.linspace(0, 1, cells + 1)
    places = np.stack(np.meshgrid(step, step), axis=-1)
    noise = np.random.default_rng(5).uniform(-0.3, 0.3, (cells - 1, cells - 1, 2)) / cells
    places[1:-1, 1:-1] += noise
    a, b, c, d = places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]
    halves = [np.stack(corners, axis=2).reshape(-1, 3, 2) for corners in ((a, c, b), (a, d, c))]
    return np.concatenate(halves)


def test_triangles_that_share_edges_do_not_overlap() -> None:
    for cells in (1, 7, 64, 270):
        assert overlap(sheet(cells)) is None


def test_a_small_triangle_on_others_is_found_where_it_lies() -> None:
    small = np.array([[[0.61, 0.2], [0.61, 0.205], [0.615, 0.2]]])
    found = overlap(np.concatenate((sheet(50), small)))
    assert found is not None
    assert abs(found[0] - 0.612) < 0.004
    assert abs(found[1] - 0.202) < 0.004


def test_what_is_thinner_than_a_sample_is_rounding() -> None:
    sliver = np.array([[[0.2, 0.3], [0.2, 0.7], [0.2002, 0.5]]])
    assert overlap(np.concatenate((sheet(8), sliver))) is None


def test_orientation_does_not_matter() -> None:
    whole = sheet(9)
    assert overlap(whole[:, ::-1]) is None
    assert overlap(np.concatenate((whole, whole[40:41, ::-1]))) is not None


def test_many_long_thin_triangles_cost_no_more_than_rows_allowed() -> None:
    at = np.arange(20_000) / 20_000
    foot, head, next_ = (np.stack((x, y), axis=1) for x, y in
                         ((at, at * 0), (at, at * 0 + 1), (at + 1 / 20_000, at * 0)))  # fmt: skip
    thin = np.stack((foot, head, next_), axis=1)
    assert overlap(thin) is None
    assert overlap(np.concatenate((thin, thin))) is not None


@pytest.mark.parametrize("seed", range(12))
def test_shapely_finds_the_same_overlaps(seed: int) -> None:
    """Islands thrown at random: an overlap of more than 3 samples each way is found, others are not."""
    rng = np.random.default_rng(seed)
    middles = rng.uniform(0.05, 0.95, (24, 1, 2))
    islands = middles + rng.uniform(-0.03, 0.03, (24, 3, 2))
    drawn = polygons(islands)
    pairs = STRtree(drawn).query(drawn, predicate="intersects").T
    common = [drawn[a].intersection(drawn[b]) for a, b in pairs if a < b]
    wide = any(not part.buffer(-3 / 2048).is_empty for part in common)
    none = all(part.is_empty or part.area == 0 for part in common)
    found = overlap(islands)
    if wide:
        assert found is not None
    if none:
        assert found is None


@pytest.mark.parametrize("name", MESHES)
def test_a_surface_that_two_materials_show_at_one_place_is_refused_by_name(name: str) -> None:
    mesh = MESHES[name]()
    check_unwrapping(mesh)
    part = next(part for part in mesh.parts if mesh.materials[part.material].surface)
    rows = mesh.triangles_of(part)
    again = replace(part, material=len(mesh.materials), first=len(mesh.triangles), count=9)
    doubled = replace(
        mesh,
        triangles=np.concatenate((mesh.triangles, rows[50:59])),
        parts=(*mesh.parts, again),
        materials=(*mesh.materials, replace(mesh.materials[part.material], name="again")),
    )
    with pytest.raises(
        UnsupportedDesign, match=r"is shown twice around u 0\.\d+, v 0\.\d+"
    ) as caught:
        check_unwrapping(doubled)
    assert caught.value.reason == "MODEL_OVERLAPS"
    assert repr(mesh.materials[part.material].surface) in caught.value.message
