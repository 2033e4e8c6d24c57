"""Problems of a design's values with its template, before anything is set."""

from __future__ import annotations

from typing import Final

from render_core.design import (
    ArtworkValue,
    ColourValue,
    Design,
    TextValue,
    ZoneSpec,
    ZoneValue,
)
from render_core.limits import MAX_ZONES
from render_core.problems import Problem, Severity

OPTION_UNKNOWN: Final = "OPTION_UNKNOWN"
CHOICE_UNKNOWN: Final = "CHOICE_UNKNOWN"
OPTION_CODES: Final = frozenset({OPTION_UNKNOWN, CHOICE_UNKNOWN})


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
    wanted, kind = _wanted(spec)
    if not isinstance(value, kind):
        message = f"“{spec.display_name}” takes {wanted}."
        return (Problem("VALUE_KIND_WRONG", Severity.ERROR, spec.id, message),)
    problems = []
    if isinstance(value, TextValue) and spec.text and value.font not in ("", *spec.text.fonts):
        problems.append(_choice(spec, "FONT_NOT_ALLOWED", "This font cannot be used here."))
    if not isinstance(value, ArtworkValue) and not 0 <= value.ink < max(1, len(spec.inks)):
        problems.append(_choice(spec, "INK_UNKNOWN", "This colour cannot be used here."))
    return tuple(problems)


def option_problems(design: Design) -> tuple[Problem, ...]:
    """Return a problem for each choice that the product does not offer, in order of option."""
    offered = {option.id: option.choices for option in design.template.options}
    return tuple(
        Problem(
            OPTION_UNKNOWN if option not in offered else CHOICE_UNKNOWN,
            Severity.ERROR,
            "",
            f"This product does not offer “{choice}” for “{option}”.",
            suggestion=f"Use one of: {', '.join(offered.get(option) or sorted(offered))}.",
        )
        for option, choice in sorted(design.options.items())[:MAX_ZONES]
        if choice not in offered.get(option, ())
    )


def _wanted(spec: ZoneSpec) -> tuple[str, type[ZoneValue]]:
    if spec.artwork:
        return "artwork", ArtworkValue
    return ("a colour", ColourValue) if spec.colour else ("text", TextValue)


def _choice(spec: ZoneSpec, code: str, message: str) -> Problem:
    return Problem(
        code, Severity.ERROR, spec.id, message, suggestion="Choose one that the zone offers."
    )
