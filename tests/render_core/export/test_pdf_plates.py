"""The plates of a PDF for a press, as Ghostscript's tiffsep prints them: the inks that its profile lists."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render_core.export.dialect import Dialect
from render_core.export.machine.pdf_file import make as machine_pdf
from render_core.export.machine.work import Work
from render_core.export.pdf import pdf
from render_core.layout import Ink, Operation
from render_core.making.prepare import prepare
from render_core.making.profile import FileFormat, MachineOperation, MachineProfile
from render_core.making.profile_json import library as profiles
from render_core.separations import DEFAULT_SPOTS
from tests import system
from tests.profiles import cmyk_profile
from tests.render_core.export.press import DATA, LAYOUT, LIBRARY, PROFILE, pressed, printed
from tests.render_core.export.samples import surface_of

DPI = 254  # Ten pixels to a millimetre.
pytestmark = pytest.mark.outside


def plates(data: bytes, folder: Path) -> dict[str, np.ndarray]:
    """Return how much of each ink Ghostscript prints on the first page: (h, w), 0 to 255."""
    system.program("ghostscript", "gs")
    (folder / "in.pdf").write_bytes(data)
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", f"-r{DPI}"]
    files = ["-dLastPage=1", f"-sOutputFile={folder / 'plate.tif'}", str(folder / "in.pdf")]
    result = subprocess.run([*command, *files], check=True, capture_output=True)
    assert not result.stderr
    return {
        file.name[len("plate(") : -len(").tif")]: 255 - np.asarray(Image.open(file).convert("L"))
        for file in folder.glob("plate(*).tif")
    }


def test_the_plates_are_the_inks_and_the_named_separations(tmp_path: Path) -> None:
    assert set(plates(DATA, tmp_path)) == {
        "Cyan", "Magenta", "Yellow", "Black",
        "White", "Pantone 871 C", "CutContour", "Crease",
    }  # fmt: skip


def test_the_plates_of_a_machines_file_have_the_machines_names(tmp_path: Path) -> None:
    operations = (
        MachineOperation(Operation.WHITE, "RDG_WHITE"),
        MachineOperation(Operation.PRINT, "CMYK"),
        MachineOperation(Operation.CUT, "Thru-cut", (255, 0, 255)),
    )
    dialect = Dialect.of(MachineProfile("p", "P", (FileFormat.PDF,), operations))
    data = pdf(LAYOUT.surfaces, LIBRARY, dialect, output_profile=PROFILE)
    assert set(plates(data, tmp_path)) == {
        "Cyan", "Magenta", "Yellow", "Black", "RDG_WHITE", "Thru-cut",
    }  # fmt: skip


def test_letters_are_on_the_black_plate_alone_and_wholly(tmp_path: Path) -> None:
    seen = plates(pressed(printed("M5 5H25V25H5Z", (0, 0, 0))), tmp_path)
    inside = (slice(110, 290), slice(160, 340))
    assert (seen["Black"][inside] == 255).all()
    for ink in ("Cyan", "Magenta", "Yellow"):
        assert not seen[ink].any()
    assert set(np.unique(seen["Black"]).tolist()) == {0, 255}


def test_the_contour_is_a_line_that_leaves_the_print_below_it_alone(tmp_path: Path) -> None:
    printed_area = printed("M0 0H60V30H0Z", (10, 120, 200))
    cut = replace(printed("M10 5H50V25H10Z", (255, 0, 255)), operation=Operation.CUT)
    for name, data in (("bare", pressed(printed_area)), ("cut", pressed(printed_area, cut))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "in.pdf").write_bytes(data)
    bare, both = (
        plates((tmp_path / n / "in.pdf").read_bytes(), tmp_path / n) for n in ("bare", "cut")
    )
    contour = both.pop("CutContour")
    assert all(np.array_equal(both[ink], bare[ink]) for ink in bare)
    assert contour[100:300, 200:600].any()
    assert not contour[105:295, 205:595].any()
    length_px = 2 * (400 + 200)
    assert 0.9 * length_px <= (contour > 0).sum() <= 2.1 * length_px


@pytest.mark.parametrize("form", ["mft1", "mAB"])
def test_ghostscript_takes_every_form_of_profile(form: str, tmp_path: Path) -> None:
    profile = LIBRARY.add(cmyk_profile(form))
    seen = plates(pdf([surface_of()], LIBRARY, output_profile=profile), tmp_path)
    assert set(seen) == {"Cyan", "Magenta", "Yellow", "Black"}


PRINTED_BY_PDF = [one for one in profiles().values() if FileFormat.PDF in one.formats]


@pytest.mark.parametrize("profile", PRINTED_BY_PDF, ids=lambda one: one.id)
def test_plates_of_every_machine_are_the_list_of_its_profile(
    profile: MachineProfile, tmp_path: Path
) -> None:
    """What is printed or engraved is in process colours; every other operation has a plate of its name."""
    items = [
        replace(
            printed(f"M{10 + at} 5H{30 + at}V25H{10 + at}Z", (200, 30, 40)),
            operation=one.operation,
            ink=Ink((200, 30, 40), one.name if one.operation in DEFAULT_SPOTS else ""),
        )
        for at, one in enumerate(profile.operations)
    ]
    work = Work(prepare(surface_of(*items), profile), profile, LIBRARY, PROFILE)
    seen = set(plates(machine_pdf(work).data, tmp_path))
    listed = {one.name for one in profile.operations if one.operation in DEFAULT_SPOTS}
    assert seen == {"Cyan", "Magenta", "Yellow", "Black"} | listed
