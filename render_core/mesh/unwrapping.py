"""How surfaces lie on a mesh: what would show a design mirrored, twice, or not at all is refused."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.mesh.model import Mesh
from render_core.mesh.overlap import overlap

# Of the window's area: slivers at seams may be turned over.
_MIRRORED_PART: Final = 0.01


def check_unwrapping(mesh: Mesh) -> None:
    """Raise UnsupportedDesign for a material with a surface whose texture coordinates are wrong.

    MODEL_NOT_UNWRAPPED: they have no area. MODEL_MIRRORED: triangles show the picture from behind.
    MODEL_OVERLAPS: a place of a surface is shown twice; the message names it.
    """
    shown: dict[str, list[NDArray[np.float64]]] = {}
    for part in mesh.parts:
        material = mesh.materials[part.material]
        if not material.surface:
            continue
        u0, v0, u1, v1 = material.uv_window
        uvs = mesh.uvs[mesh.triangles_of(part)].astype(np.float64)
        placed = (uvs - np.array((u0, v0))) / np.array((u1 - u0, v1 - v0))
        _check_areas(material.name, _areas(placed))
        shown.setdefault(material.surface, []).append(placed)
    for surface, pieces in shown.items():
        place = overlap(np.concatenate(pieces))
        if place is not None:
            raise UnsupportedDesign(
                "MODEL_OVERLAPS",
                f"The surface {surface!r} is shown twice around u {place[0]:.3f}, v {place[1]:.3f}. "
                "Lay the islands of its texture coordinates side by side, and upload it again.",
            )


def _check_areas(material: str, areas: NDArray[np.float64]) -> None:
    shown, mirrored = float(areas[areas > 0].sum()), float(-areas[areas < 0].sum())
    if shown + mirrored == 0:
        raise _wrong("MODEL_NOT_UNWRAPPED", material, "have no area. Unwrap it")
    if mirrored > _MIRRORED_PART:
        raise _wrong("MODEL_MIRRORED", material, "are mirrored. Turn its islands over")


def _areas(uvs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area of each triangle (t, 3, 2), negative where it is seen from behind.

    Counter-clockwise triangles run clockwise in coordinates whose v points down.
    """
    a, b = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    areas: NDArray[np.float64] = (a[:, 1] * b[:, 0] - a[:, 0] * b[:, 1]) / 2
    return areas


def _wrong(reason: str, material: str, why: str) -> UnsupportedDesign:
    return UnsupportedDesign(
        reason, f"The texture coordinates of the material {material!r} {why}, and upload it again."
    )
