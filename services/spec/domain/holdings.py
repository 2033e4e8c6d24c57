"""What a brand holds of the fonts and pictures that a template names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from luneo.design.v1 import template_pb2

from services.designs.pins import AssetPin, Pins


class AssetKind(StrEnum):
    """What an asset holds: pixels, outlines, a press's colour profile, or a product's mesh."""

    RASTER = "raster"
    VECTOR = "vector"
    PROFILE = "profile"
    MESH = "mesh"


@dataclass(frozen=True, slots=True)
class MeshFacts:
    """What a mesh consists of. size_um: along X, Y and Z.

    materials: (name, reason for which it cannot show a surface, or "") in the order of its parts.
    """

    triangles: int
    size_um: tuple[int, int, int]
    materials: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FontFact:
    """A font of the brand, on its list."""

    name: str
    display_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AssetFact:
    """An asset of the brand, on its list. width_px, height_px: 0 for all but pixels. mesh: of a mesh."""

    name: str
    kind: AssetKind
    sha256: str
    width_px: int
    height_px: int
    mesh: MeshFacts | None = None

    def pin(self) -> AssetPin:
        return AssetPin(self.name, self.sha256, self.width_px, self.height_px)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Fonts and pictures by resource name."""

    fonts: Mapping[str, FontFact]
    assets: Mapping[str, AssetFact]

    def pins(self) -> Pins:
        """Return all of it as what a revision pins."""
        return Pins(
            fonts={name: font.sha256 for name, font in self.fonts.items()},
            assets={name: asset.pin() for name, asset in self.assets.items()},
        )


def fonts_named(template: template_pb2.Template) -> frozenset[str]:
    """Return the resource names of the fonts that a template names."""
    return frozenset(_fonts(template))


def assets_named(template: template_pb2.Template) -> frozenset[str]:
    """Return the resource names of the pictures, profiles and meshes that a template names."""
    photos = {name for view in template.views for name in pictures_of(view)}
    artwork = {zone.artwork.default_asset for zone in template.zones}
    meshes = {model.mesh for model in template.models}
    return frozenset((photos | artwork | meshes | {template.output_profile}) - {""})


def pictures_of(view: template_pb2.View) -> tuple[str, ...]:
    """Return the resource names of the photo and of what lies between a design and the eye."""
    light = view.light
    return (view.photo, light.mask, light.shading, light.highlights, light.displacement)


def _fonts(template: template_pb2.Template) -> Iterator[str]:
    for zone in template.zones:
        yield from zone.text.fonts
        yield from zone.text.fallback_fonts
