"""Two knives of one machine stay two in every file: what is cut through is never only scored."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pikepdf
import pytest
from ezdxf.document import Drawing
from ezdxf.filemanagement import read

from render_core.export.dialect import Dialect
from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Ink, Item, Operation, Surface
from render_core.making.machines import machine as known
from render_core.making.prepare import prepare
from render_core.making.profile import MachineOperation, MachineProfile
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.making.work import BLACK, cut, face, machine, path

SVG = "{http://www.w3.org/2000/svg}"
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
SHOP = known("print-and-through-cut")
KISS = cut("M45 45H65V65H45Z")
# As a customer may spell it: the file says it as the machine's software does.
THROUGH = cut("M40 40H70V70H40Z", ink=Ink((0, 0, 0), "thru-CUT"))
PRINTED = Item("name", Operation.PRINT, BLACK, path("M50 50H60V60H50Z"))


def prepared(profile: MachineProfile = SHOP) -> Surface:
    made = prepare(face(PRINTED, KISS, THROUGH), profile)
    assert made.can_be_made
    return made.surface


def drawing(surface: Surface, profile: MachineProfile = SHOP) -> Drawing:
    return read(io.StringIO(dxf(surface, Dialect.of(profile)).decode()))


def test_dxf_has_a_layer_for_each() -> None:
    found = {one.dxf.layer: one for one in drawing(prepared()).modelspace()}
    assert set(found) == {"CMYK", "CutContur", "Thru-cut"}
    widths = {}
    for layer in ("CutContur", "Thru-cut"):
        x = [point[0] for point in found[layer].get_points()]
        widths[layer] = max(x) - min(x)
    assert widths == pytest.approx({"CutContur": 20, "Thru-cut": 30})


def test_svg_has_a_layer_for_each() -> None:
    root = ElementTree.fromstring(svg(prepared(), MemoryLibrary(), Dialect.of(SHOP)))
    layers = {group.get(LABEL): group for group in root.iter(f"{SVG}g") if group.get(LABEL)}
    assert list(layers) == ["CMYK", "CutContur", "Thru-cut"]
    assert layers["Thru-cut"].get("data-spot") == "Thru-cut"


def test_pdf_has_a_separation_and_a_layer_for_each() -> None:
    data = pdf([prepared()], MemoryLibrary(), Dialect.of(SHOP))
    with pikepdf.open(io.BytesIO(data)) as document:
        page = document.pages[0]
        spaces = page.Resources.ColorSpace
        spots = {str(space[1]) for space in spaces.values() if str(space[0]) == "/Separation"}
        assert spots == {"/CutContur", "/Thru-cut"}
        layers = document.Root.OCProperties.OCGs
        assert [str(layer.Name) for layer in layers] == ["CMYK", "CutContur", "Thru-cut"]
        assert len(page.Resources.Properties) == 3


def test_each_has_its_colour_index() -> None:
    pens = machine(
        MachineOperation(Operation.ENGRAVE, "Deep", (255, 0, 0), 1),
        MachineOperation(Operation.ENGRAVE, "Light", (0, 0, 255), 5),
    )
    deep = Item("name", Operation.ENGRAVE, BLACK, path("M10 10H20V20H10Z"))
    light = Item("name", Operation.ENGRAVE, Ink((0, 0, 0), "Light"), path("M30 10H40V20H30Z"))
    made = prepare(face(light, deep), pens)
    assert [run.operation.name for run in made.runs] == ["Deep", "Light"]
    document = drawing(made.surface, pens)
    assert {
        layer.dxf.name: layer.dxf.color
        for layer in document.layers
        if layer.dxf.name in ("Deep", "Light")
    } == {"Deep": 1, "Light": 5}
    assert [one.dxf.layer for one in document.modelspace()] == ["Deep", "Light"]
    root = ElementTree.fromstring(svg(made.surface, MemoryLibrary(), Dialect.of(pens)))
    assert [one.get("fill") for one in root.iter(f"{SVG}path")] == ["#ff0000", "#0000ff"]
