"""What each pixel sees: samples that belong together become one fragment of it.

Samples of a pixel are one fragment while they lie on one material, close in texture, facing and
depth; at silhouettes and folds every sample is a fragment of its own. Colours of fragments are summed by
their number of samples, so what joins only saves work and does not change the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene.at_once import in_order
from render_core.scene.camera import Eye
from render_core.scene.rasterise import EMPTY, SUBPIXELS, cross, sample_places
from render_core.scene.seam import wraps

Floats = NDArray[np.float32]
_Doubles = NDArray[np.float64]
_Chunk = tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float32]]

# Pixels that a thread works on at once: bounds the working memory.
CHUNK_PIXELS: Final = 16_384
# Samples join if their triangles face within some 25°, their texture lies within this many
# footprints, their depths within this many pixels' widths.
MIN_FACING: Final = 0.9
MAX_FOOTPRINTS: Final = 2.0
MAX_DEPTH_PX: Final = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Fragments:
    """Fragments (n), in the order of their pixels.

    pixel: row · width + column. samples: how many of the pixel's. material: index. uv: (n, 2), may
    leave the window by a footprint where a texture closes around. footprint: (n, 2), the pixel's
    extent in u and v, as the width of a box of the same variance. position, normal, tangent: (n, 3),
    world axes; the normal looks at the eye; the tangent runs along u. depth: metres along the view.
    """

    pixel: NDArray[np.int32]
    samples: NDArray[np.uint8]
    material: NDArray[np.uint8]
    uv: Floats
    footprint: Floats
    position: Floats
    normal: Floats
    tangent: Floats
    depth: Floats

    def part(self, rows: NDArray[np.intp]) -> Fragments:
        """Return some of them."""
        return Fragments(*(getattr(self, field.name)[rows] for field in fields(self)))

    def and_then(self, more: Fragments) -> Fragments:
        """Return these, and others after them."""
        pairs = ((getattr(self, f.name), getattr(more, f.name)) for f in fields(self))
        return Fragments(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, slots=True, eq=False)
class _Triangles:
    """Attributes of the triangles that are seen, plane by plane, so that samples gather them once."""

    corners: NDArray[np.int32]  # (3, t), vertices
    rays: _Doubles  # (3, 3, t): the weight of a corner is its (a, b, c) · (x, y, 1)
    uvs: _Doubles  # (3, 2, t), by corner
    facing: _Doubles  # (3, t), the plane's normal
    tangent: _Doubles  # (3, t)
    material: NDArray[np.uint8]
    wraps: NDArray[np.bool_]  # (2, t): whether u, v of its material close around


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Samples of some pixels that see something, (n,), those of a pixel and a material together.

    pixel: in the picture. triangle: its number in `_Triangles`. x, y: of its ray, whose z is 1.
    depth: metres along the view.
    """

    pixel: NDArray[np.intp]
    triangle: NDArray[np.int32]
    x: _Doubles
    y: _Doubles
    depth: _Doubles

    def part(self, rows: NDArray[np.intp]) -> _Samples:
        """Return some of them."""
        return _Samples(*(getattr(self, field.name).take(rows) for field in fields(self)))


def fragments(
    mesh: Mesh, eye: Eye, winners: NDArray[np.int32], depths: NDArray[np.float32], threads: int = 1
) -> Fragments:
    """Return the fragments of what `rasterise.visible` found, both (samples, h, w)."""
    seen = np.zeros(len(mesh.triangles) + 1, np.bool_)
    seen[winners.reshape(-1)] = True  # the last one for EMPTY
    chosen = np.flatnonzero(seen[:-1])
    number = np.full(len(seen), EMPTY, np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    of = _prepare(mesh, eye, chosen)

    def some(chunk: _Chunk) -> Fragments:
        pixels, won, deep = chunk
        at = _samples(eye, of, pixels, number.take(won), deep)
        return _of_pixels(mesh, eye, of, at, len(winners))

    parts = list(in_order(some, _chunks(winners, depths), threads))
    joined = (np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Fragments))
    return Fragments(*joined)


def _chunks(winners: NDArray[np.int32], depths: NDArray[np.float32]) -> Iterator[_Chunk]:
    """Yield some of the pixels that see anything, and what their samples do: (samples, n) each."""
    flat, deep = winners.reshape(len(winners), -1), depths.reshape(len(winners), -1)
    pixels = np.flatnonzero((flat != EMPTY).any(axis=0))
    for start in range(0, max(len(pixels), 1), CHUNK_PIXELS):
        some = pixels[start : start + CHUNK_PIXELS]
        yield some, flat.take(some, axis=1), deep.take(some, axis=1)


