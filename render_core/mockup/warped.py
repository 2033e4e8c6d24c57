"""A surface on a photo that no affine map takes there: outlines are projected, pixels traced back.

Outlines are flattened, cut where the surface ends, turns away or has a kink, split until the map is
straight enough between their nodes, and only then projected: together within `TOLERANCE_PX`.
Cutting moves what lies outside onto the border, which changes no winding number inside.

For pictures and gradients every pixel's place on the surface is found once: each place of a fine
lattice marks the pixel it falls on, Newton's method does the rest. Folds move a pixel before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_points
from render_core.layout import Outline
from render_core.mockup.folds import Folds
from render_core.mockup.maps import Floats, SurfaceMap
from render_core.raster.coverage import MAX_PIXEL, NO_EDGES, SUBPIXEL, Edges, edges_through
from render_core.raster.grid import Plane, Slope

# What is drawn lies no farther from the projected curve, in pixels of the canvas.
TOLERANCE_PX: Final = 1 / 16
_FLAT_PX: Final = TOLERANCE_PX / 2
_BENT_PX: Final = TOLERANCE_PX / 2
# Lines over folds are split at least this often: their bend has no bound beside the pixel grid.
_FOLD_STEP_PX: Final = 2.0
_MAX_SPLITS: Final = 4096
_LATTICE: Final = 32
# Slopes and bends are tried on a lattice; between its nodes they may be larger.
_MARGIN_OF_FIRST: Final = 1.1
_MARGIN: Final = 1.5
# How far beyond the surface's border a pixel is traced back, and from how far away.
_BEYOND: Final = 0.02
_NEAR_PX: Final = 3
_ROUNDS: Final = 4
_BAND_PLACES: Final = 1 << 20


class Traced(NamedTuple):
    """Where pixels lie on the surface. left, top: of the window. x_um, y_um: (h, w) float32."""

    left: int
    top: int
    x_um: NDArray[np.float32]
    y_um: NDArray[np.float32]


class _Bends(NamedTuple):
    """Bounds in pixels by u and v: of first derivatives and of second ones."""

    across: float
    down: float
    uu: float
    uv: float
    vv: float


@dataclass(frozen=True)
class Warped:
    """A `PixelMap` through a surface map. size_um: of the surface. zoom: canvas by photo pixels."""

    width: int
    height: int
    surface: SurfaceMap
    size_um: tuple[int, int]
    zoom: tuple[float, float]
    folds: Folds | None = None

    @cached_property
    def scale(self) -> float:
        """Pixels per micrometre, the average over the surface's middle lines."""
        left, top, right, bottom = self.surface.seen
        u, v = (np.array([(a + b) / 2], np.float64) for a, b in ((left, right), (top, bottom)))
        xu, yu, xv, yv = self._derivative(u, v)
        area = abs(float(xu[0] * yv[0] - yu[0] * xv[0]))
        return float(np.sqrt(np.float64(area / (self.size_um[0] * self.size_um[1]))))

    def edges(self, outline: Outline) -> Edges:
        """Return an outline's contours on the canvas, within `TOLERANCE_PX` of their projection."""
        if outline.is_empty:
            return NO_EDGES
        bends = self._bends
        finest = max(bends.across / self.size_um[0], bends.down / self.size_um[1])
        points = outline.points_um.astype(np.float64)
        nodes, ends = _closed(outline.verbs, points, _FLAT_PX / finest)
        nodes /= np.array([[self.size_um[0]], [self.size_um[1]]], np.float64)
        nodes, ends = self._cut(nodes, ends)
        nodes, ends = _split(nodes, ends, self._pieces(nodes, ends))
        x, y = self.forward(nodes[0], nodes[1])
        # Nothing that far outside is seen; a photo's own corners may lie there.
        limit = float(MAX_PIXEL - 1)
        placed = np.stack([np.clip(x, -limit, limit), np.clip(y, -limit, limit)])
        return edges_through(placed * SUBPIXEL, ends)

    def forward(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return where places of the unit square fall on the canvas, folds included."""
        x, y = self.surface.points(u, v)
        x, y = x * self.zoom[0], y * self.zoom[1]
        return (x, y) if self.folds is None else self.folds.moved(x, y)

    def along(
        self, slope: Slope, origin_um: tuple[int, int], left: int, top: int, width: int, height: int
    ) -> Plane:
        """Return slope · (place − origin) for the middles of a window's pixels, (height, width)."""
        planes = zip(self.places(left, top, width, height), origin_um, slope, strict=True)
        # A picture that stands upright has nothing along the other axis.
        parts = [(plane.astype(np.float64) - at) * share for plane, at, share in planes if share]
        return sum(parts[1:], parts[0]) if parts else np.zeros((height, width))

    def places(
        self, left: int, top: int, width: int, height: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the places on the surface of a window's pixels, 0 where there is none."""
        traced = self.traced
        found = []
        for plane in (traced.x_um, traced.y_um):
            out = np.zeros((height, width), np.float32)
            rows, columns = plane.shape
            x0, x1 = max(left, traced.left), min(left + width, traced.left + columns)
            y0, y1 = max(top, traced.top), min(top + height, traced.top + rows)
            if x0 < x1 and y0 < y1:
                out[y0 - top : y1 - top, x0 - left : x1 - left] = plane[
                    y0 - traced.top : y1 - traced.top, x0 - traced.left : x1 - traced.left
                ]
            found.append(out)
        return found[0], found[1]

    @cached_property
    def traced(self) -> Traced:
        """Where each pixel near the surface lies on it."""
        left, top, right, bottom = self._window()
        shape = (max(bottom - top, 0), max(right - left, 0))
        guess_u, guess_v = self._guessed(left, top, shape)
        index = np.flatnonzero(~np.isnan(guess_u))
        for start in range(0, index.size, _BAND_PLACES):
            part = index[start : start + _BAND_PLACES]
            u, v = self._solved(guess_u[part], guess_v[part], part, (left, top), shape[1])
            guess_u[part], guess_v[part] = u, v
        planes = [np.nan_to_num(plane).reshape(shape) for plane in (guess_u, guess_v)]
        x_um, y_um = (
            (plane * size).astype(np.float32)
            for plane, size in zip(planes, self.size_um, strict=True)
        )
        return Traced(left, top, x_um, y_um)

    def _window(self) -> tuple[int, int, int, int]:
        u, v = self._lattice(2 * _LATTICE, 2 * _LATTICE)
        x, y = self.forward(u, v)
        near = _NEAR_PX + 1
        return (
            max(int(np.floor(x.min())) - near, 0),
            max(int(np.floor(y.min())) - near, 0),
            min(int(np.ceil(x.max())) + near, self.width),
            min(int(np.ceil(y.max())) + near, self.height),
        )

    def _guessed(self, left: int, top: int, shape: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return u and v of pixels to start from, NaN far away from the surface."""
        rows, columns = shape
        u_of, v_of = np.full(rows * columns, np.nan), np.full(rows * columns, np.nan)
        bends, (u0, v0, u1, v1) = self._bends, self.surface.seen
        across = min(int(bends.across * (u1 - u0)) + 2, 2 * max(rows, columns) + 2)
        down = min(int(bends.down * (v1 - v0)) + 2, 2 * max(rows, columns) + 2)
        us = u0 + (u1 - u0) * (np.arange(across) / (across - 1))
        step = max(1, _BAND_PLACES // across)
        for start in range(0, down, step):
            vs = v0 + (v1 - v0) * (np.arange(start, min(down, start + step)) / (down - 1))
            u, v = (plane.reshape(-1) for plane in np.meshgrid(us, vs))
            x, y = self.forward(u, v)
            column, row = np.floor(x) - left, np.floor(y) - top
            inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
            place = (row[inside] * columns + column[inside]).astype(np.int64)
            u_of[place], v_of[place] = u[inside], v[inside]
        for plane in (u_of, v_of):
            _widen(plane.reshape(shape), _NEAR_PX)
        return u_of, v_of

    def _solved(
        self, u: Floats, v: Floats, index: NDArray[np.int64], corner: tuple[int, int], columns: int
    ) -> tuple[Floats, Floats]:
        """Return u and v of the middles of pixels by Newton's method, near the surface."""
        x = (index % columns + corner[0]).astype(np.float64) + 0.5
        y = (index // columns + corner[1]).astype(np.float64) + 0.5
        if self.folds is not None:
            x, y = self.folds.origins(x, y)
        x, y = x / self.zoom[0], y / self.zoom[1]
        u0, v0, u1, v1 = self.surface.seen
        lows = (u0 - _BEYOND if u0 == 0 else u0), (v0 - _BEYOND if v0 == 0 else v0)
        highs = (u1 + _BEYOND if u1 == 1 else u1), (v1 + _BEYOND if v1 == 1 else v1)
        for _ in range(_ROUNDS):
            at_x, at_y = self.surface.points(u, v)
            xu, yu, xv, yv = self.surface.derivative(u, v)
            area = xu * yv - yu * xv
            area = np.where(np.abs(area) < 1e-9, 1e-9, area)
            dx, dy = x - at_x, y - at_y
            u = np.clip(u + (dx * yv - dy * xv) / area, lows[0], highs[0])
            v = np.clip(v + (dy * xu - dx * yu) / area, lows[1], highs[1])
        return u, v

    def _derivative(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        xu, yu, xv, yv = self.surface.derivative(u, v)
        return xu * self.zoom[0], yu * self.zoom[1], xv * self.zoom[0], yv * self.zoom[1]

    def _lattice(self, columns: int, rows: int) -> tuple[Floats, Floats]:
        left, top, right, bottom = self.surface.seen
        across = left + (right - left) * (np.arange(columns + 1) / columns)
        down = top + (bottom - top) * (np.arange(rows + 1) / rows)
        u, v = np.meshgrid(across, down)
        return u, v

    @cached_property
    def _bends(self) -> _Bends:
        # Two places within each cell, none of which has a kink in it.
        u, v = self._lattice(*(_LATTICE * (len(inner) + 1) for inner in self.surface.kinks))
        du, dv = float(u[0, 1] - u[0, 0]) / 2, float(v[1, 0] - v[0, 0]) / 2
        u, v = u[:-1, :-1] + du / 2, v[:-1, :-1] + dv / 2
        here, right, below = (
            self._derivative(u + across, v + down) for across, down in ((0, 0), (du, 0), (0, dv))
        )
        return _Bends(
            max(_longest(at[0], at[1]) for at in (here, right, below)) * _MARGIN_OF_FIRST,
            max(_longest(at[2], at[3]) for at in (here, right, below)) * _MARGIN_OF_FIRST,
            _MARGIN * _longest(right[0] - here[0], right[1] - here[1]) / du,
            _MARGIN * _longest(below[0] - here[0], below[1] - here[1]) / dv,
            _MARGIN * _longest(below[2] - here[2], below[3] - here[3]) / dv,
        )

    def _cut(self, nodes: Floats, ends: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
        left, top, right, bottom = self.surface.seen
        kinks = self.surface.kinks
        lines = [(0, at) for at in (left, right, *kinks[0])]
        lines += [(1, at) for at in (top, bottom, *kinks[1])]
        nodes, ends = _crossed(nodes, ends, lines)
        limits = np.array([[left], [top]]), np.array([[right], [bottom]])
        return np.clip(nodes, *limits), ends

    def _pieces(self, nodes: Floats, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return into how many pieces each line is split: its sagitta is 1/8 of its second derivative."""
        du, dv = np.abs(np.diff(nodes, axis=1))
        bends = self._bends
        bent = du * du * bends.uu + 2.0 * (du * dv) * bends.uv + dv * dv * bends.vv
        pieces = np.ceil(np.sqrt(bent / (8 * _BENT_PX)))
        if self.folds is not None:
            length = du * bends.across + dv * bends.down
            pieces = np.maximum(pieces, np.ceil(length / _FOLD_STEP_PX))
        counts: NDArray[np.int64] = np.clip(pieces, 1, _MAX_SPLITS).astype(np.int64)
        counts[ends[:-1]] = 1  # From one contour to the next there is no line.
        return counts


def _longest(x: Floats, y: Floats) -> float:
    return float(np.sqrt((x * x + y * y).max()))


def _widen(plane: Floats, times: int) -> None:
    """Fill places that are NaN from their neighbours, in place."""
    for _ in range(times):
        before = plane.copy()
        for to, at in (
            ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
            ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
            ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
            ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
        ):
            target = plane[to]
            np.copyto(target, before[at], where=np.isnan(target))


def _closed(
    verbs: NDArray[np.uint8], points: Floats, tolerance_um: float
) -> tuple[Floats, NDArray[np.int64]]:
    """Return contours as nodes (2, n), each with its first node again at its end, and these ends."""
    flat = flatten_points(verbs, points, tolerance_um)
    sizes = flat.stops - flat.starts + 1
    ends = np.cumsum(sizes) - 1
    offsets = ends + 1 - sizes
    within = np.arange(int(sizes.sum())) - np.repeat(offsets, sizes)
    index = np.repeat(flat.starts, sizes) + within
    index[ends] = flat.starts
    return flat.points.take(index, axis=0).T.copy(), ends


def _crossed(
    nodes: Floats, ends: NDArray[np.int64], lines: list[tuple[int, float]]
) -> tuple[Floats, NDArray[np.int64]]:
    """Put nodes in where the contours pass lines of one u or one v. lines: (axis, place)."""
    owners, shares = [], []
    low, high = nodes.min(axis=1).tolist(), nodes.max(axis=1).tolist()
    lines = [(axis, place) for axis, place in lines if low[axis] < place < high[axis]]
    if not lines:
        return nodes, ends
    for axis, place in lines:
        before, after = nodes[axis, :-1], nodes[axis, 1:]
        crossing = ((before < place) & (after > place)) | ((before > place) & (after < place))
        crossing[ends[:-1]] = False
        owner = np.flatnonzero(crossing)
        owners.append(owner)
        shares.append((place - before[owner]) / (after[owner] - before[owner]))
    owner, share = np.concatenate(owners), np.concatenate(shares)
    if not owner.size:
        return nodes, ends
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    added = nodes[:, owner] + (nodes[:, owner + 1] - nodes[:, owner]) * share
    counts = np.bincount(owner, minlength=nodes.shape[1])
    return np.insert(nodes, owner + 1, added, axis=1), ends + (np.cumsum(counts) - counts)[ends]


def _split(
    nodes: Floats, ends: NDArray[np.int64], pieces: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64]]:
    """Split each line evenly. pieces: (n − 1,)."""
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(pieces)])
    owner = np.repeat(np.arange(pieces.size), pieces)
    share = (np.arange(owner.size) - offsets[owner]) / pieces[owner]
    inner = nodes[:, owner] + (nodes[:, owner + 1] - nodes[:, owner]) * share
    return np.append(inner, nodes[:, -1:], axis=1), offsets[ends]
