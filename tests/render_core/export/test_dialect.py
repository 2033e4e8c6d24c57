"""Files for one machine: its names, colours, units, curves and origin; 100 mm are 100 mm to everybody."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pytest
from ezdxf import bbox
from ezdxf import path as dxf_path
from ezdxf.document import Drawing
from ezdxf.filemanagement import read

from render_core.export.dialect import Dialect
from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.geometry.flatten import flatten
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Operation, Surface, ZoneFrame
from render_core.making.profile import (
    Curves,
    FileFormat,
    MachineOperation,
    MachineProfile,
    Origin,
    Units,
)
from tests import system
from tests.render_core.export.samples import (
    ARCS,
    GOLD,
    PATHS,
    MemoryLibrary,
    box,
    engraved,
    full_layout,
    surface_of,
)

LIBRARY = MemoryLibrary()
FULL = full_layout(LIBRARY).surfaces[0]
SVG = "{http://www.w3.org/2000/svg}"
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
HAIRLINE_MM = 0.025
LASER = MachineProfile(
    "laser",
    "Laser",
    (FileFormat.DXF,),
    (
        MachineOperation(Operation.ENGRAVE, "Raster", (0, 0, 0), 7, speed_um_s=400_000),
        MachineOperation(
            Operation.CUT, "Thru-cut", (255, 0, 0), 1,
            power_permille=800, speed_um_s=12_500, passes=2,
        ),
    ),
)  # fmt: skip
PRINTER = MachineProfile(
    "printer",
    "Printer",
    (FileFormat.PDF,),
    (
        MachineOperation(Operation.WHITE, "RDG_WHITE", (0, 255, 255), overprint=True),
        MachineOperation(Operation.PRINT, "CMYK"),
        MachineOperation(Operation.FOIL, "Foil"),
        MachineOperation(Operation.CUT, "CutContur", (255, 0, 255)),
    ),
)


def square(side_mm: float = 100) -> Surface:
    cut = Item("zone", Operation.CUT, Ink((1, 2, 3)), box(side_mm, side_mm))
    size = round(side_mm * 1000)
    frame = ZoneFrame("zone", 0, 0, size, size, box(side_mm, side_mm))
    return Surface("front", size, size, box(side_mm, side_mm), (frame,), (cut,))


def drawn(surface: Surface, profile: MachineProfile = LASER) -> Drawing:
    document = read(io.StringIO(dxf(surface, Dialect.of(profile)).decode()))
    audit = document.audit()
    assert not audit.errors
    assert not audit.fixes
    return document


def cuts(path: str) -> Surface:
    return surface_of(replace(engraved(path), operation=Operation.CUT))


def extents(document: Drawing) -> list[float]:
    found = bbox.extents(document.modelspace())
    return [
        round(side, 4) for corner in (found.extmin, found.extmax) for side in (corner.x, corner.y)
    ]


@pytest.mark.parametrize(
    ("units", "number", "side"), [(Units.MILLIMETRES, 4, 100.0), (Units.INCHES, 1, 3.937)]
)
def test_a_square_has_its_size_in_the_unit_that_the_drawing_states(
    units: Units, number: int, side: float
) -> None:
    document = drawn(square(), replace(LASER, units=units))
    assert document.header["$INSUNITS"] == number
    assert document.header["$MEASUREMENT"] == int(units is Units.MILLIMETRES)
    assert [round(edge, 3) for edge in extents(document)] == [0, 0, side, side]
    assert round(document.header["$EXTMAX"][0], 3) == side


@pytest.mark.outside
@pytest.mark.parametrize("units", list(Units))
def test_inkscape_measures_a_hundred_millimetres(units: Units, tmp_path: Path) -> None:
    inkscape = system.program("inkscape")
    file = tmp_path / "square.svg"
    file.write_bytes(svg(square(), LIBRARY, Dialect.of(replace(LASER, units=units))))
    asked = [inkscape, "--query-width", "--query-id=cut", str(file)]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)
    width_mm = float(answer.stdout) / 96 * 25.4
    assert width_mm - HAIRLINE_MM == pytest.approx(100, abs=0.0005)


@pytest.mark.outside
@pytest.mark.parametrize(("units", "points"), [(Units.MILLIMETRES, 72 / 25.4), (Units.INCHES, 72)])
def test_librecad_draws_a_hundred_millimetres(units: Units, points: float, tmp_path: Path) -> None:
    """It prints whole dots of its device, so it tells tenths of a millimetre apart and no less."""
    librecad, file = system.program("librecad"), tmp_path / "square.dxf"
    file.write_bytes(dxf(square(), Dialect.of(replace(LASER, units=units))))
    subprocess.run(
        [librecad, "dxf2pdf", "-c", "-s", "1", "-p", "200x200", "-f", "0,0,0,0", file.name],
        cwd=tmp_path,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    asked = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=bbox", str(tmp_path / "square.pdf")]
    answer = subprocess.run(asked, check=True, capture_output=True, text=True)
    left, _, right, _ = map(float, answer.stderr.split("%%HiResBoundingBox:")[1].split())
    # A unit of the drawing is one of the page, which LibreCAD takes for millimetres or inches.
    assert (right - left) / 72 * 25.4 == pytest.approx(100, abs=0.05), points


def test_layers_have_the_machines_names_and_colours_and_what_it_cannot_do_is_left_out() -> None:
    document = drawn(FULL)
    layers = {entity.dxf.layer for entity in document.modelspace()}
    assert {name: document.layers.get(name).color for name in layers} == {
        "Raster": 7,
        "Thru-cut": 1,
    }
    root = ElementTree.fromstring(svg(FULL, LIBRARY, Dialect.of(LASER)))
    groups = [group for group in root.iter(f"{SVG}g") if group.get(LABEL)]
    assert [group.get(LABEL) for group in groups] == ["Raster", "Thru-cut"]
    (cut,) = groups[1].iter(f"{SVG}path")
    assert (cut.get("stroke"), cut.get("fill")) == ("#ff0000", "none")


def test_power_and_speed_are_notes_for_the_operator() -> None:
    file = dxf(FULL, Dialect.of(LASER))
    assert file.startswith(
        b"999\nRaster: 400 mm/s\n999\nThru-cut: 80 %, 12.5 mm/s, 2 x\n  0\nSECTION"
    )
    assert "<desc>80 %, 12.5 mm/s, 2 x</desc>" in svg(FULL, LIBRARY, Dialect.of(LASER)).decode()


def test_a_machine_that_prints_has_bleed_and_one_that_only_cuts_has_none() -> None:
    pages = [
        ElementTree.fromstring(svg(FULL, LIBRARY, Dialect.of(profile))).get("viewBox")
        for profile in (LASER, PRINTER)
    ]
    assert pages == ["0 0 80 40", "-2 -2 84 44"]


def test_separations_have_the_shops_names_but_named_foils_keep_theirs() -> None:
    document = pikepdf.open(io.BytesIO(pdf([FULL], LIBRARY, Dialect.of(PRINTER))))
    page = document.pages[0]
    spaces = [space for key, space in page.Resources.ColorSpace.items() if key != "/DefaultRGB"]
    named = {str(space[1]): [float(part) for part in space[3].C1] for space in spaces}
    assert set(named) == {"/RDG_WHITE", "/Pantone 871 C", "/CutContur"}
    assert named["/CutContur"] == [1, 0, 1]
    layers = [str(group.Name) for group in document.Root.OCProperties.OCGs]
    assert layers == ["RDG_WHITE", "CMYK", "Foil", "CutContur"]


def test_what_overprints_is_what_the_machine_asks_for() -> None:
    document = pikepdf.open(io.BytesIO(pdf([FULL], LIBRARY, Dialect.of(PRINTER))))
    drawn_by_layer = document.pages[0].Contents.read_bytes().decode().split(" BDC\n")[1:]
    assert ["/Overprint gs" in part for part in drawn_by_layer] == [True, False, False, False]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin.BOTTOM_LEFT, [10, 30, 20, 35]),
        (Origin.TOP_LEFT, [10, -10, 20, -5]),
        (Origin.CENTRE, [-30, 10, -20, 15]),
    ],
)
def test_the_machine_counts_from_its_corner_and_nothing_is_mirrored(
    origin: Origin, expected: list[float]
) -> None:
    document = drawn(cuts("M0 0H10V5H0Z"), replace(LASER, origin=origin))
    assert extents(document) == expected
    (left, bottom, _), (right, top, _) = document.header["$EXTMIN"], document.header["$EXTMAX"]
    assert (right - left, top - bottom) == (80, 40)


@pytest.mark.parametrize("name", ["wave", "leaf", "drop", "tilde"])
def test_splines_are_the_curves_themselves(name: str) -> None:
    surface = cuts(PATHS[name])
    (spline,) = drawn(surface, replace(LASER, curves=Curves.SPLINES)).modelspace()
    assert spline.dxftype() == "SPLINE"
    seen = np.array([(p.x, 40 - p.y) for p in dxf_path.make_path(spline).flattening(1e-4)])
    ours = flatten(surface.placed_items()[0].outline, 0.1)[0].points_um / 1000
    assert seen[0].tolist() == pytest.approx(seen[-1].tolist(), abs=1e-9)
    assert _farthest(seen, ours) < 0.001
    assert _farthest(ours, seen) < 0.001


def _farthest(points: np.ndarray, line: np.ndarray) -> float:
    """Return the largest distance of points (n, 2) from a closed polyline (m, 2)."""
    along = np.roll(line, -1, axis=0) - line
    length = np.maximum((along * along).sum(axis=1), 1e-18)
    share = (((points[:, None] - line) * along).sum(axis=2) / length).clip(0, 1)
    apart = points[:, None] - (line + share[..., None] * along)
    return float(np.sqrt((apart * apart).sum(axis=2)).min(axis=1).max())


def test_contours_of_arcs_and_lines_stay_polylines_with_bulges_where_splines_are_wanted() -> None:
    document = drawn(cuts(PATHS["ring"] + PATHS["leaf"]), replace(LASER, curves=Curves.SPLINES))
    kinds = sorted(entity.dxftype() for entity in document.modelspace())
    assert kinds == ["LWPOLYLINE", "LWPOLYLINE", "SPLINE"]


@pytest.mark.parametrize(("tolerance_um", "most"), [(5, 200), (200, 40)])
def test_where_only_lines_are_read_arcs_are_lines_within_the_tolerance(
    tolerance_um: int, most: int
) -> None:
    profile = replace(LASER, curves=Curves.LINES, tolerance_um=tolerance_um)
    outer, hole = drawn(cuts(PATHS["ring"]), profile).modelspace()
    for ring, radius in ((outer, 10), (hole, 6)):
        vertices = np.array(ring.get_points("xyb"))
        assert not vertices[:, 2].any()
        assert len(vertices) <= most
        corners = vertices[:, :2]
        middles = (corners + np.roll(corners, -1, axis=0)) / 2
        reach = np.hypot(*(middles - [40, 20]).T)
        assert radius - reach.min() <= tolerance_um / 1000 + 0.001


def test_svg_without_arcs_has_curves_and_svg_without_curves_has_lines() -> None:
    both = cuts(ARCS + PATHS["leaf"])
    letters = {
        curves: set(_path(both, replace(LASER, curves=curves))) & set("ACQL") for curves in Curves
    }
    assert letters == {Curves.ARCS: {"A", "Q"}, Curves.SPLINES: {"C", "Q"}, Curves.LINES: {"L"}}


def _path(surface: Surface, profile: MachineProfile) -> str:
    root = ElementTree.fromstring(svg(surface, LIBRARY, Dialect.of(profile)))
    (path,) = root.iter(f"{SVG}path")
    return path.get("d", "")


def test_a_name_cannot_break_a_file() -> None:
    spoilt = MachineOperation(Operation.CUT, 'a\n0\nEOF<>/"b', (1, 2, 3))
    document = drawn(square(), replace(LASER, operations=(spoilt,)))
    (line,) = document.modelspace()
    assert line.dxf.layer == "a_0_EOF____b"


def test_two_operations_of_one_name_share_a_layer() -> None:
    same = tuple(
        replace(one, name=name) for one, name in zip(LASER.operations, ("Cut", "CUT"), strict=True)
    )
    document = drawn(FULL, replace(LASER, operations=same))
    assert {entity.dxf.layer for entity in document.modelspace()} == {"Cut"}


def test_a_gold_ink_is_the_machines_colour_in_its_file() -> None:
    surface = surface_of(engraved(PATHS["bar"], GOLD))
    root = ElementTree.fromstring(svg(surface, LIBRARY, Dialect.of(LASER)))
    (path,) = root.iter(f"{SVG}path")
    assert path.get("fill") == "#000000"


def test_coordinates_of_an_inch_file_are_inches() -> None:
    surface = cuts("M15.4 20.4H40.8V33.1H15.4Z")
    data = _path(surface, replace(LASER, units=Units.INCHES))
    assert data == "M1 1L2 1L2 1.5L1 1.5Z"
    assert parse_path_mm(data).bounds_um() == (1000, 1000, 2000, 1500)
