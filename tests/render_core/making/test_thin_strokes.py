"""What is thinner than a fill's spacing is engraved all the same, wherever it lies between the lines."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import LineString

from render_core.geometry.flatten import flatten
from render_core.layout import Item, Operation
from render_core.making.machines import machine as known
from render_core.making.prepare import Prepared, prepare
from render_core.making.profile import Fill, FillKind, MachineOperation
from tests.render_core.geometry.geos import area_of
from tests.render_core.making.work import BLACK, face, machine, path

PLACES = [0, 10, 25, 40, 55, 70]
# Crossbar and stems of an H: 0.1 mm thin, as a small letter's are.
LETTER = "M10 10H10.1V10.5H10.6V10H10.7V11.1H10.6V10.6H10.1V11.1H10Z"


def engraved(data: str, operation: MachineOperation | None = None) -> Prepared:
    item = Item("name", Operation.ENGRAVE, BLACK, path(data))
    made = prepare(face(item), machine(operation) if operation else known("diode-laser-grbl"))
    assert made.can_be_made
    return made


def lines_of(made: Prepared) -> shapely.Geometry:
    found = [
        LineString([*line.points_um, line.points_um[0]] if line.closed else line.points_um)
        for item in made.surface.placed_items()
        for line in flatten(item.outline, 0.5)
    ]
    return shapely.union_all(found)


@pytest.mark.parametrize("by_um", PLACES)
def test_a_bar_between_two_lines_is_followed(by_um: int) -> None:
    data = f"M10 {10 + by_um / 1000}h10v.1h-10z"
    lines = lines_of(engraved(data))
    assert lines.length == pytest.approx(9_920, abs=170)
    assert lines.within(area_of(path(data)).buffer(-39))


@pytest.mark.parametrize("angle", [0, 30, 90, -45])
@pytest.mark.parametrize("by_um", PLACES)
def test_no_bar_of_a_letter_stays_bare(by_um: int, angle: int) -> None:
    moved = path(LETTER).moved(by_um, by_um)
    operation = MachineOperation(
        Operation.ENGRAVE, "E", kerf_um=80, fill=Fill(FillKind.HATCH, 80, angle)
    )
    item = Item("name", Operation.ENGRAVE, BLACK, moved)
    lines = lines_of(prepare(face(item), machine(operation)))
    letter = area_of(moved)
    # The ends of bars and stems are up to a spacing away from a line's end, as in every hatch.
    assert letter.difference(lines.buffer(80)).area < 0.06 * letter.area
    assert lines.buffer(40).difference(letter).area < 0.001 * letter.area


@pytest.mark.parametrize("kind", [FillKind.HATCH, FillKind.CROSS_HATCH])
@pytest.mark.parametrize("by_um", PLACES)
def test_a_dot_between_the_lines_is_made(by_um: int, kind: FillKind) -> None:
    operation = MachineOperation(Operation.ENGRAVE, "E", kerf_um=30, fill=Fill(kind, 100, 0))
    place = 10 + by_um / 1000
    lines = lines_of(engraved(f"M{place} {place}h.06v.06h-.06z", operation))
    assert lines.length >= 25


def test_thick_areas_have_the_lines_of_their_lattice_alone() -> None:
    operation = MachineOperation(Operation.ENGRAVE, "E", kerf_um=80, fill=Fill(FillKind.HATCH, 80))
    lines = lines_of(engraved("M10 10H20V12.003H10Z", operation))
    assert {line.coords[0][1] for line in lines.geoms} == {
        line.coords[1][1] for line in lines.geoms
    }
    assert all(y % 80 == 0 for line in lines.geoms for _, y in line.coords)
