"""Colour glyphs (COLR versions 0 and 1) as layers, from HarfBuzz's paint callbacks.

Transforms are worked into shapes and gradients; a stack of clips becomes one shape; groups become
layers by the rules of `compositing`. What cannot be resolved makes the whole glyph unavailable:
never a part of a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import uharfbuzz as hb

from render_core.errors import UnsupportedDesign
from render_core.geometry.boolean import simplify
from render_core.geometry.paths import Path, join_paths
from render_core.layout import Verb
from render_core.text.colour_gradients import Matrix, colour_stops, linear, radial
from render_core.text.colour_layers import BLEND_MODES, Layer, NotResolved, Paint, Solid, is_opaque
from render_core.text.compositing import blend_layers, clip_layers, clipped_shape
from render_core.text.glyph_drawing import draw

MAX_LAYERS: Final = 10_000
MAX_DEPTH: Final = 64

_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def colour_layers(font: hb.Font, glyph_id: int) -> tuple[Layer, ...]:
    """Return the layers of a colour glyph from the bottom upwards, in font units, y up.

    Raises NotResolved for a glyph without colours, or painted in a way that layers cannot show.
    """
    recorder = _Recorder(font)
    font.paint_glyph(glyph_id, _PAINT, recorder)
    if recorder.fault:
        raise NotResolved(recorder.fault)
    return tuple(_merged(recorder.groups[0]))


class _Recorder:
    """The state of painting: matrices and clips in force, groups being painted."""

    def __init__(self, font: hb.Font) -> None:
        self.font = font
        self.matrices: list[Matrix] = [_IDENTITY]
        self.clips: list[Path] = []
        self.groups: list[list[Layer]] = [[]]
        self.fault = ""
        self.painted = 0

    def push(self, matrix: Matrix) -> None:
        if len(self.matrices) > MAX_DEPTH:
            raise NotResolved("nested too deeply")
        self.matrices.append(_joined(matrix, self.matrices[-1]))

    def clip_to(self, path: Path) -> None:
        self.clips.append(Path(path.verbs, _mapped(path.points, self.matrices[-1])))

    def fill(self, paint: Paint | None) -> None:
        """Fill the shape clipped to; a gradient without a way to go paints nothing (COLR)."""
        self.painted += 1
        if self.painted > MAX_LAYERS:
            raise NotResolved("too many layers")
        if paint is None or (isinstance(paint, Solid) and paint.alpha == 0):
            return
        shape = clipped_shape(self.clips)
        if not shape.is_empty:
            self.groups[-1].append(Layer(shape, paint))

    def pop_group(self, mode: str) -> None:
        top = self.groups.pop()
        below = self.groups[-1]
        if mode == "SRC_OVER":
            below += top
        elif mode == "SRC":
            below[:] = top
        elif mode == "DEST_OVER":
            below[:] = top + below
        elif mode == "SRC_IN":
            below[:] = clip_layers(top, below)
        elif mode == "DEST_IN":
            below[:] = clip_layers(below, top)
        elif mode == "SRC_ATOP":
            below += clip_layers(top, below)
        elif mode == "CLEAR":
            below.clear()
        elif mode in BLEND_MODES:
            below[:] = blend_layers(below, top, mode)
        elif mode != "DEST":
            raise NotResolved(f"composite mode {mode}")


def _merged(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers without overlaps in each; neighbours of one covering colour become one."""
    merged: list[Layer] = []
    for layer in layers:
        last = merged[-1] if merged else None
        if last is not None and last.paint == layer.paint and is_opaque(layer.paint):
            merged[-1] = Layer(join_paths([last.shape, layer.shape]), layer.paint)
        else:
            merged.append(layer)
    simple = (Layer(simplify(layer.shape), layer.paint) for layer in merged)
    return [layer for layer in simple if not layer.shape.is_empty]


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix (xx, yx, xy, yy, dx, dy) that applies `inner`, then `outer`."""
    xx, yx, xy, yy, dx, dy = inner
    oxx, oyx, oxy, oyy, odx, ody = outer
    return (
        oxx * xx + oxy * yx,
        oyx * xx + oyy * yx,
        oxx * xy + oxy * yy,
        oyx * xy + oyy * yy,
        oxx * dx + oxy * dy + odx,
        oyx * dx + oyy * dy + ody,
    )


def _mapped(points: np.ndarray[Any, np.dtype[np.float64]], matrix: Matrix) -> Any:
    xx, yx, xy, yy, dx, dy = matrix
    x, y = points[:, 0], points[:, 1]
    return np.stack([x * xx + y * xy + dx, x * yx + y * yy + dy], axis=1)


def _callback(function: Callable[..., None]) -> Callable[..., bool]:
    """Keep what goes wrong for the end: an exception cannot pass through HarfBuzz."""

    def guarded(*arguments: Any) -> bool:
        recorder: _Recorder = arguments[-1]
        if not recorder.fault:
            try:
                function(*arguments)
            except (NotResolved, UnsupportedDesign) as error:
                recorder.fault = str(error)
        return True

    return guarded


@_callback
def _push_transform(
    xx: float, yx: float, xy: float, yy: float, dx: float, dy: float, recorder: _Recorder
) -> None:
    recorder.push((xx, yx, xy, yy, dx, dy))


@_callback
def _pop_transform(recorder: _Recorder) -> None:
    recorder.matrices.pop()


@_callback
def _push_clip_glyph(glyph_id: int, recorder: _Recorder) -> None:
    drawn = draw(recorder.font, glyph_id)
    recorder.clip_to(Path(drawn.verbs, drawn.points * np.array([1.0, -1.0])))


@_callback
def _push_clip_rectangle(
    left: float, bottom: float, right: float, top: float, recorder: _Recorder
) -> None:
    verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    recorder.clip_to(Path(np.array(verbs, np.uint8), np.array(corners, np.float64)))


@_callback
def _pop_clip(recorder: _Recorder) -> None:
    recorder.clips.pop()


@_callback
def _push_group(recorder: _Recorder) -> None:
    if len(recorder.groups) > MAX_DEPTH:
        raise NotResolved("nested too deeply")
    recorder.groups.append([])


@_callback
def _pop_group(mode: hb.PaintCompositeMode, recorder: _Recorder) -> None:
    recorder.pop_group(mode.name)


@_callback
def _color(color: hb.Color, is_foreground: bool, recorder: _Recorder) -> None:
    recorder.fill(Solid((color.red, color.green, color.blue), color.alpha, is_foreground))


@_callback
def _linear_gradient(
    line: hb.ColorLine, x0: float, y0: float, x1: float, y1: float, x2: float, y2: float,
    recorder: _Recorder,
) -> None:  # fmt: skip
    recorder.fill(linear(colour_stops(line), ((x0, y0), (x1, y1), (x2, y2)), recorder.matrices[-1]))


@_callback
def _radial_gradient(
    line: hb.ColorLine, x0: float, y0: float, r0: float, x1: float, y1: float, r1: float,
    recorder: _Recorder,
) -> None:  # fmt: skip
    recorder.fill(radial(colour_stops(line), ((x0, y0), r0), ((x1, y1), r1), recorder.matrices[-1]))


@_callback
def _sweep_gradient(*_: Any) -> None:
    raise NotResolved("a gradient that turns about a point")


@_callback
def _image(*_: Any) -> None:
    raise NotResolved("a picture of pixels or in SVG")


def _paint_functions() -> hb.PaintFuncs:
    functions = hb.PaintFuncs()
    functions.set_push_transform_func(_push_transform)
    functions.set_pop_transform_func(_pop_transform)
    functions.set_push_clip_glyph_func(_push_clip_glyph)
    functions.set_push_clip_rectangle_func(_push_clip_rectangle)
    functions.set_pop_clip_func(_pop_clip)
    functions.set_push_group_func(_push_group)
    functions.set_pop_group_func(_pop_group)
    functions.set_color_func(_color)
    functions.set_linear_gradient_func(_linear_gradient)
    functions.set_radial_gradient_func(_radial_gradient)
    functions.set_sweep_gradient_func(_sweep_gradient)
    functions.set_image_func(_image)
    return functions


_PAINT: Final = _paint_functions()
