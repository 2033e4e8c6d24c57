"""Templates as the render core reads them: names replaced by the hashes that a revision pins.

A value that the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from luneo.design.v1 import template_pb2 as pb

from render_core import design as core
from render_core.layout import Ink, Operation
from services.designs.pins import Pins

DEFAULT_LINE_HEIGHT_PERMILLE: Final = 1200

_SHAPES: Final = {
    pb.SHAPE_KIND_UNSPECIFIED: core.ShapeKind.RECTANGLE,
    pb.SHAPE_KIND_RECTANGLE: core.ShapeKind.RECTANGLE,
    pb.SHAPE_KIND_ELLIPSE: core.ShapeKind.ELLIPSE,
    pb.SHAPE_KIND_PATH: core.ShapeKind.PATH,
}
_OPERATIONS: Final = {
    pb.TECHNIQUE_PRINT: Operation.PRINT,
    pb.TECHNIQUE_ENGRAVE: Operation.ENGRAVE,
    pb.TECHNIQUE_CUT: Operation.CUT,
    pb.TECHNIQUE_FOIL: Operation.FOIL,
    pb.TECHNIQUE_EMBOSS: Operation.EMBOSS,
}
_ALIGNS: Final = {
    pb.ALIGNMENT_UNSPECIFIED: core.Align.CENTRE,
    pb.ALIGNMENT_START: core.Align.START,
    pb.ALIGNMENT_CENTRE: core.Align.CENTRE,
    pb.ALIGNMENT_END: core.Align.END,
}
_VERTICAL_ALIGNS: Final = {
    pb.VERTICAL_ALIGNMENT_UNSPECIFIED: core.VerticalAlign.MIDDLE,
    pb.VERTICAL_ALIGNMENT_TOP: core.VerticalAlign.TOP,
    pb.VERTICAL_ALIGNMENT_MIDDLE: core.VerticalAlign.MIDDLE,
    pb.VERTICAL_ALIGNMENT_BOTTOM: core.VerticalAlign.BOTTOM,
}
_OVERFLOWS: Final = {
    pb.OVERFLOW_UNSPECIFIED: core.Overflow.SHRINK,
    pb.OVERFLOW_SHRINK: core.Overflow.SHRINK,
    pb.OVERFLOW_REPORT: core.Overflow.REPORT,
}
_FITS: Final = {
    pb.IMAGE_FIT_UNSPECIFIED: core.ImageFit.CONTAIN,
    pb.IMAGE_FIT_CONTAIN: core.ImageFit.CONTAIN,
    pb.IMAGE_FIT_COVER: core.ImageFit.COVER,
}


def template_of(template: pb.Template, pins: Pins) -> core.Template:
    """Return the template for the render core. KeyError if a name in it is not pinned."""
    return core.Template(
        surfaces=tuple(_surface(surface) for surface in template.surfaces),
        zones=tuple(_zone(zone, pins) for zone in template.zones),
        views=tuple(_view(view, pins) for view in template.views),
    )


def shape_of(shape: pb.Shape) -> core.Shape:
    """Return an edge for the render core."""
    return core.Shape(_SHAPES[shape.kind], shape.corner_um, shape.path)


def ink_of(ink: pb.Ink) -> Ink:
    """Return an ink for the render core; its colour is "#rrggbb"."""
    red, green, blue = bytes.fromhex(ink.rgb_hex[1:])
    return Ink((red, green, blue), ink.spot)


def rgb_hex(ink: Ink) -> str:
    """Return the screen colour as "#rrggbb"."""
    return "#" + bytes(ink.rgb).hex()


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
    is_text = zone.WhichOneof("rules") == "text"
    return core.ZoneSpec(
        id=zone.id,
        display_name=zone.display_name,
        surface=zone.surface,
        x_um=zone.x_um,
        y_um=zone.y_um,
        width_um=zone.width_um,
        height_um=zone.height_um,
        operation=_OPERATIONS[zone.technique],
        ink=inks[0],
        shape=shape_of(zone.shape),
        safe_margin_um=zone.safe_margin_um,
        bleed_um=zone.bleed_um,
        required=zone.required,
        text=_text_rules(zone.text, pins) if is_text else None,
        artwork=None if is_text else _artwork_rules(zone.artwork),
        inks=inks,
    )


def _text_rules(rules: pb.TextRules, pins: Pins) -> core.TextRules:
    return core.TextRules(
        fonts=_hashes(rules.fonts, pins),
        fallback=_hashes(rules.fallback_fonts, pins),
        min_size_centipoint=rules.min_size_centipoint,
        max_size_centipoint=rules.max_size_centipoint,
        max_lines=rules.max_lines,
        max_graphemes=rules.max_graphemes,
        min_graphemes=rules.min_graphemes,
        align=_ALIGNS[rules.alignment],
        vertical_align=_VERTICAL_ALIGNS[rules.vertical_alignment],
        line_height_permille=rules.line_height_permille or DEFAULT_LINE_HEIGHT_PERMILLE,
        tracking_permille=rules.tracking_permille,
        overflow=_OVERFLOWS[rules.overflow],
        allowed=rules.allowed_characters,
        min_stroke_um=rules.min_stroke_um,
    )


def _hashes(names: Sequence[str], pins: Pins) -> tuple[str, ...]:
    return tuple(pins.fonts[name] for name in names)


def _artwork_rules(rules: pb.ArtworkRules) -> core.ArtworkRules:
    return core.ArtworkRules(
        fit=_FITS[rules.fit],
        allow_vector=rules.allow_vector,
        allow_raster=rules.allow_raster,
        min_dpi=rules.min_dpi,
    )


def _view(view: pb.View, pins: Pins) -> core.View:
    photo = pins.assets[view.photo]
    return core.View(
        id=view.id,
        display_name=view.display_name,
        photo=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        placements=tuple(_placement(placement) for placement in view.placements),
    )


def _placement(placement: pb.Placement) -> core.Placement:
    return core.Placement(
        surface=placement.surface,
        top_left_millipx=_point(placement.top_left),
        top_right_millipx=_point(placement.top_right),
        bottom_left_millipx=_point(placement.bottom_left),
    )


def _point(point: pb.PhotoPoint) -> tuple[int, int]:
    return (point.x_millipx, point.y_millipx)
