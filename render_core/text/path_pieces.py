"""What of a line of text must not be torn apart when the line is bent: letters that share ink, and
those of joining scripts up to the next space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final, NamedTuple

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.geometry.boolean import intersection
from render_core.geometry.paths import Bounds, Path
from render_core.geometry.support import bounds
from render_core.limits import MAX_CLUSTER_CACHE_BYTES
from render_core.text.face import Face
from render_core.text.lines import ClusterBox, Line, boxes_of
from render_core.text.runs import Group

# Glyphs of several faces are joined at so many units an em, small enough for float32.
UNITS_PER_EM: Final = 1000.0
# How many units back a swash may reach.
_FARTHEST_BACK: Final = 4
# Boxes that come so close, in ems, are looked at: far more than a sum can be wrong by.
_NEAR: Final = 1e-6
_NOWHERE: Final = (float("inf"), -float("inf"))

_TOUCHING: Final = ByteBounded[bool](MAX_CLUSTER_CACHE_BYTES // 4)

Part = tuple[Face, int, int, int]
"""Face, glyph, x and y in 1/1000 font unit from the first."""


class Piece(NamedTuple):
    """The glyphs of a cluster, or of those that a ligature stands for, in ems.

    glyphs: number, x and y of each. cursive: whether the last cluster is of a joining script. reach:
    from where to where its ink reaches at most.
    """

    boxes: tuple[ClusterBox, ...]
    face: Face
    glyphs: tuple[tuple[int, float, float], ...]
    cursive: bool
    blank: bool
    reach: tuple[float, float]

    @property
    def lines(self) -> bool:
        """Whether it is drawn by centre lines."""
        return bool(self.glyphs) and self.face.single_line

    def extents(self) -> Bounds | None:
        """Return the box around its ink."""
        around: Bounds | None = None
        for glyph_id, x, y in self.glyphs:
            box = self.face.glyph(glyph_id).ems
            if box is not None:
                moved = box.moved(x, y)
                around = moved if around is None else around.joined(moved)
        return around


def pieces_of(line: Line, text: str, cursive: Set[int], pen: float) -> Sequence[Piece]:
    """Return a line's pieces in visual order; what a ligature stands for goes with it.

    text: as made. cursive: clusters of joining scripts, by first code point. pen: where the line
    begins.
    """
    return _one_by_one(line, text, cursive, pen) or list(_shared_out(line, text, cursive, pen))


def _one_by_one(line: Line, text: str, cursive: Set[int], pen: float) -> list[Piece] | None:
    """Return the pieces of a line whose clusters each have their own glyphs, one after the other, as
    most lines do; None for another line."""
    pieces = []
    before = -float("inf")
    for (members, glyphs, _, ink, _, _), at, advance, level in line.placed:
        if len(members) != 1 or at <= before:
            return None
        start, end, _, face, _ = members[0]
        blank = text[start:end] == " "
        if not glyphs and not blank:
            return None
        reach = _NOWHERE
        if ink is not None:
            if len(glyphs) == 1:
                ((glyph_id, x, y),) = glyphs
                glyphs = ((glyph_id, at + x + pen, y),)  # noqa: PLW2901
            else:
                glyphs = tuple([(glyph_id, at + x + pen, y) for glyph_id, x, y in glyphs])  # noqa: PLW2901
            reach = ink[0] + at + pen - _NEAR, ink[2] + at + pen + _NEAR
        box = ClusterBox(start, end, level, at + pen, at + advance + pen, face)
        pieces.append(Piece((box,), face, glyphs, start in cursive, blank, reach))
        before = at
    return pieces


def _shared_out(line: Line, text: str, cursive: Set[int], pen: float) -> Iterator[Piece]:
    waiting: tuple[ClusterBox, ...] = ()
    last: Piece | None = None
    for box, group, at in _in_view(line):
        if pen:
            box = box._replace(left=box.left + pen, right=box.right + pen)  # noqa: PLW2901
        start, end, level, _, _, face = box
        glyphs = () if group is None else group.glyphs
        blank = text[start:end] == " "
        if not glyphs and not blank:
            # A part of a ligature, which lies before it in left-to-right text and after it else.
            if level % 2 == 0 and last is not None and not last.blank:
                last = last._replace(boxes=(*last.boxes, box))
            else:
                waiting = (*waiting, box)
            continue
        if last is not None:
            yield last
        if waiting and (blank or level % 2 == 0):
            yield _unseen(waiting)
            waiting = ()
        own, waiting = (*waiting, box), ()
        placed, reach = glyphs, _NOWHERE
        if group is not None and group.ink is not None:
            placed = tuple([(glyph_id, at + x + pen, y) for glyph_id, x, y in glyphs])
            reach = group.ink.left + at + pen - _NEAR, group.ink.right + at + pen + _NEAR
        last = Piece(own, face, placed, start in cursive, blank, reach)
    if last is not None:
        yield last
    if waiting:
        yield _unseen(waiting)


def _in_view(line: Line) -> list[tuple[ClusterBox, Group | None, float]]:
    """Return the clusters of a line from left to right; the first one of a group, in the order of the
    text, with the group and where it starts."""
    seen: list[tuple[ClusterBox, Group | None, float]] = []
    in_order, before = True, -float("inf")
    for group, at, advance, level in line.placed:
        start = group.members[0].start
        for box in boxes_of(group, at, advance, level):
            seen.append((box, group if box.start == start else None, at))
            in_order = in_order and box.left > before
            before = box.left
    if not in_order:
        seen.sort(key=lambda each: each[0].start)
        seen.sort(key=lambda each: (each[0].left, each[0].right))
    return seen


def _unseen(boxes: tuple[ClusterBox, ...]) -> Piece:
    return Piece(boxes, boxes[0].face, (), cursive=False, blank=True, reach=_NOWHERE)


def kept_together(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Join pieces that must not be torn apart, and those between them."""
    groups: list[list[Piece]] = []
    reaches: list[tuple[float, float]] = []
    farthest = -float("inf")
    for piece in pieces:
        if piece.reach[0] >= farthest and not piece.cursive:  # Most letters touch nothing.
            groups.append([piece])
            reaches.append(piece.reach)
            farthest = max(farthest, piece.reach[1])
            continue
        farthest = max(farthest, piece.reach[1])
        count = len(groups)
        joined = count - 1 if count and _goes_on(groups[-1][-1], piece) else count
        left, right = reach = piece.reach
        for index in range(count - 1, max(-1, count - 1 - _FARTHEST_BACK), -1):
            begin, end = reaches[index]
            if begin < right and left < end and _meet(groups[index], piece):
                joined = index
        if joined == count:
            groups.append([piece])
            reaches.append(reach)
            continue
        groups[joined:] = [[p for group in groups[joined:] for p in group] + [piece]]
        lefts, rights = zip(*reaches[joined:], reach, strict=True)
        reaches[joined:] = [(min(lefts), max(rights))]
    return groups


