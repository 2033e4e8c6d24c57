"""The values of export packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from render_core.raster.resolution import MIN_DPI, Extent, fits, flat_pixels, largest_dpi
from services.runtime.errors import FailedPrecondition, InvalidArgument


class PackBlocked(FailedPrecondition):
    """Preflight found what keeps a design from being made; each problem is a violation."""

    reason = "PREFLIGHT_FAILED"
    message = "No pack was made: this design has problems that keep it from being made."


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file inside a pack."""

    path: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackResult:
    """The ZIP that was made. dpi: of its pixel files."""

    sha256: str
    size_bytes: int
    renderer_version: str
    layout_digest: str
    files: tuple[PackFile, ...]
    dpi: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was asked for. snapshot: id. dpi: 0 for the highest usual one that fits."""

    brand: str
    pack: str
    snapshot: str
    operation: str
    dpi: int
    created_at: datetime
    result: PackResult | None = None


def pack_key(snapshot: str, renderer_version: str, dpi: int) -> str:
    """Return what a pack is unique by: a snapshot never changes, the renderer may."""
    key = f"{snapshot}:{renderer_version}"
    return f"{key}:{dpi}dpi" if dpi else key


def check_dpi(dpi: int, surfaces: Mapping[str, Extent]) -> None:
    """Raise InvalidArgument for a resolution at which a surface cannot be made; 0 is none asked for.

    surfaces: how far each reaches, by id.
    """
    if not dpi:
        return
    if dpi < MIN_DPI:
        raise _out_of_range(f"Ask for at least {MIN_DPI} dpi, or for 0 to have it chosen.")
    for surface, extent in surfaces.items():
        if not fits(extent, dpi):
            width, height = flat_pixels(extent, dpi)
            raise _out_of_range(
                f"At {dpi} dpi the surface {surface!r} has {width} × {height} pixels, too many. "
                f"Ask for at most {largest_dpi(extent)} dpi, or for 0 to have it chosen."
            )


def _out_of_range(sentence: str) -> InvalidArgument:
    return InvalidArgument.field("export_pack.dpi", "DPI_OUT_OF_RANGE", sentence)
