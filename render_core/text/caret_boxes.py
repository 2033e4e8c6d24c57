"""The box of every grapheme cluster, for cursors, comments and problems, in whole micrometres."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from render_core.layout import Box, Cluster
from render_core.text.face import Face
from render_core.text.fit import Fitted
from render_core.text.lines import ClusterBox
from render_core.text.normalise import NormalisedText
from render_core.text.paragraphs import Paragraph


def cluster_boxes(
    made: NormalisedText, paragraphs: Sequence[Paragraph], fitted: Fitted
) -> tuple[Cluster, ...]:
    """Return the clusters of the text as made, in its order.

    What no line shows, a line end or a space at a soft break, has a box without width at the end
    of the line before it.
    """
    places = _places(paragraphs, fitted)
    utf16 = utf16_offsets(made.text)
    across, origins, anchor_x = fitted.across_um, fitted.block.origins, fitted.anchor_um[0]
    heights: dict[tuple[int, Face], tuple[int, int]] = {}
    clusters = []
    for start, end in zip(made.starts, (*made.starts[1:], len(made.text)), strict=True):
        line, (_, _, level, left, right, face) = places[start]
        height = heights.get((line, face))
        if height is None:
            height = heights[line, face] = _height(fitted, line, face)
        top, bottom = height
        x = origins[line][0]
        begin, stop = round(anchor_x + across * (x + left)), round(anchor_x + across * (x + right))
        box = Box(begin, top, stop, bottom)
        clusters.append(Cluster(utf16[start], utf16[end], line, level, box))
    return tuple(clusters)


def utf16_offsets(text: str) -> Sequence[int]:
    """Return for each code point of a text, and for its end, its place in UTF-16."""
    if not text or max(text) <= "\uffff":
        return range(len(text) + 1)
    return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]


def _places(paragraphs: Sequence[Paragraph], fitted: Fitted) -> dict[int, tuple[int, ClusterBox]]:
    places: dict[int, tuple[int, ClusterBox]] = {}
    face = paragraphs[0].clusters[0].face if paragraphs[0].clusters else _any_face(paragraphs)
    for index, (span, line) in enumerate(zip(fitted.block.spans, fitted.block.lines, strict=True)):
        for place in line.boxes:
            places[place.start] = (index, place)
            face = place.face
        base = paragraphs[span.paragraph].bidi.base
        edge = 0.0 if base % 2 else line.width
        at_end = ClusterBox(span.end, span.end, base, edge, edge, face)
        following = (
            fitted.block.spans[index + 1].start if index + 1 < len(fitted.block.spans) else 0
        )
        for start in range(span.end, following):
            places[start] = (index, at_end)
    return places


def _any_face(paragraphs: Sequence[Paragraph]) -> Face:
    return next(cluster.face for paragraph in paragraphs for cluster in paragraph.clusters)


def _height(fitted: Fitted, line: int, face: Face) -> tuple[int, int]:
    """Return from where to where the boxes of a face's clusters on a line reach."""
    baseline, anchor_y = fitted.block.origins[line][1], fitted.anchor_um[1]
    return (
        round(anchor_y + fitted.scale_um * (baseline - face.ascender / face.upem)),
        round(anchor_y + fitted.scale_um * (baseline + face.descender / face.upem)),
    )
