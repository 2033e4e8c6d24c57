"""G-code walked as a controller walks it shows the drawing, in its units, with the machine's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely

from render_core.errors import UnsupportedDesign
from render_core.export.gcode import gcode
from render_core.export.hpgl import hpgl
from render_core.geometry.flatten import flatten
from render_core.layout import Box, Item, Operation
from render_core.making.prepare import Prepared, Run, prepare
from render_core.making.profile import (
    Curves,
    FileFormat,
    Fill,
    FillKind,
    GcodeRules,
    KerfSide,
    MachineOperation,
    MachineProfile,
    Origin,
    Units,
)
from tests import gcode_toolpath
from tests.render_core.export.machine_readers import Job, read_gcode, read_hpgl
from tests.render_core.export.samples import PATHS
from tests.render_core.making.work import cut, face

SQUARE_100 = "M20 30H120V130H20Z"
CUT = MachineOperation(
    Operation.CUT, "Cut (through)\nM3 S9000", kerf_side=KerfSide.ON_LINE,
    power_permille=850, speed_um_s=15_000, depth_um=3_000, pen=2,
)  # fmt: skip
ENGRAVE = MachineOperation(
    Operation.ENGRAVE, "Engrave", fill=Fill(FillKind.HATCH, 200, 30),
    power_permille=300, speed_um_s=400_000, depth_um=200,
)  # fmt: skip
LASER = MachineProfile("laser", "Laser", (FileFormat.GCODE,), (ENGRAVE, CUT))
SPINDLE = replace(LASER, id="router", gcode=GcodeRules(laser=False, max_power=18_000))
SHAPES = {name: d for name, d in PATHS.items() if name != "hairline"}


def job_of(profile: MachineProfile, *items: Item) -> Job:
    job = read_gcode(gcode(prepare(face(*items), profile), profile))
    assert job.ended
    return job


def plotted(profile: MachineProfile, *items: Item) -> Job:
    job = read_hpgl(hpgl(prepare(face(*items), profile), profile))
    assert job.ended
    return job


def size(job: Job) -> list[float]:
    points = np.concatenate(job.lines)
    return [*points.min(axis=0).tolist(), *np.ptp(points, axis=0).tolist()]


def drawn(item: Item, height_mm: float = 200) -> shapely.MultiLineString:
    lines = []
    for line in flatten(item.outline, 0.5):
        points = line.points_um / 1000
        points = np.concatenate([points, points[:1]]) if line.closed else points
        lines.append(np.stack([points[:, 0], height_mm - points[:, 1]], axis=1))
    return shapely.MultiLineString(lines)


def distance(job: Job, item: Item) -> float:
    """Return the largest distance between what is made and what is drawn, mm, both ways."""
    made = shapely.MultiLineString(job.lines)
    return float(shapely.hausdorff_distance(made, drawn(item), densify=0.1))


@pytest.mark.parametrize("units", Units)
@pytest.mark.parametrize("rules", [LASER, SPINDLE])
def test_a_square_of_100_mm_is_100_mm_in_millimetres_and_in_inches(
    units: Units, rules: MachineProfile
) -> None:
    job = job_of(replace(rules, units=units), cut(SQUARE_100))
    assert size(job) == pytest.approx([20, 70, 100, 100], abs=0.0003)
    assert plotted(replace(rules, units=units), cut(SQUARE_100)).lines[0].shape == (5, 2)
    assert size(plotted(rules, cut(SQUARE_100))) == [20, 70, 100, 100]


@pytest.mark.parametrize(
    ("origin", "corner"),
    [(Origin.BOTTOM_LEFT, (20, 70)), (Origin.TOP_LEFT, (20, 30)), (Origin.CENTRE, (-80, -30))],
)
def test_the_origin_is_where_the_machine_counts_from(
    origin: Origin, corner: tuple[int, int]
) -> None:
    profile = replace(LASER, origin=origin)
    for job in (job_of(profile, cut(SQUARE_100)), plotted(profile, cut(SQUARE_100))):
        assert tuple(size(job)[:2]) == pytest.approx(corner, abs=1e-6)


@pytest.mark.parametrize("curves", [Curves.ARCS, Curves.LINES])
@pytest.mark.parametrize("units", Units)
@pytest.mark.parametrize("name", SHAPES)
def test_what_is_cut_is_what_is_drawn(name: str, units: Units, curves: Curves) -> None:
    item = cut(SHAPES[name])
    job = job_of(replace(LASER, units=units, curves=curves), item)
    assert distance(job, item) <= 0.05
    if name in ("ring", "slot", "dots") or curves is Curves.LINES:
        assert (job.arcs > 0) == (curves is Curves.ARCS)
    assert job.worst_radius_mm <= 0.003


@pytest.mark.outside
def test_an_interpreter_of_others_goes_where_the_drawing_is() -> None:
    bow = cut("M10 10A8 8 0 0 1 26 10", line_width_um=25)
    items = [*(cut(d, zone=name) for name, d in SHAPES.items()), bow]
    profiles = [replace(rules, units=units) for rules in (LASER, SPINDLE) for units in Units]
    jobs = [(item, profile) for item in items for profile in profiles]
    files = [gcode(prepare(face(item), profile), profile) for item, profile in jobs]
    for (item, _), lines in zip(jobs, gcode_toolpath.made(files), strict=True):
        moves = shapely.MultiLineString(lines)
        assert shapely.hausdorff_distance(moves, drawn(item), densify=0.1) <= 0.05
        assert moves.length == pytest.approx(drawn(item).length, rel=2e-3)


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_plotted_is_what_is_drawn(name: str) -> None:
    item = cut(SHAPES[name])
    assert distance(plotted(LASER, item), item) <= 0.05


def test_an_arc_turns_the_way_it_is_drawn_wherever_y_points() -> None:
    item = cut("M10 10A8 8 0 0 1 26 10", line_width_um=25)
    for origin, sign in ((Origin.BOTTOM_LEFT, -1), (Origin.TOP_LEFT, 1)):
        job = job_of(replace(LASER, origin=origin), item)
        ys = job.lines[0][:, 1] if sign > 0 else 200 - job.lines[0][:, 1]
        assert ys.min() == pytest.approx(2, abs=0.01)


def test_a_laser_has_the_power_speed_and_passes_of_its_operation() -> None:
    profile = replace(LASER, operations=(ENGRAVE, replace(CUT, passes=3)))
    engraved = replace(cut("M50 50H60V60H50Z"), operation=Operation.ENGRAVE)
    job = job_of(profile, cut(SQUARE_100), engraved)
    cuts = [at for at, power in enumerate(job.powers) if power == 850]
    assert len(cuts) == 3
    assert {job.feeds_mm_min[at] for at in cuts} == {900}
    hatch = [power for power in job.powers if power != 850]
    assert set(hatch) == {300}
    assert len(hatch) >= 45
    assert cuts[0] > len(hatch) - 1  # Operations come in the machine's order.


def test_a_spindle_goes_down_in_passes_and_travels_above_the_work() -> None:
    profile = replace(SPINDLE, operations=(replace(CUT, passes=3, pen=1),))
    data = gcode(prepare(face(cut(SQUARE_100)), profile), profile)
    assert read_gcode(data).depths == [-1, -2, -3]
    lines = data.decode().splitlines()
    assert "G0 Z5" in lines[: lines.index("M3 S15300")]
    for before, line in pairwise(lines):
        if line.startswith("G0 X"):
            assert before in ("G0 Z5", "M5")


def test_a_tool_is_changed_by_hand_with_the_spindle_off() -> None:
    engraved = replace(cut("M50 50H60V60H50Z"), operation=Operation.ENGRAVE)
    text = gcode(prepare(face(cut(SQUARE_100), engraved), SPINDLE), SPINDLE).decode()
    assert "M5\nT2\nM0 (put in tool 2)\nM3 S15300\n" in text
    assert set(job_of(SPINDLE, cut(SQUARE_100), engraved).tools) == {1, 2}


def test_names_of_operations_cannot_command_the_machine() -> None:
    text = gcode(prepare(face(cut(SQUARE_100)), LASER), LASER).decode()
    assert "(Cut _through_M3 S9000)" in text
    assert text.count("M3") == 1
    nasty = replace(LASER, operations=(replace(CUT, name="! ~ ? % ; 切る (x)"),))
    read_gcode(gcode(prepare(face(cut(SQUARE_100)), nasty), nasty))


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (GcodeRules(), "speed_um_s"),
        (GcodeRules(), "power_permille"),
        (GcodeRules(laser=False), "depth_um"),
    ],
)
def test_a_machine_without_a_needed_setting_is_refused(rules: GcodeRules, field: str) -> None:
    lacking: dict[str, Any] = {field: 0}
    profile = replace(LASER, gcode=rules, operations=(replace(CUT, **lacking),))
    with pytest.raises(UnsupportedDesign, match=field) as refused:
        gcode(prepare(face(cut(SQUARE_100)), profile), profile)
    assert (refused.value.reason, refused.value.field) == ("MACHINE_SETTING_MISSING", field)


def test_pens_and_speeds_of_a_plotter_are_those_of_the_operations() -> None:
    profile = replace(LASER, operations=(replace(ENGRAVE, pen=3), replace(CUT, passes=2)))
    engraved = replace(cut("M50 50H60V60H50Z"), operation=Operation.ENGRAVE)
    job = plotted(profile, cut(SQUARE_100), engraved)
    assert set(job.tools) == {2, 3}
    assert job.tools.count(2) == 2
    assert job.feeds_mm_min == [24_000, 600 * 2]


def commands(data: bytes) -> Sequence[str]:
    return data.decode("ascii").split()


def test_a_plotter_gets_few_points_at_once_and_ends_with_the_pen_put_away() -> None:
    data = hpgl(prepare(face(cut(PATHS["wave"])), LASER), LASER)
    assert max(len(one) for one in commands(data)) < 400
    assert (commands(data)[0], *commands(data)[-2:]) == ("IN;", "PU;", "SP0;")


def test_another_program_reads_the_plot_at_its_size() -> None:
    """ezdxf's reader of HPGL/2, whose files begin with the command that enters it."""
    from ezdxf import bbox
    from ezdxf.addons.hpgl2 import api

    data = hpgl(prepare(face(cut(SQUARE_100)), LASER), LASER)
    extents = bbox.extents(api.to_dxf(b"\x1b%-1B" + data).modelspace())
    assert (extents.size.x / 40, extents.size.y / 40) == pytest.approx((100, 100), abs=1e-6)