def _goes_on(last: Piece, piece: Piece) -> bool:
    """Return whether a piece belongs to the one before it because their script joins letters."""
    joins = last.cursive and piece.cursive and not last.blank and not piece.blank
    return joins and last.lines == piece.lines


def _meet(group: Sequence[Piece], piece: Piece) -> bool:
    """Return whether a piece touches one of a group."""
    box = piece.extents()
    return box is not None and any(
        (around := member.extents()) is not None and around.overlaps(box) and _touch(member, piece)
        for member in group
    )


def _touch(one: Piece, other: Piece) -> bool:
    if one.lines != other.lines:
        return False
    upem = other.face.upem
    return any(
        _glyphs_touch(
            (one.face, a, 0, 0),
            (other.face, b, round((bx - ax) * upem * 1000), round((by - ay) * upem * 1000)),
        )
        for a, ax, ay in one.glyphs
        for b, bx, by in other.glyphs
    )


def _glyphs_touch(one: Part, other: Part) -> bool:
    """Return whether two glyphs share ink; places in 1/1000 font unit of their own face.

    Centre lines touch where their boxes do.
    """
    key = (key_of(one), key_of(other))
    known = _TOUCHING.get(key)
    if known is None:
        first, second = placed_part(one), placed_part(other)
        one_box, other_box = bounds(first), bounds(second)
        near = one_box is not None and other_box is not None and one_box.overlaps(other_box)
        lines = one[0].single_line or other[0].single_line
        known = near and (lines or not intersection(first, second).is_empty)
        _TOUCHING.put(key, known, ENTRY_BYTES)
    return known


def key_of(part: Part) -> tuple[int, int, int, int]:
    return (part[0].serial, *part[1:])


def placed_part(part: Part) -> Path:
    face, glyph_id, x, y = part
    scale = UNITS_PER_EM / face.upem
    return face.glyph(glyph_id).path.placed(scale, x * scale / 1000, y * scale / 1000)
