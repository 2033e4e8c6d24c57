"""The frame around what was set."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from render_core.geometry.bands import inked
from render_core.layout import Item
from render_core.steps.scene import ZoneScene
from render_core.text.framed import Framing, ink_of_outline, joined_lines
from render_core.text_rules import FrameKind, TextFrame

# Along the ink, at no distance, of no width: what a text without a frame is fitted by.
_NO_FRAME: Final = TextFrame(FrameKind.CONTOUR, padding_um=0, line_width_um=0)


def framing_of(scene: ZoneScene, *, rtl: bool) -> Framing:
    """Return the frame of a zone, and the room for it. rtl: whether lines start at the right."""
    rules = scene.spec.text
    frame = rules.frame if rules is not None and rules.frame is not None else _NO_FRAME
    return Framing(frame, scene.spec, scene.region, scene.middle_um, rtl)


def frame_text(scene: ZoneScene) -> ZoneScene:
    """Add the frame to `items`, in the operation and ink of the text."""
    spec, rules = scene.spec, scene.spec.text
    if rules is None or rules.frame is None or scene.text is None:
        return scene
    outline = inked((item.outline, item.line_width_um) for item in scene.items)
    ink = ink_of_outline(outline)
    if ink is None:
        return scene
    rings = framing_of(scene, rtl=False).outlines(ink, outline)
    frame = Item(spec.id, spec.operation, scene.ink, joined_lines(rings))
    return replace(scene, items=(*scene.items, frame))
