"""What a shopper filled in, with names resolved to what a revision pins.

Nothing is refused here: a font or picture that is not offered resolves to a hash that nothing has,
and composing reports it beside all other problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luneo.design.v1 import design_pb2, template_pb2

from render_core.design import ArtworkValue, TextValue, ZoneValue
from services.spec.domain.revisions import Revision

_NOTHING: Final = "0" * 64


def assets_wanted(design: design_pb2.Design) -> frozenset[str]:
    """Return the resource names of the artwork that a design holds."""
    artwork = (v.artwork.asset for v in design.zones.values() if v.HasField("artwork"))
    return frozenset(artwork)


def filled(
    revision: Revision, design: design_pb2.Design, assets: Mapping[str, str]
) -> dict[str, ZoneValue]:
    """Return the values to compose by zone id; a zone left out holds its default artwork.

    assets: SHA-256 by resource name of the artwork that the caller may use, beside what the
    revision pins.
    """
    values: dict[str, ZoneValue] = {}
    for zone_id, value in design.zones.items():
        zone = revision.zones.get(zone_id, template_pb2.Zone())
        if value.WhichOneof("value") == "text":
            values[zone_id] = _text(zone, value.text, revision)
        else:
            values[zone_id] = _artwork(value.artwork.asset, revision, assets)
    for zone in revision.content.template.zones:
        if zone.artwork.default_asset:
            default = revision.pins.assets[zone.artwork.default_asset]
            values.setdefault(zone.id, ArtworkValue(default.sha256))
    return values


def _text(zone: template_pb2.Zone, value: design_pb2.TextValue, revision: Revision) -> TextValue:
    offered = list(zone.text.fonts)
    font = value.font or next(iter(offered), "")
    sha256 = revision.pins.fonts[font] if font in offered else _NOTHING
    return TextValue(value.text, sha256, value.ink)


def _artwork(name: str, revision: Revision, assets: Mapping[str, str]) -> ArtworkValue:
    pinned = revision.pins.assets.get(name)
    return ArtworkValue(pinned.sha256 if pinned else assets.get(name, _NOTHING))
