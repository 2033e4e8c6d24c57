"""The PDF has true vectors, boxes, layers and separations, and other programs read it."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from render_core.export.pdf import pdf
from render_core.export.pdf_file import name, text_string
from render_core.layout import Ink
from render_core.units import fixed
from tests import system
from tests.render_core.export.samples import (
    GOLD,
    PATHS,
    MemoryLibrary,
    engraved,
    full_layout,
    picture,
    surface_of,
)

POINTS_PER_MM = 72 / 25.4
LIBRARY = MemoryLibrary()
LAYOUT = full_layout(LIBRARY)
DATA = pdf(LAYOUT.surfaces, LIBRARY)


def opened(data: bytes = DATA) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def test_qpdf_finds_nothing_wrong() -> None:
    assert opened().check_pdf_syntax() == []


def test_there_is_one_page_for_each_surface() -> None:
    assert len(opened().pages) == 2


def test_the_boxes_tell_trim_from_bleed() -> None:
    document = opened()
    page = document.pages[0]
    millimetres = [
        [round(float(edge) / POINTS_PER_MM, 3) for edge in box]
        for box in (page.MediaBox, page.BleedBox, page.TrimBox)
    ]
    assert millimetres == [[0, 0, 84, 44], [0, 0, 84, 44], [2, 2, 82, 42]]


def test_each_operation_is_a_layer_that_can_be_switched_off() -> None:
    document = opened()
    assert [str(group.Name) for group in document.Root.OCProperties.OCGs] == [  # type: ignore[attr-defined]
        "white", "print", "engrave", "foil", "cut", "crease",
    ]  # fmt: skip


def test_spot_inks_are_separations_with_their_colour_on_the_screen() -> None:
    document = opened()
    spaces = document.pages[0].Resources.ColorSpace
    separations = {
        str(space[1]): [round(float(value) * 255) for value in space[3].C1]
        for key, space in spaces.items()
        if key != "/DefaultRGB"
    }
    assert separations["/Pantone 871 C"] == list(GOLD.rgb)
    assert set(separations) == {"/White", "/Pantone 871 C", "/CutContour", "/Crease"}


def test_paths_are_vectors_and_not_pictures() -> None:
    document = opened(pdf([surface_of(engraved(PATHS["wave"]))], LIBRARY))
    page = document.pages[0]
    assert "/XObject" not in page.Resources
    assert b" c\n" in page.Contents.read_bytes()


def test_a_picture_comes_out_as_it_went_in() -> None:
    document = opened()
    (image,) = [image for _, image in document.pages[0].Resources.XObject.items()]
    seen = np.asarray(pikepdf.PdfImage(image).as_pil_image())
    mask = np.asarray(pikepdf.PdfImage(image.SMask).as_pil_image())
    source = np.asarray(Image.open(io.BytesIO(picture())))
    assert np.array_equal(mask, source[..., 3])
    assert np.array_equal(seen[..., :3][mask > 0], source[..., :3][mask > 0])


def test_there_is_no_date_and_the_identifier_is_of_the_content() -> None:
    document = opened()
    assert set(document.docinfo.keys()) == {"/Title", "/Producer", "/Trapped"}
    other = pdf([surface_of(engraved(PATHS["bar"]))], LIBRARY)
    assert bytes(document.trailer.ID[0]) != bytes(opened(other).trailer.ID[0])
    assert pdf(LAYOUT.surfaces, LIBRARY) == DATA


def test_an_empty_surface_is_an_empty_page() -> None:
    document = opened(pdf([surface_of()], LIBRARY))
    assert document.check_pdf_syntax() == []
    assert "/OCProperties" not in document.Root


@pytest.mark.parametrize("spot", ["Gold (matt) #1", "Weiß/50 %", "金"])
def test_any_spot_name_survives(spot: str) -> None:
    surface = surface_of(engraved(PATHS["bar"], Ink((1, 2, 3), spot)))
    document = opened(pdf([surface], LIBRARY))
    spaces = document.pages[0].Resources.ColorSpace
    assert f"/{spot}" in [str(space[1]) for key, space in spaces.items() if key != "/DefaultRGB"]


def test_numbers_are_never_in_scientific_notation() -> None:
    assert [fixed(value) for value in (1e-7, -1e-7, 1e6, 0.5, -2.25, 100)] == [
        "0", "0", "1000000", "0.5", "-2.25", "100",
    ]  # fmt: skip


def test_names_and_strings_are_escaped() -> None:
    assert name("a b/c") == "/a#20b#2Fc"
    assert text_string("é") == "<FEFF00E9>"


@pytest.mark.outside
def test_ghostscript_shows_the_inks(tmp_path: Path) -> None:
    system.program("ghostscript", "gs")
    surface = surface_of(
        engraved("M5 5H25V25H5Z", Ink((200, 30, 60))), engraved("M35 5H55V25H35Z", GOLD)
    )
    (tmp_path / "in.pdf").write_bytes(pdf([replace(surface, bleed_um=1000)], LIBRARY))
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=png16m", "-r254"]
    files = [f"-sOutputFile={tmp_path / 'out.png'}", str(tmp_path / "in.pdf")]
    result = subprocess.run([*command, *files], check=True, capture_output=True)
    assert not result.stderr
    seen = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    assert seen.shape == (420, 820, 3)
    assert np.abs(seen[210, 260] - [200, 30, 60]).max() <= 2
    assert np.abs(seen[210, 560] - GOLD.rgb).max() <= 2
    assert seen[210, 410].tolist() == [255, 255, 255]
