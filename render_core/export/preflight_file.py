"""What preflight found, as a file of the pack: each problem with its zone, place and measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import rfc8785

from render_core.errors import RenderError
from render_core.export.manifest import JSON
from render_core.layout import Layout, ZoneFrame
from render_core.problems import Problem, Severity

PREFLIGHT: Final = "preflight.json"
PREFLIGHT_FORMAT: Final = "luneo-preflight/1"


class PreflightFailed(RenderError):
    """A design with problems that keep it from being made. problems: all of them, errors alone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = "one problem keeps" if len(problems) == 1 else f"{len(problems)} problems keep"
        super().__init__("PREFLIGHT_FAILED", f"No pack was made: {count} this from being made.")
        self.problems = tuple(problems)


def check_can_be_made(problems: Sequence[Problem]) -> None:
    """Raise PreflightFailed with every problem that is an error."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise PreflightFailed(errors)


def preflight_file(layout: Layout, problems: Sequence[Problem]) -> bytes:
    """Return the report, canonical by RFC 8785; places are in zones and on their surfaces."""
    frames = {
        frame.zone: (surface.id, frame) for surface in layout.surfaces for frame in surface.zones
    }
    counts = {
        f"{severity.value}s": sum(problem.severity is severity for problem in problems)
        for severity in Severity
    }
    return rfc8785.dumps(
        {
            "format": PREFLIGHT_FORMAT,
            **counts,
            "problems": [_document(problem, frames.get(problem.zone)) for problem in problems],
        }
    )


def _document(problem: Problem, frame: tuple[str, ZoneFrame] | None) -> dict[str, JSON]:
    document: dict[str, JSON] = {
        "code": problem.code,
        "severity": problem.severity.value,
        "zone": problem.zone,
        "message": problem.message,
        "suggestion": problem.suggestion,
        "params": dict(problem.params),
    }
    if problem.end_utf16 > problem.start_utf16:
        document["text_utf16"] = [problem.start_utf16, problem.end_utf16]
    if problem.measured is not None:
        document["measured"] = problem.measured
    if problem.required is not None:
        document["required"] = problem.required
    # What belongs to a whole face, or to marks around it, lies in none of its zones.
    surface = frame[0] if frame is not None else dict(problem.params).get("surface", "")
    if surface:
        document["surface"] = surface
    if problem.box is None:
        return document
    left, top, right, bottom = problem.box
    x, y = (frame[1].x_um, frame[1].y_um) if frame is not None else (0, 0)
    if frame is not None or not surface:
        document["zone_box_um"] = problem.box.document()
    if surface:
        document["surface_box_um"] = [left + x, top + y, right + x, bottom + y]
    return document
