"""DST and PES hold the pattern, by the eyes of pyembroidery, and their headers say what is in them."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import pytest
import shapely
from pyembroidery import COLOR_CHANGE, JUMP, STITCH, TRIM, EmbPattern, read_dst, read_pes

from render_core.export.dst import dst
from render_core.export.pes import pes
from render_core.layout import Item
from render_core.making.profile import Thread
from render_core.making.stitches.embroider import embroider
from render_core.making.stitches.pattern import Block, Kind, Pattern, Step
from render_core.problems import Severity
from tests.render_core.making.stitches.sewn import (
    DISC,
    E_SHAPE,
    GOLD,
    MACHINE,
    NAVY,
    SHAPES,
    STAR,
    cloth,
    sewn,
    with_rules,
)

BADGE = (sewn(DISC), sewn(STAR, GOLD), sewn("M1 1H3V29H1Z"))


def pattern_of(*items: Item) -> Pattern:
    return embroider(cloth(*items), MACHINE).pattern


def needle_points(pattern: Pattern) -> list[tuple[int, int]]:
    cx, cy = pattern.centre()
    return [
        (step.x - cx, step.y - cy)
        for block in pattern.blocks
        for step in block.steps
        if step.is_stitch
    ]


def points_read(pattern: EmbPattern) -> list[tuple[int, int]]:
    return [(round(x), round(y)) for x, y, command in pattern.stitches if command == STITCH]


def count(pattern: EmbPattern, command: int) -> int:
    return sum(1 for stitch in pattern.stitches if stitch[2] == command)


@pytest.mark.parametrize("name", [*SHAPES, "badge"])
def test_a_dst_read_back_has_every_stitch_at_its_place(name: str) -> None:
    pattern = pattern_of(*BADGE) if name == "badge" else pattern_of(sewn(SHAPES[name]))
    read = read_dst(io.BytesIO(dst(pattern)))
    assert points_read(read) == needle_points(pattern)
    assert count(read, COLOR_CHANGE) == len(pattern.blocks) - 1


@pytest.mark.parametrize("name", [*SHAPES, "badge"])
def test_a_pes_read_back_has_every_stitch_at_its_place(name: str) -> None:
    pattern = pattern_of(*BADGE) if name == "badge" else pattern_of(sewn(SHAPES[name]))
    read = read_pes(io.BytesIO(pes(pattern)))
    made, found = needle_points(pattern), points_read(read)
    shift = (found[0][0] - made[0][0], found[0][1] - made[0][1])
    assert [(x - shift[0], y - shift[1]) for x, y in found] == made
    assert count(read, COLOR_CHANGE) == len(pattern.blocks) - 1


def test_a_pes_carries_the_colours_and_names_of_the_threads() -> None:
    read = read_pes(io.BytesIO(pes(pattern_of(*BADGE))))
    assert [thread.hex_color() for thread in read.threadlist] == ["#1e3c82", "#f0c83c"]
    assert [thread.description for thread in read.threadlist] == ["Navy 1043", "_f0c83c"]


def test_trims_are_read_where_the_thread_is_cut() -> None:
    pattern = pattern_of(sewn(E_SHAPE + "M40 3H45V28H40Z"))
    assert pattern.trims == 1
    for data, reader in ((dst(pattern), read_dst), (pes(pattern), read_pes)):
        read = reader(io.BytesIO(data))
        first = next(i for i, one in enumerate(read.stitches) if one[2] == STITCH)
        assert sum(1 for one in read.stitches[first:] if one[2] == TRIM) == 1


def test_the_header_of_a_dst_says_what_is_in_it() -> None:
    pattern = pattern_of(*BADGE)
    data = dst(pattern)
    fields = dict(re.findall(r"([A-Z+-]{2}):([^\r]*)\r", data[:512].decode("ascii")))
    left, top, right, bottom = pattern.bounds()
    assert int(fields["ST"]) == (len(data) - 512) // 3 - 1
    assert int(fields["CO"]) == len(pattern.blocks) - 1
    cx, cy = pattern.centre()
    extents = [int(fields[name]) for name in ("-X", "+X", "+Y", "-Y")]
    assert extents == [cx - left, right - cx, cy - top, bottom - cy]
    last = pattern.blocks[-1].steps[-1]
    ends = [int(fields[name].replace(" ", "")) for name in ("AX", "AY")]
    assert ends == [last.x - cx, cy - last.y]
    assert fields["LA"] == "front           "
    assert data[-3:] == b"\x00\x00\xf3"


def test_the_extents_are_those_of_the_drawing_and_the_pull() -> None:
    left, top, right, bottom = pattern_of(sewn("M5 10H55V14H5Z")).bounds()
    assert (left, right) == pytest.approx((150, 650), abs=2)
    assert (top, bottom) == (150 - 2, 190 + 2)


def far_apart(distance: int) -> Pattern:
    steps = (
        Step(Kind.JUMP, 0, 0), Step(Kind.STITCH, 0, 0), Step(Kind.STITCH, 30, 0),
        Step(Kind.TRIM, 30, 0), Step(Kind.JUMP, distance, -distance),
        Step(Kind.STITCH, distance, -distance), Step(Kind.STITCH, distance + 30, -distance),
    )  # fmt: skip
    return Pattern("far", (Block(NAVY, Thread("Navy", NAVY.rgb), steps),))


@pytest.mark.parametrize("distance", [121, 122, 1_000, 2_047, 5_001])
def test_jumps_are_divided_as_far_as_a_format_needs(distance: int) -> None:
    pattern = far_apart(distance)
    made = needle_points(pattern)
    assert points_read(read_dst(io.BytesIO(dst(pattern)))) == made
    found = points_read(read_pes(io.BytesIO(pes(pattern))))
    assert (found[-1][0] - found[0][0]) == made[-1][0] - made[0][0]
    assert (found[-1][1] - found[0][1]) == made[-1][1] - made[0][1]


@pytest.mark.parametrize("way", range(-121, 122))
def test_every_way_that_a_record_can_hold_is_read_as_it_is(way: int) -> None:
    steps = (Step(Kind.JUMP, 0, 0), Step(Kind.STITCH, 0, 0), Step(Kind.STITCH, way, -way))
    pattern = Pattern("one", (Block(NAVY, Thread("Navy", NAVY.rgb), steps),))
    read = read_dst(io.BytesIO(dst(pattern)))
    (x0, y0), (x1, y1) = points_read(read)
    assert (x1 - x0, y1 - y0) == (way, -way)
    assert count(read, JUMP) <= 2


def test_an_empty_pattern_is_a_file_of_its_own() -> None:
    empty = Pattern("none", ())
    assert points_read(read_dst(io.BytesIO(dst(empty)))) == []
    assert points_read(read_pes(io.BytesIO(pes(empty)))) == []


def steep(read: EmbPattern) -> int:
    """Return how many stitches run more down or up than across."""
    points = points_read(read)
    return sum(abs(b[1] - a[1]) > abs(b[0] - a[0]) for a, b in pairwise(points))


@pytest.mark.parametrize("reader", ["dst", "pes"])
def test_a_fill_has_rows_across_it_below_where_underlay_is_asked_for(reader: str) -> None:
    written, read = (dst, read_dst) if reader == "dst" else (pes, read_pes)
    found = []
    for underlay in (True, False):
        rules = with_rules(underlay=underlay, fill_degrees=0)
        pattern = embroider(cloth(sewn("M5 5H45V25H5Z")), rules).pattern
        found.append(read(io.BytesIO(written(pattern))))
    rows = [len(points_read(one)) - steep(one) for one in found]
    assert rows[1] > 500
    # Rows lie along x; across them there is an underlay 40 mm wide, every few of its stitches a row.
    assert steep(found[0]) > steep(found[1]) + 100


def test_a_satin_goes_out_in_a_zigzag_where_underlay_is_asked_for() -> None:
    widths = []
    for underlay in (True, False):
        pattern = embroider(cloth(sewn("M5 10H55V14H5Z")), with_rules(underlay=underlay)).pattern
        points = points_read(read_dst(io.BytesIO(dst(pattern))))
        # The way out, up to the far end of the bar, lies below the satin of the way back.
        last = max(range(len(points)), key=lambda at: abs(points[at][0] - points[0][0]) // 20)
        heights = [y for _, y in points[:last]]
        widths.append(max(heights) - min(heights))
    assert widths[0] >= 15
    assert widths[1] <= 5


@pytest.mark.parametrize("width_mm", [0.05, 0.2, 0.3, 0.5, 0.6, 0.8, 1.2, 2])
@pytest.mark.parametrize("length_mm", [None, 20])
def test_dots_and_thin_strokes_are_told_or_sewn_where_they_lie(
    width_mm: float, length_mm: float | None
) -> None:
    """Beside a bar, which must not hide that they are lost: in thread, or a problem at their place."""
    right = 20 + (length_mm or width_mm)
    small = f"M20 10H{right}V{10 + width_mm}H20Z"
    made = embroider(cloth(sewn("M5 3H15V27H5Z" + small)), MACHINE)
    area = shapely.box(30, 15, 10 + right, 15 + width_mm)  # On the cloth, mm.
    cx, cy = made.pattern.centre()
    read = [((x + cx) / 10, (y + cy) / 10) for x, y in points_read(
        read_dst(io.BytesIO(dst(made.pattern)))
    )]  # fmt: skip
    there = [point for point in read if shapely.Point(point).distance(area) < 0.6]
    told = [one for one in made.problems if one.box is not None and one.box.left_um >= 20_000]
    if not there:
        assert [one.code for one in told] == ["STITCH_TOO_SMALL"]
        assert told[0].severity is Severity.ERROR
        assert length_mm is None
        return
    xs = [x for x, _ in there]
    assert max(xs) - min(xs) >= right - 20 - 0.3
    assert {one.code for one in told} <= {"STITCH_TOO_THIN"}
    assert bool(told) == (width_mm < 0.4)
