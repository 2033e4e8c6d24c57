"""The drawing instructions of one PDF page (ISO 32000-1, 8.5 paths, 8.10 images, 14.6 marking)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from render_core.export.dialect import Dialect
from render_core.export.pdf_colour import painting
from render_core.export.pdf_file import name
from render_core.export.pdf_paint import Matrix, PagePaints
from render_core.export.pdf_path import path
from render_core.layout import FillRule, ImageUse, Item, Outline, Surface
from render_core.separations import drawn_width_um, operation_runs
from render_core.units import fixed, um_as_mm

MM_TO_POINT: Final = 72 / 25.4


def page_matrix(surface: Surface) -> Matrix:
    """Return the matrix from millimetres of the surface, y down, to points of the page."""
    bleed = surface.bleed_um / 1000 * MM_TO_POINT
    top = (surface.height_um + surface.bleed_um) / 1000 * MM_TO_POINT
    return (MM_TO_POINT, 0.0, 0.0, -MM_TO_POINT, bleed, top)


def content(
    surface: Surface,
    dialect: Dialect,
    spots: Mapping[str, int],
    images: Mapping[str, int],
    paints: PagePaints,
) -> bytes:
    """Return the content stream.

    spots, images: the object number of each separation and picture; resources are named S and I
    with that number, patterns P, states G, layers by the key of their operation.
    """
    scale, _, _, _, bleed, top = page_matrix(surface)
    across = fixed(scale, 9)
    lines = [f"{across} 0 0 -{across} {fixed(bleed, 6)} {fixed(top, 6)} cm", "1 J 1 j"]
    for _, spot, items in operation_runs(dialect.items(surface), dialect.separation):
        lines.append(f"/OC {name(dialect.layer(items[0]))} BDC")
        for item in items:
            lines.append("q")
            if dialect.overprints(item):
                lines.append("/Overprint gs")
            if item.clip is not None:
                lines += [path(dialect.outline(item.clip)), "W n"]
            state = paints.state(item)
            if state:
                lines.append(f"/G{state} gs")
            if item.image:
                lines.append(_image(item.image, images[item.image.sha256]))
            else:
                lines.append(_colour(item, spots.get(spot, 0), paints))
                lines += _painted(item, dialect.outline(item.outline))
            lines.append("Q")
        lines.append("EMC")
    return "\n".join(lines).encode("ascii")


def _colour(item: Item, spot: int, paints: PagePaints) -> str:
    if spot:
        return f"/S{spot} cs 1 scn /S{spot} CS 1 SCN"
    if item.gradient is not None:
        pattern = paints.pattern(item.gradient)
        return f"/Pattern cs /P{pattern} scn /Pattern CS /P{pattern} SCN"
    return painting(paints.colours, item.ink.rgb)


def _painted(item: Item, outline: Outline) -> Iterator[str]:
    width = drawn_width_um(item)
    if width:
        yield f"{um_as_mm(width)} w"
    yield path(outline)
    yield "S" if width else ("f*" if item.fill_rule == FillRule.EVENODD else "f")


def _image(image: ImageUse, number_of_object: int) -> str:
    """Place the unit square; PDF counts its y upwards."""
    a, b, c, d, tx, ty = image.matrix_um
    matrix = " ".join(um_as_mm(value) for value in (a, b, -c, -d, tx + c, ty + d))
    return f"{matrix} cm /I{number_of_object} Do"
