"""Which drawings a pack has and in what colours: what may be asked for of which product."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from render_core.export.drawings import USUAL_FORMATS, Colours, DrawingFormat, Drawings
from services.runtime.errors import InvalidArgument

_PRINTER: Final = "printer"


@dataclass(frozen=True, slots=True)
class PressProfile:
    """An ICC profile. kind: of its device, "printer" or "display"; "" for what is no profile."""

    sha256: str
    kind: str


def drawings(
    formats: Collection[DrawingFormat],
    colours: Colours,
    *,
    own: PressProfile | None,
    named: PressProfile | None,
    path: str = "",
) -> Drawings:
    """Return what is drawn. own: the product's profile. named: the one in its place.

    path: of the fields in the request, with a dot. The product's own, named, is none in its place.
    Raises InvalidArgument: ASSET_NOT_A_PROFILE, PRESS_WITHOUT_PROFILE, PROFILE_NOT_OF_A_PRESS.
    """
    if named is not None and not named.kind:
        sentence = "Name the ICC profile of a press, no picture."
        raise InvalidArgument.field(f"{path}output_profile", "ASSET_NOT_A_PROFILE", sentence)
    press = named or own
    if named is not None and named.kind != _PRINTER:
        raise _not_of_a_press(f"{path}output_profile")
    if colours is Colours.PRESS and press is None:
        raise InvalidArgument.field(
            f"{path}colours",
            "PRESS_WITHOUT_PROFILE",
            "This product does not say which press prints it. Name the press's profile, set the "
            "product's, or ask for colours of the screen.",
        )
    if colours is Colours.PRESS and press is not None and press.kind != _PRINTER:
        raise _not_of_a_press(f"{path}colours")
    wanted = tuple(one for one in DrawingFormat if one in formats) or USUAL_FORMATS
    replaces = named is not None and (own is None or named.sha256 != own.sha256)
    return Drawings(wanted, colours, named.sha256 if named is not None and replaces else "")


def _not_of_a_press(field: str) -> InvalidArgument:
    return InvalidArgument.field(
        field,
        "PROFILE_NOT_OF_A_PRESS",
        "This colour profile is of a display. Name the profile of the press that prints it.",
    )
