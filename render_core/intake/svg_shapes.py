"""Basic shapes and paths of SVG as segments in user units (SVG 2, chapters 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from render_core.errors import RefusedFile, UnsupportedDesign
from render_core.geometry.arcs import arc_middle, circle_through
from render_core.geometry.elliptical_arc import add_elliptical_arc, arc_controls
from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.geometry.svg_path import draw_path
from render_core.intake.svg_numbers import Viewport, number_invalid, numbers, parse_length
from render_core.intake.svg_reader import Node
from render_core.layout import POINTS_OF_VERB
from render_core.limits import MAX_PATH_CHARACTERS

_LARGEST: Final = 1e9
_ARC_HALVINGS: Final = 2  # Each half of a circular arc becomes four cubics.


class Segments(OutlineBuilder):
    """Collects a path in user units; circular arcs become cubics (error below 1e-5 of a radius)."""

    def arc(self, through: Point, to: Point) -> None:
        start = self.current
        circle = circle_through(start, through, to)
        if circle is None:
            self.line(through)
            self.line(to)
            return
        points = [start, through, to]
        for _ in range(_ARC_HALVINGS):
            halved = [start]
            for a, b in pairwise(points):
                halved += [arc_middle(circle, a, b), b]
            points = halved
        for a, b in pairwise(points):
            first, second = arc_controls(circle, a, b)
            self.cubic(first, second, b)

    def commands(self) -> Iterator[tuple[int, tuple[Point, ...]]]:
        """Yield each verb with its points."""
        at = 0
        for verb in self._verbs:
            used = POINTS_OF_VERB[verb]
            yield verb, tuple(self._points[at : at + used])
            at += used

    def refuse_wild_numbers(self) -> None:
        """Refuse coordinates that are not finite or beyond any drawing."""
        for x, y in self._points:
            if not (abs(x) <= _LARGEST and abs(y) <= _LARGEST):
                raise number_invalid(f"{x:g} {y:g}")


def shape_segments(node: Node, viewport: Viewport) -> Segments:
    """Return the path of a basic shape; empty where a size is zero."""
    out = Segments()
    _DRAW[node.name](node, viewport, out)
    out.refuse_wild_numbers()
    return out


def _path(node: Node, _viewport: Viewport, out: Segments) -> None:
    data = node.attributes.get("d", "").strip()
    if data in ("", "none"):
        return
    if len(data) > MAX_PATH_CHARACTERS:
        raise RefusedFile(
            "VECTOR_TOO_COMPLEX",
            f"A path of this SVG is longer than {MAX_PATH_CHARACTERS:,} characters. "
            "Simplify the drawing or split the path.",
        )
    try:
        draw_path(data, out)
    except UnsupportedDesign as error:
        raise RefusedFile("VECTOR_PATH_INVALID", f"{error.message} Export it again.") from error


def _rect(node: Node, viewport: Viewport, out: Segments) -> None:
    x, y = _length(node, "x", viewport.width), _length(node, "y", viewport.height)
    width = _length(node, "width", viewport.width)
    height = _length(node, "height", viewport.height)
    if width <= 0 or height <= 0:
        return
    rx, ry = _radii(node, viewport)
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    right, bottom = x + width, y + height
    corners: tuple[tuple[Point, Point], ...] = (
        ((right - rx, y), (right, y + ry)),
        ((right, bottom - ry), (right - rx, bottom)),
        ((x + rx, bottom), (x, bottom - ry)),
        ((x, y + ry), (x + rx, y)),
    )
    out.move((x + rx, y))
    for before, after in corners:
        out.line(before)
        if rx > 0 and ry > 0:
            _quarter(out, before, after, (rx, ry))
    out.close()


def _radii(node: Node, viewport: Viewport) -> tuple[float, float]:
    """Return the corner radii; one that is missing takes the other's value."""
    given = [
        _length(node, name, whole) if node.attributes.get(name, "auto") != "auto" else None
        for name, whole in (("rx", viewport.width), ("ry", viewport.height))
    ]
    rx, ry = given
    return max(0.0, rx if rx is not None else ry or 0.0), max(
        0.0, ry if ry is not None else rx or 0.0
    )


def _circle(node: Node, viewport: Viewport, out: Segments) -> None:
    radius = _length(node, "r", viewport.diagonal)
    _oval(node, viewport, out, (radius, radius))


def _ellipse(node: Node, viewport: Viewport, out: Segments) -> None:
    _oval(node, viewport, out, _radii(node, viewport))


def _oval(node: Node, viewport: Viewport, out: Segments, radii: tuple[float, float]) -> None:
    rx, ry = radii
    if rx <= 0 or ry <= 0:
        return
    cx, cy = _length(node, "cx", viewport.width), _length(node, "cy", viewport.height)
    points = ((cx + rx, cy), (cx, cy + ry), (cx - rx, cy), (cx, cy - ry), (cx + rx, cy))
    out.move(points[0])
    for before, after in pairwise(points):
        _quarter(out, before, after, radii)
    out.close()


def _quarter(out: Segments, before: Point, after: Point, radii: tuple[float, float]) -> None:
    add_elliptical_arc(
        out, before, after, radii=radii, rotation_degrees=0.0, large=False, clockwise=True
    )


def _line(node: Node, viewport: Viewport, out: Segments) -> None:
    out.move((_length(node, "x1", viewport.width), _length(node, "y1", viewport.height)))
    out.line((_length(node, "x2", viewport.width), _length(node, "y2", viewport.height)))


def _polyline(node: Node, _viewport: Viewport, out: Segments) -> None:
    values = numbers(node.attributes.get("points", ""))
    points = list(zip(values[::2], values[1::2], strict=False))
    if len(points) < 2:
        return
    out.move(points[0])
    for point in points[1:]:
        out.line(point)
    if node.name == "polygon":
        out.close()


def _length(node: Node, name: str, whole: float) -> float:
    return parse_length(node.attributes.get(name, "0"), whole)


_DRAW: Final = {
    "path": _path,
    "rect": _rect,
    "circle": _circle,
    "ellipse": _ellipse,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polyline,
}
