"""All sample products as GLB and USDZ: valid, true to scale, and in every look that they are sold in."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from render_core.design import Library, Template
from render_core.export.glb import Variant, container, glb, reported_glb
from render_core.export.model_budget import MOBILE, QUICK_LOOK
from render_core.export.model_texture import looks_textures
from render_core.export.usdz import reported_usdz
from render_core.files import load_product
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Layout, Operation, Outline, Surface, ZoneFrame
from render_core.mesh.of_product import MAX_LOOKS, looks_of, mesh_of
from render_core.models import Model
from render_core.outputs import OutputKind, render
from tests.gltf_validator import codes
from tests.render_core.export.on_models import Shown, design_on_file, ssim, the_mug
from tests.render_core.export.test_glb import document_of, shown_by_trimesh
from tests.render_core.export.test_usdz import complaints, opened, shown_by_openusd

PRODUCTS = Path(__file__).parents[3] / "examples" / "products"
# Where a square lies on which surface, and its side; millimetres.
SQUARES = {
    "mug": ("front", 40.0, 12.0, 10.0),
    "ring": ("inside", 24.0, 0.5, 3.0),
    "t-shirt": ("front", 130.0, 170.0, 10.0),
    "phone-case": ("back", 41.0, 80.0, 10.0),
}
DESIGNS = ("mug-photo", "ring-words", "ring-rose-script", "t-shirt-lake", "t-shirt-navy",
           "case-leaves", "case-night")  # fmt: skip


@cache
def sold(product: str) -> tuple[Template, Library]:
    loaded = load_product(PRODUCTS / f"{product}.json")
    return loaded.template, loaded.library


def model_of(product: str) -> Model:
    return sold(product)[0].models[0]


def variants_of(product: str) -> list[Variant]:
    template, library = sold(product)
    return [Variant(*look) for look in looks_of(template.models[0], template.options, library)]


def square_on(product: str) -> Layout:
    """Return the product's surfaces, one of them with a black square."""
    name, left, top, side = SQUARES[product]
    surfaces = []
    for spec in sold(product)[0].surfaces:
        width, height = spec.width_um / 1000, spec.height_um / 1000
        edge: Outline = parse_path_mm(f"M0 0H{width}V{height}H0Z")
        square = parse_path_mm(f"M{left} {top}H{left + side}V{top + side}H{left}Z")
        frame = ZoneFrame("zone", 0, 0, spec.width_um, spec.height_um, edge)
        item = Item("zone", Operation.PRINT, Ink((0, 0, 0)), square)
        items = (item,) if spec.id == name else ()
        surfaces.append(Surface(spec.id, spec.width_um, spec.height_um, edge, (frame,), items))
    return Layout(tuple(surfaces), "15.0")


def assert_true_to_scale(shown: Shown, product: str) -> None:
    """Its sides have their length, it is not mirrored, and upright in front where it can be."""
    left, top, right, bottom = shown.dark_box()
    side = SQUARES[product][3]
    # Cloth over a chest is stretched a little; what is engraved lies on few texels.
    off = {"t-shirt": 0.03, "ring": 0.02}.get(product, 0.005) * side
    for start, end in (((left, top), (right, top)), ((left, top), (left, bottom))):
        assert shown.length_mm(start, end) == pytest.approx(side, abs=off)
    upper_left, upper_right = shown.place(left, top), shown.place(right, top)
    lower_left = shown.place(left, bottom)
    across, down = upper_right - upper_left, lower_left - upper_left
    corners = shown.positions[shown.triangles]
    nearest = ((corners.mean(axis=1) - upper_left) ** 2).sum(axis=1).argmin()
    a, b, c = corners[nearest]
    assert np.cross(down, across) @ np.cross(b - a, c - a) > 0  # read from outside
    if product == "ring":
        assert across[0] > 0  # read from above, with its feet to us
        assert down[2] > 0
    else:
        assert across[0] > 0
        assert down[1] < 0
        assert min(upper_left[2], upper_right[2], lower_left[2]) > 0


@pytest.mark.parametrize("product", SQUARES)
def test_a_square_is_true_upright_in_front_and_not_mirrored(product: str, tmp_path: Path) -> None:
    template, library = sold(product)
    mesh = mesh_of(template.models[0], library)
    layout = square_on(product)
    data, _ = reported_glb(layout, mesh, library, name=product)
    assert_true_to_scale(shown_by_trimesh(data), product)
    usdz, _ = reported_usdz(layout, mesh, library)
    assert_true_to_scale(shown_by_openusd(opened(usdz, tmp_path), usdz), product)


