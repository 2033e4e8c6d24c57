"""Problems of a design's values with its template, before anything is set."""

from __future__ import annotations

from collections.abc import Mapping
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
from render_core.preflight.messages import problem
from render_core.problems import Problem

OPTION_UNKNOWN: Final = "OPTION_UNKNOWN"
CHOICE_UNKNOWN: Final = "CHOICE_UNKNOWN"
OPTION_CODES: Final = frozenset({OPTION_UNKNOWN, CHOICE_UNKNOWN})


def unknown_zones(design: Design) -> tuple[Problem, ...]:
    """Return a problem for each value whose zone the product does not have, in order of name."""
    known = {zone.id for zone in design.template.zones}
    return tuple(
        problem("ZONE_UNKNOWN", name, params={"name": name, "offered": ", ".join(sorted(known))})
        for name in sorted(set(design.values) - known)[:MAX_ZONES]
    )


def required_but_empty(spec: ZoneSpec) -> Problem:
    """Return the problem of a required zone without content."""
    return problem("ZONE_REQUIRED", spec.id, params={"name": spec.display_name})


def value_problems(spec: ZoneSpec, value: ZoneValue | None) -> tuple[Problem, ...]:
    """Return the problems of a value's kind, font and ink with its zone."""
    if value is None:
        return ()
    key, kind = _wanted(spec)
    if not isinstance(value, kind):
        return (problem(key, spec.id, params={"name": spec.display_name}),)
    problems = []
    offered = spec.text.fonts if spec.text else ()
    if isinstance(value, TextValue) and value.font not in ("", *offered):
        problems.append(problem("FONT_NOT_ALLOWED", spec.id))
    if not isinstance(value, ArtworkValue) and not 0 <= value.ink < max(1, len(spec.inks)):
        problems.append(problem("INK_UNKNOWN", spec.id))
    return tuple(problems)


def option_problems(design: Design) -> tuple[Problem, ...]:
    """Return a problem for each choice that the product does not offer, in order of option."""
    offered = {option.id: option.choices for option in design.template.options}
    return tuple(
        _not_offered(option, choice, offered)
        for option, choice in sorted(design.options.items())[:MAX_ZONES]
        if choice not in offered.get(option, ())
    )


def _not_offered(option: str, choice: str, offered: Mapping[str, tuple[str, ...]]) -> Problem:
    if option not in offered:
        names = ", ".join(sorted(offered))
        return problem(OPTION_UNKNOWN, "", params={"option": option, "offered": names})
    choices = ", ".join(offered[option])
    params = {"option": option, "choice": choice, "offered": choices}
    return problem(CHOICE_UNKNOWN, "", params=params)


def _wanted(spec: ZoneSpec) -> tuple[str, type[ZoneValue]]:
    if spec.artwork:
        return "VALUE_KIND_WRONG.artwork", ArtworkValue
    if spec.colour:
        return "VALUE_KIND_WRONG.colour", ColourValue
    return "VALUE_KIND_WRONG.text", TextValue
