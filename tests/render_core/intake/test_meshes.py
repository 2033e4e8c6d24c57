"""Meshes of strangers: kept in one form, repaired where there is one right answer, else refused."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import trimesh

from examples.meshes.mug import mug
from render_core.export.glb import glb
from render_core.intake.meshes import normalise_mesh
from render_core.intake.run import run
from render_core.mesh.gltf import read_glb
from render_core.mesh.model import Mesh
from render_core.mesh.normals import face_vectors, inner, is_closed, volume
from tests.gltf_validator import codes
from tests.render_core.intake.meshing import (
    Json,
    cube,
    cube_arrays,
    cube_glb,
    cube_obj,
    glb_of,
)

CUBE_M3 = 0.02**3


@cache
def mug_file() -> bytes:
    return glb(mug(), {}, name="mug", all_uvs=True)


def kept(data: bytes) -> Mesh:
    return read_glb(normalise_mesh(data).glb)


def assert_is_the_cube(mesh: Mesh) -> None:
    assert is_closed(mesh.positions, mesh.triangles)
    assert volume(mesh.positions, mesh.triangles) == pytest.approx(CUBE_M3)
    faces = face_vectors(mesh.positions, mesh.triangles)
    for corner in range(3):
        assert inner(faces, mesh.normals[mesh.triangles[:, corner]].astype(np.float64)).min() > 0


def test_a_glb_is_kept_as_a_valid_glb_with_its_facts() -> None:
    found = normalise_mesh(cube_glb())
    assert_is_the_cube(read_glb(found.glb))
    assert not codes(found.glb)
    assert found.size_um == (20_000, 20_000, 20_000)
    assert (found.triangles, found.vertices, found.source_format) == (12, 24, "glb")
    assert found.materials == found.textured == ("paint",)


def test_what_was_kept_once_is_kept_as_it_is() -> None:
    for data in (cube_glb(), mug_file(), cube_obj().encode()):
        once = normalise_mesh(data).glb
        assert normalise_mesh(once).glb == once


def test_the_mug_comes_back_with_all_its_numbers() -> None:
    mesh, source = kept(mug_file()), mug()
    for part, meant in zip(mesh.parts, source.parts, strict=True):
        rows, wanted = mesh.triangles_of(part), source.triangles_of(meant)
        np.testing.assert_array_equal(mesh.positions[rows], source.positions[wanted])
        np.testing.assert_array_equal(mesh.uvs[rows], source.uvs[wanted])
        np.testing.assert_allclose(mesh.normals[rows], source.normals[wanted], atol=3e-6)
    assert [material.base_colour for material in mesh.materials] == [
        material.base_colour for material in source.materials
    ]


def test_the_confined_childs_entry_takes_meshes() -> None:
    header, body = run("mesh", cube_glb())
    assert header["kind"] == "mesh"
    assert header["media_type"] == "model/gltf-binary"
    assert header["size_um"] == [20_000, 20_000, 20_000]
    assert body[:4] == b"glTF"


def test_a_glb_of_trimesh_is_read() -> None:
    made = trimesh.creation.icosphere(subdivisions=2, radius=0.03)
    uv = np.stack((made.vertices[:, 0], made.vertices[:, 1]), axis=1) * 10 + 0.5
    made.visual = trimesh.visual.TextureVisuals(uv=uv)
    data = made.export(file_type="glb")
    mesh = kept(data)
    assert volume(mesh.positions, mesh.triangles) == pytest.approx(made.volume, rel=1e-5)


def test_an_obj_is_taken_in_millimetres_with_v_turned() -> None:
    found = normalise_mesh(cube_obj().encode())
    assert_is_the_cube(read_glb(found.glb))
    assert found.size_um == (20_000, 20_000, 20_000)
    assert found.materials == ("paint",)
    judged = trimesh.load(io.BytesIO(found.glb), file_type="glb", process=False)
    (part,) = judged.geometry.values()
    read = trimesh.load(io.StringIO(cube_obj()), file_type="obj", process=False)
    assert part.volume == pytest.approx(read.volume * 1e-9)
    first = kept(cube_glb())
    second = read_glb(found.glb)

    def corners(mesh: Mesh) -> list[tuple[float, ...]]:
        rows = mesh.triangles.reshape(-1)
        pairs = np.concatenate((mesh.positions[rows], mesh.uvs[rows]), axis=1)
        return sorted({tuple(np.round(row, 6).tolist()) for row in pairs})

    assert corners(first) == corners(second)


def test_an_obj_with_relative_numbers_joined_lines_and_windows_ends_is_read() -> None:
    lines = cube_obj().replace("f 5/1 7/2 8/3 6/4", "f -4/-4 -2/-3 \\\n -1/-2 -3/-1")
    assert "\\" in lines
    assert_is_the_cube(kept(lines.replace("\n", "\r\n").encode()))


# What is repaired.


@pytest.mark.parametrize("case", ["missing", "zero", "nan", "long", "flipped", "some"])
def test_wrong_normals_are_repaired(case: str) -> None:
    _, normals, _, _ = cube_arrays()
    changed: np.ndarray | None = {
        "missing": None,
        "zero": normals * 0,
        "nan": normals * np.nan,
        "long": normals * 7,
        "flipped": -normals,
        "some": np.where(np.arange(24)[:, None] < 4, np.nan, normals),
    }[case]
    changed = None if changed is None else changed.astype("<f4")
    mesh = kept(cube_glb(NORMAL=changed))
    assert_is_the_cube(mesh)


def test_triangles_inside_out_are_turned() -> None:
    triangles = cube_arrays()[3]
    assert_is_the_cube(kept(cube_glb(indices=np.ascontiguousarray(triangles[:, ::-1]))))
    assert_is_the_cube(
        kept(cube_glb(indices=np.ascontiguousarray(triangles[:, ::-1]), NORMAL=None))
    )
    mixed = triangles.copy()
    mixed[:4] = mixed[:4, ::-1]
    assert_is_the_cube(kept(cube_glb(indices=mixed)))


@pytest.mark.parametrize(
    "node",
    [
        {"translation": [0.1, 0.2, 0.3]},
        {"rotation": [0, 0.7071068, 0, 0.7071068]},
        {"scale": [-1, 1, 1]},
        {"scale": [2, 2, 2], "translation": [1, 0, 0]},
        {"matrix": [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]},
    ],
)
def test_transforms_of_nodes_are_worked_in_as_others_do(node: Json) -> None:
    data = cube_glb(lambda d: d["nodes"].__setitem__(0, {"mesh": 0, **node}))
    mesh = kept(data)
    judged = trimesh.load(io.BytesIO(data), file_type="glb").to_geometry()
    low, high = mesh.extent()
    np.testing.assert_allclose((low, high), judged.bounds, atol=1e-6)
    assert volume(mesh.positions, mesh.triangles) == pytest.approx(abs(judged.volume), rel=1e-4)


def test_transforms_multiply_from_parent_to_child() -> None:
    def nested(document: Json) -> None:
        document["nodes"] = [
            {"children": [1], "scale": [2, 2, 2]},
            {"mesh": 0, "translation": [0.1, 0, 0]},
        ]

    low, high = kept(cube_glb(nested)).extent()
    np.testing.assert_allclose((low, high), [(0.18, -0.02, -0.02), (0.22, 0.02, 0.02)], atol=1e-6)


def test_points_and_lines_beside_a_mesh_are_left_out() -> None:
    def with_points(document: Json) -> None:
        primitives = document["meshes"][0]["primitives"]
        primitives.append({**primitives[0], "mode": 0})

    assert normalise_mesh(cube_glb(with_points)).triangles == 12


def test_whole_number_texture_coordinates_are_read() -> None:
    uvs = (cube_arrays()[2] * 65535).astype("<u2")
    padded = np.zeros((24, 2), "<u2")
    padded[:] = uvs
    np.testing.assert_array_equal(kept(cube_glb(TEXCOORD_0=padded)).uvs, kept(cube_glb()).uvs)


def test_interleaved_attributes_are_read() -> None:
    document, binary = cube()
    positions, normals, _, _ = cube_arrays()
    mixed = np.concatenate((positions, normals), axis=1).astype("<f4").tobytes()
    at = len(binary)
    for number, offset in ((0, 0), (1, 12)):
        document["bufferViews"][number] = {
            "buffer": 0, "byteOffset": at, "byteLength": len(mixed), "byteStride": 24,
        }  # fmt: skip
        document["accessors"][number]["byteOffset"] = offset
    document["buffers"][0]["byteLength"] = at + len(mixed)
    assert_is_the_cube(kept(glb_of(document, binary + mixed)))


def test_materials_keep_colour_and_shine() -> None:
    materials = (
        replace(mug().materials[0], base_colour=(12, 200, 255, 128), metallic_permille=333),
        *mug().materials[1:],
    )
    mesh = kept(glb(replace(mug(), materials=materials), {}, name="mug", all_uvs=True))
    assert mesh.materials[0].base_colour == (12, 200, 255, 128)
    assert mesh.materials[0].metallic_permille == 333


def test_materials_are_kept_with_names_of_their_own_that_can_be_shown() -> None:
    def named(document: Json) -> None:
        (paint,) = document["materials"]
        bare = {"name": "paint", "pbrMetallicRoughness": {"roughnessFactor": 0.1}}
        odd = {"name": "a\x00b\x85c"}
        document["materials"] = [paint, bare, odd, {**odd, "alphaMode": "MASK", "name": "a b c"}]
        document["materials"].append({**bare, "name": "paint 2"})
        (mesh,) = document["meshes"]
        (piece,) = mesh["primitives"]
        mesh["primitives"] = [{**piece, "material": number} for number in range(5)]

    found = normalise_mesh(cube_glb(named))
    assert found.materials == ("paint", "paint 2", "a b c", "a b c 2", "paint 2 2")
    assert tuple(one.name for one in read_glb(found.glb).materials) == found.materials
    obj = cube_obj().replace("usemtl paint", f"usemtl {'p' * 150}\x01")
    assert normalise_mesh(obj.encode()).materials == ("p" * 100,)
