"""Sheets that go through two machines: printed on one and cut on the other, in register, every copy once.

Judged from the files alone: what is printed by poppler's pixels of the PDF, what is cut by ezdxf's reading
of the DXF, whose place it is by the map, and whether one lies within the other by shapely.
"""

from __future__ import annotations

import io
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pytest
import shapely
from ezdxf.addons.hpgl2 import api as hpgl
from ezdxf.document import Drawing
from ezdxf.path import make_path
from luneo.design.v1 import ink_pb2
from luneo.manufacturing.v1 import batch_pb2, machine_profile_pb2, machine_profile_service_pb2
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder
from numpy.typing import NDArray
from PIL import Image
from shapely import Polygon

from services.manufacturing import nesting
from services.manufacturing.parts import Made
from tests.flows.house import Brand
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_hostile_batches import why
from tests.spec.shop import Refused, design, product, text_zone

DPI = 254  # a pixel is a tenth of a millimetre
PIXEL_MM = 0.1
SHEET = batch_pb2.BatchSheetSize(id="film", width_um=220_000, height_um=180_000)
HPGL, DXF = (
    machine_profile_pb2.MACHINE_FILE_FORMAT_HPGL,
    machine_profile_pb2.MACHINE_FILE_FORMAT_DXF,
)
REGISTER, CONTOUR = "Regmark", "CutContur"


class Two:
    """A workshop with a printer that cannot cut, and a cutter with a camera. zones: of its plate."""

    def __init__(self, brand: Brand, *techniques: ink_pb2.Technique.ValueType) -> None:
        font = brand.add_font("sans").name
        zones = [
            text_zone(
                font,
                f"zone{number}",
                technique=technique,
                y_um=5_000 + 18_000 * number,
                height_um=15_000,
            )
            for number, technique in enumerate(techniques or (ink_pb2.TECHNIQUE_PRINT,))
        ]
        shop = Ordering(brand, brand.published(product(*zones)).name)
        self.printer, self.cutter = (
            Workshop(shop, library) for library in ("uv-flatbed", "print-and-through-cut")
        )
        self.shop = shop

    def work(self, quantity: int = 1, **zones: str) -> WorkOrder:
        kept = self.shop.brand.keep(design(self.shop.plate, **zones)).name
        (work,) = self.shop.works(self.shop.paid(self.shop.item(kept, quantity)))
        return work

    def make(self, works: list[WorkOrder]) -> batch_pb2.Batch:
        further = [self.cutter.machine.name]
        return self.printer.make(
            works, patience=3, sheet_sizes=[SHEET], further_machine_profiles=further
        )

    def file(self, batch: batch_pb2.Batch, path: str) -> bytes:
        return self.printer.file(batch, path)

    def ids(self) -> tuple[str, str]:
        printer, cutter = (one.machine.name for one in (self.printer, self.cutter))
        return printer.rpartition("/")[2], cutter.rpartition("/")[2]


@pytest.fixture
def two(brand: Brand) -> Two:
    return Two(brand)


def printed(pdf: bytes, folder: Path) -> NDArray[np.bool_]:
    """Where poppler has ink, a pixel for each tenth of a millimetre."""
    (folder / "sheet.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-aa", "no", "sheet.pdf", "sheet"]
    subprocess.run(command, cwd=folder, check=True)
    (picture,) = folder.glob("sheet-*.pgm")
    return np.asarray(Image.open(picture)) < 128


def polygons(document: Drawing, layer: str) -> list[Polygon]:
    """Closed lines of a layer in millimetres, y down as in pictures."""
    height = SHEET.height_um / 1000
    lines = document.modelspace().query(f'LWPOLYLINE[layer=="{layer}"]')
    rings = [[(at.x, height - at.y) for at in make_path(one).flattening(0.01)] for one in lines]
    return [Polygon(ring) for ring in rings]


def places(batch: batch_pb2.Batch, two: Two) -> list[tuple[str, shapely.Polygon]]:
    """Whose copy lies in which box of the one sheet, in millimetres."""
    (sheet,) = json.loads(two.file(batch, "map.json"))["sheets"]
    return [
        (one["order"], shapely.box(*(side / 1000 for side in one["box_um"])))
        for one in sheet["placements"]
    ]


def ink_points(ink: NDArray[np.bool_], within: Polygon) -> NDArray[np.float64]:
    """Middles of the pixels with ink within a box."""
    rows, columns = np.nonzero(ink)
    at = (np.column_stack([columns, rows]) + 0.5) * PIXEL_MM
    left, top, right, bottom = within.bounds
    inside = (at[:, 0] > left) & (at[:, 0] < right) & (at[:, 1] > top) & (at[:, 1] < bottom)
    return at[inside]


