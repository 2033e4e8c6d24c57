"""The DXF is clean, in millimetres with y up, layered by operation, and keeps its arcs."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from ezdxf import path as dxf_path
from ezdxf.document import Drawing
from ezdxf.filemanagement import read

from render_core.export.dxf import FLATTENING_UM, dxf, leaves_out_pictures
from render_core.geometry.flatten import flatten
from render_core.layout import Item, Operation, Surface
from tests.render_core.export.dxf_by_ezdxf import content_of, written
from tests.render_core.export.samples import (
    ARCS,
    PATHS,
    MemoryLibrary,
    engraved,
    filled_samples,
    full_layout,
    surface_of,
)

FULL = full_layout(MemoryLibrary()).surfaces[0]


def opened(surface: Surface) -> Drawing:
    return read(io.StringIO(dxf(surface).decode()))


def polylines(*items: Item) -> list[list[tuple[float, float, float]]]:
    document = opened(surface_of(*items))
    return [list(entity.get_points("xyb")) for entity in document.modelspace()]


@pytest.mark.parametrize("surface", [FULL, surface_of(), *[
    layout.surfaces[0] for layout in filled_samples().values()
]])  # fmt: skip
def test_the_auditor_finds_nothing_to_repair(surface: Surface) -> None:
    audit = opened(surface).audit()
    assert not audit.errors
    assert not audit.fixes


def test_units_and_extents_are_stated() -> None:
    header = opened(FULL).header
    assert (header["$INSUNITS"], header["$MEASUREMENT"]) == (4, 1)
    assert (tuple(header["$EXTMIN"]), tuple(header["$EXTMAX"])) == ((0, 0, 0), (80, 40, 0))


def test_each_operation_has_a_layer_and_a_colour() -> None:
    document = opened(FULL)
    layers = {entity.dxf.layer for entity in document.modelspace()}
    assert layers == {"WHITE", "ENGRAVE", "FOIL", "CUT", "CREASE"}
    assert len({document.layers.get(layer).color for layer in layers}) == len(layers)


def test_y_points_up_from_the_lower_left_corner() -> None:
    (corners,) = polylines(engraved("M0 0H10V5H0Z"))
    assert [(x, y) for x, y, _ in corners] == [(10, 35), (20, 35), (20, 30), (10, 30)]


def test_contours_are_closed_and_centre_lines_are_open_with_their_width() -> None:
    line = replace(engraved("M5 5H20"), line_width_um=400)
    document = opened(surface_of(engraved(PATHS["bar"]), line))
    closed, opened_line = document.modelspace()
    assert (closed.closed, opened_line.closed) == (True, False)
    assert opened_line.dxf.const_width == 0.4


def test_arcs_stay_arcs() -> None:
    (vertices,) = polylines(replace(engraved(ARCS), line_width_um=400))
    assert [bulge for _, _, bulge in vertices].count(0) == 1
    (ring, hole) = polylines(engraved(PATHS["ring"]))
    assert all(abs(bulge) > 0.4 for _, _, bulge in [*ring, *hole])


def test_a_circle_is_round_wherever_it_is_looked_at() -> None:
    document = opened(surface_of(engraved(PATHS["ring"])))
    outer = dxf_path.make_path(document.modelspace()[0])
    radii = [np.hypot(p.x - 40, p.y - 20) for p in outer.flattening(0.0005)]
    assert max(radii) == pytest.approx(10, abs=0.003)
    assert min(radii) == pytest.approx(10, abs=0.003)


@pytest.mark.parametrize("name", ["wave", "leaf", "drop", "tilde"])
def test_curves_are_flattened_within_the_tolerance(name: str) -> None:
    item = engraved(PATHS[name])
    surface = surface_of(item)
    (vertices,) = polylines(item)
    corners = np.array([(x * 1000, (40 - y) * 1000) for x, y, _ in vertices])
    fine = flatten(surface.placed_items()[0].outline, 0.05)[0].points_um
    start, along = corners, np.roll(corners, -1, axis=0) - corners
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = (((fine[:, None] - start) * along).sum(axis=2) / length).clip(0, 1)
    nearest = start + share[..., None] * along
    distance = np.sqrt(((fine[:, None] - nearest) ** 2).sum(axis=2)).min(axis=1)
    assert distance.max() <= FLATTENING_UM + 0.2


def test_even_odd_and_clip_are_worked_into_the_contours() -> None:
    star = filled_samples()["star"].surfaces[0]
    assert sum(1 for _ in opened(star).modelspace()) == 2
    (clipped,) = opened(filled_samples()["clipped"].surfaces[0]).modelspace()
    assert len(clipped) > 8


def test_pictures_are_left_out_and_said_to_be() -> None:
    assert leaves_out_pictures(FULL)
    assert not leaves_out_pictures(surface_of(engraved(PATHS["bar"])))


def test_what_is_for_the_screen_only_is_left_out() -> None:
    assert polylines(replace(engraved(PATHS["bar"]), operation=Operation.SCREEN_ONLY)) == []


@pytest.mark.parametrize("surface", [FULL, surface_of(), *[
    layout.surfaces[0] for layout in filled_samples().values()
]])  # fmt: skip
def test_the_file_is_what_ezdxf_writes_of_the_same_entities(surface: Surface) -> None:
    ours = dxf(surface)
    assert written(content_of(ours)) == ours
