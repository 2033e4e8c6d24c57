"""The mesh of a product's 3D model, from the library, with the template's surfaces on its materials."""

from __future__ import annotations

from dataclasses import replace

from render_core.design import Library, Model, Template
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.limits import MAX_MESH_CACHE_BYTES
from render_core.mesh.gltf import read_glb
from render_core.mesh.model import Mesh, checked
from render_core.mesh.unwrapping import check_unwrapping
from render_core.recently_used import RecentlyUsed


def _weight(mesh: Mesh) -> int:
    return mesh.positions.nbytes + mesh.normals.nbytes + mesh.uvs.nbytes + mesh.triangles.nbytes


_MESHES: RecentlyUsed[Mesh] = RecentlyUsed(MAX_MESH_CACHE_BYTES, _weight)


def find_model(template: Template, model_id: str) -> Model:
    """Return a model by id, the first one for ""; raises UnsupportedDesign (MODEL_UNKNOWN)."""
    for model in template.models:
        if model_id in ("", model.id):
            return model
    named = f" {model_id!r}" if model_id else ""
    raise UnsupportedDesign(
        "MODEL_UNKNOWN", f"This product has no 3D model{named}. Add one to it.", field="model"
    )


def mesh_of(model: Model, library: Library) -> Mesh:
    """Return the mesh with surfaces on the materials that the model names.

    Raises MissingInput (MESH_MISSING), UnsupportedDesign (MODEL_INVALID, or what `checked` and
    `check_unwrapping` find), RefusedFile for bytes that intake did not make. The library is asked each time, so that a brand
    never sees a mesh that it does not hold.
    """
    try:
        data = library.mesh(model.mesh)
    except KeyError as error:
        raise MissingInput(
            "MESH_MISSING", f"The mesh {model.mesh} is not in the library."
        ) from error
    bare = _MESHES.get(model.mesh, lambda: read_glb(data))
    surfaces = dict(model.surfaces)
    missing = surfaces.keys() - {material.name for material in bare.materials}
    if missing:
        raise UnsupportedDesign(
            "MODEL_INVALID",
            f"The model {model.id!r} has no material {min(missing)!r}; it has "
            f"{', '.join(material.name for material in bare.materials)}.",
        )
    materials = tuple(
        replace(material, surface=surfaces.get(material.name, "")) for material in bare.materials
    )
    mesh = checked(replace(bare, materials=materials))
    check_unwrapping(mesh)
    return mesh
