"""Gradients and opacity of one PDF page, each made once.

A gradient is a shading pattern; its matrix takes its own space (millimetres for a linear one, the
unit circle for a radial one) to that of the page. Stops that let something through become a soft
mask beside it, since a shading itself has no alpha.

Standard: ISO 32000-1: 7.10 functions, 8.7.4.5 shadings of type 2 and 3, 11.6.5.3 soft masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from render_core.export.pdf_colour import PdfColours, Stop
from render_core.export.pdf_file import PdfFile
from render_core.layout import FULL_OPACITY, Item
from render_core.looks import Gradient, GradientKind
from render_core.raster.gradient import focus_on_unit_circle
from render_core.units import fixed, um_as_mm

# Stops at the same place: a function's pieces need some width. A hundredth of a thousandth shows nowhere.
_LEAST_STEP: Final = 0.00001

Matrix = tuple[float, float, float, float, float, float]


class _State(NamedTuple):
    opacity_permille: int
    mask: Gradient | None
    bounds_um: tuple[int, int, int, int]


class PagePaints:
    """matrix: from millimetres, y down, to the page's default space. colours: of the document."""

    def __init__(self, file: PdfFile, matrix: Matrix, colours: PdfColours) -> None:
        self._file = file
        self._matrix = matrix
        self.colours = colours
        self.patterns: dict[Gradient, int] = {}
        self.states: dict[_State, int] = {}

    def pattern(self, gradient: Gradient) -> int:
        """Return the object number of a gradient's pattern."""
        if gradient not in self.patterns:
            matrix = _joined(_own_space(gradient), self._matrix)
            shading = _shading(gradient, self.colours.space, self.colours.stops(gradient.stops))
            self.patterns[gradient] = self._file.add(
                f"<< /Type /Pattern /PatternType 2 /Matrix [{_numbers(matrix)}]"
                f" /Shading {shading} >>"
            )
        return self.patterns[gradient]

    def state(self, item: Item) -> int:
        """Return the object number of the graphics state that lets an item's ground through, or 0."""
        mask = item.gradient
        if mask is not None and (mask.is_opaque or item.image is not None):
            mask = None
        if item.opacity_permille == FULL_OPACITY and mask is None:
            return 0
        bounds = item.outline.bounds_um() if mask is not None else (0, 0, 0, 0)
        state = _State(item.opacity_permille, mask, bounds)
        if state not in self.states:
            self.states[state] = self._add(state)
        return self.states[state]

    def _add(self, state: _State) -> int:
        opacity = um_as_mm(state.opacity_permille)
        mask = ""
        if state.mask is not None:
            form = self._soft_mask(state.mask, state.bounds_um)
            mask = f" /SMask << /Type /Mask /S /Luminosity /G {form} 0 R >>"
        return self._file.add(f"<< /Type /ExtGState /ca {opacity} /CA {opacity}{mask} >>")

    def _soft_mask(self, gradient: Gradient, bounds_um: tuple[int, int, int, int]) -> int:
        levels: list[Stop] = [
            (stop.offset_permille, (stop.opacity_permille / FULL_OPACITY,))
            for stop in gradient.stops
        ]
        shading = _shading(gradient, "/DeviceGray", levels)
        box = " ".join(um_as_mm(side) for side in bounds_um)
        return self._file.add_stream(
            f"/Type /XObject /Subtype /Form /BBox [{box}]"
            " /Group << /S /Transparency /CS /DeviceGray >>"
            f" /Resources << /Shading << /Sh {shading} >> >>",
            f"{_numbers(_own_space(gradient))} cm /Sh sh".encode("ascii"),
        )


def _own_space(gradient: Gradient) -> Matrix:
    """Return the matrix from a gradient's own space to millimetres."""
    if gradient.kind is GradientKind.LINEAR or gradient.is_flat:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    ax, ay, bx, by = gradient.half_axes_um
    x, y = gradient.end_um
    return (ax / 1000, ay / 1000, bx / 1000, by / 1000, x / 1000, y / 1000)


def _shading(gradient: Gradient, space: str, stops: Sequence[Stop]) -> str:
    colours = [parts for _, parts in stops]
    if gradient.is_flat:
        colours = [colours[-1]] * len(colours)
        place = "/ShadingType 2 /Coords [0 0 1 0]"
    elif gradient.kind is GradientKind.LINEAR:
        line = " ".join(um_as_mm(n) for n in (*gradient.start_um, *gradient.end_um))
        place = f"/ShadingType 2 /Coords [{line}]"
    else:
        fu, fv = focus_on_unit_circle(gradient)
        place = f"/ShadingType 3 /Coords [{_numbers((fu, fv))} 0 0 0 1]"
    offsets = [offset for offset, _ in stops]
    function = _function(offsets, [_numbers(colour) for colour in colours])
    return f"<< {place} /ColorSpace {space} /Extend [true true] /Function {function} >>"


def _function(offsets_permille: Sequence[int], colours: Sequence[str]) -> str:
    """Return a function of 0 to 1 that goes from colour to colour in straight lines."""
    places = [offset / 1000 for offset in offsets_permille]
    written = list(colours)
    if places[0] > 0:
        places, written = [0.0, *places], [written[0], *written]
    if places[-1] < 1:
        places, written = [*places, 1.0], [*written, written[-1]]
    pieces = [
        f"<< /FunctionType 2 /Domain [0 1] /C0 [{one}] /C1 [{other}] /N 1 >>"
        for one, other in pairwise(written)
    ]
    if len(pieces) == 1:
        return pieces[0]
    bounds: list[float] = []
    for place in places[1:-1]:
        least = (bounds[-1] if bounds else 0.0) + _LEAST_STEP
        bounds.append(max(place, least))
    for index in range(len(bounds)):  # And none at or beyond the end.
        bounds[index] = min(bounds[index], 1 - _LEAST_STEP * (len(bounds) - index))
    encode = " ".join(["0 1"] * len(pieces))
    return (
        f"<< /FunctionType 3 /Domain [0 1] /Functions [{' '.join(pieces)}]"
        f" /Bounds [{_numbers(bounds)}] /Encode [{encode}] >>"
    )


def _joined(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    ta, tb, tc, td, te, tf = then
    return (
        a * ta + b * tc,
        a * tb + b * td,
        c * ta + d * tc,
        c * tb + d * td,
        e * ta + f * tc + te,
        e * tb + f * td + tf,
    )


def _numbers(values: Sequence[float]) -> str:
    return " ".join(fixed(value, 6) for value in values)
