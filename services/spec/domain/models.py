"""Checks a 3D model: a mesh of the brand whose materials exist and can show the surfaces named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from luneo.design.v1 import template_pb2

from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetKind, Holdings
from services.spec.domain.ids import repeated

_WHY: Final = {
    "MODEL_NOT_UNWRAPPED": "has no texture coordinates with an area. Unwrap it",
    "MODEL_MIRRORED": "would show its surface mirrored. Turn its islands over",
    "MODEL_OVERLAPS": "would show parts of its surface twice. Lay its islands side by side",
}
_OTHERWISE: Final = "has texture coordinates that a surface cannot be laid on. Unwrap it"


def model_violations(
    model: template_pb2.Model,
    surfaces: Collection[str],
    choices: Mapping[str, Collection[str]],
    holdings: Holdings,
    path: str,
) -> Iterator[Violation]:
    """Yield what is wrong with a model.

    surfaces: ids of the template. choices: by option. path: of the model in the request.
    """
    for material, surface in sorted(model.surfaces.items()):
        if surface not in surfaces:
            yield Violation(
                f"{path}.surfaces[{material!r}]",
                "SURFACE_UNKNOWN",
                f"No surface is called {surface!r}.",
            )
    twice = {s for s in model.surfaces.values() if list(model.surfaces.values()).count(s) > 1}
    if twice:
        yield Violation(
            f"{path}.surfaces",
            "SURFACE_REPEATED",
            f"Two materials show the surface {min(twice)!r}. A model shows a surface once.",
        )
    conditions = [(f"{path}.shown_for", model.shown_for.items())]
    conditions += [
        (f"{path}.looks[{index}]", {look.option: look.choice}.items())
        for index, look in enumerate(model.looks)
    ]
    for place, pairs in conditions:
        for option, choice in sorted(pairs):
            if choice not in choices.get(option, ()):
                yield Violation(
                    f"{place}[{option!r}]" if place.endswith("shown_for") else f"{place}.choice",
                    "CHOICE_UNKNOWN",
                    f"No option {option!r} offers {choice!r}.",
                )
    yield from repeated(model.cameras, f"{path}.cameras", "camera")
    yield from _mesh(model, holdings, path)


def _mesh(model: template_pb2.Model, holdings: Holdings, path: str) -> Iterator[Violation]:
    asset = holdings.assets.get(model.mesh)
    if asset is None:
        yield Violation(f"{path}.mesh", "ASSET_UNKNOWN", "This brand has no such mesh.")
        return
    if asset.kind is not AssetKind.MESH or asset.mesh is None:
        yield Violation(
            f"{path}.mesh", "ASSET_NOT_A_MESH", "A model needs a mesh: a GLB or an OBJ."
        )
        return
    materials = dict(asset.mesh.materials)
    there = f"The mesh has {', '.join(materials)}."
    for material in sorted(model.surfaces):
        place = f"{path}.surfaces[{material!r}]"
        if material not in materials:
            yield Violation(
                place, "MATERIAL_UNKNOWN", f"No material is called {material!r}. {there}"
            )
        elif unfit := materials[material]:
            why = _WHY.get(unfit, _OTHERWISE)
            yield Violation(
                place, unfit, f"The material {material!r} {why}, and upload the mesh again."
            )
    for index, look in enumerate(model.looks):
        if look.material not in materials:
            yield Violation(
                f"{path}.looks[{index}].material",
                "MATERIAL_UNKNOWN",
                f"No material is called {look.material!r}. {there}",
            )
