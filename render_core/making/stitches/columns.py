"""Strokes as columns: a middle line, and for each place on it how far the stroke reaches beside it.

Lines that go on straight through a node are smoothed as one, so that threads do not change their
direction where another stroke joins in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, signed_area, united
from render_core.making.stitches.piece import Piece, Points
from render_core.making.stitches.skeleton import Skeleton, line_length

# Places on a column are so far apart; threads are chosen among them.
_FINE_UM: Final = 50.0
# Lines through a node go straight on if the cosine of their turn is beyond this.
_STRAIGHT: Final = -0.75
# A column is nowhere wider than so many times what its stroke is nearby.
_WIDEST: Final = 1.5
_OVERLAP_UM: Final = 400.0
# A line runs into a corner where its stroke gets so much narrower, and no further than this.
_CORNER: Final = 0.85
_LONGEST_CORNER: Final = 1.4

_Array = NDArray[np.float64]


@dataclass(slots=True)
class Column:
    """One stroke from node to node. middle, left, right: (n, 2) µm, at equal steps.

    sewn: (n,) False where a stroke that this one ends at covers it. half_width: the usual one.
    chain_um: how long the row of strokes is that go on straight from one to the next. before, after:
    the columns that this one goes on into at its start and its end, -1 for none.
    """

    start: int
    end: int
    middle: Points
    left: Points
    right: Points
    sewn: NDArray[np.bool_]
    half_width: float
    chain_um: float
    before: int = -1
    after: int = -1

    def turned(self) -> Column:
        """Return the same column from its end to its start."""
        return Column(
            self.end,
            self.start,
            self.middle[::-1],
            self.right[::-1],
            self.left[::-1],
            self.sewn[::-1],
            self.half_width,
            self.chain_um,
            self.after,
            self.before,
        )


class _Link(NamedTuple):
    edge: int
    is_turned: bool


def columns(piece: Piece, graph: Skeleton) -> list[Column]:
    """Return a column for each edge of a piece's graph, in the order of the edges."""
    found: dict[int, Column] = {}
    partners = _partners(graph)
    for chain in _chains(graph, partners):
        found |= _chain_columns(piece, graph, chain, partners)
    return [found[index] for index in sorted(found)]


def covered(some: list[Column]) -> Polygons:
    """Return the area that columns cover."""
    rings: list[Ring] = []
    for column in some:
        places = np.flatnonzero(column.sewn)[::4]
        for one, other in zip(places[:-1].tolist(), places[1:].tolist(), strict=True):
            corners = (column.left[one], column.right[one], column.right[other], column.left[other])
            ring = np.rint(np.array(corners) * UNITS_PER_UM).astype(np.int64)
            rings.append(ring if signed_area(ring) > 0 else ring[::-1])
    return united(rings)


def _partners(graph: Skeleton) -> dict[tuple[int, int], int]:
    """Return which edge goes on from (edge, node): the one that turns least."""
    at: dict[int, list[tuple[int, _Array]]] = {}
    for index, edge in enumerate(graph.edges):
        reach = {node: float(graph.half_widths[node]) for node in (edge.start, edge.end)}
        at.setdefault(edge.start, []).append((index, _way(edge.points, reach[edge.start])))
        at.setdefault(edge.end, []).append((index, _way(edge.points[::-1], reach[edge.end])))
    partners: dict[tuple[int, int], int] = {}
    for node, ways in sorted(at.items()):
        pairs = [
            (float(ways[i][1][0] * ways[j][1][0] + ways[i][1][1] * ways[j][1][1]), i, j)
            for i in range(len(ways))
            for j in range(i)
        ]
        taken: set[int] = set()
        for cosine, i, j in sorted(pairs):
            one, other = ways[i][0], ways[j][0]
            if cosine < _STRAIGHT and not taken & {i, j} and one != other:
                partners[one, node], partners[other, node] = other, one
                taken |= {i, j}
    return partners


def _way(points: Points, half_width: float) -> _Array:
    """Return the direction, of length 1, in which a line leaves its first point."""
    offset = points - points[0]
    far = np.sqrt(offset[:, 0] ** 2 + offset[:, 1] ** 2)
    index = int(np.argmax(far >= 2 * half_width)) or len(points) - 1
    length = float(far[index])
    return offset[index] / length if length else np.array([1.0, 0.0])


