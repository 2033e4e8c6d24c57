"""The mesh of a product's 3D model, from the library, with the template's surfaces on its materials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Final

from render_core.design import Library, Option, Template
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.limits import MAX_MESH_CACHE_BYTES
from render_core.mesh.gltf import read_glb
from render_core.mesh.model import Material, Mesh, checked
from render_core.mesh.unwrapping import check_unwrapping
from render_core.models import Look, Model
from render_core.recently_used import RecentlyUsed

_UNWRAPPED_KEPT: Final = 1024
# Each is a picture of every printed surface in one file.
MAX_LOOKS: Final = 8


_MESHES: RecentlyUsed[Mesh] = RecentlyUsed(MAX_MESH_CACHE_BYTES, lambda mesh: mesh.size_bytes)
# Meshes and surfaces that were found to be unwrapped well.
_UNWRAPPED: RecentlyUsed[bool] = RecentlyUsed(_UNWRAPPED_KEPT)


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
    named = surfaces.keys() | {look.material for look in model.looks}
    missing = named - {material.name for material in bare.materials}
    if missing:
        raise UnsupportedDesign(
            "MODEL_INVALID",
            f"The model {model.id!r} has no material {min(missing)!r}; it has "
            f"{', '.join(material.name for material in bare.materials)}.",
        )
    materials = tuple(
        replace(material, surface=surfaces.get(material.name, "")) for material in bare.materials
    )
    mesh = checked(replace(bare, materials=dressed(materials, model, model.chosen)))
    _UNWRAPPED.get((model.mesh, model.surfaces), lambda: _unwrapped(mesh))
    return mesh


def _unwrapped(mesh: Mesh) -> bool:
    check_unwrapping(mesh)
    return True


def looks_of(
    model: Model, options: Sequence[Option], library: Library
) -> list[tuple[str, tuple[Material, ...]]]:
    """Return each choice that changes a model's materials, by name, and the materials with it.

    Choices of several options that do are combined; none are returned where there are too many.
    """
    changing = [
        option for option in options if any(look.option == option.id for look in model.looks)
    ]
    if not changing or prod(len(option.choices) for option in changing) > MAX_LOOKS:
        return []
    bare = mesh_of(replace(model, chosen=()), library).materials
    found = []
    for choices in product(*(option.choices for option in changing)):
        chosen = [(option.id, choice) for option, choice in zip(changing, choices, strict=True)]
        found.append((", ".join(choices), dressed(bare, model, chosen)))
    return found


def dressed(
    materials: tuple[Material, ...], model: Model, chosen: Iterable[tuple[str, str]]
) -> tuple[Material, ...]:
    """Return materials with the looks that a model has for these (option, choice) pairs."""
    choices = set(chosen)
    looks = [look for look in model.looks if (look.option, look.choice) in choices]
    for look in looks:
        materials = tuple(
            _with_look(material, look) if material.name == look.material else material
            for material in materials
        )
    return materials


def _with_look(material: Material, look: Look) -> Material:
    return replace(
        material,
        base_colour=(*look.base_rgb, material.base_colour[3]),
        metallic_permille=_either(look.metallic_permille, material.metallic_permille),
        roughness_permille=_either(look.roughness_permille, material.roughness_permille),
        clearcoat_permille=_either(look.clearcoat_permille, material.clearcoat_permille),
    )


def _either(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given
