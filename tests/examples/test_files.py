"""Designs read from files: what is refused, and where the mistake is said to be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from render_core.compose import compose
from render_core.errors import MissingInput, RefusedFile, RenderError, UnsupportedDesign
from render_core.files import load_design
from tests.render_core.intake import making

Change = Callable[[dict[str, Any]], object]


def design() -> dict[str, Any]:
    """Return a design that holds its product, as a file may."""
    zone = {
        "id": "name",
        "surface": "front",
        "width_um": 40_000,
        "height_um": 20_000,
        "technique": "TECHNIQUE_PRINT",
        "inks": [{"rgb_hex": "#112233"}, {"rgb_hex": "#ffffff"}],
        "text": {
            "fonts": ["sample"],
            "min_size_centipoint": 600,
            "max_size_centipoint": 3000,
            "max_lines": 1,
            "max_graphemes": 20,
        },
    }
    logo = {
        "id": "logo",
        "surface": "front",
        "width_um": 10_000,
        "height_um": 10_000,
        "technique": "TECHNIQUE_ENGRAVE",
        "inks": [{"rgb_hex": "#000000"}],
        "artwork": {"allow_vector": True, "default_asset": "mark"},
    }
    return {
        "display_name": "A sample",
        "inline_product": {
            "template": {
                "surfaces": [{"id": "front", "width_um": 60_000, "height_um": 40_000}],
                "zones": [zone, logo],
            },
            "files": {"fonts": {"sample": "sample.ttf"}, "assets": {"mark": "art/mark.svg"}},
        },
        "zones": {"name": {"text": {"text": "ABBA"}}},
    }


def write(folder: Path, document: dict[str, Any]) -> Path:
    (folder / "art").mkdir(exist_ok=True)
    (folder / "sample.ttf").write_bytes(making.font())
    (folder / "art" / "mark.svg").write_bytes(making.svg("<circle cx='50' cy='25' r='20'/>"))
    path = folder / "design.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_a_design_that_holds_its_product_is_laid_out(tmp_path: Path) -> None:
    loaded = load_design(write(tmp_path, design()))
    composition = compose(loaded.design, loaded.library)
    assert composition.can_be_made
    assert {item.zone for item in composition.layout.surface("front").items} == {"name", "logo"}


def test_default_artwork_stands_in_a_zone_that_is_left_out(tmp_path: Path) -> None:
    loaded = load_design(write(tmp_path, design()))
    assert set(loaded.design.values) == {"name", "logo"}


def test_names_of_fields_may_be_written_as_in_json_mapping(tmp_path: Path) -> None:
    plain = load_design(write(tmp_path, design())).design
    text = json.dumps(design())
    for name in ("width_um", "height_um", "rgb_hex", "max_lines", "max_graphemes", "display_name"):
        first, *rest = name.split("_")
        text = text.replace(f'"{name}"', f'"{first}{"".join(map(str.title, rest))}"')
    (tmp_path / "design.json").write_text(text, "utf-8")
    assert load_design(tmp_path / "design.json").design == plain


def test_a_design_refers_to_a_product_in_its_tree(tmp_path: Path) -> None:
    document = design()
    product = document.pop("inline_product")
    folder = tmp_path / "products"
    folder.mkdir()
    write(folder, product)
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "designs").mkdir()
    path = tmp_path / "designs" / "one.json"
    path.write_text(json.dumps({**document, "product": "../products/design.json"}))
    assert set(load_design(path).design.values) == {"name", "logo"}


def _files(document: dict[str, Any]) -> dict[str, Any]:
    files: dict[str, Any] = document["inline_product"]["files"]
    return files


def _zone(document: dict[str, Any]) -> dict[str, Any]:
    zone: dict[str, Any] = document["inline_product"]["template"]["zones"][0]
    return zone


@pytest.mark.parametrize(
    "outside", ["../secret.ttf", "/etc/passwd", "art/../../secret.ttf", "link.ttf"]
)
def test_paths_out_of_the_tree_are_refused(tmp_path: Path, outside: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.ttf").write_bytes(making.font())
    os.symlink(tmp_path / "secret.ttf", folder / "link.ttf")
    document = design()
    _files(document)["fonts"]["sample"] = outside
    with pytest.raises(RefusedFile) as caught:
        load_design(write(folder, document))
    assert caught.value.reason == "FILE_OUTSIDE_FOLDER"
    assert caught.value.field == "files.fonts.sample"


MISTAKES: dict[str, tuple[Change, str]] = {
    "a misspelt field": (lambda d: d.update(zonse={}), "zonse"),
    "a zone nobody has": (lambda d: d["zones"].update(nmae={}), "zones.nmae"),
    "artwork in a text zone": (
        lambda d: d["zones"].update(name={"artwork": {"asset": "mark"}}), "zones.name"),
    "an unknown font": (
        lambda d: d["zones"]["name"]["text"].update(font="arial"), "zones.name.text.font"),
    "an unknown asset": (
        lambda d: d["zones"].update(logo={"artwork": {"asset": "x"}}), "zones.logo.artwork.asset"),
    "an ink too many": (
        lambda d: d["zones"]["name"]["text"].update(ink=2), "zones.name.text.ink"),
    "text that is a number": (
        lambda d: d["zones"]["name"]["text"].update(text=5), "zones.name.text.text"),
    "a length with a fraction": (
        lambda d: _zone(d).update(width_um=4.5), "template.zones[0].width_um"),
    "a length that is true": (
        lambda d: _zone(d).update(width_um=True), "template.zones[0].width_um"),
    "a missing length": (lambda d: _zone(d).pop("width_um"), "template.zones[0].width_um"),
    "an unknown technique": (
        lambda d: _zone(d).update(technique="TECHNIQUE_MAGIC"), "template.zones[0].technique"),
    "no technique": (lambda d: _zone(d).pop("technique"), "template.zones[0].technique"),
    "no ink": (lambda d: _zone(d).update(inks=[]), "template.zones[0].inks"),
    "a colour by name": (
        lambda d: _zone(d)["inks"][0].update(rgb_hex="red"), "template.zones[0].inks[0].rgb_hex"),
    "text and artwork": (lambda d: _zone(d).update(artwork={}), "template.zones[0]"),
    "a zone on no surface": (lambda d: _zone(d).update(surface="back"), "template.zones"),
    "a list for an object": (lambda d: d.update(zones=[]), "zones"),
    "a path that is a number": (
        lambda d: _files(d)["fonts"].update(sample=7), "files.fonts.sample"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_placed(tmp_path: Path, name: str) -> None:
    change, where = MISTAKES[name]
    document = design()
    change(document)
    with pytest.raises(UnsupportedDesign) as caught:
        load_design(write(tmp_path, document))
    assert caught.value.reason == "DESIGN_FILE_INVALID"
    assert caught.value.field.endswith(where)
    assert caught.value.message.endswith(".")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=r"none\.json"):
        load_design(tmp_path / "none.json")
    document = design()
    _files(document)["fonts"]["sample"] = "gone.ttf"
    with pytest.raises(MissingInput, match=r"gone\.ttf"):
        load_design(write(tmp_path, document))


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "nonsense", "[" * 100_000, "\ufeff{}"])
def test_what_is_not_a_json_object_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "design.json"
    path.write_text(text, "utf-8")
    with pytest.raises(RenderError) as caught:
        load_design(path)
    assert caught.value.reason == "DESIGN_FILE_INVALID"


def test_a_hostile_file_in_a_design_is_refused_as_an_upload_is(tmp_path: Path) -> None:
    path = write(tmp_path, design())
    (tmp_path / "art" / "mark.svg").write_bytes(making.svg("<script/>"))
    with pytest.raises(RefusedFile) as caught:
        load_design(path)
    assert caught.value.reason == "VECTOR_HAS_SCRIPT"
