"""Problems of artwork with its zone: unknown, of the wrong kind, with too few pixels."""

from __future__ import annotations

from typing import Final

from render_core.design import ArtworkRules, ZoneSpec
from render_core.layout import ImageUse
from render_core.problems import Problem, Severity

UM_PER_INCH: Final = 25_400


def artwork_unknown(spec: ZoneSpec) -> Problem:
    """Return the problem of artwork that nobody uploaded."""
    return Problem(
        "ARTWORK_UNKNOWN",
        Severity.ERROR,
        spec.id,
        "This artwork is not known.",
        suggestion="Upload it first.",
    )


def kind_not_allowed(spec: ZoneSpec, *, is_vector: bool) -> Problem:
    """Return the problem of a drawing or picture in a zone that takes only the other."""
    given, wanted = ("Drawings", "picture") if is_vector else ("Pictures", "drawing")
    return Problem(
        "ARTWORK_KIND_NOT_ALLOWED",
        Severity.ERROR,
        spec.id,
        f"{given} cannot be made in “{spec.display_name}”.",
        suggestion=f"Use a {wanted}.",
    )


def low_resolution(spec: ZoneSpec, rules: ArtworkRules, image: ImageUse) -> tuple[Problem, ...]:
    """Return the problem of a picture with fewer pixels per inch than its zone asks for."""
    width_um, height_um = image.matrix_um[0], image.matrix_um[3]
    dpi = min(image.width_px / width_um, image.height_px / height_um) * UM_PER_INCH
    if dpi >= rules.min_dpi:
        return ()
    return (
        Problem(
            "IMAGE_RESOLUTION_LOW",
            Severity.ERROR,
            spec.id,
            f"This picture has {dpi:.0f} pixels per inch here; {rules.min_dpi} are needed.",
            suggestion="Use a larger picture.",
            measured=round(dpi, 1),
            required=float(rules.min_dpi),
        ),
    )
