"""A mesh of a few triangles, and a product on it."""

from __future__ import annotations

from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2

from tests.spec.shop import product, text_zone

# Of 10 × 20 mm: its front can show a surface, another would show it mirrored, its edge has no place.
PLATE = b"""# millimetres, Y up
v 0 0 0
v 10 0 0
v 10 20 0
v 0 20 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl front
f 1/1 2/2 3/3 4/4
usemtl mirror
f 1/2 2/1 3/4 4/3
usemtl edge
f 1/1 2/1 3/1
"""


def with_model(font: str, **changes: object) -> product_pb2.Product:
    """A product whose front lies on a mesh."""
    made = product(text_zone(font))
    model = template_pb2.Model(id="plate", display_name="Plate", surfaces={"front": "front"})
    model.MergeFrom(template_pb2.Model(**changes))  # type: ignore[arg-type]
    made.template.models.append(model)
    return made
