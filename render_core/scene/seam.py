"""Where a texture closes around a product: its left and right edges lie on each other."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import WHOLE, Mesh, Part

_EDGE: Final = 1e-5
_MICROMETRES: Final = 1e6


def wraps(mesh: Mesh, part: Part) -> tuple[bool, bool]:
    """Return whether u and v of a part close around; only a whole texture square can."""
    material = mesh.materials[part.material]
    if not material.surface or material.uv_window != WHOLE:
        return False, False
    vertices = mesh.vertices_of(mesh.triangles_of(part))
    uvs = mesh.uvs[vertices].astype(np.float64)
    places = np.rint(mesh.positions[vertices].astype(np.float64) * _MICROMETRES).astype(np.int64)
    return _closes(uvs[:, 0], places), _closes(uvs[:, 1], places)


def _closes(coordinate: NDArray[np.float64], places: NDArray[np.int64]) -> bool:
    """Return whether the vertices at 0 and those at 1 are the same places, two at least."""
    at_start = np.unique(places[coordinate < _EDGE], axis=0)
    at_end = np.unique(places[coordinate > 1 - _EDGE], axis=0)
    return len(at_start) > 1 and np.array_equal(at_start, at_end)
