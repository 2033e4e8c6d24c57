"""A surface as SVG: one layer per operation, spot names, pictures embedded.

Coordinates are the surface's in the dialect's unit, so that bleed has negative ones; of millimetres
three decimals are exact micrometres. Cuts and creases are hairlines along the contour, as cutters expect; everything else
is filled, by colour or gradient, or stroked where it is a centre line. Nothing outside the file is referred to.

Standard: SVG 1.1 (what workshop software reads), Inkscape's attributes for layers.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from render_core.design import Library
from render_core.export.dialect import DEFAULT, Dialect
from render_core.geometry.svg_path_writer import Number, path_data
from render_core.imaging.decoded import artwork
from render_core.imaging.embedded import embeddable
from render_core.layout import FULL_OPACITY, FillRule, ImageUse, Item, Operation, Outline, Surface
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.making.profile import Units
from render_core.raster.gradient import focus_on_unit_circle
from render_core.separations import drawn_width_um, operation_runs
from render_core.units import fixed, um_as_mm

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
)

_UNITS: Final = {Units.MILLIMETRES: "mm", Units.INCHES: "in"}


def svg(surface: Surface, library: Library, dialect: Dialect = DEFAULT) -> bytes:
    """Return the file. Raises MissingInput, RefusedFile for a picture that cannot be embedded."""
    return _Writer(dialect.page(surface), library, dialect).write().encode()


class _Writer:
    """Collects the lines of one file; clip paths are numbered in order of use."""

    def __init__(self, surface: Surface, library: Library, dialect: Dialect) -> None:
        self._surface = surface
        self._library = library
        self._dialect = dialect
        self._length = dialect.number
        self._clips: list[str] = []
        self._gradients: dict[Gradient, str] = {}
        self._layers: dict[str, int] = {}

    def write(self) -> str:
        body: list[str] = []
        items = self._dialect.items(self._surface)
        for operation, spot, run in operation_runs(items, self._dialect.separation):
            body += self._layer(operation, spot, run)
        gradients = self._gradients.items()
        defined = [*self._clips, *(_gradient(one, name, self._length) for one, name in gradients)]
        defs = ["<defs>", *defined, "</defs>"] if defined else []
        return "\n".join([self._head(), *defs, *body, "</svg>", ""])

    def _head(self) -> str:
        surface, bleed = self._surface, self._surface.bleed_um
        width = self._length(surface.width_um + 2 * bleed)
        height = self._length(surface.height_um + 2 * bleed)
        origin = self._length(-bleed)
        unit = _UNITS[self._dialect.units]
        return (
            f'{_HEAD} version="1.1" width="{width}{unit}" height="{height}{unit}"'
            f' viewBox="{origin} {origin} {width} {height}">\n<title>{escape(surface.id)}</title>'
        )

    def _layer(self, operation: Operation, spot: str, items: tuple[Item, ...]) -> list[str]:
        style = self._dialect.style(items[0])
        assert style is not None  # `Dialect.items` leaves out what has none.
        key = operation.value
        count = self._layers[key] = self._layers.get(key, 0) + 1
        layer_id = key if count == 1 else f"{key}-{count}"
        label = f"{style.name} · {spot}" if spot not in ("", style.name) else style.name
        named = f" data-spot={quoteattr(spot)}" if spot else ""
        head = (
            f'<g id="{layer_id}" inkscape:groupmode="layer" inkscape:label={quoteattr(label)}'
            f' data-operation="{key}"{named}>'
        )
        note = [f"<desc>{escape(style.note)}</desc>"] if style.note else []
        return [head, *note, *(self._item(item) for item in items), "</g>"]

    def _item(self, item: Item) -> str:
        opacity = _opacity(item.opacity_permille)
        element = self._image(item.image, opacity) if item.image else self._path(item, opacity)
        if item.clip is None:
            return element
        return f'<g clip-path="url(#{self._clip(item.clip)})">{element}</g>'

    def _clip(self, outline: Outline) -> str:
        clip_id = f"clip-{len(self._clips) + 1}"
        self._clips.append(f'<clipPath id="{clip_id}"><path d="{self._data(outline)}"/></clipPath>')
        return clip_id

    def _path(self, item: Item, opacity: str) -> str:
        colour = hex_of(item.ink.rgb)
        gradient = item.gradient
        if gradient is not None:
            known = self._gradients.setdefault(gradient, f"gradient-{len(self._gradients) + 1}")
            colour = f"url(#{known})"
        width = drawn_width_um(item)
        if width:
            paint = (
                f'fill="none" stroke="{colour}" stroke-width="{self._length(width)}"'
                ' stroke-linecap="round" stroke-linejoin="round"'
            )
        else:
            rule = ' fill-rule="evenodd"' if item.fill_rule == FillRule.EVENODD else ""
            paint = f'fill="{colour}"{rule}'
        return f'<path d="{self._data(item.outline)}" {paint}{opacity}/>'

    def _data(self, outline: Outline) -> str:
        return path_data(self._dialect.outline(outline), self._length)

    def _image(self, image: ImageUse, opacity: str) -> str:
        media_type, data = embeddable(artwork(self._library, image.sha256))
        matrix = " ".join(self._length(number) for number in image.matrix_um)
        return (
            f'<image width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
            f'{opacity} xlink:href="data:{media_type};base64,{b64encode(data).decode()}"/>'
        )


def hex_of(rgb: tuple[int, int, int]) -> str:
    """Return a colour as "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _opacity(permille: int) -> str:
    return "" if permille == FULL_OPACITY else f' opacity="{um_as_mm(permille)}"'


def _gradient(gradient: Gradient, name: str, length: Number) -> str:
    """Return the element that defines a gradient; it is placed by lengths, not by a box."""
    stops = "".join(_stop(stop) for stop in gradient.stops)
    units = f'id="{name}" gradientUnits="userSpaceOnUse"'
    (x0, y0), (x1, y1) = ((length(x), length(y)) for x, y in (gradient.start_um, gradient.end_um))
    if gradient.kind is GradientKind.LINEAR:
        place = f'x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"'
        return f"<linearGradient {units} {place}>{stops}</linearGradient>"
    if gradient.axes_um is None or gradient.is_flat:
        place = f'cx="{x1}" cy="{y1}" r="{length(gradient.radius_um)}" fx="{x0}" fy="{y0}"'
    else:
        matrix = " ".join((*(length(axis) for axis in gradient.axes_um), x1, y1))
        fu, fv = (fixed(place, 6) for place in focus_on_unit_circle(gradient))
        place = f'cx="0" cy="0" r="1" fx="{fu}" fy="{fv}" gradientTransform="matrix({matrix})"'
    return f"<radialGradient {units} {place}>{stops}</radialGradient>"


def _stop(stop: GradientStop) -> str:
    seen = (
        ""
        if stop.opacity_permille == FULL_OPACITY
        else (f' stop-opacity="{um_as_mm(stop.opacity_permille)}"')
    )
    return (
        f'<stop offset="{um_as_mm(stop.offset_permille)}" stop-color="{hex_of(stop.rgb)}"{seen}/>'
    )
