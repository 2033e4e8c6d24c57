"""Placements fitted to points: where places of a surface were seen on a photo, by least squares.

The distance on the photo, in pixels, is what is made small. Results are written into a product file
and are the same for all from then on; so numpy's linear algebra may be used here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render_core.mockup.maps import Floats, Patches, Point, SurfaceMap, Unplaceable
from render_core.mockup.placing import map_of
from render_core.views import Bend, Net, Placement

_ROUNDS: Final = 40
_STEP_PX: Final = 1e-3
_SLOPE_PX: Final = 0.25  # Placements are whole 1/1000 pixels: a shorter way would be rough.
# How much a net resists bending where no point says how: a share of what the points weigh.
_STIFFNESS: Final = 1e-8


class Points(NamedTuple):
    """places_um: (n, 2) on the surface. seen_px: (n, 2) on the photo. size_um: of the surface."""

    places_um: Floats
    seen_px: Floats
    size_um: tuple[int, int]

    @property
    def uv(self) -> tuple[Floats, Floats]:
        """Return the places in the unit square."""
        return (
            self.places_um[:, 0] / self.size_um[0],
            self.places_um[:, 1] / self.size_um[1],
        )


class Residual(NamedTuple):
    """How far points lie from where a placement has them, in pixels."""

    mean_px: float
    largest_px: float


def fit_quad(points: Points, surface: str) -> Placement:
    """Return a plane in perspective through four points or more. Raises Unplaceable."""
    _need(points, 4)

    def placed(values: Floats) -> Placement:
        corners = [_millipx((x, y)) for x, y in values.reshape(4, 2).tolist()]
        return Placement(surface, corners[0], corners[1], corners[2], corners[3])

    return _adjusted(points, placed, _homography(points).ravel())


def fit_cylinder(points: Points, surface: str, diameter_um: int) -> Placement:
    """Return a round body of a known diameter, by six points or more. Raises Unplaceable.

    The part whose ends and middle are stated is the one that the points are of.
    """
    _need(points, 6)
    start, end = (
        round(float(edge)) for edge in (points.places_um[:, 0].min(), points.places_um[:, 0].max())
    )
    start, end = max(start, 0), min(end, points.size_um[0])
    rough = _adjusted_corners(points)

    def placed(values: Floats) -> Placement:
        seen = tuple(_millipx((x, y)) for x, y in values.reshape(6, 2).tolist())
        bend = Bend(seen, diameter_um, start, end)
        return Placement(surface, rough[0], rough[1], rough[2], bend=bend)

    u = np.array([start, (start + end) / 2, end] * 2) / points.size_um[0]
    v = np.repeat([0.0, 1.0], 3)
    first = _polynomial(points, u, v)
    return _adjusted(points, placed, first.ravel())


def fit_net(points: Points, surface: str, columns: int = 1, rows: int = 1) -> Placement:
    """Return Bézier patches through many points; stiff where there are none. Raises Unplaceable."""
    _need(points, 6)
    across, down = 3 * columns + 1, 3 * rows + 1
    u, v = points.uv
    shares = _shares(u, v, columns, rows)
    stiff = _stiffness(across, down) * np.sqrt(_STIFFNESS * len(u))
    system = np.concatenate([shares, stiff])
    controls = []
    for axis in (0, 1):
        wanted = np.concatenate([points.seen_px[:, axis], np.zeros(len(stiff))])
        controls.append(np.linalg.lstsq(system, wanted, rcond=None)[0])
    net = tuple(_millipx((float(x), float(y))) for x, y in zip(*controls, strict=True))
    stated = Net(columns, rows, net)
    placement = Placement(surface, net[0], net[across - 1], net[-across], net=stated)
    map_of(placement, points.size_um[0])
    return placement


def residual(points: Points, placement: Placement) -> Residual:
    """Return how well a placement fits its points."""
    ways = _ways(map_of(placement, points.size_um[0]), points)
    far = np.hypot(ways[:, 0], ways[:, 1])
    return Residual(float(np.sqrt((far * far).mean())), float(far.max()))


def _need(points: Points, count: int) -> None:
    if len(points.places_um) < count:
        raise Unplaceable(f"{count} points are needed at least; {len(points.places_um)} are given.")


def _adjusted(points: Points, placed: Callable[[Floats], Placement], values: Floats) -> Placement:
    """Return the placement of least squares: Levenberg's and Marquardt's method."""
    width = points.size_um[0]

    def ways_of(numbers: Floats) -> Floats:
        return _ways(map_of(placed(numbers), width), points).ravel()

    damping, ways = 1e-3, ways_of(values)
    for _ in range(_ROUNDS):
        slopes = np.empty((ways.size, values.size))
        for index in range(values.size):
            ahead = values.copy()
            ahead[index] += _SLOPE_PX
            slopes[:, index] = (ways_of(ahead) - ways) / _SLOPE_PX
        normal = slopes.T @ slopes
        step = np.linalg.solve(
            normal + damping * (np.diag(np.diag(normal)) + 1e-9 * np.eye(values.size)),
            -(slopes.T @ ways),
        )
        try:
            new = ways_of(values + step)
        except Unplaceable:
            damping *= 10
            continue
        if float(new @ new) < float(ways @ ways):
            values, ways, damping = values + step, new, damping / 5
            if np.abs(step).max() < _STEP_PX:
                break
        else:
            damping *= 10
    return placed(values)


def _ways(surface: SurfaceMap, points: Points) -> Floats:
    x, y = surface.points(*points.uv)
    ways: Floats = np.stack([x - points.seen_px[:, 0], y - points.seen_px[:, 1]], axis=1)
    return ways


def _homography(points: Points) -> Floats:
    """Return where the four corners are seen, (4, 2): top left, top right, bottom left, bottom right.

    Source: the direct linear transformation (R. Hartley, A. Zisserman, "Multiple View Geometry", 4.1).
    """
    u, v = points.uv
    middle, spread = points.seen_px.mean(axis=0), points.seen_px.std()
    x, y = ((points.seen_px - middle) / spread).T
    one, none = np.ones_like(u), np.zeros_like(u)
    rows = np.concatenate(
        [
            np.stack([u, v, one, none, none, none, -u * x, -v * x, -x], axis=1),
            np.stack([none, none, none, u, v, one, -u * y, -v * y, -y], axis=1),
        ]
    )
    matrix = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], np.float64) @ matrix.T
    if (corners[:, 2] * corners[0, 2] <= 0).any():
        raise Unplaceable("The points do not lie on a plane that a camera sees.")
    found: Floats = corners[:, :2] / corners[:, 2:] * spread + middle
    return found


def _polynomial(points: Points, u: Floats, v: Floats) -> Floats:
    """Return places by a polynomial of second degree along the width, first along the height."""

    def terms(a: Floats, b: Floats) -> Floats:
        return np.stack([np.ones_like(a), a, a * a, b, a * b, a * a * b], axis=1)

    found = np.linalg.lstsq(terms(*points.uv), points.seen_px, rcond=None)[0]
    placed: Floats = terms(u, v) @ found
    return placed


def _adjusted_corners(points: Points) -> tuple[tuple[int, int], ...]:
    """Return three corners of the affine map nearest to the points."""
    u, v = points.uv
    terms = np.stack([np.ones_like(u), u, v], axis=1)
    found = np.linalg.lstsq(terms, points.seen_px, rcond=None)[0]
    origin, across, down = (found[row] for row in range(3))
    return tuple(
        _millipx((float(x), float(y))) for x, y in (origin, origin + across, origin + down)
    )


def _shares(u: Floats, v: Floats, columns: int, rows: int) -> Floats:
    """Return what each control point has of each place, (n, controls)."""
    across, down = 3 * columns + 1, 3 * rows + 1
    found = np.empty((len(u), across * down))
    for index in range(across * down):
        net = np.zeros((down, across, 2))
        net[index // across, index % across, 0] = 1.0
        patches = Patches(columns, rows, _as_net(net))
        found[:, index] = patches.points(u, v)[0]
    return found


def _as_net(net: NDArray[np.float64]) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((float(x), float(y)) for x, y in row) for row in net)


def _stiffness(across: int, down: int) -> Floats:
    """Return second differences of neighbouring control points, which a plane has none of."""
    rows = []
    index = np.arange(across * down).reshape(down, across)
    for triple in (
        *np.stack([index[:, :-2], index[:, 1:-1], index[:, 2:]], axis=-1).reshape(-1, 3),
        *np.stack([index[:-2], index[1:-1], index[2:]], axis=-1).reshape(-1, 3),
    ):
        row = np.zeros(across * down)
        row[triple] = (1.0, -2.0, 1.0)
        rows.append(row)
    return np.array(rows)


def _millipx(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0] * 1000), round(point[1] * 1000)
