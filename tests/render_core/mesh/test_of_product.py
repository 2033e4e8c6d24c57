"""A model of a product: its mesh from the library, its surfaces from the template."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render_core.design import Option, Template
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.export.glb import glb
from render_core.intake.meshes import normalise_mesh
from render_core.layout import Layout
from render_core.mesh.of_product import find_model, mesh_of
from render_core.models import Look, Model
from render_core.scene.of_product import preview_3d
from tests.render_core.export.samples import MemoryLibrary, template


def plate_model(library: MemoryLibrary, **changes: object) -> Model:
    return replace(template(library).models[0], **changes)


def test_the_model_says_which_material_shows_which_surface() -> None:
    library = MemoryLibrary()
    mesh = mesh_of(plate_model(library, surfaces=(("front", "back"),)), library)
    shown = {material.name: material.surface for material in mesh.materials}
    assert shown == {"front": "back", "back": ""}


def test_models_that_share_a_mesh_do_not_share_surfaces() -> None:
    library = MemoryLibrary()
    first = mesh_of(plate_model(library, surfaces=(("front", "one"),)), library)
    second = mesh_of(plate_model(library, surfaces=(("front", "two"),)), library)
    assert first.materials[0].surface == "one"
    assert second.materials[0].surface == "two"
    assert first.positions is second.positions


def test_a_material_that_the_mesh_lacks_is_named() -> None:
    library = MemoryLibrary()
    with pytest.raises(UnsupportedDesign, match="no material 'rim'; it has front, back") as caught:
        mesh_of(plate_model(library, surfaces=(("rim", "front"),)), library)
    assert caught.value.reason == "MODEL_INVALID"


def test_a_mesh_that_the_library_does_not_hold_is_missing_though_another_has_it() -> None:
    library = MemoryLibrary()
    model = plate_model(library)
    mesh_of(model, library)
    with pytest.raises(MissingInput) as caught:
        mesh_of(model, MemoryLibrary())
    assert caught.value.reason == "MESH_MISSING"


def test_a_surface_on_coordinates_outside_of_its_square_is_refused() -> None:
    library = MemoryLibrary()
    bare = mesh_of(plate_model(library), library)
    tiled = glb(replace(bare, uvs=bare.uvs * np.float32(2)), {}, name="tiled", all_uvs=True)
    model = plate_model(library, mesh=library.add(normalise_mesh(tiled).glb))
    with pytest.raises(UnsupportedDesign) as caught:
        mesh_of(model, library)
    assert caught.value.reason == "MESH_UV"


def test_the_first_model_is_the_one_without_a_name() -> None:
    library = MemoryLibrary()
    products = template(library)
    assert find_model(products, "") is find_model(products, "plate")
    with pytest.raises(UnsupportedDesign, match="no 3D model 'ring'"):
        find_model(products, "ring")
    with pytest.raises(UnsupportedDesign, match=r"has no 3D model\. Add one"):
        find_model(Template((), ()), "")


def test_models_are_offered_by_options_as_views_are() -> None:
    red = Model("red", "Red", "0" * 64, (), (("colour", "red"),))
    both = Model("both", "Both", "0" * 64, ())
    option = Option("colour", "Colour", ("white", "red"))
    product = Template((), (), options=(option,), models=(red, both))
    assert product.offered({}).models == (both,)
    assert product.offered({"colour": "red"}).models == (red, both)


RED, SHINY = (200, 30, 20), Look("metal", "gold", "back", (236, 196, 112), 1000, 160, 0)


def test_a_chosen_look_changes_its_material_and_no_other() -> None:
    library = MemoryLibrary()
    looks = (Look("colour", "red", "front", RED), SHINY)
    model = plate_model(library, looks=looks)
    bare = mesh_of(model, library)
    red = mesh_of(replace(model, chosen=(("colour", "red"), ("metal", "steel"))), library)
    front, back = red.materials
    alpha = bare.materials[0].base_colour[3]
    assert front == replace(bare.materials[0], base_colour=(*RED, alpha))
    assert back == bare.materials[1]
    both = mesh_of(replace(model, chosen=(("colour", "red"), ("metal", "gold"))), library)
    assert both.materials[1].metallic_permille == 1000
    assert both.materials[1].roughness_permille == 160
    assert both.positions is bare.positions


def test_a_look_of_a_material_that_the_mesh_lacks_is_refused() -> None:
    library = MemoryLibrary()
    model = plate_model(library, looks=(Look("colour", "red", "rim", RED),))
    with pytest.raises(UnsupportedDesign, match="no material 'rim'"):
        mesh_of(model, library)


def test_an_offered_model_has_the_looks_of_what_is_chosen() -> None:
    library = MemoryLibrary()
    model = plate_model(library, looks=(SHINY,))
    option = Option("metal", "Metal", ("steel", "gold"))
    product = Template((), (), options=(option,), models=(model,))
    assert product.offered({}).models[0].chosen == (("metal", "steel"),)
    (gold,) = product.offered({"metal": "gold"}).models
    assert mesh_of(gold, library).materials[1].base_colour[:3] == SHINY.base_rgb


def test_pictures_of_two_looks_are_not_mistaken_for_each_other() -> None:
    library = MemoryLibrary()
    model = plate_model(library, looks=(Look("colour", "red", "front", RED),))
    layout = Layout((), "15.0")
    shown = [
        preview_3d(layout, replace(model, chosen=chosen), library, 0, 10, 64)
        for chosen in ((), (("colour", "red"),))
    ]
    assert (shown[0][..., 1].astype(int) - shown[1][..., 1]).max() > 60


def _turned(change: str) -> bytes:
    """Return the plate with the texture coordinates of its front spoiled."""
    library = MemoryLibrary()
    bare = mesh_of(plate_model(library), library)
    uvs = bare.uvs.copy()
    front = np.unique(bare.triangles_of(bare.parts[0]))
    if change == "mirrored":
        uvs[front, 0] = 1 - uvs[front, 0]
    elif change == "flat":
        uvs[front] = 0.5
    parts, triangles = bare.parts, bare.triangles
    if change == "twice":
        rows = bare.triangles_of(parts[0])
        triangles = np.concatenate((rows, rows, bare.triangles_of(parts[1])))
        parts = (replace(parts[0], count=4), replace(parts[1], first=4))
    spoiled = replace(bare, uvs=uvs, parts=parts, triangles=triangles)
    return normalise_mesh(glb(spoiled, {}, name="plate", all_uvs=True)).glb


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("mirrored", "MODEL_MIRRORED"),
        ("flat", "MODEL_NOT_UNWRAPPED"),
        ("twice", "MODEL_OVERLAPS"),
    ],
)
def test_a_surface_shown_mirrored_twice_or_not_at_all_is_refused(change: str, reason: str) -> None:
    library = MemoryLibrary()
    model = plate_model(library, mesh=library.add(_turned(change)))
    with pytest.raises(UnsupportedDesign) as caught:
        mesh_of(model, library)
    assert caught.value.reason == reason
    bare = mesh_of(replace(model, surfaces=(("back", "back"),)), library)
    assert bare.materials[0].surface == ""
