"""Templates as the render core reads them: names replaced by the hashes that a revision pins.

A value that the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

from typing import Final

from luneo.design.v1 import template_pb2 as pb

from render_core import design as core
from render_core.views import Bend, Light, Net, Placement, View
from services.designs.artwork_rules import artwork_rules_of, code_rules_of
from services.designs.effects import FINISHES, effect_of
from services.designs.inks import OPERATIONS, ink_of
from services.designs.models import model_of
from services.designs.pins import Pins
from services.designs.text_rules import text_rules_of

_SHAPES: Final = {
    pb.SHAPE_KIND_UNSPECIFIED: core.ShapeKind.RECTANGLE,
    pb.SHAPE_KIND_RECTANGLE: core.ShapeKind.RECTANGLE,
    pb.SHAPE_KIND_ELLIPSE: core.ShapeKind.ELLIPSE,
    pb.SHAPE_KIND_PATH: core.ShapeKind.PATH,
}


def template_of(template: pb.Template, pins: Pins) -> core.Template:
    """Return the template for the render core. KeyError if a name in it is not pinned."""
    return core.Template(
        surfaces=tuple(_surface(surface) for surface in template.surfaces),
        zones=tuple(_zone(zone, pins) for zone in template.zones),
        views=tuple(_view(view, pins) for view in template.views),
        options=tuple(_option(option) for option in template.options),
        output_profile=pins.assets[template.output_profile].sha256
        if template.output_profile
        else "",
        models=tuple(model_of(model, pins) for model in template.models),
    )


def shape_of(shape: pb.Shape) -> core.Shape:
    """Return an edge for the render core."""
    return core.Shape(_SHAPES[shape.kind], shape.corner_um, shape.path)


def _surface(surface: pb.Surface) -> core.SurfaceSpec:
    return core.SurfaceSpec(
        id=surface.id,
        display_name=surface.display_name,
        width_um=surface.width_um,
        height_um=surface.height_um,
        shape=shape_of(surface.shape),
        bleed_um=surface.bleed_um,
    )


def _zone(zone: pb.Zone, pins: Pins) -> core.ZoneSpec:
    inks = tuple(ink_of(ink) for ink in zone.inks)
    rules, operation = zone.WhichOneof("rules"), OPERATIONS[zone.technique]
    return core.ZoneSpec(
        id=zone.id,
        display_name=zone.display_name,
        surface=zone.surface,
        x_um=zone.x_um,
        y_um=zone.y_um,
        width_um=zone.width_um,
        height_um=zone.height_um,
        operation=operation,
        ink=inks[0],
        shape=shape_of(zone.shape),
        safe_margin_um=zone.safe_margin_um,
        bleed_um=zone.bleed_um,
        required=zone.required,
        text=text_rules_of(zone.text, pins) if rules == "text" else None,
        artwork=artwork_rules_of(zone.artwork) if rules == "artwork" else None,
        inks=inks,
        code=code_rules_of(zone.code) if rules == "code" else None,
        colour=core.ColourRules() if rules == "colour" else None,
        effects=tuple(effect_of(effect, operation, inks[0]) for effect in zone.effects),
        finish=FINISHES[zone.finish],
        depth_um=zone.depth_um,
        stencil=zone.stencil,
    )


def _view(view: pb.View, pins: Pins) -> View:
    photo = pins.assets[view.photo]
    return View(
        id=view.id,
        display_name=view.display_name,
        photo=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        placements=tuple(placement_of(placement) for placement in view.placements),
        shown_for=tuple(sorted(view.shown_for.items())),
        light=_light(view.light, pins),
    )


def _light(light: pb.ViewLight, pins: Pins) -> Light:
    def sha256(asset: str) -> str:
        return pins.assets[asset].sha256 if asset else ""

    return Light(
        mask=sha256(light.mask),
        shading=sha256(light.shading),
        highlights=sha256(light.highlights),
        displacement=sha256(light.displacement),
        strength_millipx=light.displacement_strength_millipx,
    )


def _option(option: pb.Option) -> core.Option:
    choices = tuple(choice.id for choice in option.choices)
    return core.Option(option.id, option.display_name, choices)


def placement_of(placement: pb.Placement) -> Placement:
    """Return where a surface falls on a photo, for the render core."""
    return Placement(
        surface=placement.surface,
        top_left_millipx=_point(placement.top_left),
        top_right_millipx=_point(placement.top_right),
        bottom_left_millipx=_point(placement.bottom_left),
        bottom_right_millipx=_point(placement.bottom_right)
        if placement.HasField("bottom_right")
        else None,
        bend=_bend(placement.cylinder) if placement.HasField("cylinder") else None,
        net=_net(placement.net) if placement.HasField("net") else None,
    )


def _bend(cylinder: pb.CylinderPlacement) -> Bend:
    points = tuple(_point(point) for point in cylinder.points)
    return Bend(points, cylinder.diameter_um, cylinder.from_um, cylinder.to_um)


def _net(net: pb.NetPlacement) -> Net:
    return Net(net.columns, net.rows, tuple(_point(point) for point in net.points))


def _point(point: pb.PhotoPoint) -> tuple[int, int]:
    return (point.x_millipx, point.y_millipx)