def _chains(graph: Skeleton, partners: dict[tuple[int, int], int]) -> list[list[_Link]]:
    """Return edges in rows that go straight on, each edge once."""
    free = set(range(len(graph.edges)))
    chains = []
    for index in range(len(graph.edges)):
        if index not in free:
            continue
        free.discard(index)
        edge = graph.edges[index]
        forward = _continued(graph, index, edge.end, partners, free)
        backward = _continued(graph, index, edge.start, partners, free)
        turned = [_Link(link.edge, not link.is_turned) for link in reversed(backward)]
        chains.append([*turned, _Link(index, False), *forward])
    return chains


def _continued(
    graph: Skeleton, index: int, node: int, partners: dict[tuple[int, int], int], free: set[int]
) -> list[_Link]:
    links: list[_Link] = []
    while True:
        following = partners.get((index, node))
        if following is None or following not in free:
            return links
        free.discard(following)
        edge = graph.edges[following]
        is_turned = edge.start != node
        links.append(_Link(following, is_turned))
        index, node = following, edge.start if is_turned else edge.end


def _chain_columns(
    piece: Piece, graph: Skeleton, chain: list[_Link], partners: dict[tuple[int, int], int]
) -> dict[int, Column]:
    edges = [graph.edges[link.edge] for link in chain]
    parts = [
        e.points[::-1] if link.is_turned else e.points for e, link in zip(edges, chain, strict=True)
    ]
    raw = np.concatenate([parts[0], *[part[1:] for part in parts[1:]]])
    marks = np.cumsum([0, *[len(part) - 1 for part in parts]])
    closed = len(edges) == 1 and edges[0].is_ring
    width = _usual(piece.distances(raw))
    smooth = _smoothed(raw, max(int(width / graph.cell_um * 0.6), 1), closed=closed)
    degrees = _degrees(graph)
    first = edges[0].end if chain[0].is_turned else edges[0].start
    last = edges[-1].start if chain[-1].is_turned else edges[-1].end
    if degrees[first] == 1:
        smooth, more = _ended(piece, smooth[::-1], int(marks[1]), width)
        smooth, marks = smooth[::-1], np.concatenate([[0], marks[1:] + more])
    if degrees[last] == 1:
        smooth, more = _ended(piece, smooth, int(marks[-1] - marks[-2]), width)
        marks[-1] += more
    line, stops = _fine(smooth, marks)
    normals = _normals(line, max(int(width / _FINE_UM * 0.5), 1), closed=closed)
    left, right = _rails(piece, line, normals, width)
    found = {}
    for (edge, link), begin, end in zip(
        zip(edges, chain, strict=True), stops[:-1], stops[1:], strict=True
    ):
        part = slice(begin, end + 1)
        nodes = (edge.end, edge.start) if link.is_turned else (edge.start, edge.end)
        sewn = _not_under(line[part], link.edge, nodes, graph, partners)
        ways = [partners.get((link.edge, node), -1) for node in (nodes[0], nodes[1])]
        middle, rails = line[part], (left[part], right[part])
        column = Column(
            *nodes, middle, *rails, sewn, width, line_length(line), before=ways[0], after=ways[1]
        )
        found[link.edge] = column
    return found


def _degrees(graph: Skeleton) -> dict[int, int]:
    count: dict[int, int] = {}
    for edge in graph.edges:
        for node in (edge.start, edge.end):
            count[node] = count.get(node, 0) + 1
    return count


