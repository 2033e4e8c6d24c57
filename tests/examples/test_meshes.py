"""The meshes of the sample products: closed, outwards, and true to their templates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from examples.meshes.__main__ import FOLDER, MESHES, file_of
from examples.meshes.mug import PRINT, RADIUS_MM, SURFACE
from examples.meshes.phone_case import PRINT as CASE_PRINT
from examples.meshes.phone_case import SHEET_HEIGHT_MM, SHEET_WIDTH_MM
from examples.meshes.ring import ENGRAVED_HEIGHT_MM, ENGRAVED_WIDTH_MM, ENGRAVING
from examples.meshes.solids import MM_PER_M
from examples.meshes.t_shirt import BACK, FRONT, PRINT_HEIGHT_MM, PRINT_WIDTH_MM
from render_core.compose import compose
from render_core.export.model_budget import MOBILE, QUICK_LOOK
from render_core.files import load_design, load_product
from render_core.mesh.model import Mesh
from render_core.mesh.normals import face_vectors, inner, is_closed, places, volume
from render_core.mesh.unwrapping import check_unwrapping
from render_core.outputs import OutputKind, render
from tests.gltf_validator import codes, report_on
from tests.render_core.test_same_bytes_outputs import ENVIRONMENTS

ROOT = Path(__file__).parents[2]
DIGEST = """
import hashlib
from examples.meshes.__main__ import MESHES
for make in MESHES.values():
    m = make()
    data = b"".join(a.tobytes() for a in (m.positions, m.normals, m.uvs, m.triangles))
    print(hashlib.sha256(data).hexdigest())
"""


@cache
def the_mesh(name: str) -> Mesh:
    return MESHES[name]()


def the_mug() -> Mesh:
    return the_mesh("mug")


@pytest.mark.parametrize(
    ("name", "least_ml", "most_ml"),
    # Stoneware of 2.4 kg a litre: 220 to 340 g. Gold of 14 carat, 13 kg a litre: 6 to 10 g. A T-shirt
    # of 1.2 m² that is 1.4 mm thick with what its yarns hold of air. A case around a phone.
    [
        ("mug", 90, 140),
        ("phone-case", 100, 125),
        ("ring", 0.5, 0.75),
        ("t-shirt", 1000, 1300),
    ],
)
def test_a_mesh_is_a_closed_solid_of_its_products_weight(
    name: str, least_ml: float, most_ml: float
) -> None:
    mesh = the_mesh(name)
    assert is_closed(mesh.positions, mesh.triangles)
    assert least_ml < volume(mesh.positions, mesh.triangles) * 1e6 < most_ml
    assert 20_000 <= len(mesh.triangles) <= 60_000


@pytest.mark.parametrize("name", MESHES)
def test_trimesh_calls_it_watertight(name: str) -> None:
    mesh = the_mesh(name)
    judged = trimesh.Trimesh(mesh.positions, mesh.triangles, process=False)
    judged.merge_vertices(merge_tex=True, merge_norm=True)
    assert judged.is_watertight
    assert judged.is_winding_consistent


@pytest.mark.parametrize("name", MESHES)
def test_each_of_its_parts_has_its_outside_outwards(name: str) -> None:
    """A part inside out is dark where one looks along it, and not there at all in AR."""
    mesh = the_mesh(name)
    part = _parts(mesh)
    found = [volume(mesh.positions, mesh.triangles[part == one]) for one in np.unique(part)]
    assert min(found) > 0


def _parts(mesh: Mesh) -> NDArray[np.int64]:
    """Return a number for each triangle, the same for those that hang together: (t,)."""
    corners = places(mesh.positions)[mesh.triangles]
    number, before = np.arange(corners.max() + 1), None
    while before is None or not np.array_equal(number, before):
        before, least = number.copy(), number[corners].min(axis=1)
        for corner in range(3):
            np.minimum.at(number, corners[:, corner], least)
        number = number[number]
    return np.asarray(number[corners[:, 0]])


@pytest.mark.parametrize("name", MESHES)
def test_its_surface_is_shown_once_and_not_mirrored(name: str) -> None:
    check_unwrapping(the_mesh(name))


@pytest.mark.parametrize(
    ("name", "apart"), [(name, 0.003 * (name == "t-shirt")) for name in MESHES]
)
def test_each_triangle_looks_where_its_normals_do(name: str, apart: float) -> None:
    """All of them; of cloth a few in a thousand may not, where it is folded under arms and collar."""
    mesh = the_mesh(name)
    faces = face_vectors(mesh.positions, mesh.triangles)
    corners = mesh.normals.astype(np.float64)[mesh.triangles]
    lengths = np.sqrt(inner(faces, faces))
    for corner in range(3):
        assert (inner(faces, corners[:, corner]) / lengths <= 0.7).mean() <= apart


def test_the_mug_stands_upright_with_its_handle_on_the_right() -> None:
    low, high = the_mug().extent()
    assert low[1] == 0
    assert high[1] == pytest.approx(0.096)
    assert low[0] == pytest.approx(-RADIUS_MM / MM_PER_M, abs=1e-5)
    assert high[0] > 0.07


def test_the_print_has_the_size_of_its_surface_along_the_wall() -> None:
    """From the template in the product file, measured over the triangles' edges."""
    product = json.loads((ROOT / "examples" / "products" / "mug.json").read_text())
    surface = next(s for s in product["template"]["surfaces"] if s["id"] == SURFACE)
    mesh = the_mug()
    part = next(part for part in mesh.parts if part.material == PRINT)
    used = np.unique(mesh.triangles_of(part))
    places = mesh.positions[used].astype(np.float64) * MM_PER_M
    uvs = mesh.uvs[used]
    top = places[uvs[:, 1] == 0][np.argsort(uvs[uvs[:, 1] == 0][:, 0])]
    across = np.sqrt((np.diff(top, axis=0) ** 2).sum(axis=1)).sum()
    assert across == pytest.approx(surface["width_um"] / 1000, abs=0.01)
    assert np.ptp(places[:, 1]) == pytest.approx(surface["height_um"] / 1000, abs=0.001)
    assert top[0, 0] < top[-1, 0]  # not mirrored, seen from the front
    assert places[uvs[:, 1] == 0][:, 1].min() > places[uvs[:, 1] == 1][:, 1].max()  # upright
    assert (mesh.normals[used][:, 2] > 0.6).all()  # in front


