"""The samples are whole: products, designs, photos, fonts and what the demo brings in."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any, Final

import protovalidate
import pytest
from google.protobuf import json_format
from luneo.design.v1 import template_pb2

from render_core.compose import compose
from render_core.files import load_design, load_product
from render_core.intake.fonts import check_font
from render_core.intake.images import normalise_image
from render_core.outputs import OutputKind, render
from services.designs.pins import AssetPin, Pins
from services.designs.templates import template_of

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
PRODUCTS: Final = sorted((EXAMPLES / "products").glob("*.json"))
DESIGNS: Final = sorted((EXAMPLES / "designs").glob("*.json"))
PHOTOS: Final = sorted((EXAMPLES / "photos").glob("*.webp"))
# Pictures of the READMEs: the designs that they are previews of, and those in 3D with their options.
PICTURES: Final = {
    "walnut-plaque": "plaque-two-lines",
    "photo-mug": "mug-photo",
    "framed-poster": "poster-lake",
    "cushion": "cushion-lake",
    "name-patch": "patch-script",
}
IN_3D: Final = {
    "photo-mug-3d": ("mug-photo", "--azimuth", "20"),
    "ring-3d": ("ring-words", "--width", "640", "--background", "transparent"),
    "t-shirt-3d": ("t-shirt-lake", "--width", "640", "--azimuth", "28"),
    "phone-case-3d": ("case-leaves", "--width", "640", "--background", "transparent"),
}
MAX_PHOTO_BYTES: Final = 150_000

# Designs that show a problem; all others can be made.
PROBLEMS: Final = {
    "tag-empty": {"ZONE_REQUIRED"},
    "tag-too-long": {"TEXT_TOO_LONG", "DOES_NOT_FIT"},
    "tag-hairlines": {"STROKE_TOO_THIN"},
    "coaster-too-long": {"DOES_NOT_FIT"},
    "mug-photo-small": {"IMAGE_RESOLUTION_LOW"},
    "pet-tag-vcard": {"CODE_TOO_LONG"},
}


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def stems(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", DESIGNS, ids=stems(DESIGNS))
def test_a_sample_design_is_laid_out_with_the_problems_it_is_there_for(path: Path) -> None:
    loaded = load_design(path)
    composition = compose(loaded.design, loaded.library)
    assert {problem.code for problem in composition.problems} == PROBLEMS.get(path.stem, set())


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_a_readme_is_what_its_command_makes(name: str, rewrite_golden: bool) -> None:
    """`make golden` makes it anew, as all that follows from the renderer."""
    loaded = load_design(EXAMPLES / "designs" / f"{PICTURES[name]}.json")
    layout = compose(loaded.design, loaded.library).layout
    made = render(OutputKind.PREVIEW, layout, loaded.design.template, loaded.library, {}).data
    picture = EXAMPLES / "pictures" / f"{name}.webp"
    if rewrite_golden:
        picture.write_bytes(made)
    assert made == picture.read_bytes()


@pytest.mark.parametrize("name", IN_3D)
def test_a_picture_in_3d_is_what_its_command_makes(
    name: str, rewrite_golden: bool, tmp_path: Path
) -> None:
    design, *options = IN_3D[name]
    source, out = EXAMPLES / "designs" / f"{design}.json", tmp_path / "made.webp"
    command = [sys.executable, "-m", "services.cli", "render", str(source), str(out), *options]
    subprocess.run(command, check=True, capture_output=True, cwd=EXAMPLES.parent)
    picture = EXAMPLES / "pictures" / f"{name}.webp"
    if rewrite_golden:
        picture.write_bytes(out.read_bytes())
    assert out.read_bytes() == picture.read_bytes()


def test_there_are_designs_of_every_kind() -> None:
    assert len(DESIGNS) >= 20
    assert set(PROBLEMS) <= set(stems(DESIGNS))
    typed = "".join(
        value["text"]["text"]
        for path in DESIGNS
        for value in document(path)["zones"].values()
        if "text" in value
    )
    names = {unicodedata.name(character, "").split(" ")[0] for character in typed}
    assert {"LATIN", "ARABIC", "HEBREW", "DEVANAGARI", "CYRILLIC", "GREEK", "TROPHY"} <= names


@pytest.mark.parametrize("path", PRODUCTS, ids=stems(PRODUCTS))
def test_a_product_file_holds_a_valid_template_message(path: Path) -> None:
    template = template_pb2.Template()
    json_format.ParseDict(document(path)["template"], template)
    protovalidate.validate(template)


@pytest.mark.parametrize("path", PRODUCTS, ids=stems(PRODUCTS))
def test_files_and_services_read_the_same_template(path: Path) -> None:
    """Two converters, one from JSON and one from protobuf, must not drift apart."""
    product = load_product(path)
    message = template_pb2.Template()
    json_format.ParseDict(document(path)["template"], message)
    assets = {
        name: AssetPin(name, picture.sha256, picture.width_px, picture.height_px)
        for name, picture in product.names.assets.items()
    }
    assert template_of(message, Pins(product.names.fonts, assets)) == product.template


@pytest.mark.parametrize("path", PRODUCTS, ids=stems(PRODUCTS))
def test_every_surface_lies_inside_its_photo(path: Path) -> None:
    template = load_product(path).template
    for view in template.views:
        for placement in view.placements:
            (left, top), (right, _), (_, bottom) = (
                placement.top_left_millipx,
                placement.top_right_millipx,
                placement.bottom_left_millipx,
            )
            assert 0 <= left < right <= view.photo_width_px * 1000
            assert 0 <= top < bottom <= view.photo_height_px * 1000


@pytest.mark.parametrize("path", PHOTOS, ids=stems(PHOTOS))
def test_photos_are_small_files(path: Path) -> None:
    assert path.stat().st_size <= MAX_PHOTO_BYTES
    normalise_image(path.read_bytes())


def _fonts() -> dict[str, Path]:
    return {
        name: (path.parent / relative).resolve()
        for path in PRODUCTS
        for name, relative in document(path)["files"]["fonts"].items()
    }


@pytest.mark.parametrize("name", sorted(_fonts()))
def test_sample_fonts_are_free_to_use_and_carry_their_licence(name: str) -> None:
    path = _fonts()[name]
    facts = check_font(path.read_bytes())
    assert facts.fs_type == 0
    assert "Open Font License" in facts.licence
    assert "SIL OPEN FONT LICENSE" in (path.parents[1] / "LICENSE_FONT").read_text("utf-8").upper()


def test_the_demo_lists_every_font_and_picture_of_its_products() -> None:
    for brand in document(EXAMPLES / "demo.json")["brands"]:
        fonts = {font["font"] for font in brand["fonts"]}
        assets = {asset["asset"] for asset in brand["assets"]}
        for relative in brand["products"]:
            product = document(EXAMPLES / relative)
            assert product["brand"] == brand["brand"]
            assert set(product["files"]["fonts"]) <= fonts
            assert set(product["files"]["assets"]) <= assets


def test_the_demo_has_two_brands_and_all_products() -> None:
    brands = document(EXAMPLES / "demo.json")["brands"]
    assert len({brand["brand"] for brand in brands}) == 2
    listed = [EXAMPLES / relative for brand in brands for relative in brand["products"]]
    assert sorted(listed) == PRODUCTS
