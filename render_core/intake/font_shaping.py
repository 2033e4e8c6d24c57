"""Refuses a face whose substitutions make ever more glyphs of a character.

OpenType lets a lookup replace one glyph by many, those again by many, and lookups call each other. So each
character that the face maps is shaped once, three in a row, since some rules need neighbours of their kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Final

import uharfbuzz as hb

from render_core.errors import RefusedFile
from render_core.limits import MAX_GLYPHS_PER_CODE_POINT

_IN_A_ROW: Final = 3
_AT_ONCE: Final = 32


def refuse_growing_text(face: hb.Face) -> None:
    """RefusedFile (FONT_TOO_COMPLEX) where a character becomes more glyphs than composition accepts."""
    font = hb.Font(face)
    for some in _groups(face.unicodes):
        text = [point for point in some for _ in range(_IN_A_ROW)]
        clusters = _clusters(font, text)
        counts = Counter(clusters)
        ends = (*sorted(counts), len(text))
        for start, end in pairwise(ends):
            if counts[start] > MAX_GLYPHS_PER_CODE_POINT * (end - start):
                raise _too_complex(text[start])


def _groups(code_points: hb.Set) -> Iterator[list[int]]:
    """Yield code points in order, some at a time; without surrogates, which are no characters."""
    points = (point for point in code_points if not 0xD800 <= point < 0xE000)
    while some := list(islice(points, _AT_ONCE)):
        yield some


def _clusters(font: hb.Font, text: Sequence[int]) -> list[int]:
    """Return for each glyph of a text the place of the character that it begins with."""
    buffer = hb.Buffer()
    buffer.add_codepoints(list(text))
    buffer.language = "und"
    buffer.guess_segment_properties()
    try:
        hb.shape(font, buffer)
    except MemoryError:
        # HarfBuzz ends so what grows past its own limit: 64 glyphs a character, 16,384 in all.
        raise _too_complex(text[0]) from None
    return [info.cluster for info in buffer.glyph_infos]


def _too_complex(code_point: int) -> RefusedFile:
    return RefusedFile(
        "FONT_TOO_COMPLEX",
        f"This font makes more than {MAX_GLYPHS_PER_CODE_POINT} glyphs of a character, at or after "
        f"U+{code_point:04X}. Remove the substitutions that do so.",
    )
