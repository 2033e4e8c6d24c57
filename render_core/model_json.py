"""Reads a 3D model of a template from JSON: the protobuf mapping of `luneo.design.v1.Model`."""

from __future__ import annotations

from typing import Final

from render_core.json_fields import Fields, wrong
from render_core.models import (
    MAX_DISTANCE_PERCENT,
    MIN_DISTANCE_PERCENT,
    Look,
    Model,
    ModelCamera,
)
from render_core.rules_json import read_rgb

_SHINE: Final = ("metallic_permille", "roughness_permille", "clearcoat_permille")


def read_model(fields: Fields, mesh: str) -> Model:
    """Return a model. mesh: SHA-256 of the mesh that its field `mesh` names, which is taken already."""
    surfaces = fields.entries("surfaces").items()
    model = Model(
        id=fields.text("id", None),
        display_name=fields.text("display_name"),
        mesh=mesh,
        surfaces=tuple(sorted((material, str(surface)) for material, surface in surfaces)),
        shown_for=tuple(sorted(fields.entries("shown_for").items())),
        looks=tuple(_look(child) for child in fields.children("looks")),
        cameras=tuple(_camera(child) for child in fields.children("cameras")),
    )
    fields.done()
    return model


def _camera(fields: Fields) -> ModelCamera:
    camera = ModelCamera(
        id=fields.text("id", None),
        display_name=fields.text("display_name"),
        azimuth=fields.integer("azimuth_degrees"),
        elevation=fields.integer("elevation_degrees"),
        **({"distance_percent": _distance(fields)} if fields.has("distance_percent") else {}),
    )
    fields.done()
    return camera


def _distance(fields: Fields) -> int:
    value = fields.integer("distance_percent")
    if not MIN_DISTANCE_PERCENT <= value <= MAX_DISTANCE_PERCENT:
        raise wrong(
            f"{fields.path}.distance_percent",
            f"{MIN_DISTANCE_PERCENT} to {MAX_DISTANCE_PERCENT} is expected here",
        )
    return value


def _look(fields: Fields) -> Look:
    look = Look(
        option=fields.text("option", None),
        choice=fields.text("choice", None),
        material=fields.text("material", None),
        base_rgb=read_rgb(fields, "base_rgb_hex"),
        **{name: _permille(fields, name) for name in _SHINE if fields.has(name)},
    )
    fields.done()
    return look


def _permille(fields: Fields, name: str) -> int:
    value = fields.integer(name)
    if not 0 <= value <= 1000:
        raise wrong(f"{fields.path}.{name}", "0 to 1000 is expected here")
    return value
