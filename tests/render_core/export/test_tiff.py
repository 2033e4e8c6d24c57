"""The TIFF shows what the flat print shows, in the inks of the press if wanted, and black is black ink."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
import rfc8785
from PIL import Image, TiffImagePlugin

from render_core.colour import srgb_profile
from render_core.errors import UnsupportedDesign
from render_core.export.machine.tiff_file import make as machine_tiff
from render_core.export.machine.work import Work
from render_core.export.tiff import tiff
from render_core.layout import Ink, Item, Operation, Surface
from render_core.making.prepare import prepare
from render_core.making.profile import FileFormat, MachineOperation, MachineProfile
from render_core.output_keys import OutputKind, normalised_parameters, render_key
from render_core.outputs import render
from render_core.proof.inks import inks_of
from render_core.raster.flat import flat
from render_core.version import RENDERER_VERSION
from tests.profiles import cmyk_profile
from tests.render_core.export.samples import (
    PATHS,
    MemoryLibrary,
    engraved,
    full_layout,
    layout_of,
    surface_of,
    template,
)

DPI = 254
LIBRARY = MemoryLibrary()
FULL = full_layout(LIBRARY).surfaces[0]
PROFILE = LIBRARY.add(cmyk_profile())
PRODUCT = replace(template(LIBRARY), output_profile=PROFILE)
DATE_TIME, SOFTWARE, ICC, INK_SET, PHOTOMETRIC = 306, 305, 34675, 332, 262
SEPARATED = 5
PRINTS = MachineOperation(Operation.PRINT, "CMYK")


def opened(data: bytes) -> TiffImagePlugin.TiffImageFile:
    image = Image.open(io.BytesIO(data))
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    return image


def printed(path: str, rgb: tuple[int, int, int]) -> Item:
    return replace(engraved(path, Ink(rgb)), operation=Operation.PRINT)


def inks_seen(surface: Surface) -> np.ndarray:
    return np.asarray(opened(tiff(surface, LIBRARY, DPI, output_profile=PROFILE))).astype(int)


def test_it_is_the_flat_print_with_its_transparency() -> None:
    assert np.array_equal(np.asarray(opened(tiff(FULL, LIBRARY, DPI))), flat(FULL, LIBRARY, DPI))


@pytest.mark.parametrize("profile", ["", PROFILE])
def test_the_file_has_its_density_and_profile_and_no_date(profile: str) -> None:
    image = opened(tiff(FULL, LIBRARY, DPI, output_profile=profile))
    tags = image.tag_v2
    assert [float(side) for side in image.info["dpi"]] == [DPI, DPI]
    assert bytes(tags[ICC]) == (cmyk_profile() if profile else srgb_profile())
    assert not {DATE_TIME, SOFTWARE} & set(tags)
    assert (tags[PHOTOMETRIC] == SEPARATED) == bool(profile)


def test_letters_are_black_ink_alone_and_wholly() -> None:
    seen = inks_seen(surface_of(printed("M5 5H25V25H5Z", (0, 0, 0))))
    assert (seen[105:295, 155:345] == [0, 0, 0, 255]).all()
    assert not seen[..., :3].any()


def test_letters_on_a_colour_are_black_ink_and_what_is_beside_them_keeps_its_own() -> None:
    """Letters knock out of what is below, as they do in the PDF; at their edges both have a share."""
    ground, rgb = "M0 0H60V30H0Z", (10, 120, 200)
    bare = inks_seen(surface_of(printed(ground, rgb)))[200, 400]
    seen = inks_seen(surface_of(printed(ground, rgb), printed(PATHS["letter"], (20, 20, 24))))
    assert (seen[80, 320] == [0, 0, 0, 255]).all()
    assert (seen[300, 600] == bare).all()
    assert (bare[:3] > 100).any()
    inside = seen[60:340, 110:690].reshape(-1, 4)
    share = inside[:, 3] / 255
    expected = (1 - share)[:, None] * bare
    expected[:, 3] = inside[:, 3]
    assert np.abs(inside - expected).max() <= 3
    assert ((share > 0) & (share < 1)).any()


def test_what_covers_black_stays_on_top() -> None:
    over = printed("M0 0H60V30H0Z", (10, 120, 200))
    assert np.array_equal(
        inks_seen(surface_of(printed(PATHS["bar"], (0, 0, 0)), over)), inks_seen(surface_of(over))
    )


def test_pictures_and_colours_go_through_the_profile() -> None:
    seen = inks_seen(surface_of(printed("M5 5H25V25H5Z", (200, 30, 60))))[200, 250]
    wanted = np.array(inks_of(PROFILE, LIBRARY).of((200, 30, 60))) * 255
    assert np.abs(seen - wanted).max() <= 1.5


def test_bare_paper_has_no_ink() -> None:
    assert not inks_seen(surface_of())[..., :].any()


@pytest.mark.parametrize("profile", ["", PROFILE])
def test_a_machine_takes_a_whole_sheet_and_a_picture_on_the_screen_has_its_end(
    profile: str,
) -> None:
    sheet = replace(
        surface_of(printed("M700 700H800V790H700Z", (0, 0, 0))), width_um=820_000, height_um=800_000
    )
    machine = MachineProfile("p", "P", (FileFormat.TIFF,), (PRINTS,), dpi=DPI)
    made = machine_tiff(Work(prepare(sheet, machine), machine, LIBRARY, profile)).data
    image = opened(made)
    assert image.size == (8200, 8000)
    assert image.getpixel((7500, 7500)) == (0, 0, 0, 255)  # Opaque black, and black ink alone.
    assert image.getpixel((6900, 7500)) == image.getpixel((10, 10)) == (0, 0, 0, 0)
    with pytest.raises(UnsupportedDesign) as refused:
        tiff(sheet, LIBRARY, DPI, output_profile=profile)
    assert refused.value.reason == "RASTER_TOO_LARGE"


def test_it_can_be_ordered_as_a_final_picture() -> None:
    layout = layout_of(FULL)
    made = render(OutputKind.FINAL, layout, PRODUCT, LIBRARY, {"format": "tiff", "dpi": 100})
    assert (made.media_type, made.extension) == ("image/tiff", "tiff")
    assert opened(made.data).size == (made.width_px, made.height_px)
    asked = {"format": "tiff", "dpi": 100, "colour": "press"}
    assert opened(render(OutputKind.FINAL, layout, PRODUCT, LIBRARY, asked).data).mode == "CMYK"
    pdf = render(OutputKind.PDF, layout, PRODUCT, LIBRARY, {"colour": "press"}).data
    assert b"GTS_PDFX" in pdf


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (OutputKind.FINAL, {"colour": "press"}),
        (OutputKind.FINAL, {"colour": "press", "format": "tiff", "proof": "press"}),
        (OutputKind.PDF, {"colour": "cmyk"}),
        (OutputKind.SVG, {"colour": "press"}),
        (OutputKind.PREVIEW, {"format": "tiff"}),
    ],
)
def test_what_has_no_meaning_is_refused(kind: OutputKind, parameters: dict[str, str]) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        normalised_parameters(kind, parameters)
    assert refused.value.reason == "PARAMETER_INVALID"


def test_without_a_press_there_are_no_colours_of_one() -> None:
    product = replace(PRODUCT, output_profile="")
    with pytest.raises(UnsupportedDesign) as refused:
        render(OutputKind.PDF, layout_of(FULL), product, LIBRARY, {"colour": "press"})
    assert refused.value.reason == "PRESS_WITHOUT_PROFILE"


def test_keys_of_what_was_made_before_presses_came_are_as_they_were() -> None:
    def key(**parameters: str) -> str:
        return render_key(OutputKind.PDF, "a", "b", parameters, [])

    before = {
        "kind": "pdf", "spec_hash": "a", "revision_hash": "b", "renderer_version": RENDERER_VERSION,
        "parameters": {"surface": ""}, "pinned_inputs": [],
    }  # fmt: skip
    assert key() == key(colour="rgb") == hashlib.sha256(rfc8785.dumps(before)).hexdigest()
    assert key(colour="press") != key()
