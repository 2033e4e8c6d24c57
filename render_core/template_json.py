"""Reads a product template from JSON: the protobuf mapping of `luneo.design.v1.Template`.

What the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from render_core import design as core
from render_core.json_fields import Fields, wrong
from render_core.layout import Ink, Operation

DEFAULT_LINE_HEIGHT_PERMILLE: Final = 1200
_RGB_HEX: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by name. sha256: of its normalised form; sizes are 0 for vector artwork."""

    sha256: str
    width_px: int = 0
    height_px: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a template stand for: fonts by SHA-256, pictures."""

    fonts: Mapping[str, str]
    assets: Mapping[str, Picture]


@dataclass(frozen=True, slots=True)
class ReadTemplate:
    """A template with what the render core does not need.

    default_artwork: asset name by zone. surcharge_cents: by zone.
    """

    template: core.Template
    default_artwork: Mapping[str, str]
    surcharge_cents: Mapping[str, int]


def read_template(value: Any, names: Names, path: str = "template") -> ReadTemplate:
    """Return the template; UnsupportedDesign (DESIGN_FILE_INVALID) names the field that is wrong."""
    fields = Fields(value, path)
    surfaces = tuple(_surface(child) for child in fields.children("surfaces"))
    reader = _Zones(names)
    zones = tuple(reader.zone(child) for child in fields.children("zones"))
    views = tuple(_view(child, names) for child in fields.children("views"))
    fields.done()
    known = {surface.id for surface in surfaces}
    for zone in zones:
        if zone.surface not in known:
            raise wrong(f"{path}.zones", f"zone {zone.id!r} lies on no surface of this template")
    template = core.Template(surfaces=surfaces, zones=zones, views=views)
    return ReadTemplate(template, reader.default_artwork, reader.surcharges)


def _surface(fields: Fields) -> core.SurfaceSpec:
    surface = core.SurfaceSpec(
        id=fields.text("id", None),
        display_name=fields.text("display_name"),
        width_um=fields.integer("width_um", None),
        height_um=fields.integer("height_um", None),
        shape=_shape(fields.child("shape")),
        bleed_um=fields.integer("bleed_um"),
    )
    fields.done()
    return surface


def _shape(fields: Fields) -> core.Shape:
    shape = core.Shape(
        kind=fields.choice("kind", "SHAPE_KIND_", core.ShapeKind, core.ShapeKind.RECTANGLE),
        corner_um=fields.integer("corner_um"),
        path=fields.text("path"),
    )
    fields.done()
    return shape


class _Zones:
    """Reads zones and collects what lies beside them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.default_artwork: dict[str, str] = {}
        self.surcharges: dict[str, int] = {}

    def zone(self, fields: Fields) -> core.ZoneSpec:
        identity = fields.text("id", None)
        inks = tuple(_ink(child) for child in fields.children("inks"))
        operation = fields.choice("technique", "TECHNIQUE_", Operation, Operation.SCREEN_ONLY)
        if operation is Operation.SCREEN_ONLY:
            raise wrong(f"{fields.path}.technique", "a technique is needed")
        if not inks:
            raise wrong(f"{fields.path}.inks", "at least one ink is needed")
        if fields.has("text") == fields.has("artwork"):
            raise wrong(fields.path, "a zone takes either text or artwork")
        self.surcharges[identity] = fields.integer("surcharge_cents")
        zone = core.ZoneSpec(
            id=identity,
            display_name=fields.text("display_name"),
            surface=fields.text("surface", None),
            x_um=fields.integer("x_um"),
            y_um=fields.integer("y_um"),
            width_um=fields.integer("width_um", None),
            height_um=fields.integer("height_um", None),
            operation=operation,
            ink=inks[0],
            shape=_shape(fields.child("shape")),
            safe_margin_um=fields.integer("safe_margin_um"),
            bleed_um=fields.integer("bleed_um"),
            required=fields.flag("required"),
            text=self._text(fields.child("text")) if fields.has("text") else None,
            artwork=self._artwork(identity, fields.child("artwork"))
            if fields.has("artwork")
            else None,
            inks=inks,
        )
        fields.done()
        return zone

    def _text(self, fields: Fields) -> core.TextRules:
        rules = core.TextRules(
            fonts=self._fonts(fields, "fonts"),
            fallback=self._fonts(fields, "fallback_fonts"),
            min_size_centipoint=fields.integer("min_size_centipoint", None),
            max_size_centipoint=fields.integer("max_size_centipoint", None),
            max_lines=fields.integer("max_lines", None),
            max_graphemes=fields.integer("max_graphemes", None),
            min_graphemes=fields.integer("min_graphemes"),
            align=fields.choice("alignment", "ALIGNMENT_", core.Align, core.Align.CENTRE),
            vertical_align=fields.choice(
                "vertical_alignment",
                "VERTICAL_ALIGNMENT_",
                core.VerticalAlign,
                core.VerticalAlign.MIDDLE,
            ),
            line_height_permille=fields.integer("line_height_permille")
            or DEFAULT_LINE_HEIGHT_PERMILLE,
            tracking_permille=fields.integer("tracking_permille"),
            overflow=fields.choice("overflow", "OVERFLOW_", core.Overflow, core.Overflow.SHRINK),
            allowed=fields.text("allowed_characters"),
            min_stroke_um=fields.integer("min_stroke_um"),
        )
        fields.done()
        if not rules.fonts:
            raise wrong(f"{fields.path}.fonts", "at least one font is needed")
        return rules

    def _fonts(self, fields: Fields, name: str) -> tuple[str, ...]:
        return tuple(
            known(self._names.fonts, font, f"{fields.path}.{name}", "font")
            for font in fields.texts(name)
        )

    def _artwork(self, zone: str, fields: Fields) -> core.ArtworkRules:
        rules = core.ArtworkRules(
            fit=fields.choice("fit", "IMAGE_FIT_", core.ImageFit, core.ImageFit.CONTAIN),
            allow_vector=fields.flag("allow_vector"),
            allow_raster=fields.flag("allow_raster"),
            min_dpi=fields.integer("min_dpi"),
        )
        default = fields.text("default_asset")
        if default:
            known(self._names.assets, default, f"{fields.path}.default_asset", "asset")
            self.default_artwork[zone] = default
        fields.done()
        return rules


