"""Reads the rules of zones from JSON: the protobuf mapping of the messages in `luneo.design.v1`.

What the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from render_core import artwork_rules as artwork
from render_core import design as core
from render_core import effects
from render_core import text_rules as text
from render_core.json_fields import Fields, known, wrong
from render_core.layout import Ink, Operation
from render_core.looks import GradientKind

_RGB_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_TECHNIQUES: Final = {
    "TECHNIQUE_PRINT": Operation.PRINT,
    "TECHNIQUE_ENGRAVE": Operation.ENGRAVE,
    "TECHNIQUE_CUT": Operation.CUT,
    "TECHNIQUE_FOIL": Operation.FOIL,
    "TECHNIQUE_EMBOSS": Operation.EMBOSS,
    "TECHNIQUE_EMBROIDERY": Operation.STITCH,
    "TECHNIQUE_WHITE": Operation.WHITE,
    "TECHNIQUE_CREASE": Operation.CREASE,
}


def read_technique(fields: Fields) -> Operation | None:
    """Return the operation of `technique`, None where it is not stated."""
    name = fields.text("technique")
    if name in ("", "TECHNIQUE_UNSPECIFIED"):
        return None
    if name not in _TECHNIQUES:
        raise wrong(f"{fields.path}.technique", f"{name!r} is not one of {', '.join(_TECHNIQUES)}")
    return _TECHNIQUES[name]


def read_ink(fields: Fields) -> Ink:
    """Return an ink."""
    rgb = read_rgb(fields)
    fields.text("display_name")
    ink = Ink(rgb, fields.text("spot"))
    fields.done()
    return ink


def read_text_rules(fields: Fields, fonts: Mapping[str, str]) -> core.TextRules:
    """Return the rules of a text zone. fonts: SHA-256 by name."""
    rules = core.TextRules(
        fonts=_fonts(fields, "fonts", fonts),
        fallback=_fonts(fields, "fallback_fonts", fonts),
        min_size_centipoint=fields.integer("min_size_centipoint", None),
        max_size_centipoint=fields.integer("max_size_centipoint", None),
        max_lines=fields.integer("max_lines", None),
        max_graphemes=fields.integer("max_graphemes", None),
        min_graphemes=fields.integer("min_graphemes"),
        align=fields.choice("alignment", "ALIGNMENT_", core.Align, core.Align.CENTRE),
        vertical_align=fields.choice(
            "vertical_alignment",
            "VERTICAL_ALIGNMENT_",
            core.VerticalAlign,
            core.VerticalAlign.MIDDLE,
        ),
        line_height_permille=fields.integer("line_height_permille")
        or core.DEFAULT_LINE_HEIGHT_PERMILLE,
        tracking_permille=fields.integer("tracking_permille"),
        overflow=fields.choice("overflow", "OVERFLOW_", core.Overflow, core.Overflow.SHRINK),
        allowed=fields.text("allowed_characters"),
        min_stroke_um=fields.integer("min_stroke_um"),
        min_gap_um=fields.integer("min_gap_um"),
        features=tuple(fields.texts("features")),
        variations=tuple(sorted(fields.integers("variations").items())),
        word_spacing_permille=fields.integer("word_spacing_permille"),
        first_indent_permille=fields.integer("first_indent_permille"),
        start_indent_permille=fields.integer("start_indent_permille"),
        end_indent_permille=fields.integer("end_indent_permille"),
        min_condense_permille=fields.integer("min_condense_permille") or 1000,
        emoji=fields.choice("emoji", "EMOJI_POLICY_", text.EmojiPolicy, text.EmojiPolicy.OUTLINE),
        forbidden_words=tuple(fields.texts("forbidden_words")),
        path=_path(fields.child("path")) if fields.has("path") else None,
        monogram=_monogram(fields.child("monogram")) if fields.has("monogram") else None,
        frame=_frame(fields.child("frame")) if fields.has("frame") else None,
        line_width_um=fields.integer("line_width_um") or core.DEFAULT_LINE_WIDTH_UM,
    )
    fields.done()
    if not rules.fonts:
        raise wrong(f"{fields.path}.fonts", "at least one font is needed")
    return rules


def read_pattern(fields: Fields) -> artwork.PatternRules:
    """Return the rules of a pattern."""
    kinds = artwork.PatternKind
    pattern = artwork.PatternRules(
        kind=fields.choice("kind", "PATTERN_KIND_", kinds, kinds.GRID),
        tile_width_um=fields.integer("tile_width_um", None),
        gap_um=fields.integer("gap_um"),
    )
    fields.done()
    return pattern


def read_code_rules(fields: Fields) -> artwork.CodeRules:
    """Return the rules of a code zone."""
    symbologies, corrections = artwork.CodeSymbology, artwork.CodeCorrection
    rules = artwork.CodeRules(
        symbology=fields.choice("symbology", "CODE_SYMBOLOGY_", symbologies, symbologies.QR),
        correction=fields.choice("correction", "CODE_CORRECTION_", corrections, corrections.MEDIUM),
        quiet_modules=fields.integer("quiet_modules"),
        min_module_um=fields.integer("min_module_um"),
        max_graphemes=fields.integer("max_graphemes", None),
        allowed=fields.text("allowed_characters"),
    )
    fields.done()
    return rules


def read_effect(fields: Fields, operation: Operation, ink: Ink) -> effects.Effect:
    """Return an effect. operation, ink: the zone's, for what the effect leaves unstated."""
    if fields.has("underprint"):
        operation, ink = Operation.WHITE, effects.WHITE
    operation = read_technique(fields) or operation
    ink = read_ink(fields.child("ink")) if fields.has("ink") else ink
    effect: effects.Effect
    if fields.has("gradient"):
        effect = _gradient(fields.child("gradient"))
    elif fields.has("underprint"):
        inner = fields.child("underprint")
        effect = effects.UnderprintEffect(operation, ink, inner.integer("choke_um"))
        inner.done()
    elif fields.has("shadow"):
        effect = _shadow(fields.child("shadow"), operation, ink)
    else:
        effect = _line(fields.child("outline"), operation, ink)
    fields.done()
    return effect


