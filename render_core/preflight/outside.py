"""Problems of what reaches over the safe area or the bleed, and of what does not reach the bleed."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import Final

from render_core.design import ZoneSpec
from render_core.geometry.overreach import Overreach
from render_core.layout import Box
from render_core.preflight.messages import problem
from render_core.preflight.places import SetText
from render_core.problems import Problem
from render_core.units import UM_PER_MM, um_as_mm

OVERFLOW: Final = "DOES_NOT_FIT"
OVER: Final = "over_mm"


def outside(spec: ZoneSpec, over: Overreach, text: SetText | None) -> Problem:
    """Return the problem of outlines that reach over the safe area, or even over the bleed.

    over: beyond the line of the safe margin, in µm, zone coordinates.
    """
    by_um = round(over.by)
    cut_um = by_um - spec.safe_margin_um - spec.bleed_um
    box = box_of(over)
    key, by_um = ("OUTSIDE_BLEED", cut_um) if cut_um > 0 else ("OUTSIDE_SAFE_AREA", by_um)
    return problem(
        key,
        spec.id,
        at=text.within(box) if text is not None else (0, 0),
        box=box,
        measured=by_um / UM_PER_MM,
        required=0.0,
        params={"over_mm": um_as_mm(by_um)},
    )


def placed_overflow(found: Problem, over: Overreach, text: SetText | None) -> Problem:
    """Return the problem of a text that does not fit with its place.

    Its sentence stays; `params` tell in addition how far the text reaches over its safe area.
    """
    box = box_of(over)
    start, end = text.within(box) if text is not None else (0, 0)
    params = sorted((*found.params, (OVER, um_as_mm(round(over.by)))))
    return replace(found, box=box, start_utf16=start, end_utf16=end, params=tuple(params))


def bleed_not_covered(spec: ZoneSpec, short_um: int) -> Problem:
    """Return the problem of artwork that is to cover its zone and ends before its bleed does."""
    return problem(
        "BLEED_NOT_COVERED",
        spec.id,
        measured=short_um / UM_PER_MM,
        required=0.0,
        params={"short_mm": um_as_mm(short_um)},
    )


def box_of(over: Overreach) -> Box:
    """Return the box of the corners that reach over."""
    left, top, right, bottom = over.bounds
    return Box(floor(left), floor(top), ceil(right), ceil(bottom))
