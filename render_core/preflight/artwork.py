"""Problems of artwork with its zone: unknown, of the wrong kind, with too few pixels."""

from __future__ import annotations

from math import sqrt
from typing import Final

from render_core.design import ArtworkRules, ZoneSpec
from render_core.layout import ImageUse
from render_core.preflight.messages import problem
from render_core.problems import Problem

UM_PER_INCH: Final = 25_400


def artwork_unknown(spec: ZoneSpec) -> Problem:
    """Return the problem of artwork that nobody uploaded."""
    return problem("ARTWORK_UNKNOWN", spec.id)


def kind_not_allowed(spec: ZoneSpec, *, is_vector: bool) -> Problem:
    """Return the problem of a drawing or picture in a zone that takes only the other."""
    params = {"name": spec.display_name}
    if is_vector:
        return problem("ARTWORK_KIND_NOT_ALLOWED.drawing", spec.id, params=params)
    return problem("ARTWORK_KIND_NOT_ALLOWED.picture", spec.id, params=params)


def part_outside(spec: ZoneSpec) -> Problem:
    """Return the problem of a crop that reaches beyond its artwork."""
    return problem("ARTWORK_PART_OUTSIDE", spec.id)


def part_too_small(spec: ZoneSpec) -> Problem:
    """Return the problem of a crop that would have to be blown up beyond what can be drawn."""
    return problem("ARTWORK_PART_TOO_SMALL", spec.id)


def pattern_too_fine(spec: ZoneSpec, tiles: int, most: int) -> Problem:
    """Return the problem of a pattern with more tiles than are laid out."""
    return problem(
        "PATTERN_TOO_FINE",
        spec.id,
        measured=float(tiles),
        required=float(most),
        params={"tiles": tiles, "limit": most},
    )


def pattern_too_detailed(spec: ZoneSpec, tiles: int) -> Problem:
    """Return the problem of a drawing with too many points to be repeated so often."""
    return problem("PATTERN_TOO_DETAILED", spec.id, params={"tiles": tiles})


def low_resolution(spec: ZoneSpec, rules: ArtworkRules, image: ImageUse) -> tuple[Problem, ...]:
    """Return the problem of a picture with fewer pixels per inch than its zone asks for."""
    a, b, c, d, _, _ = image.matrix_um
    width_um, height_um = sqrt(a * a + b * b), sqrt(c * c + d * d)
    dpi = min(image.width_px / width_um, image.height_px / height_um) * UM_PER_INCH
    if dpi >= rules.min_dpi:
        return ()
    return (
        problem(
            "IMAGE_RESOLUTION_LOW",
            spec.id,
            measured=round(dpi, 1),
            required=float(rules.min_dpi),
            params={"dpi": f"{dpi:.0f}", "required_dpi": rules.min_dpi},
        ),
    )
