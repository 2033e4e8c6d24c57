"""What a shopper filled in, against a revision: names become hashes, and what is not offered is said.

A design is never refused here. What cannot be used is left out or replaced by the zone's default,
and reported, so that the shopper sees all problems at once beside what can be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luneo.design.v1 import design_pb2, template_pb2

from render_core.design import ArtworkValue, TextValue, ZoneValue
from render_core.problems import Problem, Severity
from services.spec.domain.revisions import Revision


@dataclass(frozen=True, slots=True)
class Filling:
    """The values to compose, by zone id, and what was wrong with the others.

    unusable: the zones whose value was left out; what composing says of them is no news.
    """

    values: Mapping[str, ZoneValue]
    problems: tuple[Problem, ...]
    unusable: frozenset[str]

    def with_composed(self, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Return all problems: those found here, then those that composing found."""
        return self.problems + tuple(p for p in problems if p.zone not in self.unusable)


def assets_wanted(design: design_pb2.Design) -> frozenset[str]:
    """Return the resource names of the artwork that a design holds."""
    artwork = (v.artwork.asset for v in design.zones.values() if v.HasField("artwork"))
    return frozenset(artwork)


def fill(
    revision: Revision, zones: Mapping[str, design_pb2.ZoneValue], assets: Mapping[str, str]
) -> Filling:
    """Resolve the values of a design.

    assets: SHA-256 by resource name of the artwork that the caller may use, beside what the
    revision pins.
    """
    values: dict[str, ZoneValue] = {}
    problems: list[Problem] = []
    unusable: set[str] = set()
    for zone_id in sorted(zones):
        zone = revision.zones.get(zone_id)
        value, found = _resolved(zone_id, zone, zones[zone_id], revision, assets)
        problems += found
        if value is not None:
            values[zone_id] = value
        else:
            unusable.add(zone_id)
    for zone in revision.content.template.zones:
        if zone.artwork.default_asset and zone.id not in values and zone.id not in unusable:
            values[zone.id] = ArtworkValue(revision.pins.assets[zone.artwork.default_asset].sha256)
    return Filling(values, tuple(problems), frozenset(unusable))


def _resolved(
    zone_id: str,
    zone: template_pb2.Zone | None,
    value: design_pb2.ZoneValue,
    revision: Revision,
    assets: Mapping[str, str],
) -> tuple[ZoneValue | None, list[Problem]]:
    if zone is None:
        return None, [_error("ZONE_UNKNOWN", zone_id, "This product has no such zone.")]
    kind = zone.WhichOneof("rules")
    if value.WhichOneof("value") != kind:
        sentence = f"This zone takes {kind}, nothing else."
        return None, [_error("ZONE_KIND_MISMATCH", zone_id, sentence)]
    if kind == "text":
        return _text(zone, value.text, revision)
    return _artwork(zone, value.artwork.asset, revision, assets)


def _text(
    zone: template_pb2.Zone, value: design_pb2.TextValue, revision: Revision
) -> tuple[ZoneValue, list[Problem]]:
    problems = []
    font, ink = value.font or zone.text.fonts[0], value.ink
    if font not in zone.text.fonts:
        problems.append(
            _error("FONT_NOT_OFFERED", zone.id, "This zone does not offer that font.", "font")
        )
        font = zone.text.fonts[0]
    if ink >= len(zone.inks):
        problems.append(
            _error("INK_NOT_OFFERED", zone.id, "This zone does not offer that colour.", "colour")
        )
        ink = 0
    return TextValue(value.text, revision.pins.fonts[font], ink), problems


def _artwork(
    zone: template_pb2.Zone, name: str, revision: Revision, assets: Mapping[str, str]
) -> tuple[ZoneValue | None, list[Problem]]:
    pinned = revision.pins.assets.get(name)
    sha256 = pinned.sha256 if pinned else assets.get(name)
    if sha256 is None:
        sentence = "This picture is not there."
        return None, [_error("ASSET_UNKNOWN", zone.id, sentence, "picture")]
    return ArtworkValue(sha256), []


def _error(code: str, zone: str, sentence: str, choose: str = "") -> Problem:
    suggestion = f"Choose another {choose}." if choose else ""
    return Problem(code, Severity.ERROR, zone, sentence, suggestion)