def test_the_engraving_has_its_size_along_the_wall_and_is_read_from_above() -> None:
    mesh = the_mesh("ring")
    part = next(part for part in mesh.parts if part.material == ENGRAVING)
    used = np.unique(mesh.triangles_of(part))
    places, uvs = mesh.positions[used].astype(np.float64) * MM_PER_M, mesh.uvs[used]
    line = places[uvs[:, 1] == 0.5][np.argsort(uvs[uvs[:, 1] == 0.5][:, 0])]
    across = np.sqrt((np.diff(line, axis=0) ** 2).sum(axis=1)).sum()
    assert across == pytest.approx(ENGRAVED_WIDTH_MM, abs=0.01)
    assert np.ptp(places[:, 2]) == pytest.approx(ENGRAVED_HEIGHT_MM, abs=0.001)
    middle = np.abs(uvs[:, 0] - 0.5) < 0.01
    assert places[:, 1][middle].max() < places[:, 1].mean()  # its middle lies at the bottom
    assert (mesh.normals[used][middle][:, 1] > 0.9).all()
    right = places[(uvs[:, 0] > 0.5) & (uvs[:, 0] < 0.6)]
    assert right[:, 0].min() > 0  # to the right, seen from the front and above
    assert places[uvs[:, 1] == 1][:, 2].min() > places[uvs[:, 1] == 0][:, 2].max()  # feet to us


@pytest.mark.parametrize("name", MESHES)
def test_the_committed_file_is_what_the_script_makes(name: str) -> None:
    assert file_of(MESHES[name](), name) == (FOLDER / f"{name}.glb").read_bytes()


@pytest.mark.parametrize("name", MESHES)
def test_a_sample_mesh_is_within_a_phones_budget(name: str) -> None:
    data = (FOLDER / f"{name}.glb").read_bytes()
    assert not codes(data)
    assert len(data) < MOBILE.max_bytes / 2
    assert report_on(data)["info"]["totalTriangleCount"] < QUICK_LOOK.max_triangles


def along(places: np.ndarray) -> np.ndarray:
    """Return the lengths of all steps between rows of places, millimetres."""
    return np.asarray(np.sqrt((np.diff(places, axis=0) ** 2).sum(axis=-1)))


