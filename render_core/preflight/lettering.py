"""Faults of a zone's lines, monograms and frames: of who made the product, not of the shopper.

What contradicts itself cannot be laid out at all; what leaves no room would be laid out, and would
never fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from render_core.design import Align, TextRules, ZoneSpec
from render_core.errors import UnsupportedDesign
from render_core.geometry.clearance import inside, squared_distances
from render_core.geometry.region import region
from render_core.geometry.shapes import shape_outline
from render_core.limits import (
    MAX_CACHED_SHAPES,
    MAX_LENGTH_UM,
    MAX_TEXT_PATH_CHARACTERS,
    MAX_TEXT_PATH_SEGMENTS,
)
from render_core.text.framed import Framing
from render_core.text.on_path import across
from render_core.text.text_line import TextLine, text_line
from render_core.text_rules import FrameKind, TextPath, TextPathKind
from render_core.units import centipoint_to_um

# Where the middle of a small letter lies above its baseline, and how wide it is, in ems.
_MIDDLE: Final = 0.25
_LETTER: Final = 0.5
_ROUND: Final = 1000


class Fault(NamedTuple):
    """What is wrong with a text zone. field: within its text rules, in the words of the proto."""

    field: str
    reason: str
    message: str


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def contradictions(spec: ZoneSpec) -> tuple[Fault, ...]:
    """Return why a text zone cannot be laid out; nothing where it can."""
    rules = spec.text
    return () if rules is None else tuple(_contradictions(spec, rules))


def without_room(spec: ZoneSpec) -> tuple[Fault, ...]:
    """Return why no text fits a zone that has no contradictions."""
    rules = spec.text
    return () if rules is None else (*_lines(rules), *_path_room(spec, rules), *_frame_room(spec))


def _contradictions(spec: ZoneSpec, rules: TextRules) -> Iterator[Fault]:
    yield from _out_of_range(rules)
    if rules.path is not None and rules.monogram is not None:
        yield Fault(
            "monogram",
            "MONOGRAM_ON_PATH",
            "A monogram does not run along a line. Leave out the line or the monogram.",
        )
    frame = rules.frame
    if frame is not None and frame.corner_um and frame.kind is not FrameKind.RECTANGLE:
        yield Fault("frame.corner_um", "FRAME_CORNER_UNUSED", "Only a rectangle has corners.")
    if rules.path is not None:
        yield from _path(spec, rules, rules.path)


def _out_of_range(rules: TextRules) -> Iterator[Fault]:
    """The proto's limits, for callers that do not come from there."""
    ranges: list[tuple[str, int, int, int]] = []
    path, monogram, frame = rules.path, rules.monogram, rules.frame
    if path is not None:
        ranges += [
            ("path.bend_permille", path.bend_permille, -_ROUND, _ROUND),
            ("path.inset_um", path.inset_um, 0, MAX_LENGTH_UM),
            ("path.start_permille", path.start_permille, 0, _ROUND),
            ("path.shift_permille", path.shift_permille, -2 * _ROUND, 2 * _ROUND),
        ]
    if monogram is not None:
        ranges += [
            ("monogram.middle_permille", monogram.middle_permille, 1, 4 * _ROUND),
            ("monogram.overlap_permille", monogram.overlap_permille, 0, 900),
        ]
    if frame is not None:
        ranges += [
            ("frame.padding_um", frame.padding_um, 0, MAX_LENGTH_UM),
            ("frame.line_width_um", frame.line_width_um, 1, MAX_LENGTH_UM),
            ("frame.corner_um", frame.corner_um, 0, MAX_LENGTH_UM),
        ]
    for field, value, least, most in ranges:
        if not least <= value <= most:
            yield Fault(field, "OUT_OF_RANGE", f"This must be from {least:,} to {most:,}.")


def _path(spec: ZoneSpec, rules: TextRules, path: TextPath) -> Iterator[Fault]:
    if path.path and path.kind is not TextPathKind.PATH:
        yield Fault("path.path", "TEXT_PATH_UNUSED", "Path data goes with a line of its own only.")
    if len(path.path) > MAX_TEXT_PATH_CHARACTERS:
        yield Fault(
            "path.path",
            "TEXT_PATH_TOO_LONG",
            f"Path data has at most {MAX_TEXT_PATH_CHARACTERS:,} characters.",
        )
        return
    try:
        line = text_line(spec, path, rules.align, rtl=False).line
    except UnsupportedDesign as error:
        own = path.kind is TextPathKind.PATH
        yield Fault("path.path" if own else "path.inset_um", error.reason, error.message)
        return
    if len(line.pieces) > MAX_TEXT_PATH_SEGMENTS:
        yield Fault(
            "path.path", "TEXT_PATH_TOO_LONG", "This line is too intricate for text to run along."
        )


def _lines(rules: TextRules) -> Iterator[Fault]:
    if rules.max_lines > 1 and (rules.path is not None or rules.monogram is not None):
        what = "along a line" if rules.path is not None else "as a monogram"
        yield Fault("max_lines", "ONE_LINE_ONLY", f"Text {what} is one line. Allow one line only.")


def _path_room(spec: ZoneSpec, rules: TextRules) -> Iterator[Fault]:
    if rules.path is None:
        return
    line = text_line(spec, rules.path, rules.align, rtl=False)
    em = centipoint_to_um(rules.min_size_centipoint)
    if line.room_um < _LETTER * em:
        yield Fault(
            "path.start_permille",
            "NO_ROOM_ON_LINE",
            "Where this text is anchored there is no room for it on the line. "
            f"{_instead(rules.align)}",
        )
    elif not _letter_inside(spec, rules.path, line, em):
        yield Fault(
            "path",
            "LETTERS_OUTSIDE_ZONE",
            "At their smallest size letters on this line leave the zone or its safe area. "
            "Move the line inwards.",
        )


def _instead(align: Align) -> str:
    if align is Align.CENTRE:
        return "Centred text on an open line is anchored at its middle, 500."
    return "Move the anchor, or align the text the other way."


def _letter_inside(spec: ZoneSpec, path: TextPath, line: TextLine, em_um: float) -> bool:
    """Return whether the middle of one letter of the smallest size lies in the zone's safe area."""
    width = _LETTER * em_um
    place = line.line.at(np.array([line.start_um(width) + width / 2]))
    up = (path.shift_permille / 1000 + _MIDDLE) * em_um
    point = place.points - (np.array([[0.0, up]]) if path.upright else up * across(place))
    room = region(shape_outline(spec.shape, spec.width_um, spec.height_um), spec.fitting_margin_um)
    segments = room.edge.segments
    apart = float(squared_distances(point, segments).min())
    return bool(inside(point, segments)[0]) and apart >= room.margin_um * room.margin_um


def _frame_room(spec: ZoneSpec) -> Iterator[Fault]:
    rules = spec.text
    if rules is None or rules.frame is None:
        return
    outline = shape_outline(spec.shape, spec.width_um, spec.height_um)
    framing = Framing(rules.frame, spec, region(outline, spec.fitting_margin_um), (0.0, 0.0), False)
    taken = 2 * (framing.growth_um + spec.fitting_margin_um)
    if taken >= min(spec.width_um, spec.height_um):
        yield Fault(
            "frame.padding_um", "FRAME_TOO_LARGE", "The frame leaves no room for the text in it."
        )
