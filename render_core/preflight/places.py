"""From a place in a zone to the letters that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from render_core.layout import Box, Cluster, FittedText
from render_core.text.normalise import NormalisedText

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SetText:
    """A text as made and as set. Places in micrometres, zone coordinates."""

    made: NormalisedText
    text: FittedText

    def at(self, point: Point) -> tuple[int, int]:
        """Return the range in the text as typed of the letter at a point, or nearest to it."""
        return self.typed(self.nearest(point))

    def within(self, box: Box) -> tuple[int, int]:
        """Return the range from the first to the last letter whose box a box touches, or the nearest."""
        touched = [
            index
            for index, cluster in enumerate(self.text.clusters)
            if cluster.box.right_um > cluster.box.left_um and cluster.box.touches(box)
        ]
        if not touched:
            return self.at(((box.left_um + box.right_um) / 2, (box.top_um + box.bottom_um) / 2))
        return (self.typed(touched[0])[0], self.typed(touched[-1])[1])

    def box(self, at: tuple[int, int]) -> Box | None:
        """Return the box around the letters of a range in the text as typed, None where none stands."""
        start, end = at
        boxes = []
        for index, cluster in enumerate(self.text.clusters):
            first, last = self.typed(index)
            if first < end and start < last and cluster.box.right_um > cluster.box.left_um:
                boxes.append(cluster.box)
        return reduce(Box.joined, boxes) if boxes else None

    def between(self, first: Point, second: Point) -> tuple[int, int]:
        """Return the range of the letters at two points; of the first alone where others lie between.

        Neighbours on the line may stand far from each other in the text, where its direction changes.
        """
        one, other = sorted((self.nearest(first), self.nearest(second)))
        if one < 0 or other - one > 1:
            return self.at(first)
        return (self.typed(one)[0], self.typed(other)[1])

    def typed(self, index: int) -> tuple[int, int]:
        """Return the range as typed of a cluster by number, (0, 0) for −1."""
        starts = self.made.starts
        if index < 0:
            return (0, 0)
        ends = [*starts[1:], len(self.made.text)]
        return self.made.typed_range(starts[index], ends[index])

    def letters(self, index: int) -> str:
        """Return the text as made of a cluster by number, "" for −1."""
        if index < 0:
            return ""
        starts = [*self.made.starts, len(self.made.text)]
        return self.made.text[starts[index] : starts[index + 1]]

    def nearest(self, point: Point) -> int:
        """Return the number of the cluster whose box is nearest to a point, −1 where none is."""
        clusters = self.text.clusters
        if not clusters:
            return -1
        return min(range(len(clusters)), key=lambda index: _distance(clusters[index], point))


def _distance(cluster: Cluster, point: Point) -> tuple[float, float]:
    """Return how far a point lies from a cluster's box, squared, and from the middle of it."""
    box: Box = cluster.box
    x, y = point
    across = max(box.left_um - x, x - box.right_um, 0.0)
    down = max(box.top_um - y, y - box.bottom_um, 0.0)
    middle = abs((box.left_um + box.right_um) / 2 - x)
    empty = 0.0 if box.right_um > box.left_um else float("inf")
    return (across * across + down * down + empty, middle)
