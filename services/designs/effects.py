"""Effects and finishes as the render core reads them."""

from __future__ import annotations

from typing import Final

from luneo.design.v1 import effects_pb2 as pb

from render_core import effects as core
from render_core.layout import Ink, Operation
from render_core.looks import Finish, GradientKind
from services.designs.inks import OPERATIONS, ink_of, rgb_of

FINISHES: Final = {
    pb.FINISH_UNSPECIFIED: Finish.NONE,
    pb.FINISH_ENGRAVED: Finish.ENGRAVED,
    pb.FINISH_EMBOSSED: Finish.EMBOSSED,
    pb.FINISH_DEBOSSED: Finish.DEBOSSED,
    pb.FINISH_FOIL: Finish.FOIL,
}
_POSITIONS: Final = {
    pb.LINE_POSITION_UNSPECIFIED: core.LinePosition.OUTSIDE,
    pb.LINE_POSITION_OUTSIDE: core.LinePosition.OUTSIDE,
    pb.LINE_POSITION_INSIDE: core.LinePosition.INSIDE,
    pb.LINE_POSITION_CENTRE: core.LinePosition.CENTRE,
}
_JOINS: Final = {
    pb.LINE_JOIN_UNSPECIFIED: core.LineJoin.ROUND,
    pb.LINE_JOIN_ROUND: core.LineJoin.ROUND,
    pb.LINE_JOIN_MITER: core.LineJoin.MITER,
    pb.LINE_JOIN_BEVEL: core.LineJoin.BEVEL,
}
_GRADIENTS: Final = {
    pb.GRADIENT_KIND_UNSPECIFIED: GradientKind.LINEAR,
    pb.GRADIENT_KIND_LINEAR: GradientKind.LINEAR,
    pb.GRADIENT_KIND_RADIAL: GradientKind.RADIAL,
}


def effect_of(effect: pb.Effect, operation: Operation, ink: Ink) -> core.Effect:
    """Return an effect. operation, ink: the zone's, for what the effect leaves unstated."""
    kind = effect.WhichOneof("kind")
    if kind == "gradient":
        return _gradient(effect.gradient)
    if kind == "underprint":
        operation, ink = Operation.WHITE, core.WHITE
    operation = OPERATIONS.get(effect.technique, operation)
    ink = ink_of(effect.ink) if effect.HasField("ink") else ink
    if kind == "underprint":
        return core.UnderprintEffect(operation, ink, effect.underprint.choke_um)
    if kind == "shadow":
        shadow = effect.shadow
        return core.ShadowEffect(
            shadow.dx_um, shadow.dy_um, operation, ink, shadow.spread_um, shadow.long
        )
    line = effect.outline
    return core.OutlineEffect(
        line.width_um, operation, ink, _POSITIONS[line.position], _JOINS[line.join]
    )


def _gradient(gradient: pb.GradientEffect) -> core.GradientEffect:
    return core.GradientEffect(
        stops=tuple((stop.offset_permille, rgb_of(stop.rgb_hex)) for stop in gradient.stops),
        kind=_GRADIENTS[gradient.gradient_kind],
        angle_degrees=gradient.angle_degrees,
    )
