"""USDZ: what AR Quick Look takes, true to scale, and the same bytes everywhere. OpenUSD judges."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pxr import Sdf, Usd, UsdGeom, UsdShade, UsdValidation

from render_core.errors import UnsupportedDesign
from render_core.export import crate
from render_core.export.usdz import ALIGNMENT, LAYER, design_usdz, package, usdz
from tests.render_core.export.on_models import (
    Shown,
    assert_square_is_true,
    design_on_file,
    many_triangles,
    square_layout,
    the_mug,
)
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.test_same_bytes_outputs import ENVIRONMENTS

ROOT = Path(__file__).parents[3]


def square_usdz() -> bytes:
    return design_usdz(square_layout(), the_mug(), MemoryLibrary())


def opened(data: bytes, folder: Path) -> Usd.Stage:
    path = folder / "model.usdz"
    path.write_bytes(data)
    return Usd.Stage.Open(str(path))


def complaints(stage: Usd.Stage) -> list[str]:
    """Return what all validators of OpenUSD find, those of USDZ packages among them."""
    registry = UsdValidation.ValidationRegistry()
    validators = registry.GetOrLoadAllValidators()
    assert len(validators) > 20
    found = UsdValidation.ValidationContext(validators).Validate(stage)
    return [error.GetName() for error in found]


def shown_by_openusd(stage: Usd.Stage, data: bytes) -> Shown:
    """Return the part with a picture; texture coordinates counted from the upper left."""
    (mesh,) = (
        UsdGeom.Mesh(prim)
        for prim in stage.Traverse()
        if prim.IsA(UsdGeom.Mesh) and UsdGeom.PrimvarsAPI(prim).HasPrimvar("st")
    )
    material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
    surface = material.ComputeSurfaceSource()[0]
    picture = UsdShade.Shader(surface.GetInput("diffuseColor").GetConnectedSource()[0])
    path = picture.GetInput("file").Get().path
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pixels = np.asarray(Image.open(io.BytesIO(archive.read(path))).convert("RGB"))
    uvs = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").Get(), np.float64)
    uvs[:, 1] = 1 - uvs[:, 1]
    scale = UsdGeom.GetStageMetersPerUnit(stage)
    points = np.array(mesh.GetPointsAttr().Get(), np.float64) * scale
    triangles = np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3)
    return Shown(points, uvs, triangles, pixels)


@pytest.mark.parametrize("name", ["mug-photo", "mug-mixed"])
def test_openusd_finds_nothing_to_complain_of(name: str, tmp_path: Path) -> None:
    layout, library = design_on_file(name)
    stage = opened(design_usdz(layout, the_mug(), library), tmp_path)
    assert not complaints(stage)
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1
    assert stage.GetDefaultPrim().GetName() == "Model"
    triangles = sum(
        len(UsdGeom.Mesh(prim).GetFaceVertexCountsAttr().Get())
        for prim in stage.Traverse()
        if prim.IsA(UsdGeom.Mesh)
    )
    assert triangles == len(the_mug().triangles)


def test_a_bare_mesh_passes_too(tmp_path: Path) -> None:
    assert not complaints(opened(usdz(the_mug(), {}), tmp_path))


def test_openusd_does_find_entries_that_are_not_aligned(tmp_path: Path) -> None:
    aligned = square_usdz()
    with zipfile.ZipFile(io.BytesIO(aligned)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    shifted = io.BytesIO()
    with zipfile.ZipFile(shifted, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    assert not complaints(opened(aligned, tmp_path))
    (tmp_path / "shifted").mkdir()
    assert complaints(opened(shifted.getvalue(), tmp_path / "shifted"))


def test_openusd_does_find_a_picture_that_is_missing(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(square_usdz())) as archive:
        alone = package([(LAYER, archive.read(LAYER))])
    assert complaints(opened(alone, tmp_path))


def test_openusd_does_find_a_layer_without_scale_and_axis(tmp_path: Path) -> None:
    bare = crate.layer(defaultPrim=crate.token("Model"))
    bare.prim("Model", "Xform")
    assert complaints(opened(package([(LAYER, crate.usdc(bare))]), tmp_path))


def test_a_square_of_10_mm_is_10_mm_upright_in_front_and_not_mirrored(tmp_path: Path) -> None:
    data = square_usdz()
    assert_square_is_true(shown_by_openusd(opened(data, tmp_path), data))


def test_the_numbers_of_the_mesh_arrive_as_they_are(tmp_path: Path) -> None:
    mesh = the_mug()
    stage = opened(usdz(mesh, {}), tmp_path)
    for part in mesh.parts:
        name = mesh.materials[part.material].name
        found = UsdGeom.Mesh(stage.GetPrimAtPath(f"/Model/{name}_mesh"))
        triangles = np.array(found.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3)
        points = np.array(found.GetPointsAttr().Get(), np.float32)
        normals = np.array(found.GetNormalsAttr().Get(), np.float32)
        rows = mesh.triangles_of(part)
        np.testing.assert_array_equal(points[triangles], mesh.positions[rows])
        np.testing.assert_array_equal(normals[triangles], mesh.normals[rows])


def test_entries_are_stored_dateless_and_begin_at_multiples_of_64() -> None:
    data = square_usdz()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == LAYER
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            at = data.index(archive.read(entry), entry.header_offset)
            assert at % ALIGNMENT == 0


def test_names_that_usd_does_not_know_are_changed_and_stay_apart(tmp_path: Path) -> None:
    mesh = the_mug()
    names = ("lacquer é", "lacquer ü", "3")
    materials = tuple(
        replace(material, name=name) for material, name in zip(mesh.materials, names, strict=True)
    )
    stage = opened(usdz(replace(mesh, materials=materials), {}), tmp_path)
    assert not complaints(stage)
    children = stage.GetPrimAtPath("/Model/Materials").GetChildren()
    assert [prim.GetName() for prim in children] == ["lacquer__", "lacquer___2", "_3"]


def test_more_triangles_than_quick_look_takes_are_refused() -> None:
    heavy = many_triangles(the_mug(), 3)
    with pytest.raises(UnsupportedDesign, match="118,320 triangles; 100,000 is the most"):
        design_usdz(square_layout(), heavy, MemoryLibrary())


@pytest.mark.parametrize("count", [1, 2, 3, 14, 15, 269, 270, 271, 5000])
def test_layers_of_any_size_are_read_back(count: int, tmp_path: Path) -> None:
    """Names and numbers around the lengths at which their packing changes."""
    made = crate.layer(upAxis=crate.token("Y"))
    for number in range(count):
        prim = made.prim(f"p{number * 7919 % 100_003}", "Xform")
        prim.attribute("size", "float", crate.real(float(number)))
        prim.attribute("label", "string", crate.string(f"label {number % 3}"))
    path = tmp_path / "many.usdc"
    path.write_bytes(crate.usdc(made))
    layer = Sdf.Layer.FindOrOpen(str(path))
    assert len(layer.rootPrims) == count
    for number, prim in enumerate(layer.rootPrims):
        assert prim.name == f"p{number * 7919 % 100_003}"
        assert prim.attributes["size"].default == number
        assert prim.attributes["label"].default == f"label {number % 3}"


DIGEST = """
import hashlib
from tests.render_core.export.on_models import design_on_file, the_mug
from render_core.export.usdz import design_usdz
layout, library = design_on_file("mug-photo")
print(hashlib.sha256(design_usdz(layout, the_mug(), library)).hexdigest())
"""


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_bytes_do_not_depend_on_the_machine(name: str) -> None:
    layout, library = design_on_file("mug-photo")
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENTS[name]},
        capture_output=True,
        check=True,
        text=True,
    )
    here = design_usdz(layout, the_mug(), library)
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()
