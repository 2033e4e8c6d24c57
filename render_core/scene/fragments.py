"""What each pixel sees: samples that belong together become one fragment of it.

Samples of a pixel are one fragment while they lie on one material, close in texture, facing and
depth; at silhouettes and folds every sample is a fragment of its own. Colours of fragments are summed by
their number of samples, so what joins only saves work and does not change the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene.camera import Eye
from render_core.scene.rasterise import EMPTY, SUBPIXELS, cross, dot, sample_places
from render_core.scene.seam import wraps

Floats = NDArray[np.float32]
_Doubles = NDArray[np.float64]

# Pixels that are worked on at once: bounds the working memory.
CHUNK_PIXELS: Final = 65_536
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
    """Attributes of the triangles that are seen, so that samples gather them once."""

    corners: NDArray[np.int32]  # (t, 3), vertices
    rays: _Doubles  # (t, 3, 3): weights of the corners are rows · (x, y, 1)
    uvs: _Doubles  # (t, 3, 2)
    facing: _Doubles  # (t, 3), the plane's normal
    tangent: _Doubles  # (t, 3)
    material: NDArray[np.uint8]
    wraps: NDArray[np.bool_]  # (t, 2): whether u, v of its material close around


def fragments(
    mesh: Mesh, eye: Eye, winners: NDArray[np.int32], depths: NDArray[np.float32]
) -> Fragments:
    """Return the fragments of what `rasterise.visible` found, both (samples, h, w)."""
    seen = np.zeros(len(mesh.triangles) + 1, np.bool_)
    seen[winners.reshape(-1)] = True  # the last one for EMPTY
    chosen = np.flatnonzero(seen[:-1])
    number = np.full(len(seen), EMPTY, np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    prepared = _prepare(mesh, eye, chosen)
    parts = list(_chunks(mesh, eye, prepared, number.take(winners), depths))
    joined = (np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Fragments))
    return Fragments(*joined)


def _chunks(
    mesh: Mesh,
    eye: Eye,
    prepared: _Triangles,
    winners: NDArray[np.int32],
    depths: NDArray[np.float32],
) -> Iterator[Fragments]:
    samples = len(winners)
    flat, deep = winners.reshape(samples, -1), depths.reshape(samples, -1)
    pixels = np.flatnonzero((flat != EMPTY).any(axis=0))
    for start in range(0, max(len(pixels), 1), CHUNK_PIXELS):
        some = pixels[start : start + CHUNK_PIXELS]
        yield _of_pixels(mesh, eye, prepared, some, flat[:, some].T, deep[:, some].T)


def _of_pixels(
    mesh: Mesh,
    eye: Eye,
    of: _Triangles,
    pixels: NDArray[np.intp],
    winners: NDArray[np.int32],
    depths: NDArray[np.float32],
) -> Fragments:
    """winners, depths: (pixels, samples); winners by their number in `of`."""
    row, place = np.nonzero(winners != EMPTY)
    triangle, depth = winners[row, place], depths[row, place].astype(np.float64)
    group = row * 256 + of.material[triangle]
    if (group[1:] < group[:-1]).any():  # there are pixels with several materials
        order = np.argsort(group, kind="stable")
        row, place, triangle, depth = row[order], place[order], triangle[order], depth[order]
        group = group[order]
    offsets = np.array(sample_places(winners.shape[1]), np.float64) / SUBPIXELS
    at = pixels[row]
    x = (at % eye.width_px + offsets[place, 0] - eye.width_px / 2) / eye.focal_px
    y = (eye.height_px / 2 - at // eye.width_px - offsets[place, 1]) / eye.focal_px
    weights, total = _weights(of.rays[triangle], x, y)
    uv = _mixed(of.uvs[triangle], weights)

    first = _starts(group)
    footprint = _footprint(of, triangle[first], weights[first], total[first], eye)
    number = np.cumsum(first) - 1
    uv = _unwrapped(uv, uv[first][number], of.wraps[triangle])
    split = _scattered(of, triangle, depth, uv, first, number, footprint, eye)
    lone = first | split[number]
    counts = np.diff(np.append(np.flatnonzero(lone), len(lone)))
    footprint = np.where(
        split[number][lone][:, None],
        footprint[number][lone] / np.sqrt(winners.shape[1]),
        footprint[number][lone],
    )
    mean_uv = np.add.reduceat(uv, np.flatnonzero(lone), axis=0) / counts[:, None] if len(uv) else uv
    return _finished(mesh, eye, of, at[lone], triangle[lone], weights[lone], counts, mean_uv,
                     footprint, depth[lone], x[lone], y[lone])  # fmt: skip


def _finished(
    mesh: Mesh, eye: Eye, of: _Triangles, pixel: NDArray[np.intp], triangle: NDArray[np.int32],
    weights: _Doubles, counts: NDArray[np.intp], uv: _Doubles, footprint: _Doubles,
    depth: _Doubles, x: _Doubles, y: _Doubles,
) -> Fragments:  # fmt: skip
    rays = x[:, None] * eye.right + y[:, None] * eye.up + eye.forward
    normal = unit(_mixed(mesh.normals[of.corners[triangle]].astype(np.float64), weights))
    away = dot(normal, rays)
    length = np.sqrt(dot(rays, rays))
    # A surface seen from behind shows its other side; one at the silhouette is just turned forward,
    # and no normal looks away.
    behind = (dot(of.facing[triangle], rays) > 0) & (away > 0.25 * length)
    normal = np.where(behind[:, None], -normal, normal)
    away = np.where(behind, -away, away)
    turn = np.maximum(away / length + 0.02, 0)
    normal = unit(normal - rays / length[:, None] * turn[:, None])
    return Fragments(
        pixel=pixel.astype(np.int32),
        samples=counts.astype(np.uint8),
        material=of.material[triangle],
        uv=uv.astype(np.float32),
        footprint=footprint.astype(np.float32),
        position=(eye.position + rays * depth[:, None]).astype(np.float32),
        normal=normal.astype(np.float32),
        tangent=of.tangent[triangle].astype(np.float32),
        depth=depth.astype(np.float32),
    )


def _starts(group: NDArray[np.int64]) -> NDArray[np.bool_]:
    first = np.ones(len(group), np.bool_)
    np.not_equal(group[1:], group[:-1], out=first[1:])
    return first


def _scattered(
    of: _Triangles, triangle: NDArray[np.int32], depth: _Doubles, uv: _Doubles,
    first: NDArray[np.bool_], number: NDArray[np.intp], footprint: _Doubles, eye: Eye,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return for each group whether its samples are too different to be one fragment."""
    facing = of.facing[triangle]
    alike = dot(facing, facing[first][number]) >= MIN_FACING
    alike &= (np.abs(uv - uv[first][number]) <= MAX_FOOTPRINTS * footprint[number] + 1e-9).all(
        axis=1
    )
    nearest = depth[first][number]
    alike &= np.abs(depth - nearest) <= nearest * (MAX_DEPTH_PX / eye.focal_px)
    if not len(first):
        return first
    apart: NDArray[np.bool_] = ~np.logical_and.reduceat(alike, np.flatnonzero(first))
    return apart


