"""Files of one machine lie where its `datum` and origin say, and have their size, as other programs read them.

A part of 100 × 60 mm that reaches 10 mm over the left and the lower edge of a face of 200 × 200, cut
with a kerf of 0.2 mm: 100.2 × 60.2, from 10.1 beyond the corner of the face.
"""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from ezdxf import bbox
from ezdxf.document import Drawing
from ezdxf.filemanagement import read

from render_core.export.machine.formats import made
from render_core.export.machine.work import Work
from render_core.layout import Operation
from render_core.making.prepare import prepare
from render_core.making.profile import (
    Datum,
    FileFormat,
    MachineOperation,
    MachineProfile,
    Origin,
)
from tests import system
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.making.work import cut, face

PART = cut("M-10 150H90V210H-10Z")
CUTTER = MachineProfile(
    "cutter",
    "Cutter",
    (FileFormat.SVG,),
    (MachineOperation(Operation.CUT, "Cut", kerf_um=200),),
)
# Of the work with its kerf: left, lower edge, right, upper edge in mm.
PLACES = {
    (Datum.FACE, Origin.BOTTOM_LEFT): (-10.1, -10.1, 90.1, 50.1),
    (Datum.FACE, Origin.TOP_LEFT): (-10.1, -210.1, 90.1, -149.9),
    (Datum.FACE, Origin.CENTRE): (-110.1, -110.1, -9.9, -49.9),
    (Datum.WORK, Origin.BOTTOM_LEFT): (0, 0, 100.2, 60.2),
    (Datum.WORK, Origin.TOP_LEFT): (0, -210.1, 100.2, -149.9),
    (Datum.WORK, Origin.CENTRE): (-105.05, -105.05, -4.85, -44.85),
}


def file(format: FileFormat, datum: Datum, origin: Origin = Origin.BOTTOM_LEFT) -> bytes:
    profile = replace(CUTTER, formats=(format,), datum=datum, origin=origin)
    return made(format, Work(prepare(face(PART), profile), profile, MemoryLibrary())).data


def extents(document: Drawing, unit: float = 1) -> list[float]:
    found = bbox.extents(document.modelspace())
    return [side / unit for corner in (found.extmin, found.extmax) for side in (corner.x, corner.y)]


@pytest.mark.parametrize(("datum", "origin"), PLACES)
def test_a_dxf_lies_where_the_machine_counts_from(datum: Datum, origin: Origin) -> None:
    document = read(io.StringIO(file(FileFormat.DXF, datum, origin).decode()))
    assert extents(document) == pytest.approx(PLACES[datum, origin], abs=0.002)


def test_a_plot_lies_where_the_machine_counts_from() -> None:
    """What is below zero is not asked: to this reader, as to some plotters, it is no place."""
    from ezdxf.addons.hpgl2 import api

    data = file(FileFormat.HPGL, Datum.WORK)
    document = api.to_dxf(b"\x1b%-1B" + data)
    assert extents(document, 40) == pytest.approx(PLACES[Datum.WORK, Origin.BOTTOM_LEFT], abs=0.026)


@pytest.mark.parametrize(("datum", "side"), [(Datum.FACE, 200.0), (Datum.WORK, 210.1)])
def test_a_page_shows_the_face_or_all_of_the_work(datum: Datum, side: float) -> None:
    with pikepdf.open(io.BytesIO(file(FileFormat.PDF, datum))) as document:
        page = document.pages[0]
        media, trim = (
            [float(length) * 25.4 / 72 for length in one] for one in (page.mediabox, page.trimbox)
        )
    assert media == pytest.approx([0, 0, side, side], abs=0.01)
    corner = 10.1 if datum is Datum.WORK else 0
    assert trim == pytest.approx([corner, corner, corner + 200, corner + 200], abs=0.01)


@pytest.mark.outside
@pytest.mark.parametrize("datum", Datum)
def test_ghostscript_finds_the_work_on_its_page(datum: Datum, tmp_path: Path) -> None:
    """Of the face's page it sees what lies on it."""
    page = tmp_path / "cut.pdf"
    page.write_bytes(file(FileFormat.PDF, datum))
    asked = [
        system.program("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=bbox", str(page),
    ]  # fmt: skip
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)
    box = [float(one) * 25.4 / 72 for one in answer.stderr.split("HiResBoundingBox:")[1].split()]
    left, bottom, right, top = PLACES[datum, Origin.BOTTOM_LEFT]
    assert box == pytest.approx([max(left, 0), max(bottom, 0), right, top], abs=0.05)


@pytest.mark.outside
@pytest.mark.parametrize("datum", Datum)
def test_inkscape_measures_the_work_where_it_lies(datum: Datum, tmp_path: Path) -> None:
    drawing = tmp_path / "cut.svg"
    drawing.write_bytes(file(FileFormat.SVG, datum))
    (path,) = set(re.findall(r'<g id="([^"]+)"', drawing.read_text()))
    asked = [system.program("inkscape"), f"--query-id={path}"]
    asked += ["--query-x", "--query-y", "--query-width", "--query-height", str(drawing)]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)
    x, y, width, height = (float(one) / 96 * 25.4 for one in answer.stdout.split())
    left, _, right, _ = PLACES[datum, Origin.BOTTOM_LEFT]
    line = (width - (right - left)) / 2  # A drawn line reaches as far on all sides.
    assert 0 <= line <= 0.05
    assert (x + line, y + line) == pytest.approx((left, 149.9), abs=0.002)
    assert height - 2 * line == pytest.approx(60.2, abs=0.002)
