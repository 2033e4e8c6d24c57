"""Problems of colours that the product's press cannot make. Always warnings: they can be made, but
come out different."""

from __future__ import annotations

from render_core.gamut import LIMIT_DELTA_E, Rgb
from render_core.layout import Box
from render_core.preflight.messages import problem
from render_core.problems import Problem


def ink_out_of_gamut(zone: str, rgb: Rgb, delta_e: float, box: Box) -> Problem:
    """Return the problem of the colour that comes out farthest from what the screen shows."""
    return problem(
        "OUT_OF_GAMUT.ink",
        zone,
        box=box,
        measured=delta_e,
        required=LIMIT_DELTA_E,
        params={"rgb_hex": rgb_hex(rgb), "delta_e": f"{delta_e:.1f}"},
    )


def picture_out_of_gamut(zone: str, percent: float, delta_e: float, box: Box) -> Problem:
    """Return the problem of a picture of which a part comes out different.

    percent: how much of it. delta_e: of what comes out farthest.
    """
    return problem(
        "OUT_OF_GAMUT.picture",
        zone,
        box=box,
        measured=delta_e,
        required=LIMIT_DELTA_E,
        params={"percent": f"{percent:.0f}", "delta_e": f"{delta_e:.1f}"},
    )


def rgb_hex(rgb: Rgb) -> str:
    """Return a colour as "#1a2b3c"."""
    return "#" + bytes(rgb).hex()