ARC = cut("M10 20A5 5 0 0 1 20 20", line_width_um=25)
TO_THE_LETTER = Prepared(face(), (Run(CUT, (cut("M0 0H10V5H0Z"), ARC)),), Box(0, 0, 0, 0))
G_CODE = """(laser front)
G21
G90
G17
G94
M5
(Cut _through_M3 S9000)
(15 mm per s - 85 percent)
M4 S0
G0 X0 Y200 S0
G1 X10 Y200 S850 F900
G1 X10 Y195
G1 X0 Y195
G1 X0 Y200
G0 X10 Y180 S0
G2 X15 Y185 I5 J0 S850 F900
G2 X20 Y180 I0 J-5
M5
G0 X0 Y0
M2
"""
PLOT = """IN;
PU;
SP2;
VS2;
PU0,8000;
PD400,8000,400,7800,0,7800,0,8000;
PU400,7200;
PD404,7239,415,7277,434,7311,459,7341,489,7366,523,7385,561,7396,600,7400,639,7396,677,7385,711,7366,741,7341,766,7311,785,7277,796,7239,800,7200;
PU;
SP0;
"""


def test_files_are_what_they_were_to_the_letter() -> None:
    assert gcode(TO_THE_LETTER, LASER).decode() == G_CODE
    assert hpgl(TO_THE_LETTER, replace(LASER, tolerance_um=50)).decode() == PLOT


def test_nothing_to_do_is_a_file_that_does_nothing() -> None:
    for job in (job_of(LASER), plotted(LASER)):
        assert job.lines == []


def test_what_is_larger_than_a_plotter_counts_to_is_refused() -> None:
    huge = replace(face(cut("M0 0H10V10H0Z")), width_um=10, height_um=2_000_000_000)
    with pytest.raises(UnsupportedDesign, match="larger than HPGL"):
        hpgl(prepare(huge, LASER), LASER)


def test_what_is_smaller_than_a_step_of_a_plotter_is_a_dot() -> None:
    line = replace(cut("M20 30h.008"), line_width_um=25)
    profile = replace(LASER, formats=(FileFormat.HPGL,))
    (dot,) = plotted(profile, line).lines
    assert dot.tolist() == [[20, 170], [20, 170]]
