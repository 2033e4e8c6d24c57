"""A mesh made light enough for what will show it: fewer triangles where a budget asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import orjson

from render_core.export.model_budget import Budget
from render_core.limits import MAX_MESH_CACHE_BYTES
from render_core.mesh.model import Mesh
from render_core.mesh.simplify import Simplified, simplified
from render_core.recently_used import RecentlyUsed

# Of the bytes of a budget, what triangles may take; the rest is for pictures.
MESH_PERMILLE: Final = 600
_AIM_PERMILLE: Final = 940  # of what is allowed: vertices do not fall quite as triangles do
_TRIES: Final = 4


_LIGHT: RecentlyUsed[Simplified] = RecentlyUsed(
    MAX_MESH_CACHE_BYTES, lambda light: light.mesh.size_bytes
)


def light_enough(mesh: Mesh, budget: Budget, bare_bytes: Callable[[Mesh], int]) -> Simplified:
    """Return the mesh itself if a budget takes it, else a simplified one, made once and kept.

    bare_bytes: of the file without pictures. What cannot be made light enough comes back as light as
    it goes: the gate of the file says so.
    """
    if _fits(mesh, budget, bare_bytes(mesh)):
        return Simplified(mesh, 0)
    key = (_content(mesh), budget)
    return _LIGHT.get(key, lambda: _lighter(mesh, budget, bare_bytes))


def _lighter(mesh: Mesh, budget: Budget, bare_bytes: Callable[[Mesh], int]) -> Simplified:
    wanted = budget.max_triangles
    light = Simplified(mesh, 0)
    for _ in range(_TRIES):
        size = bare_bytes(light.mesh)
        if _fits(light.mesh, budget, size):
            break
        allowed = budget.max_bytes * MESH_PERMILLE // 1000
        by_bytes = len(light.mesh.triangles) * allowed // size * _AIM_PERMILLE // 1000
        before, wanted = wanted, max(4, min(wanted, by_bytes))
        light = simplified(mesh, wanted)
        if len(light.mesh.triangles) > wanted or wanted == before != budget.max_triangles:
            break
    return light


def _fits(mesh: Mesh, budget: Budget, size: int) -> bool:
    return (
        len(mesh.triangles) <= budget.max_triangles
        and size * 1000 <= budget.max_bytes * MESH_PERMILLE
    )


def _content(mesh: Mesh) -> str:
    digest = hashlib.sha256(orjson.dumps([mesh.parts, mesh.materials]))
    for array in (mesh.positions, mesh.normals, mesh.uvs, mesh.triangles):
        digest.update(array.tobytes())
    return digest.hexdigest()
