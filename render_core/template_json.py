"""Reads a product template from JSON: the protobuf mapping of `luneo.design.v1.Template`.

What the proto leaves unstated becomes what its comment there says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from render_core import design as core
from render_core.json_fields import Fields, known, wrong
from render_core.looks import Finish
from render_core.model_json import read_model
from render_core.models import Model
from render_core.rules_json import (
    read_code_rules,
    read_effect,
    read_ink,
    read_pattern,
    read_technique,
    read_text_rules,
)
from render_core.views import Bend, Light, Net, Placement, View


@dataclass(frozen=True, slots=True)
class Picture:
    """An asset by name. sha256: of its normalised form; sizes are 0 for all but pixels."""

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

    default_artwork: asset name by zone. surcharge_cents: by zone. choice_surcharge_cents: by option
    and choice.
    """

    template: core.Template
    default_artwork: Mapping[str, str]
    surcharge_cents: Mapping[str, int]
    choice_surcharge_cents: Mapping[tuple[str, str], int]


def read_template(value: Any, names: Names, path: str = "template") -> ReadTemplate:
    """Return the template; UnsupportedDesign (DESIGN_FILE_INVALID) names the field that is wrong."""
    fields = Fields(value, path)
    surfaces = tuple(_surface(child) for child in fields.children("surfaces"))
    reader = _Zones(names)
    zones = tuple(reader.zone(child) for child in fields.children("zones"))
    views = tuple(_view(child, names) for child in fields.children("views"))
    models = tuple(_model(child, names) for child in fields.children("models"))
    reader_options = _Options()
    options = tuple(reader_options.option(child) for child in fields.children("options"))
    profile = fields.text("output_profile")
    output_profile = (
        known(names.assets, profile, f"{path}.output_profile", "asset").sha256 if profile else ""
    )
    fields.done()
    on = {surface.id for surface in surfaces}
    for zone in zones:
        if zone.surface not in on:
            raise wrong(f"{path}.zones", f"zone {zone.id!r} lies on no surface of this template")
    for model in models:
        if not on.issuperset(surface for _, surface in model.surfaces):
            raise wrong(f"{path}.models", f"model {model.id!r} shows a surface that is not there")
    template = core.Template(surfaces, zones, views, options, output_profile, models)
    return ReadTemplate(
        template, reader.default_artwork, reader.surcharges, reader_options.surcharges
    )


class _Options:
    """Reads options and collects their surcharges."""

    def __init__(self) -> None:
        self.surcharges: dict[tuple[str, str], int] = {}

    def option(self, fields: Fields) -> core.Option:
        identity = fields.text("id", None)
        choices = tuple(self._choice(identity, child) for child in fields.children("choices"))
        if not choices:
            raise wrong(f"{fields.path}.choices", "at least one choice is needed")
        option = core.Option(identity, fields.text("display_name"), choices)
        fields.done()
        return option

    def _choice(self, option: str, fields: Fields) -> str:
        identity = fields.text("id", None)
        self.surcharges[(option, identity)] = fields.integer("surcharge_cents")
        fields.text("display_name")
        fields.text("swatch_rgb_hex")
        fields.done()
        return identity


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
        inks = tuple(read_ink(child) for child in fields.children("inks"))
        operation = read_technique(fields)
        if operation is None:
            raise wrong(f"{fields.path}.technique", "a technique is needed")
        if not inks:
            raise wrong(f"{fields.path}.inks", "at least one ink is needed")
        if sum(fields.has(kind) for kind in ("text", "artwork", "code", "colour")) != 1:
            raise wrong(fields.path, "a zone takes one of text, artwork, code and colour")
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
            text=read_text_rules(fields.child("text"), self._names.fonts)
            if fields.has("text")
            else None,
            artwork=self._artwork(identity, fields.child("artwork"))
            if fields.has("artwork")
            else None,
            inks=inks,
            code=read_code_rules(fields.child("code")) if fields.has("code") else None,
            colour=_colour(fields.child("colour")) if fields.has("colour") else None,
            effects=tuple(
                read_effect(child, operation, inks[0]) for child in fields.children("effects")
            ),
            finish=fields.choice("finish", "FINISH_", Finish, Finish.NONE),
            depth_um=fields.integer("depth_um"),
            stencil=fields.flag("stencil"),
        )
        fields.done()
        return zone

    def _artwork(self, zone: str, fields: Fields) -> core.ArtworkRules:
        rules = core.ArtworkRules(
            fit=fields.choice("fit", "IMAGE_FIT_", core.ImageFit, core.ImageFit.CONTAIN),
            allow_vector=fields.flag("allow_vector"),
            allow_raster=fields.flag("allow_raster"),
            min_dpi=fields.integer("min_dpi"),
            pattern=read_pattern(fields.child("pattern")) if fields.has("pattern") else None,
            min_stroke_um=fields.integer("min_stroke_um"),
            min_gap_um=fields.integer("min_gap_um"),
        )
        default = fields.text("default_asset")
        if default:
            known(self._names.assets, default, f"{fields.path}.default_asset", "asset")
            self.default_artwork[zone] = default
        fields.done()
        return rules


