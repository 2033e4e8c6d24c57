"""Bridges: what keeps the islands of a stencil, such as the inside of an O, in their sheet.

Each island is held on two opposite sides, across where that is shortest; upright where nothing
else is much shorter, as sign makers do it. An island whose bridges end at another one hangs on that
one's. What is still loose afterwards is tried again, and told if it stays so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.degrees import cos_sin
from render_core.geometry.polygons import UNITS_PER_UM, Polygons, Ring, difference
from render_core.making.areas import following, touching, united_apart
from render_core.making.kerf import by_turn

_Array = NDArray[np.float64]

# Upright first; another angle has to be so much shorter.
_ANGLES: Final = (90, 0, 45, 135, 60, 120, 30, 150, 75, 105, 15, 165)
_MUCH_SHORTER: Final = 0.8
_ROUNDS: Final = 3
# Narrower, a hole is what rounding left between two edges.
_LEAST_UM: Final = 5.0


def bridged(area: Polygons, width_um: int) -> tuple[Polygons, tuple[Ring, ...]]:
    """Return what is cut out with bridges left in it, and the islands that are loose all the same."""
    if not width_um:
        return area, _islands(area)
    for _ in range(_ROUNDS):
        if not _islands(area):
            break
        groups = touching(area.rings)
        pieces = [_held([area.rings[index] for index in group], width_um) for group in groups]
        area = Polygons(tuple(ring for piece in pieces for ring in piece.rings))
    return area, _islands(area)


def _islands(area: Polygons) -> tuple[Ring, ...]:
    holes = by_turn(area)[1].rings
    least = _LEAST_UM * UNITS_PER_UM
    return tuple(ring for ring in holes if float(np.ptp(ring, axis=0).min()) > least)


def _held(rings: list[Ring], width_um: int) -> Polygons:
    area = Polygons(tuple(rings))
    edges = _Edges(rings)
    strips = [
        strip
        for island in _islands(area)
        if (inside := _inside(island)) is not None
        for strip in _strips(inside, _Edges([island]), edges, float(width_um))
    ]
    return difference(area, united_apart(strips)) if strips else area


class _Edges:
    """All edges of rings in micrometres: starts, (n, 2), and where each one ends among them, (n,)."""

    def __init__(self, rings: list[Ring]) -> None:
        self.starts = np.concatenate(rings).astype(np.float64) / UNITS_PER_UM
        self.ends = following(rings)

    def crossed(self, at: tuple[float, float], way: tuple[float, float]) -> _Array:
        """Return how far from a point a line meets edges, backwards below 0; in order."""
        x, y = self.starts[:, 0] - at[0], self.starts[:, 1] - at[1]
        side, along = way[0] * y - way[1] * x, way[0] * x + way[1] * y
        # A vertex lies on one side for both of its edges, so none is crossed twice or not at all.
        met = np.flatnonzero((side < 0) != (side[self.ends] < 0))
        ends = self.ends[met]
        share = side[met] / (side[met] - side[ends])
        far = along[met] + share * (along[ends] - along[met])
        found: _Array = np.sort(far)
        return found


def _inside(island: Ring) -> tuple[float, float] | None:
    """Return a point well inside of an island: the middle of its longest chord at half its height."""
    points = island.astype(np.float64) / UNITS_PER_UM
    height = float(points[:, 1].min() + points[:, 1].max()) / 2
    met = _Edges([island]).crossed((0.0, height), (1.0, 0.0))
    if met.size < 2:
        return None
    chords = met[1::2] - met[: met.size // 2 * 2 : 2]
    longest = int(chords.argmax())
    return (float(met[2 * longest] + met[2 * longest + 1]) / 2, height)


def _strips(at: tuple[float, float], island: _Edges, edges: _Edges, width_um: float) -> list[Ring]:
    """Return the two bridges on the best line through a point of an island, as rings."""
    best: tuple[float, list[Ring]] | None = None
    for angle in _ANGLES:
        cosine, sine = cos_sin(angle)
        ways = ((cosine, -sine), (-cosine, sine))
        spans = [span for way in ways if (span := _span(at, way, island, edges)) is not None]
        if len(spans) < 2:
            continue
        length = sum(far - near for near, far in spans)
        length += sum(_beside(at, way, island, edges, width_um / 2) for way in ways)
        if best is None or length < best[0] * _MUCH_SHORTER:
            strips = [
                _strip(at, way, span, width_um) for way, span in zip(ways, spans, strict=True)
            ]
            best = (length, strips)
    return best[1] if best else []


def _beside(
    at: tuple[float, float], way: tuple[float, float], island: _Edges, edges: _Edges, by_um: float
) -> float:
    """Return how far a bridge's two sides run through what is cut out: along a stroke, very far."""
    x, y = way[1] * by_um, -way[0] * by_um
    sides = ((at[0] + x, at[1] + y), (at[0] - x, at[1] - y))
    spans = (_span(side, way, island, edges) for side in sides)
    return sum(span[1] - span[0] for span in spans if span is not None)


def _span(
    at: tuple[float, float], way: tuple[float, float], island: _Edges, edges: _Edges
) -> tuple[float, float] | None:
    """Return from where to where a line runs through what is cut out, once it leaves the island."""
    own = island.crossed(at, way)
    if not (own > 0).any():
        return None
    near = float(own[own > 0][0])
    beyond = edges.crossed(at, way)
    beyond = beyond[beyond > near + _LEAST_UM / 2]
    return (near, float(beyond[0])) if beyond.size else None


def _strip(
    at: tuple[float, float], way: tuple[float, float], span: tuple[float, float], width_um: float
) -> Ring:
    """Return a bridge from one distance to another, and its own width further at both ends."""
    x, y = way
    half = width_um / 2
    near, far = max(span[0] - width_um, 0.0), span[1] + width_um
    corners = [(near, half), (far, half), (far, -half), (near, -half)]
    points = [(at[0] + x * far - y * up, at[1] + y * far + x * up) for far, up in corners]
    ring: Ring = np.rint(np.array(points) * UNITS_PER_UM).astype(np.int64)
    return ring
