"""The middle lines of a piece's strokes, as a graph: where they meet, and the lines between.

Spurs that only run into the corners of a stroke's end are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.making.stitches.piece import Piece, Points
from render_core.making.stitches.rows import picture, rows_inside
from render_core.making.stitches.thinning import AROUND, Picture, thinned

# A stroke is so many cells wide; a cell is neither finer than a thread can follow nor too coarse.
_CELLS_ACROSS: Final = 12
_FINEST_UM: Final = 25
_COARSEST_UM: Final = 400
_MOST_CELLS: Final = 2_000_000
# Times the half width where it branches off: √2 reaches into a right corner.
_SPUR: Final = 1.5
_SHORTEST_RING: Final = 6

_Cell = tuple[int, int]


@dataclass(slots=True)
class Edge:
    """A line from node to node. points: (n, 2) µm, from the first node's place to the second's."""

    start: int
    end: int
    points: Points

    @property
    def is_ring(self) -> bool:
        return self.start == self.end


@dataclass(slots=True)
class Skeleton:
    """nodes: (n, 2) µm. half_widths: (n,) from a node to the nearest edge of the piece, µm."""

    nodes: Points
    half_widths: NDArray[np.float64]
    edges: list[Edge]
    cell_um: float


def skeleton(piece: Piece) -> Skeleton:
    """Return the graph of a piece; without edges where its lines are shorter than it is wide."""
    cell = _cell_size(piece)
    lines, left, top = _lines(piece, cell)
    places, edges = _traced(lines)
    corner = np.array([left + 0.5, top + 0.5])
    nodes = (np.array(places, np.float64).reshape(-1, 2) + corner) * cell
    for edge in edges:
        edge.points = (edge.points + corner) * cell
        edge.points[0], edge.points[-1] = nodes[edge.start], nodes[edge.end]
    widths = piece.distances(nodes) if len(nodes) else np.zeros(0)
    edges = _joined(_pruned(edges, widths, cell))
    return Skeleton(nodes, widths, edges, cell)


def line_length(points: Points) -> float:
    """Return how long a line through points (n, 2) is."""
    along = np.diff(points, axis=0)
    return float(np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2).sum())


def _cell_size(piece: Piece) -> float:
    left, top, right, bottom = piece.bounds
    wanted = round(min(max(piece.mean_width / _CELLS_ACROSS, _FINEST_UM), _COARSEST_UM))
    return max(wanted, sqrt((right - left) * (bottom - top) / _MOST_CELLS))


def _lines(piece: Piece, cell: float) -> tuple[Picture, int, int]:
    left, top, right, bottom = piece.bounds
    column, row = int(left // cell) - 2, int(top // cell) - 2
    width, height = int(right // cell) - column + 3, int(bottom // cell) - row + 3
    rows = rows_inside(piece.segments, cell)
    return thinned(picture(rows, cell, column, row, width, height)), column, row


def _traced(lines: Picture) -> tuple[list[tuple[float, float]], list[Edge]]:
    """Return nodes and edges in cells, as (x, y)."""
    set_ones = {(y, x) for y, x in zip(*(axis.tolist() for axis in np.nonzero(lines)), strict=True)}
    around = {one: _neighbours(one, set_ones) for one in sorted(set_ones)}
    node_of, places = _nodes(around)
    edges: list[Edge] = []
    seen: set[_Cell] = set()
    for cell, node in node_of.items():
        for following in around[cell]:
            edge = _followed(cell, following, node, around, node_of, seen)
            if edge is not None:
                edges.append(edge)
    for cell in around:
        if cell not in node_of and cell not in seen:  # A ring without branches.
            node_of[cell] = len(places)
            places.append((float(cell[1]), float(cell[0])))
            edge = _followed(cell, around[cell][0], node_of[cell], around, node_of, seen)
            if edge is not None:
                edges.append(edge)
    return places, edges


def _neighbours(cell: _Cell, set_ones: set[_Cell]) -> list[_Cell]:
    y, x = cell
    return [(y + dy, x + dx) for dy, dx in AROUND if (y + dy, x + dx) in set_ones]


def _nodes(
    around: dict[_Cell, list[_Cell]],
) -> tuple[dict[_Cell, int], list[tuple[float, float]]]:
    """Number ends, and groups of cells where lines meet; return each cell's number and the places."""
    node_of: dict[_Cell, int] = {}
    places: list[tuple[float, float]] = []
    for cell, near in around.items():
        if cell in node_of or len(near) == 2:
            continue
        group, waiting = [], [cell]
        node_of[cell] = len(places)
        while waiting:
            one = waiting.pop()
            group.append(one)
            if len(around[one]) < 3:
                continue
            for other in around[one]:
                if other not in node_of and len(around[other]) > 2:
                    node_of[other] = len(places)
                    waiting.append(other)
        y, x = sum(one[0] for one in group), sum(one[1] for one in group)
        places.append((x / len(group), y / len(group)))
    return node_of, places


