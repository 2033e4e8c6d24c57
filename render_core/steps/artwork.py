"""Normalised artwork, read: a PNG by its header alone, or the project's vector document.

Intake made and checked these bytes (see `render_core/intake`); what does not parse here is a fault
of the store, not of the shopper.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.geometry.clipping import simple
from render_core.geometry.paths import Path
from render_core.geometry.svg_path import parse_path
from render_core.layout import FillRule
from render_core.limits import MAX_CACHED_ARTWORK, MAX_VECTOR_ASSET_BYTES, MAX_VECTOR_PATHS
from render_core.recently_used import RecentlyUsed

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_ALPHA: Final = 4  # Of a PNG's colour type.
_VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture. Its pixels are not read here. is_opaque: whether it has no alpha channel."""

    sha256: str
    width_px: int
    height_px: int
    is_opaque: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """A drawing. parts: filled paths without overlaps in painting order, micrometres, and sRGB."""

    sha256: str
    width_um: int
    height_um: int
    parts: tuple[tuple[Path, tuple[int, int, int]], ...]


Artwork = Raster | Vector

_ARTWORK: Final = RecentlyUsed[Artwork](MAX_CACHED_ARTWORK)


def artwork_of(sha256: str, library: Library) -> Artwork | None:
    """Return the artwork of a hash, None if the library does not know it.

    Raises UnsupportedDesign (ARTWORK_UNREADABLE) for bytes that are not normalised artwork.
    """
    try:
        data = library.artwork(sha256)
    except KeyError:
        return None
    return _ARTWORK.get(sha256, lambda: _read(sha256, data))


def _read(sha256: str, data: bytes) -> Artwork:
    if data.startswith(_PNG) and len(data) >= 26:
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if width and height:
            return Raster(sha256, width, height, is_opaque=not data[25] & _ALPHA)
    try:
        return read_vector(sha256, data)
    except (ValueError, TypeError, KeyError) as fault:
        raise UnsupportedDesign(
            "ARTWORK_UNREADABLE", f"The artwork {sha256[:12]}… is not normalised artwork."
        ) from fault


def read_vector(sha256: str, data: bytes) -> Vector:
    """Return a drawing. Raises ValueError, TypeError or KeyError for what is not a normalised one."""
    if len(data) > MAX_VECTOR_ASSET_BYTES:
        raise ValueError("too large")
    document: dict[str, Any] = json.loads(data)
    if document["kind"] != "vector" or document["version"] != _VERSION:
        raise ValueError("not a vector document of this version")
    if len(document["paths"]) > MAX_VECTOR_PATHS:
        raise ValueError("too many paths")
    width, height = int(document["width_um"]), int(document["height_um"])
    if width <= 0 or height <= 0:
        raise ValueError("without area")
    parts = []
    for entry in document["paths"]:
        outline = parse_path(entry["d"], unit_um=1)
        path = Path(outline.verbs, outline.points_um.astype("float64"))
        red, green, blue = (int(channel) for channel in entry["rgb"])
        parts.append((simple(path, FillRule(entry["fill_rule"])), (red, green, blue)))
    return Vector(sha256, width, height, tuple(parts))
