"""What says which order a part belongs to: a Data Matrix and a line of text in a box of its own.

The box belongs to the part's frame and turns with it. BESIDE, it lies off the part's face, where
`label_places` says; the nesting keeps its room. COVER, it lies over the middle of the part.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from render_core.codes import data_matrix
from render_core.codes.modules import outline_of
from render_core.layout import Ink, Item, Operation, Outline, Verb
from render_core.making.nest.label_places import LabelBox, beside, bounds_of
from render_core.making.nest.label_words import LabelFaces, words_outline
from render_core.making.nest.request import LabelPlace, LabelRule, NestPart, NestRequest
from render_core.making.nest.shapes import rings_of
from render_core.making.nest.stroke_font import is_stroked, text_outline, text_width_um

LABEL_ZONE: Final = "labels"
MAX_LABEL_CHARACTERS: Final = 60
# Places of labels that are remembered: those of the largest request.
_KEPT: Final = 5_000
_INK: Final = Ink((0, 0, 0))
# Thickness of the lines of text, of its height.
_LINE_SHARE: Final = 10


def footprints(
    request: NestRequest, look: Callable[[], None] = lambda: None
) -> tuple[Outline, ...]:
    """Return what each part takes up: its outline, and beside it the box of its label.

    look: called at each part.
    """
    found = []
    for part in request.parts:
        look()
        found.append(_footprint(part, request.label))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def label_box(part: NestPart, rule: LabelRule) -> LabelBox | None:
    """Return where a part's label lies, None if it has none."""
    if rule.place is LabelPlace.NONE or not any(part.orders):
        return None
    width, height = _size(part, rule)
    rings = rings_of(part.outline)
    if rule.place is LabelPlace.COVER:
        left, top, right, bottom = bounds_of(rings)
        return LabelBox((left + right - width) // 2, (top + bottom - height) // 2, width, height)
    return beside(rings, width, height, rule.gap_um)


def has_code(text: str, rule: LabelRule) -> bool:
    """Return whether a label has a code: what single lines cannot write always has."""
    return rule.code or not is_stroked(text)


def label_items(
    text: str,
    box: LabelBox,
    rule: LabelRule,
    operation: Operation,
    faces: LabelFaces | None = None,
) -> list[Item]:
    """Return what is drawn of a label, in the part's frame; nothing for an empty text.

    faces: for words that single lines cannot write; without, or where these lack them, the code has them.
    """
    if not text:
        return []
    items, left = [], box.left
    code = data_matrix.symbol(text) if has_code(text, rule) else None
    if code is not None:
        side = code.shape[0] * rule.module_um
        outline = outline_of(code, rule.module_um, left + rule.module_um, box.top + rule.module_um)
        items.append(Item(LABEL_ZONE, operation, _INK, outline))
        left += side + 2 * rule.module_um
    height = rule.text_height_um
    if not is_stroked(text):
        room = height // 4
        frame = (left + room, box.top, box.left + box.width - left - 2 * room, box.height)
        words = words_outline(text, height, frame, faces) if faces else None
        return items if words is None else [*items, Item(LABEL_ZONE, operation, _INK, words)]
    lines = text_outline(text, height, left + height // 4, box.top + (box.height - height) // 2)
    items.append(Item(LABEL_ZONE, operation, _INK, lines, line_width_um=height // _LINE_SHARE))
    return items


def _footprint(part: NestPart, rule: LabelRule) -> Outline:
    box = label_box(part, rule) if rule.place is LabelPlace.BESIDE else None
    if box is None:
        return part.outline
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    return Outline(
        np.concatenate([part.outline.verbs, np.array(verbs, np.uint8)]),
        np.concatenate([part.outline.points_um, box.ring().astype(np.int32)]),
    )


def _size(part: NestPart, rule: LabelRule) -> tuple[int, int]:
    """Return width and height that the longest of the part's labels needs, its quiet zone included."""
    height = rule.text_height_um
    width = max(_text_width(order, height) for order in part.orders) + height // 2
    coded = (order for order in dict.fromkeys(part.orders) if order and has_code(order, rule))
    codes = [data_matrix.symbol(order) for order in coded]
    if not codes:
        return width, height * 3 // 2
    side = max(code.shape[0] for code in codes if code is not None)
    side_um = (side + 2) * rule.module_um
    return width + side_um, max(side_um, height * 3 // 2)


def _text_width(text: str, height_um: int) -> int:
    """Return how much room a text is given: other scripts an em for each character, and they may shrink."""
    return text_width_um(text, height_um) if is_stroked(text) else len(text) * height_um
