"""Words of labels in any script, set by the layout engine in the faces that the caller has.

What these faces cannot draw is not drawn at all: the label's Data Matrix has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from render_core.compose import compose
from render_core.design import (
    Align,
    Design,
    Library,
    SurfaceSpec,
    Template,
    TextRules,
    TextValue,
    VerticalAlign,
    ZoneSpec,
)
from render_core.layout import Ink, Operation, Outline

_WORD: Final = "word"
_LEAST_SIZE_CENTIPOINT: Final = 100
_UM_PER_POINT: Final = 25_400 / 72
# Capitals are about this much of the size that letters are set in.
_CAPITALS: Final = 0.7


@dataclass(frozen=True)
class LabelFaces:
    """Faces to set words in. fonts: SHA-256 of those in `library`, in the order in which they are asked."""

    library: Library
    fonts: tuple[str, ...]


def words_outline(
    text: str, height_um: int, frame: tuple[int, int, int, int], faces: LabelFaces
) -> Outline | None:
    """Return a text inside a frame, smaller where it is too wide; None where no face has all of it.

    height_um: of capitals, at most. frame: (left, top, width, height) in micrometres.
    """
    left, top, width, height = frame
    size = int(height_um / _CAPITALS / _UM_PER_POINT * 100)
    rules = TextRules(
        fonts=faces.fonts[:1],
        fallback=faces.fonts[1:],
        min_size_centipoint=min(_LEAST_SIZE_CENTIPOINT, size),
        max_size_centipoint=size,
        max_lines=1,
        max_graphemes=len(text),
        align=Align.START,
        vertical_align=VerticalAlign.MIDDLE,
    )
    zone = ZoneSpec(
        _WORD, _WORD, _WORD, 0, 0, width, height, Operation.PRINT, Ink((0, 0, 0)), text=rules
    )
    template = Template((SurfaceSpec(_WORD, _WORD, width, height),), (zone,))
    made = compose(Design(template, {_WORD: TextValue(text)}), faces.library)
    items = made.layout.surfaces[0].placed_items()
    if not made.can_be_made or not items:
        return None
    return Outline(
        np.concatenate([item.outline.verbs for item in items]),
        np.concatenate([item.outline.points_um for item in items]),
    ).moved(left, top)
