"""DST and PES hold the pattern, by the eyes of pyembroidery, and their headers say what is in them."""

from __future__ import annotations

import io
import re

import pytest
from pyembroidery import COLOR_CHANGE, JUMP, STITCH, TRIM, EmbPattern, read_dst, read_pes

from render_core.export.dst import dst
from render_core.export.pes import pes
from render_core.layout import Item
from render_core.making.profile import Thread
from render_core.making.stitches.embroider import embroider
from render_core.making.stitches.pattern import Block, Kind, Pattern, Step
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