def _usual(distances: _Array) -> float:
    return max(float(np.sort(distances)[len(distances) // 2]), 1.0)


def _smoothed(points: Points, reach: int, *, closed: bool) -> Points:
    """Return a line averaged three times over `reach` points on both sides; open ends stay."""
    count = len(points)
    if count < 4:
        return points
    for _ in range(3):
        if closed:
            wide = min(reach, (count - 1) // 2)
            ring = points[:-1]
            padded = np.concatenate([ring[len(ring) - wide :], ring, ring[:wide]])
            sums = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
            ring = (sums[2 * wide + 1 :] - sums[: len(ring)]) / (2 * wide + 1)
            points = np.concatenate([ring, ring[:1]])
            continue
        index = np.arange(count)
        wide_each = np.minimum(np.minimum(index, count - 1 - index), reach)
        sums = np.cumsum(np.concatenate([np.zeros((1, 2)), points]), axis=0)
        total = sums[index + wide_each + 1] - sums[index - wide_each]
        points = total / (2 * wide_each + 1)[:, None]
    return points


def _ended(piece: Piece, line: Points, spare: int, width: float) -> tuple[Points, int]:
    """Return a line with its end led straight to the edge, and by how many points it grew.

    Where it ran into a corner of the stroke's end, that part is taken back. spare: how many of its last
    points are its own.
    """
    distances = piece.distances(line[len(line) - spare :])
    narrow = 0
    while narrow < spare // 2 and distances[-1 - narrow] < _CORNER * width:
        narrow += 1
        if line_length(line[len(line) - narrow - 1 :]) > _LONGEST_CORNER * width:
            break
    kept = line[: len(line) - narrow]
    longer = np.concatenate([kept, _extended(piece, kept, width)])
    return longer, len(longer) - len(line)


def _extended(piece: Piece, line: Points, width: float) -> Points:
    """Return the points that lead a line straight on from its end to the edge of the piece."""
    back = line[::-1]
    offset = back - back[0]
    far = np.sqrt(offset[:, 0] ** 2 + offset[:, 1] ** 2)
    index = int(np.argmax(far >= width)) or len(back) - 1
    if not far[index]:
        return line[:0]
    way = -offset[index] / far[index]
    ahead, _ = piece.reach(back[:1], way[None])
    length = min(float(ahead[0]), 2.5 * width)
    steps = int(length / _FINE_UM)
    return np.asarray(back[0] + way * (np.arange(1, steps + 1) * _FINE_UM)[:, None])


def _fine(points: Points, marks: NDArray[np.int64]) -> tuple[Points, list[int]]:
    """Return a line in steps of about `_FINE_UM`, and where its marks are now."""
    along = np.diff(points, axis=0)
    lengths = np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2)
    total = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(int(total[-1] / _FINE_UM), 2)
    wanted = np.arange(count + 1) * (total[-1] / count)
    line = np.stack([np.interp(wanted, total, points[:, axis]) for axis in (0, 1)], axis=1)
    stops = np.searchsorted(wanted, total[marks]).tolist()
    return line, [0, *stops[1:-1], count]


def _normals(line: Points, reach: int, *, closed: bool) -> Points:
    index = np.arange(len(line))
    if closed:
        count = len(line) - 1
        ways = line[(index + reach) % count] - line[(index - reach) % count]
    else:
        ways = line[np.minimum(index + reach, len(line) - 1)] - line[np.maximum(index - reach, 0)]
    lengths = np.sqrt(ways[:, 0] ** 2 + ways[:, 1] ** 2)
    ways = np.where(lengths[:, None] > 0, ways / np.maximum(lengths, 1e-9)[:, None], (1.0, 0.0))
    return np.stack([-ways[:, 1], ways[:, 0]], axis=1)


def _rails(piece: Piece, line: Points, normals: Points, width: float) -> tuple[Points, Points]:
    ahead, behind = piece.reach(line, normals)
    least = np.minimum(ahead, behind)
    reach = max(int(1.2 * width / _FINE_UM), 1)
    nearby = np.minimum(_largest_within(least, reach), _WIDEST * _usual(least))
    limit = _WIDEST * nearby
    left = line + normals * np.minimum(ahead, limit)[:, None]
    right = line - normals * np.minimum(behind, limit)[:, None]
    return left, right


def _largest_within(values: _Array, reach: int) -> _Array:
    """Return the largest value among the neighbours on both sides."""
    padded = np.pad(values, reach)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(windows.max(axis=1))


def _not_under(
    line: Points,
    index: int,
    nodes: tuple[int, int],
    graph: Skeleton,
    partners: dict[tuple[int, int], int],
) -> NDArray[np.bool_]:
    """Return which places of a line lie beside the strokes that pass at its ends."""
    sewn = np.ones(len(line), np.bool_)
    passed = {node for _, node in partners}
    for node in nodes:
        if node in passed and (index, node) not in partners:
            offset = line - graph.nodes[node]
            far = np.sqrt(offset[:, 0] ** 2 + offset[:, 1] ** 2)
            sewn &= far > float(graph.half_widths[node]) - _OVERLAP_UM
    return sewn
