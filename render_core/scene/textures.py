"""Which texels fragments look up: tables for each surface of a mesh, made once for a camera."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene import blocks
from render_core.scene.camera import Camera
from render_core.scene.detail import mipmap_for
from render_core.scene.fragments import Fragments
from render_core.scene.gbuffer import Texture
from render_core.scene.mipmap import Mipmap
from render_core.scene.seam import wraps
from render_core.scene.taps import extents, spread, taps


@dataclass(frozen=True, slots=True, eq=False)
class Textures:
    """rows: (n,) which fragments are looked up, in the order of blocks. The rest: as of a GBuffer."""

    rows: NDArray[np.intp]
    textures: tuple[Texture, ...]
    places: NDArray[np.uint8]
    corner: NDArray[np.uint32]
    fraction: NDArray[np.uint8]
    blocks: NDArray[np.int32]
    patches: NDArray[np.int32]
    texels: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """Fragments of one texture, all of a pixel each or none of them."""

    rows: NDArray[np.intp]
    places: NDArray[np.uint8]
    corner: NDArray[np.uint32]
    fraction: NDArray[np.uint8]
    blocks: NDArray[np.int32]


def textures(
    mesh: Mesh, camera: Camera, of: Fragments, surfaces: dict[str, int],
    whole: NDArray[np.bool_],
) -> Textures:  # fmt: skip
    """Return what fragments look up. surfaces: their numbers by id, from 0 on. whole: (n,), of a pixel."""
    numbers = [surfaces.get(material.surface, len(surfaces)) for material in mesh.materials]
    surface = np.array(numbers, np.int64)[of.material]
    uv, footprint = _in_windows(mesh, of)
    mipmaps = [mipmap_for(mesh, name, _closes(mesh, name), camera) for name in surfaces]
    segments = [
        _segment(mipmap, of, uv, footprint, np.flatnonzero(mask & (surface == number)), camera)
        for mask in (whole, ~whole)
        for number, mipmap in enumerate(mipmaps)
    ]
    return _joined(list(surfaces), mipmaps, segments)


def _segment(
    mipmap: Mipmap, of: Fragments, uv: NDArray[np.float64], footprint: NDArray[np.float64],
    rows: NDArray[np.intp], camera: Camera,
) -> _Segment:  # fmt: skip
    found = taps(mipmap, uv[rows], footprint[rows])
    order = blocks.order(of.pixel[rows], camera.width_px, found.count())
    found = found.part(order)
    corner, fraction = spread(mipmap, found)
    table = blocks.blocks(found.count(), extents(mipmap, found))
    return _Segment(rows[order], found.count().astype(np.uint8), corner, fraction, table)


def _joined(names: list[str], mipmaps: list[Mipmap], segments: list[_Segment]) -> Textures:
    first = tap = 0
    for segment in segments:
        segment.blocks[:, [blocks.FIRST, blocks.STOP]] += first
        segment.blocks[:, [blocks.TAP, blocks.TAP_STOP]] += tap
        first, tap = first + len(segment.rows), tap + len(segment.corner)
    tables, patches, texels = [], [], []
    for number, mipmap in enumerate(mipmaps):
        both = segments[number :: len(mipmaps)]
        tables.append(np.concatenate([segment.blocks for segment in both]))
        patches.append(blocks.patches(mipmap, np.concatenate([segment.corner for segment in both])))
        texels.append(blocks.texel_boxes(mipmap, patches[-1]))
    spans = zip(names, mipmaps, _spans(tables), _spans(patches), _spans(texels), strict=True)
    return Textures(
        rows=np.concatenate([np.zeros(0, np.intp), *(of.rows for of in segments)]),
        textures=tuple(Texture(*span) for span in spans),
        places=np.concatenate([np.zeros(0, np.uint8), *(of.places for of in segments)]),
        corner=np.concatenate([np.zeros(0, np.uint32), *(of.corner for of in segments)]),
        fraction=np.concatenate([np.zeros((2, 0), np.uint8), *(of.fraction for of in segments)], 1),
        blocks=np.concatenate([np.zeros((0, blocks.COLUMNS), np.int32), *tables]),
        patches=np.concatenate([np.zeros((0, 5), np.int32), *patches]),
        texels=np.concatenate([np.zeros((0, 4), np.int32), *texels]),
    )


def _spans(tables: list[NDArray[np.int32]]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *(len(table) for table in tables)]).tolist()
    return list(pairwise(ends))


def _in_windows(mesh: Mesh, of: Fragments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return texture coordinates and footprints in parts of their surfaces."""
    windows = np.array([material.uv_window for material in mesh.materials], np.float64)
    start, size = windows[:, :2], windows[:, 2:] - windows[:, :2]
    uv = (of.uv.astype(np.float64) - start[of.material]) / size[of.material]
    return uv, of.footprint.astype(np.float64) / size[of.material]


def _closes(mesh: Mesh, surface: str) -> tuple[bool, bool]:
    """Return whether u and v of a surface close around: all of its parts do."""
    of = [part for part in mesh.parts if mesh.materials[part.material].surface == surface]
    ways = [wraps(mesh, part) for part in of]
    return all(across for across, _ in ways), all(down for _, down in ways)
