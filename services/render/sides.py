"""From where a published product is looked at first: what is prepared before anybody does.

Every look of a model, from each of its cameras in the sizes that pages ask for, and the sides around
its first camera that the widget turns through. In an order that puts first what is seen first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from render_core.design import Template
from render_core.models import Model
from services.render.domain import CAMERA, TURN_DEGREES, WIDTHS_PX, Camera, Kind

# What the widget asks for (`gateway/web/widget/model.ts`).
WIDGET_PX: Final = 640
WIDGET_STEP_DEGREES: Final = 30
WIDTHS: Final = (WIDGET_PX, WIDTHS_PX[Kind.PREVIEW_3D])
# Combinations of choices that change a model's materials; of more, the first ones are prepared.
MAX_LOOKS: Final = 8


@dataclass(frozen=True, slots=True)
class Side:
    """A model, with the looks of its choices, from one side; angles in degrees."""

    model: Model
    azimuth: int
    elevation: int
    width_px: int
    distance_percent: int


def sides_of(template: Template) -> tuple[Side, ...]:
    """Return what is worth preparing, the likeliest first, nothing twice."""
    models = [look for model in template.models for look in _looks(model, template)]
    first = [_side(model, _cameras(model)[0], width) for width in WIDTHS for model in models]
    turns = [turn for model in models for turn in _turns(model)]
    others = [
        _side(model, camera, width)
        for model in models
        for camera in _cameras(model)[1:]
        for width in WIDTHS
    ]
    return tuple(dict.fromkeys([*first, *turns, *others]))


def _cameras(model: Model) -> tuple[Camera, ...]:
    cameras = tuple(
        Camera(one.id, one.azimuth, one.elevation, one.distance_percent) for one in model.cameras
    )
    return cameras or (CAMERA,)


def _side(model: Model, camera: Camera, width_px: int) -> Side:
    azimuth = camera.azimuth % TURN_DEGREES
    return Side(model, azimuth, camera.elevation, width_px, camera.distance_percent)


def _turns(model: Model) -> Iterator[Side]:
    first = _cameras(model)[0]
    for degrees in range(WIDGET_STEP_DEGREES, TURN_DEGREES, WIDGET_STEP_DEGREES):
        camera = replace(first, azimuth=first.azimuth + degrees)
        yield _side(model, camera, WIDGET_PX)


def _looks(model: Model, template: Template) -> Iterator[Model]:
    """Yield the model with each combination of choices that changes its materials."""
    changing = {look.option for look in model.looks}
    fixed = dict(model.shown_for)
    choices = {
        option.id: (fixed[option.id],) if option.id in fixed else option.choices
        for option in template.options
        if option.id in changing
    }
    for chosen in islice(_combinations(choices), MAX_LOOKS):
        yield replace(model, chosen=chosen)


def _combinations(
    choices: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[tuple[str, str], ...]]:
    for chosen in product(*choices.values()):
        yield tuple(zip(choices, chosen, strict=True))
