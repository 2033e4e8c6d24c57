"""Whether a template can be laid out at all; a fault of who made it, not of the shopper."""

from __future__ import annotations

from render_core.design import Template, TextRules, ZoneSpec
from render_core.errors import UnsupportedDesign
from render_core.limits import MAX_LENGTH_UM, MAX_LINES, MAX_ZONES
from render_core.preflight.lettering import contradictions
from render_core.text.allowed import parse_allowed


def check_template(template: Template) -> None:
    """Raise UnsupportedDesign, naming the field, if a template contradicts itself."""
    if len(template.zones) > MAX_ZONES:
        raise UnsupportedDesign("TOO_MANY_ZONES", f"A product has at most {MAX_ZONES} zones.")
    surfaces = [surface.id for surface in template.surfaces]
    zones = [zone.id for zone in template.zones]
    for kind, ids in (("surface", surfaces), ("zone", zones)):
        if len(set(ids)) != len(ids):
            raise UnsupportedDesign(
                f"{kind.upper()}_REPEATED", f"Two {kind}s of this product have one id."
            )
    for zone in template.zones:
        _check_zone(zone, surfaces)


def _check_zone(zone: ZoneSpec, surfaces: list[str]) -> None:
    field = f"zones[{zone.id}]"
    if zone.surface not in surfaces:
        raise UnsupportedDesign(
            "SURFACE_UNKNOWN", f"Zone “{zone.id}” lies on no surface of the product.", field=field
        )
    kinds = (zone.text, zone.artwork, zone.code, zone.colour)
    if sum(kind is not None for kind in kinds) != 1:
        raise UnsupportedDesign(
            "ZONE_KIND_UNCLEAR",
            f"Zone “{zone.id}” must take one of text, artwork, code and colour.",
            field=field,
        )
    lengths = (
        zone.x_um,
        zone.y_um,
        zone.width_um,
        zone.height_um,
        zone.safe_margin_um,
        zone.bleed_um,
    )
    if max(abs(length) for length in lengths) > MAX_LENGTH_UM or min(lengths[2:]) < 0:
        raise UnsupportedDesign(
            "LENGTH_OUT_OF_RANGE", f"Zone “{zone.id}” has an impossible length.", field=field
        )
    if zone.text is not None:
        _check_text(zone.text, f"{field}.text")
        for fault in contradictions(zone):
            raise UnsupportedDesign(
                fault.reason, fault.message, field=f"{field}.text.{fault.field}"
            )


def _check_text(rules: TextRules, field: str) -> None:
    if not rules.fonts:
        raise UnsupportedDesign(
            "FONTS_MISSING", "A text zone needs at least one font.", field=field
        )
    if not 0 < rules.min_size_centipoint <= rules.max_size_centipoint:
        raise UnsupportedDesign(
            "SIZES_INVALID",
            "The smallest size must be above zero, the largest not below it.",
            field=field,
        )
    if not 1 <= rules.max_lines <= MAX_LINES or rules.line_height_permille <= 0:
        raise UnsupportedDesign(
            "LINES_INVALID", f"A text zone has 1 to {MAX_LINES} lines of some height.", field=field
        )
    parse_allowed(rules.allowed)
