"""Glyphs that touch each other: joined into outlines without overlaps, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from render_core.geometry.boolean import union
from render_core.geometry.paths import Bounds, Path
from render_core.geometry.strokes import Chord, chords, thinnest
from render_core.text.face import Face, Pieces, stroke_precision

# Overlapping glyphs of several faces are joined in these units per em, small enough for float32.
UNITS_PER_EM: Final = 1000.0

_first: Final = itemgetter(0)


class Part(NamedTuple):
    """A glyph with ink and its extents, in ems from the block's anchor."""

    face: Face
    glyph_id: int
    x: float
    y: float
    bounds: Bounds


class Joined(NamedTuple):
    """Glyphs that touch each other. Everything in ems from the block's anchor, not condensed."""

    parts: tuple[Part, ...]

    def box(self, margin: float) -> Bounds:
        """Return the box around them, wider by a margin on each side."""
        box = self.parts[0].bounds
        for part in self.parts[1:]:
            box = box.joined(part.bounds)
        left, top, right, bottom = box
        return Bounds(left - margin, top - margin, right + margin, bottom + margin)

    def path(self) -> Path:
        """Return their union."""
        path, scale, x, y = self.placed_path()
        return path.placed(scale, x, y)

    def placed_path(self) -> tuple[Path, float, float, float]:
        """Return their union in its own units, and the factor and the place that make it ems."""
        face, glyph_id, x, y, _ = self.parts[0]
        if len(self.parts) == 1:
            return face.joined(((glyph_id, 0, 0),)), 1 / face.upem, x, y
        if self.of_one_face:
            return face.joined(self.pieces()), 1 / face.upem, x, y
        return self._of_several_faces(), 1 / UNITS_PER_EM, 0.0, 0.0

    def thinnest(
        self, limit: float, *, below: float, least_way: float, outside: bool = False
    ) -> Chord | None:
        """Return the shortest chord across their strokes that is shorter than `below`, None if none is.

        limit: one of few lengths, not below `below`, up to which chords are looked for.
        least_way: see `strokes.thinnest`. outside: across their gaps instead.
        """
        first, em = self.parts[0], UNITS_PER_EM
        if self.of_one_face:
            em, x, y = float(first.face.upem), first.x, first.y
            found = first.face.chords(self.pieces(), limit * em)
        else:
            x, y = 0.0, 0.0
            found = chords(self._of_several_faces(), limit * em, stroke_precision(em))
        chord = thinnest(found, below=below * em, least_way=least_way * em, outside=outside)
        return chord and chord.placed(1 / em, x, y)

    @property
    def of_one_face(self) -> bool:
        return all(part.face is self.parts[0].face for part in self.parts)

    def pieces(self) -> Pieces:
        """Return the glyphs with their distances from the first in 1/1000 of a font unit.

        Rounded, so that the same letters give the same outline wherever they stand, and the face
        can remember it.
        """
        first = self.parts[0]
        unit = first.face.upem * 1000
        return tuple(
            (part.glyph_id, round((part.x - first.x) * unit), round((part.y - first.y) * unit))
            for part in self.parts
        )

    def _of_several_faces(self) -> Path:
        return union(
            [
                part.face.glyph(part.glyph_id).path.placed(
                    UNITS_PER_EM / part.face.upem, part.x * UNITS_PER_EM, part.y * UNITS_PER_EM
                )
                for part in self.parts
            ]
        )


def touching(parts: Sequence[Part]) -> list[Joined]:
    """Group parts whose boxes overlap, directly or through others; by the last part of each group."""
    if not parts:
        return []
    sides = chain.from_iterable([part.bounds for part in parts])
    boxes = np.fromiter(sides, np.float64, 4 * len(parts)).reshape(-1, 4)
    left, top, right, bottom = boxes.T.copy()
    overlaps = (left[:, None] < right) & (top[:, None] < bottom)
    later, earlier = np.divmod(np.flatnonzero(overlaps & overlaps.T), len(parts))
    pairs = earlier < later
    groups: dict[int, list[int]] = {}  # By the last part of each, which names it.
    name_of: dict[int, int] = {}
    for index, others in groupby(
        zip(later[pairs].tolist(), earlier[pairs].tolist(), strict=True), _first
    ):
        joined = [index]
        for group in sorted({name_of.get(other, other) for _, other in others}):
            joined = groups.pop(group, [group]) + joined
        for member in joined:
            name_of[member] = index
        groups[index] = joined
    return [
        Joined(tuple([parts[member] for member in groups[index]]))
        if index in groups
        else Joined((part,))
        for index, part in enumerate(parts)
        if name_of.get(index, index) == index
    ]
