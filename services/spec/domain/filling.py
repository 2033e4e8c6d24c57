"""What a shopper filled in, with names resolved to what a revision pins.

Nothing is refused here: a font or picture that is not offered resolves to a hash that nothing has,
and composing reports it beside all other problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from luneo.design.v1 import design_pb2, template_pb2

from render_core.artwork_rules import Crop
from render_core.design import ArtworkValue, ColourValue, TextValue, ZoneValue
from services.spec.domain.revisions import Revision

_NOTHING: Final = "0" * 64


def assets_wanted(design: design_pb2.Design) -> frozenset[str]:
    """Return the resource names of the artwork that a design holds."""
    artwork = (v.artwork.asset for v in design.zones.values() if v.HasField("artwork"))
    return frozenset(artwork)


@dataclass(frozen=True, slots=True)
class Filling:
    """What is composed: values by zone id, choices by option id."""

    values: Mapping[str, ZoneValue]
    options: Mapping[str, str]


def filled(revision: Revision, design: design_pb2.Design, assets: Mapping[str, str]) -> Filling:
    """Return what to compose; a zone left out holds its default artwork, an option its first choice.

    assets: SHA-256 by resource name of the artwork that the caller may use, beside what the
    revision pins.
    """
    values: dict[str, ZoneValue] = {}
    for zone_id, value in design.zones.items():
        zone = revision.zones.get(zone_id, template_pb2.Zone())
        kind = value.WhichOneof("value")
        if kind == "text":
            values[zone_id] = _text(zone, value.text, revision)
        elif kind == "colour":
            values[zone_id] = ColourValue(value.colour.ink)
        else:
            values[zone_id] = _artwork(value.artwork, revision, assets)
    for zone in revision.content.template.zones:
        if zone.artwork.default_asset:
            default = revision.pins.assets[zone.artwork.default_asset]
            values.setdefault(zone.id, ArtworkValue(default.sha256))
    options = dict(design.options)
    return Filling(values, {**revision.template.chosen(options), **options})


def _text(zone: template_pb2.Zone, value: design_pb2.TextValue, revision: Revision) -> TextValue:
    offered = list(zone.text.fonts)
    font = value.font or next(iter(offered), "")
    if not font:  # A code is drawn without one.
        return TextValue(value.text, "", value.ink)
    sha256 = revision.pins.fonts[font] if font in offered else _NOTHING
    return TextValue(value.text, sha256, value.ink)


def _artwork(
    value: design_pb2.ArtworkValue, revision: Revision, assets: Mapping[str, str]
) -> ArtworkValue:
    pinned = revision.pins.assets.get(value.asset)
    sha256 = pinned.sha256 if pinned else assets.get(value.asset, _NOTHING)
    crop = value.crop
    part = Crop(crop.left, crop.top, crop.width, crop.height) if value.HasField("crop") else None
    return ArtworkValue(sha256, part, value.rotation_centidegrees)
