"""Which drawings a pack has and in what colours: for the press, by the brand's profile, or refused."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pikepdf
import pytest
from luneo.design.v1 import ink_pb2
from luneo.manufacturing.v1 import export_pack_pb2
from PIL import Image

from tests.flows.house import Brand, named
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_machines import create
from tests.manufacturing.test_packs_for_work import asked, made
from tests.profiles import cmyk_profile, rgb_profile
from tests.spec.shop import MARK, Refused, product, text_zone

PRESS = export_pack_pb2.DRAWING_COLOURS_PRESS
PDF, TIFF, SVG = (
    export_pack_pb2.DRAWING_FORMAT_PDF,
    export_pack_pb2.DRAWING_FORMAT_TIFF,
    export_pack_pb2.DRAWING_FORMAT_SVG,
)
SHA256 = hashlib.sha256(cmyk_profile()).hexdigest()


@pytest.fixture(scope="module")
def press(acme: Brand) -> str:
    """The brand's press."""
    return str(acme.add_asset(cmyk_profile(), "press").name)


@pytest.fixture(scope="module")
def poster(shop: Ordering, press: str) -> Ordering:
    """A printed plate whose product names the press."""
    zone = text_zone(f"{shop.name}/fonts/noto-sans", technique=ink_pb2.TECHNIQUE_PRINT)
    poster = product(zone)
    poster.template.output_profile = press
    return Ordering(shop.brand, shop.brand.published(poster).name)


def refused(shop: Ordering, snapshot: str, **fields: Any) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        asked(shop, snapshot, **fields)
    return dict(caught.value.violations)


def is_in_ink(data: bytes) -> bool:
    """Whether a TIFF is of CMYK with the press's profile inside, at 100 dpi."""
    image = Image.open(io.BytesIO(data))
    whole = image.info["icc_profile"] == cmyk_profile()
    return image.mode == "CMYK" and whole and round(float(image.info["dpi"][0])) == 100


def test_a_press_has_pdf_x_with_the_brands_profile_and_tiff_in_its_inks(
    shop: Ordering, press: str
) -> None:
    wanted: dict[str, Any] = {"formats": [TIFF, PDF], "colours": PRESS, "output_profile": press}
    pack, files = made(shop, asked(shop, shop.design("Press").name, dpi=100, **wanted))
    drawings = {path for path in files if path.startswith("front.")}
    assert drawings == {"front.pdf", "front.tif"}
    with pikepdf.open(io.BytesIO(files["front.pdf"])) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFX"
        assert intent.DestOutputProfile.read_bytes() == cmyk_profile()
    assert is_in_ink(files["front.tif"])
    assert (list(pack.formats), pack.colours, pack.output_profile) == ([PDF, TIFF], PRESS, press)
    told = {file.path: file.output_profile for file in pack.result.files}
    assert {path for path, profile in told.items() if profile == SHA256} == drawings
    pinned = json.loads(files["manifest.json"])["pinned_inputs"]
    assert {"kind": "output-profile", "sha256": SHA256} in pinned


def test_the_products_own_press_needs_no_name_and_naming_it_is_the_same_pack(
    poster: Ordering, press: str
) -> None:
    snapshot = poster.design("Own").name
    own, files = made(poster, asked(poster, snapshot, formats=[PDF], colours=PRESS))
    same, _ = made(
        poster, asked(poster, snapshot, formats=[PDF], colours=PRESS, output_profile=press)
    )
    screen, plain = made(poster, asked(poster, snapshot, formats=[PDF]))
    assert own.name == same.name != screen.name
    assert own.output_profile == ""
    assert b"/GTS_PDFX" in files["front.pdf"]
    assert b"/GTS_PDFX" not in plain["front.pdf"]


def test_the_usual_drawings_asked_for_one_by_one_are_the_usual_pack(shop: Ordering) -> None:
    snapshot = shop.design("Usual").name
    usual, files = made(shop, asked(shop, snapshot))
    listed, _ = made(shop, asked(shop, snapshot, formats=[4, 3, 2, 1], colours=1))
    assert usual.name == listed.name
    assert list(usual.formats) == [1, 2, 3, 4]
    assert "drawings" not in json.loads(files["manifest.json"])["job"]


def test_machines_that_print_take_the_named_press(shop: Ordering, press: str) -> None:
    machine = create(shop.brand, "digital-press-foil")
    zone = text_zone(f"{shop.name}/fonts/noto-sans", technique=ink_pb2.TECHNIQUE_PRINT)
    printed = Ordering(shop.brand, shop.brand.published(product(zone)).name)
    snapshot = printed.design("Machine").name
    wanted: dict[str, Any] = {
        "machine_profiles": [machine.name],
        "formats": [SVG],
        "output_profile": press,
    }
    pack, _ = made(shop, asked(shop, snapshot, **wanted))
    inked = {file.path for file in pack.result.files if file.output_profile == SHA256}
    assert inked
    assert all(path.startswith("machines/") for path in inked)


def test_a_press_nobody_names_an_unknown_one_a_picture_and_a_display_are_refused(
    shop: Ordering, poster: Ordering
) -> None:
    snapshot, brand = shop.design("Refused").name, shop.brand
    display = brand.add_asset(rgb_profile(), "display").name
    picture = brand.add_asset(MARK, "mark").name
    assert refused(shop, snapshot, colours=PRESS) == {
        "export_pack.colours": "PRESS_WITHOUT_PROFILE"
    }
    for name, reason in (
        (f"{shop.name}/assets/nothing", "ASSET_UNKNOWN"),
        ("brands/another/assets/press", "ASSET_UNKNOWN"),
        (picture, "ASSET_NOT_A_PROFILE"),
        (display, "PROFILE_NOT_OF_A_PRESS"),
        ("nonsense", "NAME_MALFORMED"),
    ):
        found = refused(shop, snapshot, colours=PRESS, output_profile=name)
        assert found == {"export_pack.output_profile": reason}


def test_a_colour_without_ink_is_told_with_its_machine_and_place(shop: Ordering) -> None:
    zone = text_zone(f"{shop.name}/fonts/noto-sans", technique=ink_pb2.TECHNIQUE_PRINT)
    zone.inks.append(ink_pb2.Ink(display_name="Neon", rgb_hex="#00ff00", spot="Neon Green"))
    revision = shop.brand.published(product(zone)).name
    design = named(revision, "Neon")
    design.zones["name"].text.ink = 1
    snapshot = shop.brand.keep(design).name
    machine = create(shop.brand, "digital-press-foil")
    done = shop.brand.wait(asked(shop, snapshot, machine_profiles=[machine.name], formats=[PDF]))
    error = Refused(done.error)
    assert error.reason == "PREFLIGHT_FAILED"
    assert error.violations == {"design.zones[name]": "INK_NOT_ON_MACHINE"}
    assert "Neon Green" in error.error.violations[0].sentence
