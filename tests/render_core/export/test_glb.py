"""GLB: valid, small enough, true to scale, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from render_core import vips
from render_core.errors import UnsupportedDesign
from render_core.export.glb import container, design_glb, glb, linear, whole_square
from render_core.export.model_budget import MOBILE, Budget, ModelReport
from render_core.export.model_texture import model_textures
from render_core.raster.flat import flat
from tests.gltf_validator import codes, report_on
from tests.render_core.export.on_models import (
    Shown,
    assert_square_is_true,
    design_on_file,
    many_triangles,
    square_layout,
    ssim,
    the_mug,
)
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.test_same_bytes_outputs import ENVIRONMENTS

ROOT = Path(__file__).parents[3]
DESIGNS = ("mug-photo", "mug-mixed", "mug-emoji")


def square_glb() -> bytes:
    return design_glb(square_layout(), the_mug(), MemoryLibrary(), name="mug")


def document_of(data: bytes) -> tuple[dict, bytes]:
    (length,) = struct.unpack_from("<I", data, 12)
    return json.loads(data[20 : 20 + length]), data[28 + length :]


def test_a_picture_is_as_long_as_the_budget_allows() -> None:
    assert shown_by_trimesh(square_glb()).picture.shape == (2048, 1886, 3)


def shown_by_trimesh(data: bytes) -> Shown:
    scene = trimesh.load(io.BytesIO(data), file_type="glb", process=False)
    found = [
        part
        for part in scene.geometry.values()
        if getattr(part.visual.material, "baseColorTexture", None) is not None
    ]
    assert len(found) == 1
    part = found[0]
    uvs = np.asarray(part.visual.uv, np.float64).copy()
    uvs[:, 1] = 1 - uvs[:, 1]  # trimesh counts from the lower left
    picture = np.asarray(part.visual.material.baseColorTexture.convert("RGB"))
    return Shown(np.asarray(part.vertices), uvs, np.asarray(part.faces), picture)


@pytest.mark.parametrize("name", DESIGNS)
def test_the_khronos_validator_finds_nothing(name: str) -> None:
    layout, library = design_on_file(name)
    report = report_on(design_glb(layout, the_mug(), library, name="mug"))
    assert report["issues"]["numErrors"] == report["issues"]["numWarnings"] == 0
    assert report["info"]["totalTriangleCount"] == len(the_mug().triangles)


def test_a_bare_and_a_stored_mesh_are_valid_too() -> None:
    assert not codes(glb(the_mug(), {}, name="mug"))
    assert not codes(glb(the_mug(), {}, name="mug", all_uvs=True))


def _changed(change: object) -> bytes:
    document, binary = document_of(square_glb())
    change(document)  # type: ignore[operator]
    return container(document, binary)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("ACCESSOR_MAX_MISMATCH", lambda d: d["accessors"][0]["max"].__setitem__(1, 9.0)),
        ("ACCESSOR_TOO_LONG", lambda d: d["accessors"][0].__setitem__("count", 10_000_000)),
        ("UNRESOLVED_REFERENCE", lambda d: d["materials"].pop()),
        ("UNDEFINED_PROPERTY", lambda d: d["asset"].pop("version")),
    ],
)
def test_the_validator_does_find_what_is_wrong(code: str, change: object) -> None:
    assert code in codes(_changed(change))


def test_the_validator_finds_an_index_out_of_range() -> None:
    mesh = the_mug()
    document, binary = document_of(glb(mesh, {}, name="mug"))
    indices = document["accessors"][document["meshes"][0]["primitives"][0]["indices"]]
    at = document["bufferViews"][indices["bufferView"]]["byteOffset"]
    broken = binary[:at] + b"\xfe\xff" + binary[at + 2 :]
    assert "ACCESSOR_INDEX_OOB" in codes(container(document, broken))


def test_a_square_of_10_mm_is_10_mm_upright_in_front_and_not_mirrored() -> None:
    assert_square_is_true(shown_by_trimesh(square_glb()))


def test_a_mirrored_or_lying_or_scaled_square_would_be_noticed() -> None:
    shown = shown_by_trimesh(square_glb())
    turned = shown.positions[:, (0, 2, 1)] * (1, -1, 1)
    for wrong in (
        replace(shown, uvs=np.stack((1 - shown.uvs[:, 0], shown.uvs[:, 1]), axis=1)),
        replace(shown, uvs=np.stack((shown.uvs[:, 0], 1 - shown.uvs[:, 1]), axis=1)),
        replace(shown, positions=turned),
        replace(shown, positions=shown.positions * 1.01),
    ):
        with pytest.raises(AssertionError):
            assert_square_is_true(wrong)


@pytest.mark.parametrize("name", DESIGNS)
def test_the_texture_is_the_flat_print(name: str) -> None:
    """At 1,900 pixels the picture of 70 × 76 mm has the 635 dpi of a print, pixel by pixel."""
    layout, library = design_on_file(name)
    budget = replace(MOBILE, max_texture_px=1900)
    data = design_glb(layout, the_mug(), library, name="mug", budget=budget)
    shown = shown_by_trimesh(data)
    print_ = flat(layout.surface("front"), library, 635).astype(np.float64)
    glaze = np.array(the_mug().materials[1].base_colour[:3])
    alpha = print_[..., 3:] / 255
    over = (print_[..., :3] * alpha + glaze * (1 - alpha) + 0.5).astype(np.uint8)
    assert over.shape == shown.picture.shape == (1900, 1750, 3)
    assert ssim(over, shown.picture) >= 0.999
    assert ssim(over[::-1], shown.picture) < 0.99
    assert ssim(np.roll(over, 2, axis=1), shown.picture) < 0.999


def test_a_design_without_a_print_carries_no_picture() -> None:
    layout = square_layout()
    empty = replace(layout, surfaces=(replace(layout.surfaces[0], items=()),))
    data = design_glb(empty, the_mug(), MemoryLibrary(), name="mug")
    assert "images" not in document_of(data)[0]
    assert not codes(data)


def test_a_mesh_that_shows_an_unknown_surface_is_refused() -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        design_glb(square_layout(surface="back"), the_mug(), MemoryLibrary(), name="mug")
    assert refused.value.reason == "MODEL_INVALID"


def test_a_file_over_its_budget_is_refused_and_says_all_that_is_over() -> None:
    small = Budget("a watch", 40_000, 1_000, 2048)
    with pytest.raises(UnsupportedDesign) as refused:
        design_glb(square_layout(), the_mug(), MemoryLibrary(), name="mug", budget=small)
    assert refused.value.reason == "MODEL_OVER_BUDGET"
    assert "bytes; 40,000 is the most" in refused.value.message
    assert "triangles; 1,000 is the most" in refused.value.message


def test_a_mesh_of_more_triangles_than_phones_draw_is_refused() -> None:
    heavy = many_triangles(the_mug(), 4)
    with pytest.raises(UnsupportedDesign, match="157,760 triangles; 150,000 is the most"):
        design_glb(square_layout(), heavy, MemoryLibrary(), name="mug")


def test_a_report_names_a_picture_that_is_too_long() -> None:
    report = ModelReport(1000, 10, (2048, 4096))
    assert report.over(MOBILE) == ("A picture is 4,096 pixels long; 2,048 is the most.",)


def test_a_noisy_photo_becomes_jpeg_before_it_is_too_heavy() -> None:
    layout, library = design_on_file("mug-photo")
    plain = model_textures(layout, the_mug(), library, longest_px=2048, budget_bytes=1_000_000)
    packed = model_textures(layout, the_mug(), library, longest_px=2048, budget_bytes=500_000)
    assert plain["front"].media_type == "image/png"
    assert packed["front"].media_type == "image/jpeg"
    assert len(packed["front"].data) <= 500_000
    first, second = (
        np.asarray(Image.open(io.BytesIO(textures["front"].data)).convert("RGB"))
        for textures in (plain, packed)
    )
    assert first.shape == second.shape
    assert ssim(first, second) > 0.98
    data = glb(the_mug(), packed, name="mug")
    assert not codes(data)


def test_a_window_is_stretched_to_the_whole_picture() -> None:
    uvs = np.array([[0.25, 0.5], [0.75, 1.0], [0.5, 0.75]], np.float32)
    expected = np.array([[0, 0], [1, 1], [0.5, 0.5]], np.float32)
    np.testing.assert_array_equal(whole_square(uvs, (0.25, 0.5, 0.75, 1.0)), expected)


def test_colours_are_linear_light() -> None:
    assert (linear(0), linear(255), linear(188)) == (0.0, 1.0, 0.502886)


def test_more_vertices_than_short_numbers_count_are_indexed_by_long_ones() -> None:
    mesh = the_mug()
    apart = mesh.triangles.reshape(-1)
    spread = replace(
        mesh,
        positions=mesh.positions[apart],
        normals=mesh.normals[apart],
        uvs=mesh.uvs[apart],
        triangles=np.arange(apart.size, dtype=np.int32).reshape(-1, 3),
    )
    data = glb(spread, {}, name="mug")
    document, _ = document_of(data)
    assert document["accessors"][2]["componentType"] == 5125
    assert not codes(data)


DIGEST = """
import hashlib
from tests.render_core.export.on_models import design_on_file, the_mug
from render_core.export.glb import design_glb
from render_core.export.model_budget import Budget
layout, library = design_on_file("mug-photo")
for size in (3_000_000, 1_300_000):
    budget = Budget("x", size, 150_000, 2048)
    data = design_glb(layout, the_mug(), library, name="mug", budget=budget)
    print(hashlib.sha256(data).hexdigest())
"""


def digests(environment: dict[str, str]) -> list[str]:
    """Return the hashes of a file with a PNG and of one with a JPEG, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_bytes_do_not_depend_on_the_machine(name: str) -> None:
    layout, library = design_on_file("mug-photo")
    here = [
        hashlib.sha256(
            design_glb(
                layout, the_mug(), library, name="mug", budget=Budget("x", size, 150_000, 2048)
            )
        ).hexdigest()
        for size in (3_000_000, 1_300_000)
    ]
    assert digests({**ENVIRONMENTS[name], "JSIMD_FORCENONE": "1"}) == here


def test_a_jpeg_of_the_door_is_plain_and_has_whole_chroma() -> None:
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, ::2, 0] = 255
    opened = Image.open(io.BytesIO(vips.jpeg(pixels, quality=96)))
    assert opened.format == "JPEG"
    assert all(layer[1:3] == (1, 1) for layer in opened.layer)
