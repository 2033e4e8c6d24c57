"""Checks a zone: on its surface, with an edge that can be made and rules that can be met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from luneo.design.v1 import artwork_rules_pb2, template_pb2, text_rules_pb2

from render_core.codes.symbols import SMALLEST, quiet_modules
from render_core.errors import UnsupportedDesign
from render_core.limits import MAX_PATTERN_DRAWINGS, MAX_PATTERN_PICTURES
from render_core.preflight.codes import SMALLEST_MODULE_UM
from render_core.text.allowed import parse_allowed
from render_core.units import UM_PER_MM
from services.designs.artwork_rules import code_rules_of
from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetKind, Holdings
from services.spec.domain.lettering import lettering_violations
from services.spec.domain.shapes import shape_violations

MAX_SURCHARGE_CENTS: Final = 1_000_000_000


def zone_violations(
    zone: template_pb2.Zone,
    surfaces: Mapping[str, template_pb2.Surface],
    holdings: Holdings,
    path: str,
) -> Iterator[Violation]:
    """Yield what is wrong with a zone. path: of the zone in the request."""
    surface = surfaces.get(zone.surface)
    if surface is None:
        yield Violation(
            f"{path}.surface", "SURFACE_UNKNOWN", f"No surface is called {zone.surface!r}."
        )
    else:
        yield from _frame(zone, surface, path)
    wrong = list(shape_violations(zone.shape, zone.width_um, zone.height_um, f"{path}.shape"))
    yield from wrong
    if 2 * zone.safe_margin_um >= min(zone.width_um, zone.height_um):
        yield Violation(
            f"{path}.safe_margin_um", "SAFE_MARGIN_TOO_LARGE", "The safe margin leaves no room."
        )
    if zone.surcharge_cents > MAX_SURCHARGE_CENTS:
        yield Violation(
            f"{path}.surcharge_cents", "AMOUNT_TOO_LARGE", "This surcharge is beyond any price."
        )
    if zone.WhichOneof("rules") == "text":
        yield from _text(zone.text, holdings, f"{path}.text")
        if not wrong:
            yield from lettering_violations(zone, f"{path}.text")
    elif zone.WhichOneof("rules") == "artwork":
        yield from _artwork(zone.artwork, holdings, f"{path}.artwork")
        if zone.artwork.HasField("pattern"):
            yield from _pattern(zone, f"{path}.artwork.pattern")
    elif zone.WhichOneof("rules") == "code":
        yield from _code(zone, f"{path}.code")


def _frame(
    zone: template_pb2.Zone, surface: template_pb2.Surface, path: str
) -> Iterator[Violation]:
    """The zone's box lies on the surface; print may reach into the surface's bleed."""
    bleed = surface.bleed_um
    across = (zone.x_um, zone.width_um, surface.width_um, "x_um", "left or right")
    down = (zone.y_um, zone.height_um, surface.height_um, "y_um", "top or bottom")
    for start, length, limit, field, sides in (across, down):
        if start < -bleed or start + length > limit + bleed:
            yield Violation(
                f"{path}.{field}",
                "ZONE_OFF_SURFACE",
                f"The zone leaves its surface at the {sides}. Move it or make it smaller.",
            )


def _text(rules: text_rules_pb2.TextRules, holdings: Holdings, path: str) -> Iterator[Violation]:
    if rules.min_size_centipoint > rules.max_size_centipoint:
        yield Violation(
            f"{path}.min_size_centipoint",
            "SIZES_CROSSED",
            "The smallest size is above the largest.",
        )
    if rules.min_graphemes > rules.max_graphemes:
        yield Violation(
            f"{path}.min_graphemes", "LENGTHS_CROSSED", "The fewest characters exceed the most."
        )
    try:
        parse_allowed(rules.allowed_characters)
    except UnsupportedDesign as error:
        yield Violation(f"{path}.allowed_characters", error.reason, error.message)
    yield from _fonts(rules.fonts, holdings, f"{path}.fonts")
    yield from _fonts(rules.fallback_fonts, holdings, f"{path}.fallback_fonts")


def _fonts(names: Sequence[str], holdings: Holdings, path: str) -> Iterator[Violation]:
    for index, name in enumerate(names):
        if name not in holdings.fonts:
            yield Violation(f"{path}[{index}]", "FONT_UNKNOWN", "This brand has no such font.")
        elif name in names[:index]:
            yield Violation(f"{path}[{index}]", "FONT_REPEATED", "This font is listed twice.")


def _artwork(
    rules: artwork_rules_pb2.ArtworkRules, holdings: Holdings, path: str
) -> Iterator[Violation]:
    if not rules.allow_vector and not rules.allow_raster:
        yield Violation(path, "NOTHING_ALLOWED", "Allow vector artwork, photos or both.")
    if not rules.default_asset:
        return
    asset = holdings.assets.get(rules.default_asset)
    if asset is None:
        yield Violation(f"{path}.default_asset", "ASSET_UNKNOWN", "This brand has no such picture.")
    elif not _takes(rules, asset.kind):
        yield Violation(
            f"{path}.default_asset",
            "ASSET_KIND_REFUSED",
            f"This zone does not take {asset.kind} artwork.",
        )


def _takes(rules: artwork_rules_pb2.ArtworkRules, kind: AssetKind) -> bool:
    if kind is AssetKind.PROFILE:
        return False
    return rules.allow_vector if kind is AssetKind.VECTOR else rules.allow_raster


def _pattern(zone: template_pb2.Zone, path: str) -> Iterator[Violation]:
    """A pattern of square artwork can be laid out; taller artwork has fewer tiles."""
    rules = zone.artwork
    most = MAX_PATTERN_DRAWINGS if rules.allow_vector else MAX_PATTERN_PICTURES
    pitch = rules.pattern.tile_width_um + rules.pattern.gap_um
    across, down = (side + 2 * zone.bleed_um for side in (zone.width_um, zone.height_um))
    if pitch and (across // pitch + 3) * (down // pitch + 3) > most:
        yield Violation(
            f"{path}.tile_width_um",
            "PATTERN_TOO_FINE",
            f"At most {most:,} tiles are made. Make the tiles larger or the zone smaller.",
        )


def _code(zone: template_pb2.Zone, path: str) -> Iterator[Violation]:
    """The shortest text can be read from the zone's box, if nobody damages it."""
    rules = code_rules_of(zone.code)
    try:
        parse_allowed(rules.allowed)
    except UnsupportedDesign as error:
        yield Violation(f"{path}.allowed_characters", error.reason, error.message)
    side_um = min(zone.width_um, zone.height_um) - 2 * zone.safe_margin_um
    module_um = side_um // (SMALLEST[rules.symbology] + 2 * quiet_modules(rules))
    if module_um < max(SMALLEST_MODULE_UM, rules.min_module_um):
        yield Violation(
            f"{path}.min_module_um",
            "CODE_ZONE_TOO_SMALL",
            f"The smallest code has modules of {module_um / UM_PER_MM:.3f} mm here. "
            "Make the zone larger or the modules smaller.",
        )
