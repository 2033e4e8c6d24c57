"""What a revision pins: which bytes each resource name stood for when it was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from luneo.spec.v1 import product_pb2


@dataclass(frozen=True, slots=True)
class AssetPin:
    """An asset. sha256: of its normalised form. width_px, height_px: 0 for all but pixels."""

    name: str
    sha256: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Pins:
    """Fonts (SHA-256) and assets by resource name; KeyError for a name that is not pinned."""

    fonts: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, AssetPin] = field(default_factory=dict)

    def sha256s(self) -> frozenset[str]:
        """Return the hashes of everything pinned."""
        return frozenset(self.fonts.values()) | {pin.sha256 for pin in self.assets.values()}

    def font_names(self) -> dict[str, str]:
        """Return the resource names by SHA-256; of two names for one file the first in order."""
        return {sha256: name for name, sha256 in sorted(self.fonts.items(), reverse=True)}

    def asset_names(self) -> dict[str, str]:
        """Return the resource names by SHA-256, as `font_names`."""
        return {pin.sha256: name for name, pin in sorted(self.assets.items(), reverse=True)}


def pins_of(revision: product_pb2.ProductRevision) -> Pins:
    """Return the pins of a published revision."""
    return Pins(
        fonts={pin.font: pin.sha256 for pin in revision.fonts},
        assets={
            pin.asset: AssetPin(pin.asset, pin.sha256, pin.width_px, pin.height_px)
            for pin in revision.assets
        },
    )
