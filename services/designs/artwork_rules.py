"""Rules of zones for artwork and codes as the render core reads them."""

from __future__ import annotations

from typing import Final

from luneo.design.v1 import artwork_rules_pb2 as pb

from render_core import artwork_rules as artwork
from render_core import design as core

_FITS: Final = {
    pb.IMAGE_FIT_UNSPECIFIED: core.ImageFit.CONTAIN,
    pb.IMAGE_FIT_CONTAIN: core.ImageFit.CONTAIN,
    pb.IMAGE_FIT_COVER: core.ImageFit.COVER,
}
_PATTERNS: Final = {
    pb.PATTERN_KIND_UNSPECIFIED: artwork.PatternKind.GRID,
    pb.PATTERN_KIND_GRID: artwork.PatternKind.GRID,
    pb.PATTERN_KIND_BRICK: artwork.PatternKind.BRICK,
    pb.PATTERN_KIND_HALF_DROP: artwork.PatternKind.HALF_DROP,
}
_SYMBOLOGIES: Final = {
    pb.CODE_SYMBOLOGY_UNSPECIFIED: artwork.CodeSymbology.QR,
    pb.CODE_SYMBOLOGY_QR: artwork.CodeSymbology.QR,
    pb.CODE_SYMBOLOGY_DATA_MATRIX: artwork.CodeSymbology.DATA_MATRIX,
}
_CORRECTIONS: Final = {
    pb.CODE_CORRECTION_UNSPECIFIED: artwork.CodeCorrection.MEDIUM,
    pb.CODE_CORRECTION_LOW: artwork.CodeCorrection.LOW,
    pb.CODE_CORRECTION_MEDIUM: artwork.CodeCorrection.MEDIUM,
    pb.CODE_CORRECTION_QUARTILE: artwork.CodeCorrection.QUARTILE,
    pb.CODE_CORRECTION_HIGH: artwork.CodeCorrection.HIGH,
}


def artwork_rules_of(rules: pb.ArtworkRules) -> core.ArtworkRules:
    """Return the rules of an artwork zone."""
    return core.ArtworkRules(
        fit=_FITS[rules.fit],
        allow_vector=rules.allow_vector,
        allow_raster=rules.allow_raster,
        min_dpi=rules.min_dpi,
        pattern=_pattern(rules.pattern) if rules.HasField("pattern") else None,
        min_stroke_um=rules.min_stroke_um,
        min_gap_um=rules.min_gap_um,
    )


def code_rules_of(rules: pb.CodeRules) -> artwork.CodeRules:
    """Return the rules of a code zone."""
    return artwork.CodeRules(
        symbology=_SYMBOLOGIES[rules.symbology],
        correction=_CORRECTIONS[rules.correction],
        quiet_modules=rules.quiet_modules,
        min_module_um=rules.min_module_um,
        max_graphemes=rules.max_graphemes,
        allowed=rules.allowed_characters,
    )


def _pattern(rules: pb.PatternRules) -> artwork.PatternRules:
    return artwork.PatternRules(
        kind=_PATTERNS[rules.kind], tile_width_um=rules.tile_width_um, gap_um=rules.gap_um
    )