def _followed(
    first: _Cell,
    second: _Cell,
    node: int,
    around: dict[_Cell, list[_Cell]],
    node_of: dict[_Cell, int],
    seen: set[_Cell],
) -> Edge | None:
    """Return the edge that leaves a node's cell by another one; None if it is known already."""
    if second in node_of:
        fresh = node < node_of[second]
        return _edge(node, node_of[second], [first, second]) if fresh else None
    if second in seen:
        return None
    line, before, at = [first, second], first, second
    seen.add(second)
    while True:
        ahead = [one for one in around[at] if one != before and one not in seen]
        # Straight to the node, where one is near.
        nodes = [one for one in ahead if one in node_of and (one != first or len(line) > 2)]
        if nodes:
            is_bulge = node_of[nodes[0]] == node and len(line) < _SHORTEST_RING
            return None if is_bulge else _edge(node, node_of[nodes[0]], [*line, nodes[0]])
        if not ahead:
            return None
        before, at = at, ahead[0]
        seen.add(at)
        line.append(at)


def _edge(start: int, end: int, cells: list[_Cell]) -> Edge:
    return Edge(start, end, np.array([(x, y) for y, x in cells], np.float64))


def _degrees(edges: list[Edge]) -> dict[int, int]:
    count: dict[int, int] = {}
    for edge in edges:
        for node in (edge.start, edge.end):
            count[node] = count.get(node, 0) + 1
    return count


def _pruned(edges: list[Edge], widths: NDArray[np.float64], cell: float) -> list[Edge]:
    degrees = _degrees(edges)

    def is_spur(edge: Edge) -> bool:
        at = [degrees[edge.start], degrees[edge.end]]
        if min(at) > 1 or max(at) < 3:
            return False
        root = edge.start if at[0] > 1 else edge.end
        return line_length(edge.points) < _SPUR * float(widths[root]) + 2 * cell

    return [edge for edge in edges if not is_spur(edge)]


def _joined(edges: list[Edge]) -> list[Edge]:
    """Join the two edges of nodes where nothing else is left."""
    degrees = _degrees(edges)
    waiting, done = list(edges), []
    while waiting:
        edge = waiting.pop(0)
        partner = next((one for one in waiting if _shared(edge, one, degrees) is not None), None)
        if partner is None:
            done.append(edge)
            continue
        waiting.remove(partner)
        node = _shared(edge, partner, degrees)
        first = edge if edge.end == node else _turned(edge)
        second = partner if partner.start == node else _turned(partner)
        points = np.concatenate([first.points, second.points[1:]])
        waiting.insert(0, Edge(first.start, second.end, points))
    return done


def _shared(edge: Edge, other: Edge, degrees: dict[int, int]) -> int | None:
    if edge.is_ring or other.is_ring:
        return None
    ends = (other.start, other.end)
    return next((n for n in (edge.start, edge.end) if n in ends and degrees[n] == 2), None)


def _turned(edge: Edge) -> Edge:
    return Edge(edge.end, edge.start, edge.points[::-1])
