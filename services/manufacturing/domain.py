"""The values of export packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file inside a pack."""

    path: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackResult:
    """The ZIP that was made."""

    sha256: str
    size_bytes: int
    renderer_version: str
    layout_digest: str
    files: tuple[PackFile, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was asked for. snapshot: id."""

    brand: str
    pack: str
    snapshot: str
    operation: str
    created_at: datetime
    result: PackResult | None = None


def pack_key(snapshot: str, renderer_version: str) -> str:
    """Return what a pack is unique by: a snapshot never changes, the renderer may."""
    return f"{snapshot}:{renderer_version}"
