"""Shaping by HarfBuzz, one run at a time: characters to placed glyphs, in ems.

Nothing is guessed: direction and script come from the caller, the language is undetermined, so
that no locale of the machine can change a glyph.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import uharfbuzz as hb

from render_core.errors import UnsupportedDesign
from render_core.limits import MAX_GLYPHS_PER_CODE_POINT
from render_core.text.face import Face
from render_core.text.setting import Features

# Letters of these scripts join: space between them would tear words apart (CSS Text 3, 8.2).
CURSIVE_SCRIPTS: Final = frozenset(["Adlm", "Arab", "Mand", "Mong", "Nkoo", "Phag", "Rohg", "Syrc"])
_FLAGS: Final = hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE
_SPACED: Final = {"liga": 0, "clig": 0}


class ShapedGlyph(NamedTuple):
    """A glyph of a run. cluster: index of its first code point. Lengths in ems, y down.

    info: what HarfBuzz says of it; its flags are slow to read and seldom asked for.
    """

    glyph_id: int
    cluster: int
    advance: float
    x: float
    y: float
    info: hb.GlyphInfo

    @property
    def breakable(self) -> bool:
        """Whether a line that begins with its cluster has the same glyphs."""
        return not self.info.flags & hb.GlyphFlags.UNSAFE_TO_BREAK


def shape(
    face: Face,
    code_points: list[int],
    start: int,
    end: int,
    *,
    script: str,
    rtl: bool,
    features: Features = (),
    spaced: bool = False,
) -> list[ShapedGlyph]:
    """Shape code points [start, end) of a paragraph, in visual order from left to right.

    The rest of the paragraph is context, which joining scripts look at. features: tags with
    values. spaced: leave out the optional ligatures that no feature asks for, because letters will be
    set apart. Raises UnsupportedDesign (FONT_TOO_COMPLEX) for a face that makes far more glyphs than there
    are characters.
    """
    buffer = hb.Buffer()
    buffer.add_codepoints(code_points, item_offset=start, item_length=end - start)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = script
    buffer.language = "und"
    buffer.flags = _FLAGS
    try:
        hb.shape(face.font, buffer, {**(_SPACED if spaced else {}), **dict(features)})
    except MemoryError:
        # HarfBuzz ends so what grows past its own limit: 64 glyphs a character, 16,384 in all.
        raise _too_complex(face) from None
    upem, infos = face.upem, buffer.glyph_infos
    if len(infos) > MAX_GLYPHS_PER_CODE_POINT * (end - start):
        raise _too_complex(face)
    shaped = []
    for info, position in zip(infos, buffer.glyph_positions, strict=True):
        x, y, advance, _ = position.position
        shaped.append(
            ShapedGlyph(info.codepoint, info.cluster, advance / upem, x / upem, -y / upem, info)
        )
    return shaped


def _too_complex(face: Face) -> UnsupportedDesign:
    return UnsupportedDesign(
        "FONT_TOO_COMPLEX", f"The font {face.sha256[:12]}… makes too many glyphs of a character."
    )