def _samples(
    eye: Eye, of: _Triangles, pixels: NDArray[np.intp], winners: NDArray[np.int32],
    depths: NDArray[np.float32],
) -> _Samples:  # fmt: skip
    """winners, depths: (samples, pixels); winners by their number in `of`."""
    samples = len(winners)
    winner = winners.T.reshape(-1)
    hit = np.flatnonzero(winner != EMPTY)
    row, place = hit // samples, hit % samples
    triangle, pixel = winner.take(hit), pixels.take(row)
    offsets = np.array(sample_places(samples), np.float64).T / SUBPIXELS
    found = _Samples(
        pixel=pixel,
        triangle=triangle,
        x=(pixel % eye.width_px + offsets[0].take(place) - eye.width_px / 2) / eye.focal_px,
        y=(eye.height_px / 2 - pixel // eye.width_px - offsets[1].take(place)) / eye.focal_px,
        depth=depths.T.reshape(-1).take(hit).astype(np.float64),
    )
    group = _groups(of, found)
    if (group[1:] < group[:-1]).any():  # there are pixels with several materials
        found = found.part(np.argsort(group, kind="stable"))
    return found


def _groups(of: _Triangles, samples: _Samples) -> NDArray[np.int64]:
    """Return a number for each sample, the same for those of one pixel and one material."""
    return samples.pixel * 256 + of.material.take(samples.triangle)


def _of_pixels(
    mesh: Mesh, eye: Eye, of: _Triangles, at: _Samples, samples: int
) -> Fragments:  # fmt: skip
    """samples: how many a pixel has."""
    weights, total = _weights(_taken(of.rays, at.triangle), at)
    uv = _mixed(_taken(of.uvs, at.triangle), weights)
    first = _starts(_groups(of, at))
    # Of each group the first sample; of each sample its group, and the first sample of that.
    firsts, number = np.flatnonzero(first), np.cumsum(first) - 1
    leader = firsts.take(number)
    closes = _taken(of.wraps, at.triangle)
    if closes.any():
        uv -= np.where(closes, np.rint(uv - _taken(uv, leader)), 0)
    footprint = _footprint(
        of, at.triangle.take(firsts), _taken(weights, firsts), total.take(firsts), eye
    )
    apart = _scattered(of, at, uv, firsts, number, footprint, eye).take(number)
    lone = np.flatnonzero(first | apart)
    counts = np.diff(lone, append=len(first))
    footprint = _taken(footprint, number.take(lone))
    footprint = np.where(apart.take(lone), footprint / np.sqrt(samples), footprint)
    if len(lone):
        uv = np.add.reduceat(uv, lone, axis=1) / counts
    return _finished(mesh, eye, of, at.part(lone), _taken(weights, lone), counts, uv, footprint)


def _finished(
    mesh: Mesh, eye: Eye, of: _Triangles, at: _Samples, weights: _Doubles,
    counts: NDArray[np.intp], uv: _Doubles, footprint: _Doubles,
) -> Fragments:  # fmt: skip
    """Return fragments of their first samples. weights: (3, n); uv, footprint: (2, n)."""
    right, up, forward, position = (
        axis[:, None] for axis in (eye.right, eye.up, eye.forward, eye.position)
    )
    rays = at.x * right + at.y * up + forward
    corners = _taken(of.corners, at.triangle)
    normals = np.ascontiguousarray(mesh.normals.T, np.float64)
    normal = _unit(_mixed(_taken(normals, corners).swapaxes(0, 1), weights))
    away = _dot(normal, rays)
    length = np.sqrt(_dot(rays, rays))
    # A surface seen from behind shows its other side; one at the silhouette is just turned forward,
    # and no normal looks away.
    behind = (_dot(_taken(of.facing, at.triangle), rays) > 0) & (away > 0.25 * length)
    normal = np.where(behind, -normal, normal)
    away = np.where(behind, -away, away)
    turn = np.maximum(away / length + 0.02, 0)
    normal = _unit(normal - rays / length * turn)
    return Fragments(
        pixel=at.pixel.astype(np.int32),
        samples=counts.astype(np.uint8),
        material=of.material.take(at.triangle),
        uv=_rows(uv),
        footprint=_rows(footprint),
        position=_rows(position + rays * at.depth),
        normal=_rows(normal),
        tangent=_rows(_taken(of.tangent, at.triangle)),
        depth=at.depth.astype(np.float32),
    )


def _starts(group: NDArray[np.int64]) -> NDArray[np.bool_]:
    first = np.ones(len(group), np.bool_)
    np.not_equal(group[1:], group[:-1], out=first[1:])
    return first


def _scattered(
    of: _Triangles, at: _Samples, uv: _Doubles, firsts: NDArray[np.intp],
    number: NDArray[np.intp], footprint: _Doubles, eye: Eye,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return for each group whether its samples are too different to be one fragment."""
    if not len(firsts):
        return np.zeros(0, np.bool_)
    leader = firsts.take(number)
    facing = _taken(of.facing, at.triangle)
    alike = _dot(facing, _taken(facing, leader)) >= MIN_FACING
    reach = _taken(MAX_FOOTPRINTS * footprint + 1e-9, number)
    alike &= (np.abs(uv - _taken(uv, leader)) <= reach).all(axis=0)
    nearest = at.depth.take(leader)
    alike &= np.abs(at.depth - nearest) <= nearest * (MAX_DEPTH_PX / eye.focal_px)
    apart: NDArray[np.bool_] = ~np.logical_and.reduceat(alike, firsts)
    return apart


def _weights(rays: _Doubles, at: _Samples) -> tuple[_Doubles, _Doubles]:
    """Return the corners' weights (3, n), perspective worked in, and their sum before that."""
    raw = rays[:, 0] * at.x
    raw += rays[:, 1] * at.y
    raw += rays[:, 2]
    total = _sum(raw)
    raw /= np.where(total == 0, 1.0, total)
    weights = np.clip(raw, 0, 1, out=raw)
    weights[0] += _sum(weights) == 0
    weights /= _sum(weights)
    return weights, total


def _sum(of: _Doubles) -> _Doubles:
    """Return the sums of columns (3, n), from the first row on."""
    sums: _Doubles = of[0] + of[1]
    sums += of[2]
    return sums


def _footprint(
    of: _Triangles, triangle: NDArray[np.int32], weights: _Doubles, total: _Doubles, eye: Eye
) -> _Doubles:
    """Return the pixel's extent (2, n) in u and v from the derivatives of the weights."""
    rays, uvs = _taken(of.rays[:, :2], triangle), _taken(of.uvs, triangle)
    scale = 1 / (np.where(total == 0, 1.0, total) * eye.focal_px)
    square = np.zeros((2, len(triangle)), np.float64)
    for axis in (0, 1):
        slopes = rays[:, axis]
        step = _mixed(uvs, (slopes - weights * _sum(slopes)) * scale)
        square += step * step
    return np.minimum(np.sqrt(square), 1.0)


def _prepare(mesh: Mesh, eye: Eye, chosen: NDArray[np.intp]) -> _Triangles:
    vertices = mesh.triangles[chosen]
    world = mesh.positions[vertices].astype(np.float64)
    corners = eye.see(mesh.positions)[vertices]
    rays = [cross(corners[:, (i + 1) % 3], corners[:, (i + 2) % 3]).T for i in range(3)]
    uvs = mesh.uvs[vertices].astype(np.float64)
    side_a, side_b = world[:, 1] - world[:, 0], world[:, 2] - world[:, 0]
    step_a, step_b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    along = side_a * step_b[:, 1:] - side_b * step_a[:, 1:]
    turn = step_a[:, 0] * step_b[:, 1] - step_b[:, 0] * step_a[:, 1]
    material = np.zeros(len(mesh.triangles), np.uint8)
    closes = np.zeros((len(mesh.triangles), 2), np.bool_)
    for part in mesh.parts:
        rows = slice(part.first, part.first + part.count)
        material[rows] = part.material
        closes[rows] = wraps(mesh, part)
    return _Triangles(
        corners=np.ascontiguousarray(vertices.T),
        rays=np.stack(rays),
        uvs=np.ascontiguousarray(uvs.transpose(1, 2, 0)),
        facing=np.ascontiguousarray(unit(cross(side_a, side_b)).T),
        tangent=np.ascontiguousarray(unit(np.where(turn[:, None] < 0, -along, along)).T),
        material=material[chosen],
        wraps=np.ascontiguousarray(closes[chosen].T),
    )


def _taken(planes: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
    """Return entries of planes (…, n) by their numbers."""
    return planes.take(rows, axis=-1)


def _rows(planes: _Doubles) -> Floats:
    """Return planes (k, n) as rows (n, k)."""
    return np.ascontiguousarray(planes.T, np.float32)


def _mixed(values: _Doubles, weights: _Doubles) -> _Doubles:
    """Return the sum of three corners' values (3, k, n) by their weights (3, n)."""
    mixed: _Doubles = values[0] * weights[0]
    mixed += values[1] * weights[1]
    mixed += values[2] * weights[2]
    return mixed


def _dot(a: _Doubles, b: _Doubles) -> _Doubles:
    """Return the dot products of columns (3, n)."""
    return _sum(a * b)


def _unit(planes: _Doubles) -> _Doubles:
    """Return columns (3, n) of length 1; columns of zeros stay."""
    length = np.sqrt(_dot(planes, planes))
    return planes / np.where(length == 0, 1.0, length)


def unit(vectors: _Doubles) -> _Doubles:
    """Return rows of length 1; rows of zeros stay."""
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    length = np.sqrt(x * x + y * y + z * z)
    return vectors / np.where(length == 0, 1.0, length)[:, None]
