"""Fonts and pictures that passed the checks, as they are kept.

What the confined check says of a file was computed from hostile input, so it is read like input:
every value of the type and within the limits that it can have, or the file is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.runtime.errors import Internal
from services.spec.domain.holdings import AssetKind, MeshFacts

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SCRIPT: Final = re.compile(r"[A-Z][a-z]{3}")
_MAX_WORDS: Final = 4_000
_MAX_SCRIPTS: Final = 300
_MAX_NUMBER: Final = 2**31 - 1
_REASON: Final = re.compile(r"[A-Z_]{1,40}")
_AXES: Final = ("x", "y", "z")
_MAX_MATERIALS: Final = 64

_JPEG: Final = "image/jpeg"
_WEBP: Final = "image/webp"

_KINDS: Final[Mapping[Any, AssetKind]] = {
    "image": AssetKind.RASTER,
    "vector": AssetKind.VECTOR,
    "profile": AssetKind.PROFILE,
    "mesh": AssetKind.MESH,
}


# Of what is kept.
MEDIA_TYPES: Final[Mapping[AssetKind, str]] = {
    AssetKind.RASTER: "image/png",
    AssetKind.VECTOR: "application/json",
    AssetKind.PROFILE: "application/vnd.iccprofile",
    AssetKind.MESH: "model/gltf-binary",
}


class FactsUnsound(Internal):
    """The check of a file answered with something that a sound check does not say."""

    reason = "FACTS_UNSOUND"


@dataclass(frozen=True, slots=True)
class Font:
    """A font of a brand."""

    id: str
    display_name: str
    sha256: str
    size_bytes: int
    family: str
    subfamily: str
    glyph_count: int
    scripts: tuple[str, ...]
    license: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """An upload of a brand or of a shopper. owner: the subject that uploaded it.

    width_px, height_px: of a raster; width_um, height_um: of vector artwork; the others are 0.
    mesh: of a mesh.
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
    mesh: MeshFacts | None = None


@dataclass(frozen=True, slots=True)
class DisplayCopy:
    """What screens show in place of a picture. data: of `media_type`, WebP or JPEG."""

    data: bytes
    media_type: str
    width_px: int
    height_px: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def font_of(
    facts: Mapping[str, Any],
    *,
    id: str,
    display_name: str,
    sha256: str,
    size_bytes: int,
    created_at: datetime,
) -> Font:
    """Return the font that the facts of the check describe. Raises FactsUnsound."""
    return Font(
        id=id,
        display_name=display_name,
        sha256=sha256,
        size_bytes=size_bytes,
        family=_words(facts, "family"),
        subfamily=_words(facts, "subfamily"),
        glyph_count=_number(facts, "glyph_count"),
        scripts=_scripts(facts),
        license=_words(facts, "licence"),
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
    """Return the asset that the facts of the check describe. Raises FactsUnsound.

    sha256, size_bytes: of its normalised form.
    """
    kind = _KINDS.get(facts.get("kind"))
    if kind is None:
        raise FactsUnsound(field="kind")
    return Asset(
        id=id,
        owner=owner,
        display_name=display_name,
        kind=kind,
        sha256=sha256,
        size_bytes=size_bytes,
        width_px=_number(facts, "width_px") if kind is AssetKind.RASTER else 0,
        height_px=_number(facts, "height_px") if kind is AssetKind.RASTER else 0,
        width_um=_number(facts, "width_um") if kind is AssetKind.VECTOR else 0,
        height_um=_number(facts, "height_um") if kind is AssetKind.VECTOR else 0,
        created_at=created_at,
        mesh=_mesh(facts) if kind is AssetKind.MESH else None,
    )


def _mesh(facts: Mapping[str, Any]) -> MeshFacts:
    size, names, unfit = facts.get("size_um"), facts.get("materials"), facts.get("unfit")
    if not isinstance(size, list) or len(size) != len(_AXES):
        raise FactsUnsound(field="size_um")
    if not isinstance(names, list) or not 0 < len(names) <= _MAX_MATERIALS:
        raise FactsUnsound(field="materials")
    reasons = unfit.values() if isinstance(unfit, Mapping) else [None]
    if not all(isinstance(reason, str) and _REASON.fullmatch(reason) for reason in reasons):
        raise FactsUnsound(field="unfit")
    lengths = dict(zip(_AXES, size, strict=True))
    by_place = {str(place): name for place, name in enumerate(names)}
    words = [_words(by_place, place) for place in by_place]
    x, y, z = (_number(lengths, axis, least=0) for axis in _AXES)
    return MeshFacts(
        triangles=_number(facts, "triangles"),
        size_um=(x, y, z),
        materials=tuple((name, facts["unfit"].get(name, "")) for name in words),
    )


def copy_of(facts: Mapping[str, Any]) -> DisplayCopy | None:
    """Return the copy for screens that came with the facts of a raster. Raises FactsUnsound."""
    if _KINDS.get(facts.get("kind")) is not AssetKind.RASTER:
        return None
    display = facts.get("display")
    data = display.get("data") if isinstance(display, Mapping) else None
    media_type = _type_of(data) if isinstance(data, bytes) else ""
    if not isinstance(display, Mapping) or not isinstance(data, bytes) or not media_type:
        raise FactsUnsound(field="display")
    width, height = _number(display, "width_px"), _number(display, "height_px")
    return DisplayCopy(data, media_type, width, height)


def _type_of(data: bytes) -> str:
    """Return the media type of a copy by its first bytes, "" for anything that copies are not."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _WEBP
    return _JPEG if data[:3] == b"\xff\xd8\xff" else ""


def _words(facts: Mapping[str, Any], key: str) -> str:
    value = facts.get(key)
    if not isinstance(value, str) or len(value) > _MAX_WORDS or _CONTROL.search(value):
        raise FactsUnsound(field=key)
    return value


def _number(facts: Mapping[str, Any], key: str, least: int = 1) -> int:
    value = facts.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MAX_NUMBER:
        raise FactsUnsound(field=key)
    return value


def _scripts(facts: Mapping[str, Any]) -> tuple[str, ...]:
    value = facts.get("scripts")
    if not isinstance(value, list) or len(value) > _MAX_SCRIPTS:
        raise FactsUnsound(field="scripts")
    if not all(isinstance(code, str) and _SCRIPT.fullmatch(code) for code in value):
        raise FactsUnsound(field="scripts")
    return tuple(value)