def _colour(fields: Fields) -> core.ColourRules:
    fields.done()
    return core.ColourRules()


def _view(fields: Fields, names: Names) -> View:
    photo: Picture = known(
        names.assets, fields.text("photo", None), f"{fields.path}.photo", "asset"
    )
    view = View(
        id=fields.text("id", None),
        display_name=fields.text("display_name"),
        photo=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        placements=tuple(_placement(child) for child in fields.children("placements")),
        shown_for=tuple(sorted(fields.entries("shown_for").items())),
        light=_light(fields.child("light"), names),
    )
    fields.done()
    return view


def _light(fields: Fields, names: Names) -> Light:
    def sha256(field: str) -> str:
        name = fields.text(field)
        return known(names.assets, name, f"{fields.path}.{field}", "asset").sha256 if name else ""

    light = Light(
        mask=sha256("mask"),
        shading=sha256("shading"),
        highlights=sha256("highlights"),
        displacement=sha256("displacement"),
        strength_millipx=fields.integer("displacement_strength_millipx"),
    )
    fields.done()
    return light


def _model(fields: Fields, names: Names) -> Model:
    mesh: Picture = known(names.assets, fields.text("mesh", None), f"{fields.path}.mesh", "asset")
    return read_model(fields, mesh.sha256)


def _placement(fields: Fields) -> Placement:
    placement = Placement(
        surface=fields.text("surface", None),
        top_left_millipx=_point(fields.child("top_left")),
        top_right_millipx=_point(fields.child("top_right")),
        bottom_left_millipx=_point(fields.child("bottom_left")),
        bottom_right_millipx=_point(fields.child("bottom_right"))
        if fields.has("bottom_right")
        else None,
        bend=_bend(fields.child("cylinder")) if fields.has("cylinder") else None,
        net=_net(fields.child("net")) if fields.has("net") else None,
    )
    fields.done()
    return placement


def _bend(fields: Fields) -> Bend:
    bend = Bend(
        points_millipx=tuple(_point(child) for child in fields.children("points")),
        diameter_um=fields.integer("diameter_um"),
        from_um=fields.integer("from_um"),
        to_um=fields.integer("to_um"),
    )
    fields.done()
    return bend


def _net(fields: Fields) -> Net:
    net = Net(
        columns=fields.integer("columns"),
        rows=fields.integer("rows"),
        points_millipx=tuple(_point(child) for child in fields.children("points")),
    )
    fields.done()
    return net


def _point(fields: Fields) -> tuple[int, int]:
    point = (fields.integer("x_millipx"), fields.integer("y_millipx"))
    fields.done()
    return point
