"""The chosen face and its fallback chain, parsed, at the zone's place of their axes.

Where a zone shows emoji in colours, the faces that have them stand in the chain once more, for these.
"""

from __future__ import annotations

from dataclasses import replace

from render_core.steps.scene import ZoneScene
from render_core.text.colour_glyphs import ColourFace, has_colours, shows_colours
from render_core.text.face import face_of


def resolve_fonts(scene: ZoneScene) -> ZoneScene:
    """Fill in `faces`; a font that the zone does not offer gives way to the default one."""
    rules, value = scene.spec.text, scene.text_value
    if rules is None or value is None or scene.made is None:
        return scene
    chosen = value.font if value.font in rules.fonts else rules.fonts[0]
    hashes = dict.fromkeys((chosen, *rules.fallback))
    faces = tuple(face_of(sha256, scene.library, rules.variations) for sha256 in hashes)
    if shows_colours(scene.spec):
        faces += tuple(ColourFace.of(face) for face in faces if has_colours(face))
    return replace(scene, faces=faces)
