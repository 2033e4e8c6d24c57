"""Rules of text zones as the render core reads them.

A value that the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from luneo.design.v1 import text_rules_pb2 as pb

from render_core import design as core
from render_core import text_rules as text
from services.designs.pins import Pins

_ALIGNS: Final = {
    pb.ALIGNMENT_UNSPECIFIED: core.Align.CENTRE,
    pb.ALIGNMENT_START: core.Align.START,
    pb.ALIGNMENT_CENTRE: core.Align.CENTRE,
    pb.ALIGNMENT_END: core.Align.END,
    pb.ALIGNMENT_JUSTIFY: core.Align.JUSTIFY,
}
_VERTICAL_ALIGNS: Final = {
    pb.VERTICAL_ALIGNMENT_UNSPECIFIED: core.VerticalAlign.MIDDLE,
    pb.VERTICAL_ALIGNMENT_TOP: core.VerticalAlign.TOP,
    pb.VERTICAL_ALIGNMENT_MIDDLE: core.VerticalAlign.MIDDLE,
    pb.VERTICAL_ALIGNMENT_BOTTOM: core.VerticalAlign.BOTTOM,
}
_OVERFLOWS: Final = {
    pb.OVERFLOW_UNSPECIFIED: core.Overflow.SHRINK,
    pb.OVERFLOW_SHRINK: core.Overflow.SHRINK,
    pb.OVERFLOW_REPORT: core.Overflow.REPORT,
    pb.OVERFLOW_CONDENSE: core.Overflow.CONDENSE,
}
_EMOJI: Final = {
    pb.EMOJI_POLICY_UNSPECIFIED: text.EmojiPolicy.OUTLINE,
    pb.EMOJI_POLICY_OUTLINE: text.EmojiPolicy.OUTLINE,
    pb.EMOJI_POLICY_COLOUR: text.EmojiPolicy.COLOUR,
    pb.EMOJI_POLICY_REFUSE: text.EmojiPolicy.REFUSE,
}
_PATHS: Final = {
    pb.TEXT_PATH_KIND_ARC: text.TextPathKind.ARC,
    pb.TEXT_PATH_KIND_ELLIPSE: text.TextPathKind.ELLIPSE,
    pb.TEXT_PATH_KIND_PATH: text.TextPathKind.PATH,
}
_SIDES: Final = {
    pb.PATH_SIDE_UNSPECIFIED: text.PathSide.LEFT,
    pb.PATH_SIDE_LEFT: text.PathSide.LEFT,
    pb.PATH_SIDE_RIGHT: text.PathSide.RIGHT,
}
_MONOGRAMS: Final = {
    pb.MONOGRAM_STYLE_UNSPECIFIED: text.MonogramStyle.ROW,
    pb.MONOGRAM_STYLE_ROW: text.MonogramStyle.ROW,
    pb.MONOGRAM_STYLE_INTERLOCKED: text.MonogramStyle.INTERLOCKED,
    pb.MONOGRAM_STYLE_STACKED: text.MonogramStyle.STACKED,
}
_FRAMES: Final = {
    pb.FRAME_KIND_UNSPECIFIED: text.FrameKind.RECTANGLE,
    pb.FRAME_KIND_RECTANGLE: text.FrameKind.RECTANGLE,
    pb.FRAME_KIND_ELLIPSE: text.FrameKind.ELLIPSE,
    pb.FRAME_KIND_CONTOUR: text.FrameKind.CONTOUR,
}


def text_rules_of(rules: pb.TextRules, pins: Pins) -> core.TextRules:
    """Return the rules of a text zone. KeyError if a font is not pinned."""
    return core.TextRules(
        fonts=_hashes(rules.fonts, pins),
        fallback=_hashes(rules.fallback_fonts, pins),
        min_size_centipoint=rules.min_size_centipoint,
        max_size_centipoint=rules.max_size_centipoint,
        max_lines=rules.max_lines,
        max_graphemes=rules.max_graphemes,
        min_graphemes=rules.min_graphemes,
        align=_ALIGNS[rules.alignment],
        vertical_align=_VERTICAL_ALIGNS[rules.vertical_alignment],
        line_height_permille=rules.line_height_permille or core.DEFAULT_LINE_HEIGHT_PERMILLE,
        tracking_permille=rules.tracking_permille,
        overflow=_OVERFLOWS[rules.overflow],
        allowed=rules.allowed_characters,
        min_stroke_um=rules.min_stroke_um,
        min_gap_um=rules.min_gap_um,
        features=tuple(rules.features),
        variations=tuple(sorted(rules.variations.items())),
        word_spacing_permille=rules.word_spacing_permille,
        first_indent_permille=rules.first_indent_permille,
        start_indent_permille=rules.start_indent_permille,
        end_indent_permille=rules.end_indent_permille,
        min_condense_permille=rules.min_condense_permille or 1000,
        emoji=_EMOJI[rules.emoji],
        forbidden_words=tuple(rules.forbidden_words),
        path=_path(rules.path) if rules.HasField("path") else None,
        monogram=_monogram(rules.monogram) if rules.HasField("monogram") else None,
        frame=_frame(rules.frame) if rules.HasField("frame") else None,
        line_width_um=rules.line_width_um or core.DEFAULT_LINE_WIDTH_UM,
    )


def _hashes(names: Sequence[str], pins: Pins) -> tuple[str, ...]:
    return tuple(pins.fonts[name] for name in names)


def _path(path: pb.TextPath) -> text.TextPath:
    return text.TextPath(
        kind=_PATHS[path.kind],
        path=path.path,
        bend_permille=path.bend_permille,
        inset_um=path.inset_um,
        start_permille=path.start_permille,
        side=_SIDES[path.side],
        upright=path.upright,
        shift_permille=path.shift_permille,
    )


def _monogram(rules: pb.MonogramRules) -> text.MonogramRules:
    return text.MonogramRules(
        style=_MONOGRAMS[rules.style],
        middle_permille=rules.middle_permille or text.DEFAULT_MIDDLE_PERMILLE,
        overlap_permille=rules.overlap_permille or text.DEFAULT_OVERLAP_PERMILLE,
        surname_in_middle=rules.surname_in_middle,
    )


def _frame(frame: pb.TextFrame) -> text.TextFrame:
    return text.TextFrame(
        kind=_FRAMES[frame.kind],
        padding_um=frame.padding_um,
        line_width_um=frame.line_width_um,
        corner_um=frame.corner_um,
        double=frame.double,
    )