@pytest.mark.parametrize(("side", "material"), [("front", FRONT), ("back", BACK)])
def test_the_print_on_cloth_has_its_size(side: str, material: int) -> None:
    """Across within a part in a thousand; down the middle too; nowhere more than 8 % off."""
    mesh = the_mesh("t-shirt")
    part = next(part for part in mesh.parts if part.material == material)
    used = np.unique(mesh.triangles_of(part))
    places, uvs = mesh.positions[used].astype(np.float64) * MM_PER_M, mesh.uvs[used]
    columns, rows = len(np.unique(uvs[:, 0])), len(np.unique(uvs[:, 1]))
    grid = places[np.lexsort((uvs[:, 0], uvs[:, 1]))].reshape(rows, columns, 3)
    across = along(grid.swapaxes(0, 1))
    down = along(grid)
    assert across.sum(axis=0).mean() == pytest.approx(PRINT_WIDTH_MM, rel=3e-3)
    middle = down[:, columns // 2]
    assert middle.sum() == pytest.approx(PRINT_HEIGHT_MM, rel=3e-3)
    assert np.abs(across / (PRINT_WIDTH_MM / (columns - 1)) - 1).max() < 0.08
    assert np.abs(down / (PRINT_HEIGHT_MM / (rows - 1)) - 1).max() < 0.08
    sign = 1 if side == "front" else -1
    assert (grid[:, -1, 0] - grid[:, 0, 0]).min() * sign > 200  # not mirrored, seen from its side
    assert grid[0, :, 1].min() > grid[-1, :, 1].max()  # upright
    assert (grid[..., 2] * sign).min() > 0


def test_the_sheet_of_the_case_is_true_on_its_back_and_around_its_edges() -> None:
    """Between any two neighbours on the back, and down each side from edge to lip."""
    mesh = the_mesh("phone-case")
    part = next(part for part in mesh.parts if part.material == CASE_PRINT)
    rows = mesh.triangles_of(part)
    places, uvs = mesh.positions.astype(np.float64) * MM_PER_M, mesh.uvs.astype(np.float64)
    sheet = uvs * (SHEET_WIDTH_MM, SHEET_HEIGHT_MM)
    for start, end in ((0, 1), (1, 2), (2, 0)):
        a, b = rows[:, start], rows[:, end]
        real = np.sqrt(((places[a] - places[b]) ** 2).sum(axis=1))
        flat = np.sqrt(((sheet[a] - sheet[b]) ** 2).sum(axis=1))
        back = (mesh.normals[a][:, 2] > 0.999) & (mesh.normals[b][:, 2] > 0.999)
        np.testing.assert_allclose(real[back], flat[back], atol=0.002)
        straight = (np.abs(places[a][:, 0] - places[b][:, 0]) < 1e-6) & (
            np.abs(mesh.normals[a][:, 0]) > 0.999
        )
        np.testing.assert_allclose(real[straight], flat[straight], atol=0.002)
    low, high = places[rows.reshape(-1)][:, 2].min(), places[rows.reshape(-1)][:, 2].max()
    assert high - low > 10  # it goes over the edge


@pytest.mark.parametrize("product", ["mug", "ring", "t-shirt", "phone-case"])
def test_a_product_names_surfaces_and_looks_that_its_mesh_has(product: str) -> None:
    template = load_product(ROOT / "examples" / "products" / f"{product}.json").template
    (model,) = template.models
    surfaces = {surface.id for surface in template.surfaces}
    assert {surface for _, surface in model.surfaces} == surfaces
    names = {material.name for material in the_mesh(product).materials}
    assert {look.material for look in model.looks} <= names


@pytest.mark.parametrize("kind", [OutputKind.GLB, OutputKind.USDZ])
def test_a_design_on_the_mug_is_made_from_files(kind: OutputKind) -> None:
    loaded = load_design(ROOT / "examples" / "designs" / "mug-photo.json")
    layout = compose(loaded.design, loaded.library).layout
    output = render(kind, layout, loaded.design.template, loaded.library, {})
    assert 1_000_000 < len(output.data) < 3_000_000
    if kind is OutputKind.GLB:
        assert not codes(output.data)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_meshes_are_the_same_on_every_machine(name: str) -> None:
    assert _digest(ENVIRONMENTS[name]) == _digest({})


def _digest(environment: dict[str, str]) -> str:
    made = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    return made.stdout