def _unwrapped(uv: _Doubles, base: _Doubles, closes: NDArray[np.bool_]) -> _Doubles:
    return uv - np.where(closes, np.rint(uv - base), 0)


def _weights(rays: _Doubles, x: _Doubles, y: _Doubles) -> tuple[_Doubles, _Doubles]:
    """Return the corners' weights (n, 3), perspective worked in, and their sum before that."""
    raw = rays[..., 0] * x[:, None] + rays[..., 1] * y[:, None] + rays[..., 2]
    total = _sum(raw)
    weights = np.clip(raw / np.where(total == 0, 1.0, total)[:, None], 0, 1)
    weights[..., 0] += _sum(weights) == 0
    return weights / _sum(weights)[:, None], total


def _sum(of: _Doubles) -> _Doubles:
    """Return the sums of rows (n, 3): numpy reduces short ones one by one."""
    return of[:, 0] + of[:, 1] + of[:, 2]


def _footprint(
    of: _Triangles, triangle: NDArray[np.int32], weights: _Doubles, total: _Doubles, eye: Eye
) -> _Doubles:
    """Return the pixel's extent (n, 2) in u and v from the derivatives of the weights."""
    rays, uvs = of.rays[triangle], of.uvs[triangle]
    scale = 1 / (np.where(total == 0, 1.0, total) * eye.focal_px)
    square = np.zeros((len(triangle), 2), np.float64)
    for axis in (0, 1):
        slopes = rays[..., axis]
        change = (slopes - weights * _sum(slopes)[:, None]) * scale[:, None]
        step = _mixed(uvs, change)
        square += step * step
    return np.minimum(np.sqrt(square), 1.0)


def _prepare(mesh: Mesh, eye: Eye, chosen: NDArray[np.intp]) -> _Triangles:
    vertices = mesh.triangles[chosen]
    world = mesh.positions[vertices].astype(np.float64)
    corners = eye.see(mesh.positions)[vertices]
    rays = np.stack(
        [cross(corners[:, (i + 1) % 3], corners[:, (i + 2) % 3]) for i in range(3)], axis=1
    )
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
        corners=vertices,
        rays=rays,
        uvs=uvs,
        facing=unit(cross(side_a, side_b)),
        tangent=unit(np.where(turn[:, None] < 0, -along, along)),
        material=material[chosen],
        wraps=closes[chosen],
    )


def _mixed(values: _Doubles, weights: _Doubles) -> _Doubles:
    """Return the sum of three corners' values (n, 3, k) by their weights (n, 3)."""
    w = weights[..., None]
    mixed: _Doubles = values[:, 0] * w[:, 0] + values[:, 1] * w[:, 1] + values[:, 2] * w[:, 2]
    return mixed


def unit(vectors: _Doubles) -> _Doubles:
    """Return rows of length 1; rows of zeros stay."""
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    length = np.sqrt(x * x + y * y + z * z)
    return vectors / np.where(length == 0, 1.0, length)[:, None]
