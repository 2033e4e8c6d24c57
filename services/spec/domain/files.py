"""Fonts and pictures that passed the checks, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.spec.domain.holdings import AssetKind


@dataclass(frozen=True, slots=True)
class Font:
    """A font of a brand. facts: everything the check found out, as JSON."""

    id: str
    display_name: str
    sha256: str
    size_bytes: int
    family: str
    subfamily: str
    glyph_count: int
    scripts: tuple[str, ...]
    license: str
    facts: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture of a brand or of a shopper. owner: the subject that uploaded it.

    width_px, height_px: of a raster; width_um, height_um: of vector artwork; the others are 0.
    """

    id: str
    owner: str
    display_name: str
    kind: AssetKind
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int
    width_um: int
    height_um: int
    created_at: datetime


def font_of(
    facts: Mapping[str, Any], *, id: str, display_name: str, size_bytes: int, created_at: datetime
) -> Font:
    """Return the font that the facts of the check describe."""
    return Font(
        id=id,
        display_name=display_name,
        sha256=facts["sha256"],
        size_bytes=size_bytes,
        family=facts["family"],
        subfamily=facts["subfamily"],
        glyph_count=facts["glyph_count"],
        scripts=tuple(facts["scripts"]),
        license=facts["licence"],
        facts=facts,
        created_at=created_at,
    )


def asset_of(
    facts: Mapping[str, Any],
    *,
    id: str,
    owner: str,
    display_name: str,
    sha256: str,
    size_bytes: int,
    created_at: datetime,
) -> Asset:
    """Return the picture that the facts of the check describe. sha256: of its normalised form."""
    return Asset(
        id=id,
        owner=owner,
        display_name=display_name,
        kind=AssetKind.VECTOR if facts["kind"] == "vector" else AssetKind.RASTER,
        sha256=sha256,
        size_bytes=size_bytes,
        width_px=facts.get("width_px", 0),
        height_px=facts.get("height_px", 0),
        width_um=facts.get("width_um", 0),
        height_um=facts.get("height_um", 0),
        created_at=created_at,
    )
