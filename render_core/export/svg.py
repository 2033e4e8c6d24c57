"""A surface as SVG: millimetres, one layer per operation, spot names, pictures embedded.

Coordinates are the surface's, so that bleed has negative ones; three decimals are exact
micrometres. Cuts and creases are hairlines along the contour, as cutters expect; everything else
is filled, by colour or gradient, or stroked where it is a centre line. Nothing outside the file is referred to.

Standard: SVG 1.1 (what workshop software reads), Inkscape's attributes for layers.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from render_core.design import Library
from render_core.geometry.svg_path import path_data_mm
from render_core.imaging.decoded import artwork
from render_core.imaging.embedded import embeddable
from render_core.layout import FULL_OPACITY, FillRule, ImageUse, Item, Outline, Surface
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.raster.gradient import focus_on_unit_circle
from render_core.separations import drawn_width_um, made_items, operation_runs
from render_core.units import fixed, um_as_mm

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
)


def svg(surface: Surface, library: Library) -> bytes:
    """Return the file. Raises MissingInput, RefusedFile for a picture that cannot be embedded."""
    return _Writer(surface, library).write().encode()


class _Writer:
    """Collects the lines of one file; clip paths are numbered in order of use."""

    def __init__(self, surface: Surface, library: Library) -> None:
        self._surface = surface
        self._library = library
        self._clips: list[str] = []
        self._gradients: dict[Gradient, str] = {}
        self._layers: dict[str, int] = {}

    def write(self) -> str:
        body: list[str] = []
        for operation, spot, items in operation_runs(made_items(self._surface)):
            body += self._layer(operation.value, spot, items)
        defined = [*self._clips, *(_gradient(one, name) for one, name in self._gradients.items())]
        defs = ["<defs>", *defined, "</defs>"] if defined else []
        return "\n".join([self._head(), *defs, *body, "</svg>", ""])

    def _head(self) -> str:
        surface, bleed = self._surface, self._surface.bleed_um
        width = um_as_mm(surface.width_um + 2 * bleed)
        height = um_as_mm(surface.height_um + 2 * bleed)
        origin = um_as_mm(-bleed)
        return (
            f'{_HEAD} version="1.1" width="{width}mm" height="{height}mm"'
            f' viewBox="{origin} {origin} {width} {height}">\n<title>{escape(surface.id)}</title>'
        )

    def _layer(self, operation: str, spot: str, items: tuple[Item, ...]) -> list[str]:
        count = self._layers[operation] = self._layers.get(operation, 0) + 1
        layer_id = operation if count == 1 else f"{operation}-{count}"
        label = f"{operation} · {spot}" if spot else operation
        named = f" data-spot={quoteattr(spot)}" if spot else ""
        head = (
            f'<g id="{layer_id}" inkscape:groupmode="layer" inkscape:label={quoteattr(label)}'
            f' data-operation="{operation}"{named}>'
        )
        return [head, *(self._item(item) for item in items), "</g>"]

    def _item(self, item: Item) -> str:
        opacity = _opacity(item.opacity_permille)
        element = self._image(item.image, opacity) if item.image else self._path(item, opacity)
        if item.clip is None:
            return element
        return f'<g clip-path="url(#{self._clip(item.clip)})">{element}</g>'

    def _clip(self, outline: Outline) -> str:
        clip_id = f"clip-{len(self._clips) + 1}"
        self._clips.append(
            f'<clipPath id="{clip_id}"><path d="{path_data_mm(outline)}"/></clipPath>'
        )
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
                f'fill="none" stroke="{colour}" stroke-width="{um_as_mm(width)}"'
                ' stroke-linecap="round" stroke-linejoin="round"'
            )
        else:
            rule = ' fill-rule="evenodd"' if item.fill_rule == FillRule.EVENODD else ""
            paint = f'fill="{colour}"{rule}'
        return f'<path d="{path_data_mm(item.outline)}" {paint}{opacity}/>'

    def _image(self, image: ImageUse, opacity: str) -> str:
        media_type, data = embeddable(artwork(self._library, image.sha256))
        matrix = " ".join(um_as_mm(number) for number in image.matrix_um)
        return (
            f'<image width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
            f'{opacity} xlink:href="data:{media_type};base64,{b64encode(data).decode()}"/>'
        )


def hex_of(rgb: tuple[int, int, int]) -> str:
    """Return a colour as "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _opacity(permille: int) -> str:
    return "" if permille == FULL_OPACITY else f' opacity="{um_as_mm(permille)}"'


def _gradient(gradient: Gradient, name: str) -> str:
    """Return the element that defines a gradient; it is placed in millimetres, not by a box."""
    stops = "".join(_stop(stop) for stop in gradient.stops)
    units = f'id="{name}" gradientUnits="userSpaceOnUse"'
    (x0, y0), (x1, y1) = (
        (um_as_mm(x), um_as_mm(y)) for x, y in (gradient.start_um, gradient.end_um)
    )
    if gradient.kind is GradientKind.LINEAR:
        place = f'x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"'
        return f"<linearGradient {units} {place}>{stops}</linearGradient>"
    if gradient.axes_um is None or gradient.is_flat:
        place = f'cx="{x1}" cy="{y1}" r="{um_as_mm(gradient.radius_um)}" fx="{x0}" fy="{y0}"'
    else:
        matrix = " ".join((*(um_as_mm(axis) for axis in gradient.axes_um), x1, y1))
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
