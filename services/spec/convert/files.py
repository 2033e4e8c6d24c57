"""Fonts and pictures as messages."""

from __future__ import annotations

from typing import Final, Protocol

from luneo.spec.v1 import asset_pb2, font_pb2

from services.runtime import moments
from services.spec.domain.files import Asset, Font
from services.spec.domain.holdings import AssetKind, MeshFacts
from services.spec.resource_names import ASSET, FONT


class SignsPictures(Protocol):
    """Gives signed addresses of rasters by their SHA-256."""

    def original(self, brand: str, sha256: str) -> str: ...

    def shown(self, brand: str, sha256: str) -> str: ...


_KINDS: Final = {
    AssetKind.RASTER: asset_pb2.ASSET_KIND_RASTER,
    AssetKind.VECTOR: asset_pb2.ASSET_KIND_VECTOR,
    AssetKind.PROFILE: asset_pb2.ASSET_KIND_PROFILE,
    AssetKind.MESH: asset_pb2.ASSET_KIND_MESH,
}


def font_to_proto(brand: str, font: Font) -> font_pb2.Font:
    """Return a font as a message."""
    return font_pb2.Font(
        name=FONT.format(brand=brand, font=font.id),
        display_name=font.display_name,
        family=font.family,
        subfamily=font.subfamily,
        sha256=font.sha256,
        size_bytes=font.size_bytes,
        glyph_count=font.glyph_count,
        scripts=font.scripts,
        license=font.license,
        create_time=moments.to_message(font.created_at),
    )


def asset_to_proto(brand: str, asset: Asset, uris: SignsPictures) -> asset_pb2.Asset:
    """Return a picture as a message."""
    raster = asset.kind is AssetKind.RASTER
    return asset_pb2.Asset(
        name=ASSET.format(brand=brand, asset=asset.id),
        display_name=asset.display_name,
        kind=_KINDS[asset.kind],
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        width_px=asset.width_px,
        height_px=asset.height_px,
        width_um=asset.width_um,
        height_um=asset.height_um,
        owner=asset.owner,
        uri=uris.original(brand, asset.sha256) if raster else "",
        display_uri=uris.shown(brand, asset.sha256) if raster else "",
        mesh=_mesh(asset.mesh) if asset.mesh else None,
        create_time=moments.to_message(asset.created_at),
    )


def _mesh(facts: MeshFacts) -> asset_pb2.MeshFacts:
    width_um, height_um, depth_um = facts.size_um
    return asset_pb2.MeshFacts(
        triangles=facts.triangles,
        width_um=width_um,
        height_um=height_um,
        depth_um=depth_um,
        materials=[
            asset_pb2.MeshMaterial(name=name, unfit=unfit) for name, unfit in facts.materials
        ],
    )
