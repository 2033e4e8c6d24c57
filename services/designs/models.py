"""3D models as the render core reads them: the mesh replaced by the hash that a revision pins."""

from __future__ import annotations

from luneo.design.v1 import template_pb2 as pb

from render_core.models import Look, Model, ModelCamera
from services.designs.inks import rgb_of
from services.designs.pins import Pins


def model_of(model: pb.Model, pins: Pins) -> Model:
    """Return the model for the render core. KeyError if its mesh is not pinned."""
    return Model(
        id=model.id,
        display_name=model.display_name,
        mesh=pins.assets[model.mesh].sha256,
        surfaces=tuple(sorted(model.surfaces.items())),
        shown_for=tuple(sorted(model.shown_for.items())),
        looks=tuple(_look(look) for look in model.looks),
        cameras=tuple(
            ModelCamera(
                id=camera.id,
                display_name=camera.display_name,
                azimuth=camera.azimuth_degrees,
                elevation=camera.elevation_degrees,
                distance_percent=camera.distance_percent or 100,
            )
            for camera in model.cameras
        ),
    )


def _look(look: pb.ModelLook) -> Look:
    return Look(
        option=look.option,
        choice=look.choice,
        material=look.material,
        base_rgb=rgb_of(look.base_rgb_hex),
        metallic_permille=_given(look, "metallic_permille"),
        roughness_permille=_given(look, "roughness_permille"),
        clearcoat_permille=_given(look, "clearcoat_permille"),
    )


def _given(look: pb.ModelLook, field: str) -> int | None:
    return getattr(look, field) if look.HasField(field) else None