def known(names: Mapping[str, Any], name: str, path: str, kind: str) -> Any:
    """Return what a name stands for, or say that it stands for nothing."""
    if name not in names:
        raise wrong(path, f"there is no {kind} {name!r} in the file; add it under files")
    return names[name]


def _ink(fields: Fields) -> Ink:
    text = fields.text("rgb_hex", None)
    if not _RGB_HEX.fullmatch(text):
        raise wrong(f"{fields.path}.rgb_hex", f"{text!r} is not a colour such as #1a2b3c")
    red, green, blue = bytes.fromhex(text[1:])
    fields.text("display_name")
    ink = Ink((red, green, blue), fields.text("spot"))
    fields.done()
    return ink


def _view(fields: Fields, names: Names) -> core.View:
    photo: Picture = known(
        names.assets, fields.text("photo", None), f"{fields.path}.photo", "asset"
    )
    view = core.View(
        id=fields.text("id", None),
        display_name=fields.text("display_name"),
        photo=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        placements=tuple(_placement(child) for child in fields.children("placements")),
    )
    fields.done()
    return view


def _placement(fields: Fields) -> core.Placement:
    placement = core.Placement(
        surface=fields.text("surface", None),
        top_left_millipx=_point(fields.child("top_left")),
        top_right_millipx=_point(fields.child("top_right")),
        bottom_left_millipx=_point(fields.child("bottom_left")),
    )
    fields.done()
    return placement


def _point(fields: Fields) -> tuple[int, int]:
    point = (fields.integer("x_millipx"), fields.integer("y_millipx"))
    fields.done()
    return point
