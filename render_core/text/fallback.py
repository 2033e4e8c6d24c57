"""Which face draws a grapheme cluster: the chosen one, or the first of the chain that can.

A cluster is drawn whole by one face or not at all: a missing-glyph box is never drawn, an emoji
sequence never falls apart into its parts, and a picture without an outline does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import unicodedata2

from render_core.text.colour_glyphs import ColourFace
from render_core.text.emoji import is_emoji
from render_core.text.face import Face
from render_core.text.scripts import COMMON, resolve_scripts
from render_core.text.shaping import shape
from render_core.text.ucd.properties import properties

# Spaces, seen or not: they are drawn by the face before them.
_SPACES: Final = frozenset(" \u200b")


def choose_face(faces: Sequence[Face], cluster: str, previous: Face | None) -> Face | None:
    """Return the face that draws a cluster, None if no face can.

    A space stays with the face before it, so that it does not cut a run of words in two. Faces in
    whose colours emoji are set come first for these, and draw nothing else.
    """
    if previous is not None and stays_with(previous, cluster):
        return previous
    if is_emoji(cluster):
        coloured = (face for face in faces if isinstance(face, ColourFace))
        found = next((face for face in coloured if can_draw(face, cluster)), None)
        if found is not None:
            return found
    plain = (face for face in faces if not isinstance(face, ColourFace))
    return next((face for face in plain if can_draw(face, cluster)), None)


def stays_with(face: Face, cluster: str) -> bool:
    """Return whether a cluster is a space that goes with the face before it."""
    return cluster in _SPACES and can_draw(face, cluster)


def can_draw(face: Face, cluster: str) -> bool:
    """Return whether a face has outlines for a whole cluster."""
    return face.draws(cluster, _judge)


def _judge(face: Face, cluster: str) -> bool:
    visible = [c for c in cluster if not properties(ord(c)).default_ignorable]
    if not all(_maps(face, character) for character in visible):
        return False
    if cluster.isspace() or not (face.coloured or (is_emoji(cluster) and len(visible) > 1)):
        return True
    script = COMMON if is_emoji(cluster) else resolve_scripts(cluster)[0]
    code_points = [ord(character) for character in cluster]
    glyphs = shape(face, code_points, 0, len(cluster), script=script, rtl=False)
    if any(glyph.glyph_id == 0 for glyph in glyphs):
        return False
    if all(face.glyph(glyph.glyph_id).bounds is None for glyph in glyphs):
        return False
    return not is_emoji(cluster) or sum(glyph.advance != 0 for glyph in glyphs) <= 1


def _maps(face: Face, character: str) -> bool:
    """Return whether a face maps a character, or all parts that it decomposes to canonically."""
    if face.has(ord(character)):
        return True
    parts = unicodedata2.normalize("NFD", character)
    return parts != character and all(face.has(ord(part)) for part in parts)
