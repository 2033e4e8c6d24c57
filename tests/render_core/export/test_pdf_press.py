"""The PDF for a press is PDF/X-4 in the press's inks: judged by qpdf and poppler."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pytest
from PIL import Image

from render_core.colour import srgb_profile
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.export.machine.pdf_file import make as machine_pdf
from render_core.export.machine.work import Work
from render_core.export.pdf import pdf
from render_core.gamut import press_of
from render_core.layout import Operation, Surface
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.making.prepare import prepare
from render_core.making.profile import (
    FileFormat,
    MachineOperation,
    MachineProfile,
    MarkKind,
    Marks,
)
from render_core.proof.inks import inks_of
from render_core.proof.screen import xyz_of_levels
from tests import system
from tests.profiles import cmyk_profile, grey_profile
from tests.render_core.export.press import DATA, LAYOUT, LIBRARY, PROFILE, pressed, printed
from tests.render_core.export.samples import PATHS, picture, surface_of

XMP = {
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@cache
def opened(data: bytes = DATA) -> pikepdf.Pdf:
    """Return a document, which is kept: its parts are gone with it."""
    return pikepdf.open(io.BytesIO(data))


def metadata(document: pikepdf.Pdf) -> dict[str, str]:
    root = ElementTree.fromstring(document.Root.Metadata.read_bytes())
    return {element.tag: (element.text or "").strip() for element in root.iter()}


def test_qpdf_finds_nothing_wrong() -> None:
    assert opened().check_pdf_syntax() == []


def test_it_says_that_it_is_pdf_x_4() -> None:
    document = opened()
    found = metadata(document)
    assert document.pdf_version == "1.6"
    assert found[f"{{{XMP['pdfxid']}}}GTS_PDFXVersion"] == "PDF/X-4"
    assert found[f"{{{XMP['pdf']}}}Trapped"] == str(document.docinfo.Trapped)[1:] == "False"
    assert re.fullmatch(
        r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found[f"{{{XMP['xmpMM']}}}DocumentID"]
    )
    for key in ("RenditionClass", "VersionID"):
        assert found[f"{{{XMP['xmpMM']}}}{key}"]
    dates = {
        found[f"{{{XMP['xmp']}}}{key}"] for key in ("CreateDate", "ModifyDate", "MetadataDate")
    }
    assert dates == {"2026-01-01T00:00:00Z"}
    assert (
        str(document.docinfo.CreationDate) == str(document.docinfo.ModDate) == "D:20260101000000Z"
    )
    assert "/Filter" not in document.Root.Metadata


def test_the_output_intent_holds_the_brands_profile() -> None:
    (intent,) = opened().Root.OutputIntents
    assert intent.S == "/GTS_PDFX"
    assert intent.DestOutputProfile.N == 4
    assert intent.DestOutputProfile.read_bytes() == cmyk_profile()
    assert str(intent.OutputConditionIdentifier) == "Custom"


def test_it_holds_nothing_that_pdf_x_4_forbids() -> None:
    """No fonts, scripts, actions, encryption, transfer curves or colours of another device."""
    document = opened()
    forbidden = {
        "/Font", "/JavaScript", "/JS", "/AA", "/OpenAction", "/TR", "/TR2", "/HTP", "/Alternates",
        "/OPI", "/PS", "/DefaultRGB", "/AS", "/Encrypt",
    }  # fmt: skip
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            assert not forbidden & set(thing.keys())
            assert thing.get("/ColorSpace") != "/DeviceRGB"
            assert thing.get("/CS") in (None, "/DeviceCMYK", "/DeviceGray")
    for page in document.pages:
        assert not re.search(rb"\b(rg|RG)\b", page.Contents.read_bytes())


def test_it_holds_what_pdf_x_4_asks_of_every_file() -> None:
    """ISO 15930-7: file identifiers, one output intent, no transparency without a space to blend in."""
    document = opened()
    first, second = (bytes(one) for one in document.trailer.ID)
    assert len(first) == len(second) == 16
    assert first != bytes(16)
    assert len(document.Root.OutputIntents) == 1
    assert str(document.docinfo.Title)
    for page in document.pages:
        assert "/ArtBox" not in page
        assert "/TrimBox" in page
        group = page.get("/Group")
        assert group is None or group.CS == "/DeviceCMYK"
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream) and "/Group" in thing:
            assert thing.Group.get("/CS") in (None, "/DeviceCMYK")
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form":
            assert not re.search(rb"\b(rg|RG)\b", thing.read_bytes())


@pytest.mark.outside
def test_poppler_reads_the_standard_and_its_boxes(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(DATA)
    program = system.program("poppler-utils", "pdfinfo")
    command = [program, "-box", str(tmp_path / "in.pdf")]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = dict(line.split(":", 1) for line in told.stdout.splitlines() if ":" in line)
    assert told.stderr == ""
    assert lines["PDF version"].strip() == "1.6"
    assert lines["JavaScript"].strip() == lines["Encrypted"].strip() == "no"
    page: Any = opened().pages[0]
    assert [float(edge) for edge in lines["TrimBox"].split()] == pytest.approx(
        [float(edge) for edge in page.TrimBox], abs=0.005
    )
    fonts = [system.program("poppler-utils", "pdffonts"), str(tmp_path / "in.pdf")]
    listed = subprocess.run(fonts, check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(listed) == 2  # Its two lines of headings, and no font.
    drawn = [system.program("poppler-utils", "pdftocairo"), "-pdf", fonts[1], "-"]
    assert not subprocess.run(drawn, check=True, capture_output=True).stderr


def test_every_box_lies_in_the_next() -> None:
    page: Any = opened().pages[0]
    media, bleed, trim = (
        [float(edge) for edge in box] for box in (page.MediaBox, page.BleedBox, page.TrimBox)
    )
    for inner, outer in ((trim, bleed), (bleed, media)):
        assert all(a >= b for a, b in zip(inner[:2], outer[:2], strict=True))
        assert all(a <= b for a, b in zip(inner[2:], outer[2:], strict=True))


@pytest.mark.parametrize("kind", list(MarkKind))
def test_a_page_with_marks_is_trimmed_to_the_face_and_has_its_bleed_around_that(
    kind: MarkKind,
) -> None:
    """Marks make the page larger; whoever imposes pages goes by the trim box."""
    marks = Marks(kind, size_um=4_000, margin_um=9_000)
    operations = (MachineOperation(Operation.PRINT, "CMYK"),)
    profile = MachineProfile("p", "P", (FileFormat.PDF,), operations, marks=marks)
    face = surface_of(printed("M0 0H60V30H0Z", (10, 120, 200)), bleed_um=3_000)
    made = machine_pdf(Work(prepare(face, profile), profile, LIBRARY, PROFILE)).data
    page: Any = opened(made).pages[0]
    media, bleed, trim = (
        [float(edge) / 72 * 25.4 for edge in box]
        for box in (page.MediaBox, page.BleedBox, page.TrimBox)
    )
    width, height = face.width_um / 1000, face.height_um / 1000
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((width, height), abs=0.001)
    assert [b - t for b, t in zip(bleed, trim, strict=True)] == pytest.approx(
        [-3, -3, 3, 3], abs=0.001
    )
    margin = 3 if kind is MarkKind.NONE else trim[0]
    assert margin >= 3
    assert media == pytest.approx([0, 0, width + 2 * margin, height + 2 * margin], abs=0.001)


@pytest.mark.parametrize("rgb", [(0, 0, 0), (20, 20, 24), (26, 26, 26)])
def test_black_that_is_drawn_is_black_ink_alone(rgb: tuple[int, int, int]) -> None:
    content = opened(pressed(printed(PATHS["letter"], rgb))).pages[0].Contents.read_bytes()
    assert b"\n0 0 0 1 k 0 0 0 1 K\n" in content


@pytest.mark.parametrize("rgb", [(60, 60, 60), (40, 0, 0), (0, 0, 60)])
def test_dark_colours_are_not_taken_for_black(rgb: tuple[int, int, int]) -> None:
    content = opened(pressed(printed(PATHS["letter"], rgb))).pages[0].Contents.read_bytes()
    assert b"0 0 0 1 k" not in content


def test_white_is_bare_paper() -> None:
    content = opened(pressed(printed(PATHS["letter"], (255, 255, 255)))).pages[0].Contents
    assert b"\n0 0 0 0 k 0 0 0 0 K\n" in content.read_bytes()


def test_colours_come_out_as_the_proof_shows_them() -> None:
    """The inks, put through the profile, look like what the proof says that will come back."""
    press, inks = press_of(PROFILE, LIBRARY), inks_of(PROFILE, LIBRARY)
    for rgb in ((200, 30, 60), (176, 141, 87), (10, 120, 200), (128, 128, 128)):
        lab = press.profile.device.to_lab(np.array([inks.of(rgb)]))
        wanted = press.profile.device.to_lab(press.device(xyz_of_levels(np.array([rgb], np.int64))))
        assert np.abs(lab - wanted).max() < 0.2


def test_a_pictures_inks_are_those_of_its_colours() -> None:
    inks = inks_of(PROFILE, LIBRARY)
    chance = np.random.default_rng(6)
    pixels = chance.integers(30, 256, (8, 8, 3), np.uint8)
    made = inks.of_pixels(pixels).reshape(-1, 4)
    for rgb, seen in zip(pixels.reshape(-1, 3).tolist(), made, strict=True):
        assert np.abs(seen - np.array(inks.of(tuple(rgb))) * 255).max() <= 2
    assert not inks.of_pixels(np.full((1, 1, 3), 255, np.uint8)).any()


def test_a_picture_is_in_the_presss_inks_and_keeps_its_transparency() -> None:
    (image,) = [image for _, image in opened().pages[0].Resources.XObject.items()]
    assert image.ColorSpace == "/DeviceCMYK"
    seen = np.frombuffer(image.read_bytes(), np.uint8).reshape(160, 240, 4)
    source = np.asarray(Image.open(io.BytesIO(picture())))
    assert np.array_equal(seen, inks_of(PROFILE, LIBRARY).of_pixels(source[..., :3]))
    assert (
        np.asarray(pikepdf.PdfImage(image.SMask).as_pil_image()).tolist() == source[..., 3].tolist()
    )


def test_the_bytes_are_the_same_again_and_follow_the_content() -> None:
    assert pdf(LAYOUT.surfaces, LIBRARY, output_profile=PROFILE) == DATA
    other = opened(pressed(printed(PATHS["bar"], (1, 2, 3))))
    key = f"{{{XMP['xmpMM']}}}DocumentID"
    assert metadata(other)[key] != metadata(opened())[key]


def test_a_title_cannot_break_the_metadata() -> None:
    surface = replace(surface_of(printed(PATHS["bar"], (1, 2, 3))), id='a<b>&"c')
    found = metadata(opened(pdf([surface], LIBRARY, output_profile=PROFILE)))
    assert found[f"{{{XMP['rdf']}}}li"] == 'a<b>&"c'


def test_a_profile_of_a_display_is_refused() -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        pdf([surface_of()], LIBRARY, output_profile=LIBRARY.add(srgb_profile()))
    assert refused.value.reason == "PROFILE_NOT_OF_A_PRESS"


def test_a_profile_that_is_missing_is_named() -> None:
    with pytest.raises(MissingInput):
        pdf([surface_of()], LIBRARY, output_profile="0" * 64)


def test_a_gradient_bends_with_the_press() -> None:
    stops = (GradientStop(0, (255, 255, 255)), GradientStop(1000, (0, 80, 200)))
    gradient = Gradient(GradientKind.LINEAR, (5_000, 0), (55_000, 0), stops)
    data = pressed(replace(printed(PATHS["bar"], (0, 0, 0)), gradient=gradient))
    (pattern,) = [one for _, one in opened(data).pages[0].Resources.Pattern.items()]
    assert pattern.Shading.ColorSpace == "/DeviceCMYK"
    assert len(pattern.Shading.Function.Functions) == 50


@pytest.mark.outside
def test_poppler_shows_the_colours(tmp_path: Path) -> None:
    system.program("poppler-utils", "pdftoppm")
    (tmp_path / "in.pdf").write_bytes(DATA)
    command = ["pdftoppm", "-r", "100", "-png", "-f", "1", "-l", "1", "-singlefile"]
    result = subprocess.run(
        [*command, str(tmp_path / "in.pdf"), str(tmp_path / "out")], check=True, capture_output=True
    )
    assert not result.stderr
    seen = np.asarray(Image.open(tmp_path / "out.png").convert("L"))
    assert seen.min() < 90
    assert seen.max() == 255


@pytest.mark.parametrize("surface", LAYOUT.surfaces, ids=lambda surface: surface.id)
def test_each_surface_has_its_page(surface: Surface) -> None:
    assert len(opened(pdf([surface], LIBRARY, output_profile=PROFILE)).pages) == 1


def test_a_press_with_one_ink_prints_greys() -> None:
    data = pdf(LAYOUT.surfaces, LIBRARY, output_profile=LIBRARY.add(grey_profile()))
    document = opened(data)
    assert document.check_pdf_syntax() == []
    assert document.Root.OutputIntents[0].DestOutputProfile.N == 1
    (image,) = [image for _, image in document.pages[0].Resources.XObject.items()]
    assert image.ColorSpace == "/DeviceGray"
    assert not re.search(rb"\b(rg|RG|k|K)\n", document.pages[0].Contents.read_bytes())
