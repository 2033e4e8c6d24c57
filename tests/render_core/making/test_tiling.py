"""Work beyond the bed in tiles: each within it, all of the whole, crosses on each other; told in the pack."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString

from render_core.compose import compose
from render_core.errors import UnsupportedDesign
from render_core.export.machine.of_surface import machine_file
from render_core.export.pack import PackParts, build_pack
from render_core.export.ticket import ticket
from render_core.export.ticket_faces import ticket_faces
from render_core.export.ticket_facts import TicketFacts
from render_core.files import load_design
from render_core.geometry.flatten import flatten
from render_core.layout import Item, Operation
from render_core.making.prepare import OF_SHEET, prepare
from render_core.making.profile import Datum, FileFormat, MachineOperation, MachineProfile, Tiling
from render_core.making.profile_json import library, read
from render_core.making.tiling import PreparedTile, Tiles, in_tiles, needs_tiles
from tests.render_core.export.machine_readers import read_gcode
from tests.render_core.making.work import BLACK, cut, cutting, face, machine, path
from tests.render_core.outside_eyes import poppler

ROOT = Path(__file__).resolve().parents[3]
BED = {"bed_width_um": 90_000, "bed_height_um": 80_000, "margin_um": 5_000}
FRAME = "M5 5H195V195H5Z"


def tiled(profile: MachineProfile, *items: Item) -> Tiles:
    made = prepare(face(*items), profile)
    assert made.can_be_made
    assert needs_tiles(made, profile)
    return in_tiles(made, profile)


def lines(tile: PreparedTile, zone: str) -> list[LineString]:
    """Return the lines of a zone, or of the crosses, where they lie on the whole."""
    dx, dy = (tile.window[at] - tile.prepared.trim[at] for at in (0, 1))
    return [
        LineString(line.points_um + np.array([dx, dy]))
        for item in tile.prepared.surface.placed_items()
        if item.zone == zone
        for line in flatten(item.outline, 0.5)
    ]


def test_tiles_lie_on_the_bed_make_up_the_whole_and_their_crosses_meet() -> None:
    profile = machine(cutting(), **BED, tiling=Tiling(4_000, 3_000))
    tiles = tiled(profile, cut(FRAME))
    assert (tiles.rows, tiles.columns) == (4, 3)
    for tile in tiles.tiles:
        surface = tile.prepared.surface
        assert surface.id == f"front-r{tile.row}-c{tile.column}"
        assert surface.width_um <= 80_000
        assert surface.height_um <= 70_000
        for item in surface.placed_items():
            left, top, right, bottom = item.outline.bounds_um()
            assert min(left, top) >= 0
            assert right <= surface.width_um
            assert bottom <= surface.height_um
    made = shapely.union_all([line for tile in tiles.tiles for line in lines(tile, "name")])
    whole = shapely.box(5_000, 5_000, 195_000, 195_000).exterior
    assert shapely.hausdorff_distance(made, whole) < 2
    # Each cross between two tiles of a row is in both of them, at one place.
    row = [tile for tile in tiles.tiles if tile.row == 1]
    uprights = [{line.centroid.x for line in lines(tile, OF_SHEET) if line.length} for tile in row]
    assert len(uprights) == 3
    for one, other in pairwise(uprights):
        assert one & other


def test_a_work_is_refused_where_tiles_would_be_too_many_or_nobody_wants_them() -> None:
    item = cut(FRAME)
    for tiling in (None, Tiling(69_000, 0)):
        profile = machine(cutting(), **BED, tiling=tiling)
        (found,) = prepare(face(item), profile).problems
        assert (found.code, dict(found.params)["surface"]) == ("LARGER_THAN_BED", "front")
    small = machine(cutting(), **BED, tiling=Tiling(4_000, 3_000))
    assert not needs_tiles(prepare(face(cut("M5 5H60V50H5Z"), size_mm=64), small), small)


def test_a_profile_says_tiles_only_with_a_bed_and_never_of_stitches() -> None:
    plain = library()["vinyl-cutter"]
    tiling = Tiling(1_000, 2_000)
    good = replace(plain, tiling=tiling)
    assert read(json.loads(good.canonical())) == good
    sewn = replace(library()["embroidery-15-needle"], tiling=tiling)
    for wrong in (replace(good, bed_width_um=0, bed_height_um=0), sewn):
        with pytest.raises(UnsupportedDesign) as refused:
            read(json.loads(wrong.canonical()))
        assert refused.value.field == "tiling"


EMMA = load_design(ROOT / "examples" / "designs" / "tag-emma.json")
LASER = replace(
    library()["diode-laser-grbl"],
    bed_width_um=40_000,
    bed_height_um=40_000,
    tiling=Tiling(1_000, 1_000),
)


def test_a_pack_has_the_files_of_each_tile_and_says_where_it_lies() -> None:
    layout, template = compose(EMMA.design, EMMA.library).layout, EMMA.design.template
    parts = PackParts(problems=(), machines=(LASER,))
    job = {"spec_hash": "ab" * 32, "product_revision": "brands/a/products/b/revisions/1"}
    data = build_pack(layout, template, EMMA.library, job=job, dpi=72, parts=parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        gcode = [archive.read(name) for name in names if name.endswith(".nc")]
    ours = [name for name in names if name.startswith(f"machines/{LASER.id}/front")]
    told = {file["path"]: file["tile"] for file in manifest["files"] if file["path"] in ours}
    assert len(ours) == 2 * len(gcode) == len(told)
    for name, tile in told.items():
        assert f"/front-r{tile['row']}-c{tile['column']}." in name
        assert (tile["columns"], tile["overlap_um"]) == (3, 1_000)
        left, top, right, bottom = tile["window_um"]
        assert left == (tile["column"] - 1) * 26_800
        assert 0 < right - left <= 27_800
        assert 0 < bottom - top <= 27_800
    assert {tile["column"] for tile in told.values()} >= {1, 2}
    (of_machine,) = manifest["machines"]
    assert [one["surface"] for one in of_machine["surfaces"]] == ["front"] * len(gcode)
    assert [one["tile"] for one in of_machine["surfaces"]] == list(told.values())[::2]
    with pytest.raises(UnsupportedDesign) as refused:
        machine_file(FileFormat.GCODE, layout.surfaces[0], LASER, template, EMMA.library)
    assert refused.value.reason == "NEEDS_TILES"


def test_the_ticket_says_how_many_tiles_a_part_beyond_the_bed_was_cut_into(tmp_path: Path) -> None:
    layout = compose(EMMA.design, EMMA.library).layout
    template = replace(EMMA.design.template, views=())
    faces, facts = ticket_faces(ROOT / "node_modules" / "@expo-google-fonts"), TicketFacts("K7Q2")
    parts = PackParts(problems=(), machines=(LASER,), ticket=(facts, faces))
    job = {"spec_hash": "ab" * 32, "product_revision": "brands/a/products/b/revisions/1"}
    data = build_pack(layout, template, EMMA.library, job=job, dpi=72, parts=parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        made = archive.read("ticket.pdf")
    said, other = (
        ticket(
            layout,
            template,
            EMMA.library,
            faces,
            facts,
            operations=[f"Fill · {LASER.display_name}", f"front in tiles: {tiles}, overlap 1 mm"],
        )
        for tiles in ("2 rows × 3 columns", "2 rows × 8 columns")
    )
    assert made == said
    # Tickets hold no font, so no program finds words in them: poppler shows where these two differ.
    differ = poppler(made, tmp_path) != poppler(other, tmp_path)
    rows, columns = (np.flatnonzero(differ.any(axis=axis)) * 297 / len(differ) for axis in (1, 0))
    assert 79.5 < rows.min() < rows.max() < 90, "in one line of the operations"
    assert rows.max() - rows.min() < 5
    assert 118 < columns.min() < columns.max() < 198
    assert columns.max() - columns.min() < 3, "one figure"


# Where a machine counts from.


LASER_CUT = replace(
    machine(cutting(kerf_um=400, power_permille=500, speed_um_s=5_000, lead_in_um=3_000)),
    formats=(FileFormat.GCODE,),
)


def test_what_lies_below_zero_is_told_with_zone_and_place_or_moved_where_the_profile_wants_it() -> (
    None
):
    edge = face(cut("M0 0H100V100H0Z"), size_mm=100)
    below = prepare(edge, LASER_CUT)
    (found,) = below.problems
    assert (found.code, found.zone, found.measured) == ("BELOW_ORIGIN", "name", 3.2)
    assert found.box is not None
    whole = prepare(edge, replace(LASER_CUT, datum=Datum.WORK))
    assert not whole.problems
    left, top, right, bottom = whole.trim
    assert (right - left, bottom - top) == (100_000, 100_000)
    (item,) = whole.surface.placed_items()
    bounds = item.outline.bounds_um()
    assert min(bounds[:2]) == 0
    assert bounds[2:] == (whole.surface.width_um, whole.surface.height_um)
    engraved = Item("name", Operation.ENGRAVE, BLACK, path("M10 10H40V40H10Z"))
    inner = machine(MachineOperation(Operation.ENGRAVE, "E"), formats=(FileFormat.GCODE,))
    assert not prepare(face(engraved), inner).problems


def test_gcode_of_a_work_never_goes_below_zero() -> None:
    from render_core.export.gcode import gcode

    profile = replace(LASER_CUT, datum=Datum.WORK)
    made = prepare(face(cut("M0 0H100V100H0Z"), size_mm=100), profile)
    for job, least in ((gcode(made, profile), 0.0), (gcode(made, LASER_CUT), 0.0)):
        read_gcode(job)
        numbers = [
            float(word[1:]) for word in job.decode().split() if word[0] in "XY" and len(word) > 1
        ]
        assert min(numbers) >= least
        assert max(numbers) >= 100.4