def _line(fields: Fields, operation: Operation, ink: Ink) -> effects.OutlineEffect:
    positions, joins = effects.LinePosition, effects.LineJoin
    effect = effects.OutlineEffect(
        width_um=fields.integer("width_um", None),
        operation=operation,
        ink=ink,
        position=fields.choice("position", "LINE_POSITION_", positions, positions.OUTSIDE),
        join=fields.choice("join", "LINE_JOIN_", joins, joins.ROUND),
    )
    fields.done()
    return effect


def _shadow(fields: Fields, operation: Operation, ink: Ink) -> effects.ShadowEffect:
    effect = effects.ShadowEffect(
        dx_um=fields.integer("dx_um"),
        dy_um=fields.integer("dy_um"),
        operation=operation,
        ink=ink,
        spread_um=fields.integer("spread_um"),
        long=fields.flag("long"),
    )
    fields.done()
    return effect


def _gradient(fields: Fields) -> effects.GradientEffect:
    effect = effects.GradientEffect(
        stops=tuple(_stop(child) for child in fields.children("stops")),
        kind=fields.choice("gradient_kind", "GRADIENT_KIND_", GradientKind, GradientKind.LINEAR),
        angle_degrees=fields.integer("angle_degrees"),
    )
    fields.done()
    return effect


def _stop(fields: Fields) -> tuple[int, tuple[int, int, int]]:
    stop = (fields.integer("offset_permille"), read_rgb(fields))
    fields.done()
    return stop


def read_rgb(fields: Fields, name: str = "rgb_hex") -> tuple[int, int, int]:
    """Return a colour, sRGB, written as #1a2b3c."""
    value = fields.text(name, None)
    if not _RGB_HEX.fullmatch(value):
        raise wrong(f"{fields.path}.{name}", f"{value!r} is not a colour such as #1a2b3c")
    red, green, blue = bytes.fromhex(value[1:])
    return (red, green, blue)


def _fonts(fields: Fields, name: str, fonts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(known(fonts, font, f"{fields.path}.{name}", "font") for font in fields.texts(name))


def _path(fields: Fields) -> text.TextPath:
    kinds, sides = text.TextPathKind, text.PathSide
    if not fields.has("kind"):
        raise wrong(f"{fields.path}.kind", "the kind of line is needed")
    path = text.TextPath(
        kind=fields.choice("kind", "TEXT_PATH_KIND_", kinds, kinds.ARC),
        path=fields.text("path"),
        bend_permille=fields.integer("bend_permille"),
        inset_um=fields.integer("inset_um"),
        start_permille=fields.integer("start_permille"),
        side=fields.choice("side", "PATH_SIDE_", sides, sides.LEFT),
        upright=fields.flag("upright"),
        shift_permille=fields.integer("shift_permille"),
    )
    fields.done()
    return path


def _monogram(fields: Fields) -> text.MonogramRules:
    styles = text.MonogramStyle
    rules = text.MonogramRules(
        style=fields.choice("style", "MONOGRAM_STYLE_", styles, styles.ROW),
        middle_permille=fields.integer("middle_permille") or text.DEFAULT_MIDDLE_PERMILLE,
        overlap_permille=fields.integer("overlap_permille") or text.DEFAULT_OVERLAP_PERMILLE,
        surname_in_middle=fields.flag("surname_in_middle"),
    )
    fields.done()
    return rules


def _frame(fields: Fields) -> text.TextFrame:
    kinds = text.FrameKind
    frame = text.TextFrame(
        kind=fields.choice("kind", "FRAME_KIND_", kinds, kinds.RECTANGLE),
        padding_um=fields.integer("padding_um"),
        line_width_um=fields.integer("line_width_um", None),
        corner_um=fields.integer("corner_um"),
        double=fields.flag("double"),
    )
    fields.done()
    return frame
