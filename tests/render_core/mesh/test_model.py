"""What a mesh must be, and the repair of normals and orientation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from render_core.errors import UnsupportedDesign
from render_core.mesh.model import Material, Mesh, Part, checked
from render_core.mesh.normals import (
    is_closed,
    oriented,
    repaired_normals,
    vertex_normals,
    volume,
)


def ball() -> Mesh:
    """Return a sphere of 1 m, from trimesh."""
    made = trimesh.creation.icosphere(subdivisions=3)
    positions = np.asarray(made.vertices, np.float32)
    triangles = np.asarray(made.faces, np.int32)
    return Mesh(
        positions,
        vertex_normals(positions, triangles),
        np.zeros((len(positions), 2), np.float32),
        triangles,
        (Part(0, 0, len(triangles)),),
        (Material("glass"),),
    )


def test_a_sound_mesh_passes_and_is_frozen() -> None:
    mesh = checked(ball())
    with pytest.raises(ValueError, match="read-only"):
        mesh.positions[0, 0] = 1


def _with(array: np.ndarray, index: tuple[int, ...], value: float) -> np.ndarray:
    changed = array.copy()
    changed[index] = value
    return changed


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("MESH_EMPTY", lambda m: {"triangles": m.triangles[:0], "parts": ()}),
        ("MESH_SHAPE", lambda m: {"positions": m.positions.astype(np.float64)}),
        ("MESH_SHAPE", lambda m: {"normals": m.normals[:-1]}),
        ("MESH_NOT_FINITE", lambda m: {"positions": _with(m.positions, (3, 1), np.nan)}),
        ("MESH_NOT_FINITE", lambda m: {"uvs": _with(m.uvs, (3, 1), np.inf)}),
        ("MESH_TOO_LARGE", lambda m: {"positions": m.positions * np.float32(11)}),
        ("MESH_INDEX", lambda m: {"triangles": _with(m.triangles, (0, 0), len(m.positions))}),
        ("MESH_INDEX", lambda m: {"triangles": _with(m.triangles, (0, 0), -1)}),
        ("MESH_NORMALS", lambda m: {"normals": m.normals * np.float32(1.01)}),
        ("MESH_PARTS", lambda m: {"parts": (Part(0, 0, 5),)}),
        ("MESH_PARTS", lambda m: {"parts": (Part(1, 0, len(m.triangles)),)}),
        ("MESH_MATERIAL", lambda m: {"materials": (Material("x", roughness_permille=1001),)}),
        ("MESH_MATERIAL", lambda m: {"materials": (Material("x", uv_window=(0, 0, 0, 1)),)}),
        (
            "MESH_UV",
            lambda m: {"materials": (Material("x", "front"),), "uvs": m.uvs + np.float32(1.1)},
        ),
    ],
)
def test_what_is_wrong_is_refused_by_name(reason: str, change: object) -> None:
    mesh = ball()
    with pytest.raises(UnsupportedDesign) as refused:
        checked(replace(mesh, **change(mesh)))  # type: ignore[operator]
    assert refused.value.reason == reason


def test_normals_of_a_ball_point_away_from_its_middle() -> None:
    mesh = ball()
    along = (mesh.normals * mesh.positions).sum(axis=1)
    assert along.min() > 0.999


def test_normals_that_are_missing_or_broken_are_made_anew() -> None:
    mesh = ball()
    broken = mesh.normals * np.float32(3)
    broken[5], broken[9] = np.nan, 0
    made = repaired_normals(mesh.positions, mesh.triangles, broken)
    np.testing.assert_allclose(made, mesh.normals, atol=1e-6)
    np.testing.assert_array_equal(
        repaired_normals(mesh.positions, mesh.triangles, None), mesh.normals
    )


def test_a_cut_in_the_texture_is_no_edge() -> None:
    mesh = ball()
    apart = mesh.positions[mesh.triangles.reshape(-1)]
    triangles = np.arange(len(apart), dtype=np.int32).reshape(-1, 3)
    made = vertex_normals(apart, triangles)
    np.testing.assert_allclose(made, mesh.normals[mesh.triangles.reshape(-1)], atol=1e-6)


@pytest.mark.parametrize("case", ["normals", "winding", "both", "some"])
def test_a_closed_mesh_is_turned_outwards(case: str) -> None:
    mesh = ball()
    triangles, normals = mesh.triangles.copy(), mesh.normals
    if case in ("normals", "both"):
        normals = -normals
    if case in ("winding", "both"):
        triangles = triangles[:, ::-1]
    if case == "some":
        triangles[::3] = triangles[::3, ::-1]
    turned, right = oriented(mesh.positions, triangles, normals)
    assert is_closed(mesh.positions, turned)
    assert volume(mesh.positions, turned) == pytest.approx(4.18879, rel=0.02)
    np.testing.assert_array_equal(right, mesh.normals)


def test_a_mesh_with_a_hole_is_not_closed() -> None:
    mesh = ball()
    assert is_closed(mesh.positions, mesh.triangles)
    assert not is_closed(mesh.positions, mesh.triangles[1:])
