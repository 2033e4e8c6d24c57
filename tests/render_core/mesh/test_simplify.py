"""Fewer triangles for the same shape: what is lost is measured, seams and materials stay."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from examples.meshes.__main__ import MESHES
from render_core.errors import UnsupportedDesign
from render_core.export.glb import reported_glb
from render_core.export.model_budget import MOBILE, QUICK_LOOK, Budget
from render_core.export.usdz import reported_usdz
from render_core.mesh.model import Mesh, Part, checked
from render_core.mesh.normals import is_closed, volume
from render_core.mesh.simplify import simplified
from render_core.mesh.unwrapping import check_unwrapping
from tests.gltf_validator import codes
from tests.render_core.export.on_models import square_layout, the_mug
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.export.test_glb import shown_by_trimesh
from tests.render_core.test_same_bytes_outputs import ENVIRONMENTS

ROOT = Path(__file__).parents[3]


def finer(mesh: Mesh) -> Mesh:
    """Return the mesh with every triangle split in four."""
    rows = mesh.triangles.astype(np.int64)
    count = len(mesh.positions)
    pairs = np.sort(np.stack((rows, rows[:, (1, 2, 0)]), axis=-1), axis=-1)
    edges, inverse = np.unique(pairs[..., 0] * count + pairs[..., 1], return_inverse=True)
    first, second = edges // count, edges % count
    normals = (mesh.normals[first] + mesh.normals[second]).astype(np.float64)
    normals /= np.sqrt((normals**2).sum(axis=1))[:, None]
    ab, bc, ca = (inverse.reshape(rows.shape)[:, side] + count for side in range(3))
    a, b, c = (rows[:, corner] for corner in range(3))
    split = [
        np.stack(corners, 1) for corners in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
    ]

    def halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate((values, (values[first] + values[second]) / 2)).astype(np.float32)

    return checked(
        replace(
            mesh,
            positions=halved(mesh.positions),
            normals=np.concatenate((mesh.normals, normals)).astype(np.float32),
            uvs=halved(mesh.uvs),
            triangles=np.stack(split, axis=1).reshape(-1, 3).astype(np.int32),
            parts=tuple(Part(p.material, 4 * p.first, 4 * p.count) for p in mesh.parts),
        )
    )


@cache
def heavy_mug() -> Mesh:
    return finer(the_mug())


@pytest.mark.parametrize("name", MESHES)
def test_half_of_the_triangles_keep_the_shape_the_seams_and_the_materials(name: str) -> None:
    mesh = MESHES[name]()
    light = simplified(mesh, len(mesh.triangles) // 2)
    assert len(light.mesh.triangles) <= len(mesh.triangles) // 2
    assert is_closed(light.mesh.positions, light.mesh.triangles)
    assert volume(light.mesh.positions, light.mesh.triangles) == pytest.approx(
        volume(mesh.positions, mesh.triangles), rel=0.01
    )
    assert [part.material for part in light.mesh.parts] == [part.material for part in mesh.parts]
    check_unwrapping(light.mesh)
    low, high = mesh.extent()
    np.testing.assert_allclose(light.mesh.extent(), (low, high), atol=0.004 * (high - low).max())


@pytest.mark.parametrize(("name", "share"), [("mug", 4), ("ring", 3), ("t-shirt", 2)])
def test_the_loss_is_not_less_than_what_trimesh_measures(name: str, share: int) -> None:
    mesh = MESHES[name]()
    light = simplified(mesh, len(mesh.triangles) // share)
    # In millimetres: trimesh takes squares of a tenth of a millimetre in metres for nothing.
    judged = trimesh.Trimesh(light.mesh.positions * 1000.0, light.mesh.triangles, process=False)
    some = np.random.default_rng(3).choice(len(mesh.positions), 400, replace=False)
    corners = judged.triangles
    real = max(
        float(
            np.sqrt(
                ((trimesh.triangles.closest_point(corners, np.tile(p, (len(corners), 1))) - p) ** 2)
                .sum(axis=1)
                .min()
            )
        )
        for p in mesh.positions[some].astype(np.float64) * 1000
    )
    assert real * 1000 <= light.deviation_um
    assert light.deviation_um < 0.006 * 1e6 * float(np.ptp(mesh.positions))


def test_what_is_light_enough_stays_as_it_is() -> None:
    mesh = the_mug()
    light = simplified(mesh, len(mesh.triangles))
    assert light.mesh is mesh
    assert light.deviation_um == 0


def test_a_mesh_over_the_budget_becomes_a_file_within_it_and_its_loss_is_told() -> None:
    mesh = heavy_mug()
    assert len(mesh.triangles) > MOBILE.max_triangles
    data, report = reported_glb(square_layout(), mesh, MemoryLibrary(), name="mug")
    assert len(data) == report.size_bytes <= MOBILE.max_bytes
    assert report.triangles <= MOBILE.max_triangles
    assert 0 < report.deviation_um < 100
    assert not codes(data)
    usdz, told = reported_usdz(square_layout(), mesh, MemoryLibrary())
    assert len(usdz) <= QUICK_LOOK.max_bytes
    assert told.triangles <= QUICK_LOOK.max_triangles
    assert told.deviation_um >= 1


def test_a_print_on_a_simplified_wall_is_as_large_as_before() -> None:
    data, _ = reported_glb(square_layout(), heavy_mug(), MemoryLibrary(), name="mug")
    shown = shown_by_trimesh(data)
    left, top, right, bottom = shown.dark_box()
    assert shown.length_mm((left, top), (right, top)) == pytest.approx(10, abs=0.06)
    assert shown.length_mm((left, top), (left, bottom)) == pytest.approx(10, abs=0.06)


def test_a_mesh_that_cannot_be_made_light_enough_is_still_refused() -> None:
    with pytest.raises(UnsupportedDesign) as caught:
        reported_glb(square_layout(), the_mug(), MemoryLibrary(), name="mug",
                     budget=Budget("a stamp", 30_000, 100, 2048))  # fmt: skip
    assert caught.value.reason == "MODEL_OVER_BUDGET"


DIGEST = """
import hashlib
from examples.meshes.ring import ring
from render_core.mesh.simplify import simplified
light = simplified(ring(), 9_000)
data = b"".join(a.tobytes() for a in (light.mesh.positions, light.mesh.uvs, light.mesh.triangles))
print(hashlib.sha256(data).hexdigest(), light.deviation_um)
"""


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_simplified_mesh_is_the_same_on_every_machine(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT, env={**os.environ, **ENVIRONMENTS[name]},
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    light = simplified(MESHES["ring"](), 9_000)
    arrays = (light.mesh.positions, light.mesh.uvs, light.mesh.triangles)
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    assert done.stdout.split() == [digest, str(light.deviation_um)]
