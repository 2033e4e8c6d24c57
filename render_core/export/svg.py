"""A surface as SVG: millimetres, one layer per operation, spot names, pictures embedded.

Coordinates are the surface's, so that bleed has negative ones; three decimals are exact
micrometres. Cuts and creases are hairlines along the contour, as cutters expect; everything else
is filled, or stroked where it is a centre line. Nothing outside the file is referred to.

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
from render_core.layout import FillRule, ImageUse, Item, Outline, Surface
from render_core.separations import LINE_OPERATIONS, made_items, operation_runs
from render_core.units import um_as_mm

HAIRLINE_UM: Final = 25

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
        self._layers: dict[str, int] = {}

    def write(self) -> str:
        body: list[str] = []
        for operation, spot, items in operation_runs(made_items(self._surface)):
            body += self._layer(operation.value, spot, items)
        defs = ["<defs>", *self._clips, "</defs>"] if self._clips else []
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
        element = self._image(item.image) if item.image else _path(item)
        if item.clip is None:
            return element
        return f'<g clip-path="url(#{self._clip(item.clip)})">{element}</g>'

    def _clip(self, outline: Outline) -> str:
        clip_id = f"clip-{len(self._clips) + 1}"
        self._clips.append(
            f'<clipPath id="{clip_id}"><path d="{path_data_mm(outline)}"/></clipPath>'
        )
        return clip_id

    def _image(self, image: ImageUse) -> str:
        media_type, data = embeddable(artwork(self._library, image.sha256))
        matrix = " ".join(um_as_mm(number) for number in image.matrix_um)
        return (
            f'<image width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
            f' xlink:href="data:{media_type};base64,{b64encode(data).decode()}"/>'
        )


def _path(item: Item) -> str:
    colour = "#{:02x}{:02x}{:02x}".format(*item.ink.rgb)
    width = item.line_width_um or (HAIRLINE_UM if item.operation in LINE_OPERATIONS else 0)
    if width:
        paint = (
            f'fill="none" stroke="{colour}" stroke-width="{um_as_mm(width)}"'
            ' stroke-linecap="round" stroke-linejoin="round"'
        )
    else:
        rule = ' fill-rule="evenodd"' if item.fill_rule == FillRule.EVENODD else ""
        paint = f'fill="{colour}"{rule}'
    return f'<path d="{path_data_mm(item.outline)}" {paint}/>'
