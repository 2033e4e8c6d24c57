"""Problems of strokes that are too thin and gaps that are too narrow to be made."""

from __future__ import annotations

from math import ceil, floor

from render_core.geometry.strokes import Chord
from render_core.layout import Box
from render_core.preflight.messages import problem
from render_core.preflight.places import SetText
from render_core.problems import Problem
from render_core.units import UM_PER_MM, um_as_mm


def stroke_too_thin(zone: str, chord: Chord, required_um: int, text: SetText | None) -> Problem:
    """Return the problem of the thinnest stroke, in millimetres.

    chord: across the stroke, micrometres, zone coordinates; the box is the chord's. text: where it
    is letters that are made.
    """
    key = "STROKE_TOO_THIN.artwork" if text is None else "STROKE_TOO_THIN.text"
    return _measured(key, zone, chord, required_um, text)


def gap_too_narrow(zone: str, chord: Chord, required_um: int, text: SetText | None) -> Problem:
    """Return the problem of the narrowest gap, as `stroke_too_thin`; at the letters on its sides."""
    key = "GAP_TOO_NARROW.artwork" if text is None else "GAP_TOO_NARROW.text"
    return _measured(key, zone, chord, required_um, text)


def too_detailed(zone: str) -> Problem:
    """Return the problem of artwork so crowded that its thinnest places cannot be looked for."""
    return problem("TOO_DETAILED", zone)


def _measured(key: str, zone: str, chord: Chord, required_um: int, text: SetText | None) -> Problem:
    measured_um = round(chord.width)
    return problem(
        key,
        zone,
        at=text.between(*chord.ends) if text is not None else (0, 0),
        box=_box(chord),
        measured=measured_um / UM_PER_MM,
        required=required_um / UM_PER_MM,
        params={"measured_mm": um_as_mm(measured_um), "required_mm": um_as_mm(required_um)},
    )


def _box(chord: Chord) -> Box:
    (ax, ay), (bx, by) = chord.ends
    return Box(floor(min(ax, bx)), floor(min(ay, by)), ceil(max(ax, bx)), ceil(max(ay, by)))