def test_one_batch_is_printed_on_one_machine_and_cut_on_another_in_register(
    two: Two, tmp_path: Path
) -> None:
    works = [two.work(zone0="Emma"), two.work(3, zone0="Zoë")]
    batch = two.make(works)
    printer, cutter = two.ids()
    assert [file.path for file in batch.result.files] == sorted(
        ["map.json", "map.pdf", "solution.json"]
        + [f"sheet-1.{printer}.{ending}" for ending in ("pdf", "tif")]
        + [f"sheet-1.{cutter}.{ending}" for ending in ("pdf", "dxf")]
    )
    by_path = {file.path: file.machine_profile for file in batch.result.files}
    assert (
        by_path[f"sheet-1.{printer}.pdf"] == batch.machine_profile == two.printer.machine.revision
    )
    assert by_path[f"sheet-1.{cutter}.dxf"] == two.cutter.machine.revision
    assert list(batch.further_machine_profiles) == [two.cutter.machine.revision]
    assert by_path["map.json"] == ""

    ink = printed(two.file(batch, f"sheet-1.{printer}.pdf"), tmp_path)
    document = ezdxf.read(io.StringIO(two.file(batch, f"sheet-1.{cutter}.dxf").decode()))
    assert not document.audit().errors
    assert {one.dxf.layer for one in document.modelspace()} == {REGISTER, CONTOUR}
    contours, lying = polygons(document, CONTOUR), places(batch, two)
    assert Counter(order for order, _ in lying) == {work.barcode: work.quantity for work in works}
    around = [[one for one in contours if box.covers(one)] for _, box in lying]
    assert sorted(map(len, around)) == [1] * len(lying)
    assert len(contours) == len(lying)
    for (_, box), (contour,) in zip(lying, around, strict=True):
        points = ink_points(ink, box)
        assert len(points) > 500
        assert shapely.contains_xy(contour, points[:, 0], points[:, 1]).all()
        # The profile cuts 3 mm beside the print, neither nearer nor farther.
        nearest = shapely.distance(contour.exterior, shapely.points(points)).min()
        assert nearest == pytest.approx(3.0, abs=2 * PIXEL_MM)
    marks = polygons(document, REGISTER)
    assert len(marks) == 5
    for mark in marks:
        points = ink_points(ink, mark.envelope)
        middle = points.mean(axis=0)
        assert len(points) * PIXEL_MM**2 == pytest.approx(mark.area, rel=0.02)
        assert mark.centroid.coords[0] == pytest.approx(tuple(middle), abs=PIXEL_MM)
    assert json.loads(two.file(batch, "map.json"))["machines"] == [
        one.machine.machine.display_name for one in (two.printer, two.cutter)
    ]


def test_what_a_design_cuts_itself_is_cut_and_nothing_else_also_in_a_file_without_layers(
    brand: Brand,
) -> None:
    two = Two(brand, ink_pb2.TECHNIQUE_PRINT, ink_pb2.TECHNIQUE_CUT)
    two.cutter.machine.machine.formats[:] = [HPGL, DXF]
    request = machine_profile_service_pb2.UpdateMachineProfileRequest(
        machine_profile=two.cutter.machine
    )
    brand.rpc("luneo.manufacturing.v1.MachineProfileService/UpdateMachineProfile", request)
    works = [two.work(zone0="Emma", zone1="l"), two.work(zone0="Max", zone1="ll")]
    batch = two.make(works)
    printer, cutter = two.ids()
    assert {file.path for file in batch.result.files if file.path.startswith("sheet")} == {
        *(f"sheet-1.{printer}.{ending}" for ending in ("pdf", "tif")),
        *(f"sheet-1.{cutter}.{ending}" for ending in ("plt", "dxf")),
    }
    document = ezdxf.read(io.StringIO(two.file(batch, f"sheet-1.{cutter}.dxf").decode()))
    bars, marks = polygons(document, CONTOUR), polygons(document, REGISTER)
    assert len(marks) == 5
    found = [sum(box.covers(bar) for bar in bars) for _, box in places(batch, two)]
    assert dict(zip((order for order, _ in places(batch, two)), found, strict=True)) == {
        works[0].barcode: 1,
        works[1].barcode: 2,
    }
    plotted = hpgl.to_dxf(b"\x1b%-1B" + two.file(batch, f"sheet-1.{cutter}.plt"))
    assert len(plotted.modelspace().query("LWPOLYLINE")) == len(bars)


def test_taken_up_again_half_way_both_machines_have_the_same_bytes(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = [two.work(zone0="Emma")]
    real, made = nesting.files, []

    def dies_once(*arguments: Any) -> Iterator[Made]:
        attempt: dict[str, bytes] = {}
        made.append(attempt)
        for file in real(*arguments):
            attempt[file.path] = file.data
            if len(made) == 1 and len(attempt) == 4:
                raise RuntimeError("killed half-way")
            yield file

    monkeypatch.setattr(nesting, "files", dies_once)
    batch = two.make(works)
    first, second = made
    assert {name.split(".")[1] for name in first} == set(two.ids())
    assert first == {name: second[name] for name in first}
    assert {file.path: two.file(batch, file.path) for file in batch.result.files} == second


def test_a_machine_named_twice_or_without_work_is_refused(two: Two) -> None:
    works = [two.work(zone0="Emma")]
    names = [two.cutter.machine.name, two.printer.machine.name]
    with pytest.raises(Refused) as refused:
        two.printer.start(works, sheet_sizes=[SHEET], further_machine_profiles=names)
    assert refused.value.violations == {"batch.further_machine_profiles[1]": "MACHINE_TWICE"}
    large = batch_pb2.BatchSheetSize(id="large", width_um=700_000, height_um=100_000)
    with pytest.raises(Refused) as refused:
        two.cutter.start(works, sheet_sizes=[large], further_machine_profiles=names[1:])
    assert refused.value.violations == {"batch.sheet_sizes[0].width_um": "SHEET_LARGER_THAN_BED"}
    sewing = Workshop(two.shop, "embroidery-15-needle").machine
    reason, message, _ = why(
        two.printer,
        two.cutter.start(works, sheet_sizes=[SHEET], further_machine_profiles=[sewing.name]),
    )
    assert reason == "MACHINE_WITHOUT_WORK"
    assert sewing.machine.display_name in message
    (batch,) = two.printer.listed()
    assert not batch.HasField("result")
