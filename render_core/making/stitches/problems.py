"""What cannot be sewn, or only in another way than drawn: sentences by code."""

from __future__ import annotations

from typing import Final

from render_core.layout import Box
from render_core.problems import Problem, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

# Code: gravity, sentence, suggestion.
_SENTENCES: Final[dict[str, tuple[Severity, str, str]]] = {
    "STITCH_PICTURE": (
        _ERROR,
        "A picture of pixels cannot be sewn.",
        "Use a drawing with areas of one colour each.",
    ),
    "STITCH_GRADIENT": (
        _ERROR,
        "A gradient cannot be sewn: a thread has one colour.",
        "Choose one colour.",
    ),
    "STITCH_TOO_DETAILED": (
        _ERROR,
        "This drawing is too detailed to be sewn.",
        "Simplify it, or make it smaller.",
    ),
    "STITCH_THREAD_MISSING": (
        _ERROR,
        "The machine has no thread for {colour}.",
        "Choose a colour among its threads.",
    ),
    "STITCH_NO_AREA": (
        _ERROR,
        "A shape encloses no area, so there is nothing to sew.",
        "Draw it wider, or as a line with a width.",
    ),
    "STITCH_TOO_SMALL": (
        _ERROR,
        "A part is {measured} mm across; the shortest stitch has {required} mm.",
        "Make it larger.",
    ),
    "STITCH_TOO_THIN": (
        _WARNING,
        "A stroke of {measured} mm is thinner than the thread, {required} mm; it is sewn as a line.",
        "Choose a bolder font or a larger size.",
    ),
    "STITCH_OPEN_CONTOUR": (
        _WARNING,
        "A contour is open; it is sewn as if a straight line closed it.",
        "Close it.",
    ),
}


def problem(
    code: str,
    zone: str,
    box: Box | None,
    *,
    measured_um: float | None = None,
    required_um: float | None = None,
    **params: str,
) -> Problem:
    """Return a problem of a zone; its box is in surface coordinates. Measures are told in mm."""
    severity, sentence, suggestion = _SENTENCES[code]
    measured, required = _millimetres(measured_um), _millimetres(required_um)
    if measured is not None and required is not None:
        params |= {"measured": f"{measured:.2f}", "required": f"{required:.2f}"}
    return Problem(
        code,
        severity,
        zone,
        sentence.format(**params),
        suggestion,
        box=box,
        measured=measured,
        required=required,
        params=tuple(sorted(params.items())),
    )


def _millimetres(um: float | None) -> float | None:
    return None if um is None else round(um / 1000, 2)
