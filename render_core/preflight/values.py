"""Problems of a design's values with its template, before anything is set."""

from __future__ import annotations

from render_core.design import ArtworkValue, Design, TextValue, ZoneSpec, ZoneValue
from render_core.limits import MAX_ZONES
from render_core.problems import Problem, Severity


def unknown_zones(design: Design) -> tuple[Problem, ...]:
    """Return a problem for each value whose zone the product does not have, in order of name."""
    known = {zone.id for zone in design.template.zones}
    return tuple(
        Problem(
            "ZONE_UNKNOWN",
            Severity.ERROR,
            name,
            f"This product has no zone “{name}”.",
            suggestion=f"Use one of: {', '.join(sorted(known))}.",
        )
        for name in sorted(set(design.values) - known)[:MAX_ZONES]
    )


def required_but_empty(spec: ZoneSpec) -> Problem:
    """Return the problem of a required zone without content."""
    return Problem(
        "ZONE_REQUIRED",
        Severity.ERROR,
        spec.id,
        f"“{spec.display_name}” must not be empty.",
        suggestion="Fill in this zone.",
    )


def value_problems(spec: ZoneSpec, value: ZoneValue | None) -> tuple[Problem, ...]:
    """Return the problems of a value's kind, font and ink with its zone."""
    if value is None:
        return ()
    wanted = "text" if spec.text else "artwork"
    if isinstance(value, ArtworkValue) == (spec.text is not None):
        message = f"“{spec.display_name}” takes {wanted}."
        return (Problem("VALUE_KIND_WRONG", Severity.ERROR, spec.id, message),)
    problems = []
    if isinstance(value, TextValue) and spec.text is not None:
        if value.font and value.font not in spec.text.fonts:
            problems.append(_choice(spec, "FONT_NOT_ALLOWED", "This font cannot be used here."))
        if not 0 <= value.ink < max(1, len(spec.inks)):
            problems.append(_choice(spec, "INK_UNKNOWN", "This colour cannot be used here."))
    return tuple(problems)


def _choice(spec: ZoneSpec, code: str, message: str) -> Problem:
    return Problem(
        code, Severity.ERROR, spec.id, message, suggestion="Choose one that the zone offers."
    )
