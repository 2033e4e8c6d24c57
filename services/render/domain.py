"""The rules of renders: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable

PREVIEW_WIDTH_PX: Final = 1024
THUMBNAIL_WIDTH_PX: Final = 256
FINAL_DPI: Final = 600


class PreviewNotReady(Unavailable):
    """The picture is still being made."""

    reason = "PREVIEW_NOT_READY"
    message = "This picture is still being made. Ask again in a moment."
    report = False


class RenderFailed(FailedPrecondition):
    """The work on a picture was given up."""

    reason = "RENDER_FAILED"
    message = "This picture could not be made. Ask for the preview again to try once more."


class Kind(StrEnum):
    """What is made."""

    PREVIEW = "preview"
    THUMBNAIL = "thumbnail"
    FINAL = "final"

    @property
    def queue(self) -> str:
        """The queue of the work."""
        return "render-final" if self is Kind.FINAL else "render-preview"


class Format(StrEnum):
    """The file formats of pictures."""

    WEBP = "webp"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What to make, with every default filled in; what a kind does not use is "" or 0.

    view: of a preview or thumbnail. surface, dpi: of a final. width_px: of a preview or thumbnail.
    """

    kind: Kind
    view: str = ""
    surface: str = ""
    width_px: int = 0
    dpi: int = 0
    format: Format = Format.WEBP


@dataclass(frozen=True, slots=True)
class Result:
    """The bytes that were made. width_px, height_px: of the picture."""

    sha256: str
    size_bytes: int
    media_type: str
    width_px: int
    height_px: int
    renderer_version: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Render:
    """A picture that was asked for. snapshot: id, or "" if it is of a spec alone."""

    brand: str
    render: str
    render_key: str
    spec: str
    snapshot: str
    parameters: Parameters
    operation: str
    created_at: datetime
    result: Result | None = None


def parameters_of(
    kind: Kind,
    *,
    views: Sequence[str],
    surfaces: Sequence[str],
    view: str = "",
    surface: str = "",
    width_px: int = 0,
    dpi: int = 0,
    format: Format | None = None,
    field: str = "render",
) -> Parameters:
    """Return what to make, defaults filled in; refuse what the product does not have.

    A product without views is shown as its first surface alone.
    """
    if kind is Kind.FINAL:
        chosen = _one_of(surface, surfaces, f"{field}.surface", "surface")
        return Parameters(kind, surface=chosen, dpi=dpi or FINAL_DPI, format=format or Format.PNG)
    default = PREVIEW_WIDTH_PX if kind is Kind.PREVIEW else THUMBNAIL_WIDTH_PX
    chosen = _one_of(view, views, f"{field}.view", "view")
    return Parameters(kind, view=chosen, width_px=width_px or default, format=format or Format.WEBP)


def _one_of(wanted: str, known: Sequence[str], field: str, noun: str) -> str:
    if not wanted:
        return known[0] if known else ""
    if wanted not in known:
        raise InvalidArgument.field(
            field,
            f"{noun.upper()}_UNKNOWN",
            f"Choose among {', '.join(known)}." if known else f"This product has no {noun}.",
        )
    return wanted