@pytest.mark.parametrize("name", DESIGNS)
def test_no_validator_finds_anything_and_budgets_hold(name: str, tmp_path: Path) -> None:
    loaded_layout, library = design_on_file(name)
    word = name.partition("-")[0]
    product = {"case": "phone-case", "t": "t-shirt"}.get(word, word)
    template = sold(product)[0]
    data = render(OutputKind.GLB, loaded_layout, template, library, {}).data
    assert len(data) <= MOBILE.max_bytes
    assert not codes(data)
    usdz = render(OutputKind.USDZ, loaded_layout, template, library, {}).data
    assert len(usdz) <= QUICK_LOOK.max_bytes
    assert not complaints(opened(usdz, tmp_path))


def test_the_looks_of_a_product_are_variants_with_their_own_pictures() -> None:
    layout, library = design_on_file("t-shirt-navy")
    data = render(OutputKind.GLB, layout, sold("t-shirt")[0], library, {}).data
    document, _ = document_of(data)
    assert "KHR_materials_variants" in document["extensionsUsed"]
    listed = document["extensions"]["KHR_materials_variants"]["variants"]
    assert [variant["name"] for variant in listed] == ["white", "navy"]
    for primitive in document["meshes"][0]["primitives"]:
        chosen = _by_variant(primitive)
        shown = [document["materials"][chosen[number]] for number in range(2)]
        pictures = [material["pbrMetallicRoughness"].get("baseColorTexture") for material in shown]
        colours = [material["pbrMetallicRoughness"]["baseColorFactor"] for material in shown]
        if pictures[0]:
            assert pictures[0] != pictures[1]  # the same design over another colour
        else:
            assert colours[0][0] > 0.8
            assert colours[1][0] < 0.05
    assert not codes(data)


def _by_variant(primitive: dict[str, Any]) -> dict[int, int]:
    mappings = primitive["extensions"]["KHR_materials_variants"]["mappings"]
    return {number: one["material"] for one in mappings for number in one["variants"]}


def test_what_is_chosen_is_shown_first_and_is_one_of_the_variants() -> None:
    template, library = sold("ring")
    rose = template.offered({"metal": "rose"}).models[0]
    data, _ = reported_glb(square_on("ring"), mesh_of(rose, library), library, name="ring",
                           variants=variants_of("ring"))  # fmt: skip
    document, _ = document_of(data)
    for primitive in document["meshes"][0]["primitives"]:
        assert _by_variant(primitive)[1] == primitive["material"]
    assert len({primitive["material"] for primitive in document["meshes"][0]["primitives"]}) == 2


def test_the_validator_does_find_a_variant_without_a_material() -> None:
    template, library = sold("ring")
    mesh = mesh_of(template.models[0], library)
    document, binary = document_of(glb(mesh, {}, name="ring", variants=variants_of("ring")))
    assert not codes(container(document, binary))
    primitive = document["meshes"][0]["primitives"][0]
    primitive["extensions"]["KHR_materials_variants"]["mappings"][0]["material"] = 99
    assert codes(container(document, binary))


@pytest.mark.parametrize(("permille", "exact"), [(850, True), (275, False)])
def test_a_picture_too_heavy_as_png_is_webp_with_a_jpeg_that_counts(
    permille: int, exact: bool
) -> None:
    layout, library = design_on_file("mug-photo")
    mesh = the_mug()
    (plain,) = looks_textures(
        layout, (mesh.materials,), library, longest_px=1024, budget_bytes=9_000_000
    )
    (textures,) = looks_textures(
        layout, (mesh.materials,), library,
        longest_px=1024, budget_bytes=permille * len(plain["front"].data) // 1000, webp=True,
    )  # fmt: skip
    picture = textures["front"]
    assert plain["front"].media_type == "image/png"
    assert picture.media_type == "image/webp"
    assert picture.fallback is not None
    assert picture.size_bytes == len(picture.data) + len(picture.fallback.data)
    assert picture.size_bytes <= permille * len(plain["front"].data) // 1000
    first, second = (
        np.asarray(Image.open(io.BytesIO(one.data)).convert("RGB"))
        for one in (plain["front"], picture)
    )
    assert np.array_equal(first, second) == exact
    assert ssim(first, second) > 0.97
    data = glb(mesh, textures, name="mug")
    document, _ = document_of(data)
    assert document["extensionsUsed"][0] == "EXT_texture_webp"
    assert "extensionsRequired" not in document
    (texture,) = document["textures"]
    kinds = [document["images"][index]["mimeType"] for index in
             (texture["source"], texture["extensions"]["EXT_texture_webp"]["source"])]  # fmt: skip
    assert kinds == ["image/jpeg", "image/webp"]
    assert not codes(data)


def test_a_product_without_looks_has_no_variants_and_too_many_are_left_out() -> None:
    assert variants_of("mug") == []
    template, library = sold("ring")
    many = replace(
        template.options[0], choices=tuple(f"metal-{number}" for number in range(MAX_LOOKS + 1))
    )
    assert looks_of(model_of("ring"), (many,), library) == []
    other = replace(template.options[0], id="box", choices=("paper", "wood"))
    names = [name for name, _ in looks_of(model_of("ring"), (*template.options, other), library)]
    assert names == ["yellow", "rose", "white"]
