"""A surface as DXF for cutters and engravers: millimetres, y up, a layer for each operation.

Origin: the lower left corner of the surface. Filled outlines are closed LWPOLYLINEs; a centre line
is an open one that carries its width. Arcs stay arcs (bulges), other curves become lines within
`FLATTENING_UM`. Pictures have no place in a file of paths and are left out; the manifest says so.

Format: AutoCAD 2010 (AC1024), which ezdxf writes and audits.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final, NamedTuple

import ezdxf
import numpy as np
from ezdxf.document import Drawing
from ezdxf.filemanagement import new

from render_core.geometry.arcs import arc_middle, circle_through, split_arc
from render_core.geometry.flatten import flatten, flatten_path
from render_core.geometry.outline_builder import Point
from render_core.layout import Item, Operation, Outline, Surface, Verb
from render_core.raster.beziers import quarter_tangent, segments
from render_core.raster.solid import solid_outline
from render_core.separations import made_items

FLATTENING_UM: Final = 4.0
FORMAT: Final = "R2010"
MILLIMETRES: Final = 4  # $INSUNITS

# AutoCAD colour index of each layer: what machine software tells operations apart by.
LAYER_COLOURS: Final = {
    Operation.CUT: 1,
    Operation.FOIL: 2,
    Operation.PRINT: 3,
    Operation.WHITE: 4,
    Operation.CREASE: 5,
    Operation.EMBOSS: 6,
    Operation.ENGRAVE: 7,
    Operation.STITCH: 30,
}

# No time, no random identifiers; for the whole process, which writes no other DXF.
ezdxf.options.write_fixed_meta_data_for_testing = True  # type: ignore[attr-defined]  # made at run time


class Polyline(NamedTuple):
    """Vertices (x, y, bulge) in micrometres, y down; a bulge belongs to the segment it begins."""

    vertices: list[tuple[float, float, float]]
    closed: bool


def dxf(surface: Surface) -> bytes:
    """Return the file. Handles count up from the same start, so equal layouts give equal bytes."""
    document = new(FORMAT, setup=False, units=MILLIMETRES)
    _frame(document, surface)
    modelspace = document.modelspace()
    for item in made_items(surface):
        if item.image is not None:
            continue
        layer = _layer(document, item.operation)
        width = item.line_width_um / 1000 if _is_centre_line(item) else 0
        for polyline in _polylines(item):
            if len(polyline.vertices) < 2:
                continue
            modelspace.add_lwpolyline(
                [_vertex(vertex, surface.height_um) for vertex in polyline.vertices],
                format="xyb",
                close=polyline.closed,
                dxfattribs={"layer": layer, "const_width": width} if width else {"layer": layer},
            )
    _register_classes(document)
    text = io.StringIO()
    document.write(text)
    return document.encode(text.getvalue())


def _register_classes(document: Drawing) -> None:
    """List the classes in use by name; ezdxf by itself lists them in the order of a set."""
    for dxf_type in sorted(document.entitydb.dxf_types_in_use()):
        document.classes.add_class(dxf_type)


def leaves_out_pictures(surface: Surface) -> bool:
    """Return whether the surface has pictures, which this format does not carry."""
    return any(item.image is not None for item in made_items(surface))


def _frame(document: Drawing, surface: Surface) -> None:
    """State the extents and open the view on the whole surface."""
    width, height = surface.width_um / 1000, surface.height_um / 1000
    modelspace = document.modelspace()
    modelspace.dxf.extmin, modelspace.dxf.extmax = (0, 0, 0), (width, height, 0)
    modelspace.dxf.limmin, modelspace.dxf.limmax = (0, 0), (width, height)
    # ezdxf takes an extent that begins at the origin for none.
    document.header["$EXTMIN"], document.header["$EXTMAX"] = (0, 0, 0), (width, height, 0)
    document.set_modelspace_vport(height=max(height, width / 2), center=(width / 2, height / 2))


def _layer(document: Drawing, operation: Operation) -> str:
    name = operation.value.upper()
    if name not in document.layers:
        document.layers.add(name, color=LAYER_COLOURS[operation])
    return name


def _vertex(vertex: tuple[float, float, float], height_um: int) -> tuple[float, float, float]:
    """Return millimetres, y up, rounded to 0.1 µm; the bulge to a billionth."""
    x, y, bulge = vertex
    return (round(x / 1000, 4), round((height_um - y) / 1000, 4), round(bulge, 9))


def _is_centre_line(item: Item) -> bool:
    return bool(item.line_width_um) and item.clip is None


def _polylines(item: Item) -> Iterator[Polyline]:
    outline = item.outline if _is_centre_line(item) else solid_outline(item)
    if (outline.verbs == Verb.ARC).any():
        yield from _with_arcs(outline)
        return
    for line in flatten(outline, FLATTENING_UM):
        yield Polyline([(x, y, 0.0) for x, y in line.points_um.tolist()], line.closed)


def _with_arcs(outline: Outline) -> Iterator[Polyline]:
    vertices: list[tuple[float, float, float]] = []
    for verb, points in segments(outline):
        if verb == Verb.MOVE:
            if vertices:
                yield Polyline(vertices, closed=False)
            vertices = [(*points[0], 0.0)]
        elif verb == Verb.CLOSE:
            if vertices[-1][:2] == vertices[0][:2]:
                vertices.pop()
            yield Polyline(vertices, closed=True)
            vertices = []
        elif verb == Verb.ARC:
            _add_arc(vertices, *points)
        else:
            _add_curve(vertices, verb, points)
    if vertices:
        yield Polyline(vertices, closed=False)


def _add_curve(
    vertices: list[tuple[float, float, float]], verb: int, points: tuple[Point, ...]
) -> None:
    x, y, _ = vertices[-1]
    path = np.array([(x, y), *points], np.float64)
    (line,) = flatten_path(np.array([Verb.MOVE, verb], np.uint8), path, FLATTENING_UM)
    vertices += [(px, py, 0.0) for px, py in line.points_um[1:].tolist()]


def _add_arc(vertices: list[tuple[float, float, float]], through: Point, end: Point) -> None:
    """Add bulged segments; a turn that is clockwise on the screen has a negative bulge."""
    x, y, _ = vertices[-1]
    for first, middle, last in split_arc((x, y), through, end):
        circle = circle_through(first, middle, last)
        if circle is None:
            vertices += [(*middle, 0.0), (*last, 0.0)]
            continue
        tangent = quarter_tangent(first, arc_middle(circle, first, last), last)
        vertices[-1] = (*vertices[-1][:2], -circle.sweep * tangent)
        vertices.append((*last, 0.0))
