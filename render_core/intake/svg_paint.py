"""From painted shapes to the closed, integer paths of normalised vector artwork.

Strokes become outlines, clips become intersections, everything ends in whole micrometres. Skia's
path operations do the geometry in single precision, so a stroke or clip is good to about one part
in a million of the artwork's size; plain fills stay in double precision until they are rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pathops

from render_core.errors import RefusedFile
from render_core.intake.svg_numbers import Matrix, Viewport
from render_core.intake.svg_shapes import Segments
from render_core.intake.svg_style import Style
from render_core.layout import Verb
from render_core.limits import MAX_PATH_SEGMENTS

Point = tuple[float, float]
Command = tuple[str, tuple[Point, ...]]

_LETTERS: Final = {Verb.MOVE: "M", Verb.LINE: "L", Verb.QUAD: "Q", Verb.CUBIC: "C", Verb.CLOSE: "Z"}
_CAPS: Final = {
    "butt": pathops.LineCap.BUTT_CAP,
    "round": pathops.LineCap.ROUND_CAP,
    "square": pathops.LineCap.SQUARE_CAP,
}
_JOINS: Final = {
    "miter": pathops.LineJoin.MITER_JOIN,
    "round": pathops.LineJoin.ROUND_JOIN,
    "bevel": pathops.LineJoin.BEVEL_JOIN,
}
_FILL_TYPES: Final = {
    "nonzero": pathops.FillType.WINDING,
    "evenodd": pathops.FillType.EVEN_ODD,
}
_FARTHEST_UM: Final = 50_000_000
_MAX_CLIPPED_SEGMENTS: Final = 5_000
_MAX_DASHES: Final = 20_000


def filled(segments: Segments, style: Style, matrix: Matrix) -> Outlined:
    """Return the interior of a shape."""
    return Outlined(_mapped(segments, matrix), style.fill_rule)


def stroked(segments: Segments, style: Style, matrix: Matrix) -> Outlined:
    """Return the area that the stroke of a shape covers.

    The stroke is made in user space, because that is where its width is measured, but at the size
    it has in the world, because that is where its curves must be smooth.
    """
    scale = matrix.scale
    if scale <= 0:
        return Outlined([], "nonzero")
    enlarged = _mapped(segments, Matrix(a=scale, d=scale))
    path = _skia(enlarged, "nonzero")
    dashes = [length * scale for length in style.dashes]
    if dashes:
        _refuse_endless_dashes(path, dashes)
    path.stroke(
        style.stroke_width * scale,
        _CAPS[style.stroke_cap],
        _JOINS[style.stroke_join],
        style.miter_limit,
        dashes or None,
        style.dash_offset * scale,
    )
    back = Matrix(
        matrix.a / scale, matrix.b / scale, matrix.c / scale, matrix.d / scale, matrix.e, matrix.f
    )
    return Outlined([_moved(command, back) for command in _commands(path)], "nonzero")


def _refuse_endless_dashes(path: pathops.Path, dashes: list[float]) -> None:
    left, top, right, bottom = path.bounds
    per_contour = (right - left + bottom - top) * 2 / (sum(dashes) / 2)
    if per_contour * len(list(path.verbs)) > _MAX_DASHES:
        raise _too_complex("has too many dashes")


class Outlined:
    """Closed contours in micrometres with their fill rule."""

    def __init__(self, commands: list[Command], rule: str) -> None:
        for _, points in commands:
            for x, y in points:
                if not (abs(x) <= _FARTHEST_UM and abs(y) <= _FARTHEST_UM):
                    raise RefusedFile(
                        "VECTOR_COORDINATE_TOO_LARGE",
                        "A shape of this SVG reaches more than 50 m from its origin. "
                        "Crop the drawing to its artboard and export it again.",
                    )
        self.commands = commands
        self.rule = rule

    def clipped(self, clip: pathops.Path) -> Outlined:
        """Return what lies inside a clip."""
        self._refuse_large_clip()
        inside = pathops.op(_skia(self.commands, self.rule), clip, pathops.PathOp.INTERSECTION)
        return Outlined(list(_commands(inside)), "nonzero")

    def cropped(self, viewport: Viewport) -> Outlined:
        """Return what lies on the artboard."""
        xs = [x for _, points in self.commands for x, _ in points]
        ys = [y for _, points in self.commands for _, y in points]
        right, bottom = viewport.width_um, viewport.height_um
        if not xs or (min(xs) >= 0 and min(ys) >= 0 and max(xs) <= right and max(ys) <= bottom):
            return self
        if max(xs) <= 0 or max(ys) <= 0 or min(xs) >= right or min(ys) >= bottom:
            return Outlined([], self.rule)
        board: list[Command] = [
            ("M", ((0.0, 0.0),)),
            ("L", ((float(right), 0.0),)),
            ("L", ((float(right), float(bottom)),)),
            ("L", ((0.0, float(bottom)),)),
            ("Z", ()),
        ]
        return self.clipped(_skia(board, "nonzero"))

    def skia(self) -> pathops.Path:
        """Return the contours for path operations."""
        self._refuse_large_clip()
        return _skia(self.commands, self.rule)

    def path_data(self) -> str:
        """Return absolute path data in whole micrometres; "" if no contour has an area."""
        words: list[str] = []
        for contour in _contours(self.commands):
            rounded = [(letter, _rounded(points)) for letter, points in contour]
            if len({point for _, points in rounded for point in points}) < 3:
                continue
            words += [
                letter + " ".join(f"{x} {y}" for x, y in points) for letter, points in rounded
            ]
            words.append("Z")
        return "".join(words)

    def _refuse_large_clip(self) -> None:
        if len(self.commands) > _MAX_CLIPPED_SEGMENTS:
            raise _too_complex("has a clipped or overhanging path with too many points")


def union(outlines: Iterable[Outlined]) -> pathops.Path:
    """Return the area covered by any of the outlines."""
    builder = pathops.OpBuilder()
    for outlined in outlines:
        builder.add(outlined.skia(), pathops.PathOp.UNION)
    return builder.resolve()


def _mapped(segments: Segments, matrix: Matrix) -> list[Command]:
    if segments.segments > MAX_PATH_SEGMENTS:
        raise _too_complex(f"has a path with more than {MAX_PATH_SEGMENTS:,} segments")
    return [_moved((_LETTERS[verb], points), matrix) for verb, points in segments.commands()]


def _moved(command: Command, m: Matrix) -> Command:
    letter, points = command
    return letter, tuple((m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f) for x, y in points)


def _skia(commands: list[Command], rule: str) -> pathops.Path:
    path = pathops.Path(fillType=_FILL_TYPES[rule])
    for letter, points in commands:
        match letter, points:
            case "M", ((x, y),):
                path.moveTo(x, y)
            case "L", ((x, y),):
                path.lineTo(x, y)
            case "Q", ((x1, y1), (x, y)):
                path.quadTo(x1, y1, x, y)
            case "C", ((x1, y1), (x2, y2), (x, y)):
                path.cubicTo(x1, y1, x2, y2, x, y)
            case "Z", _:
                path.close()
    return path


def _commands(path: pathops.Path) -> Iterable[Command]:
    path.convertConicsToQuads(0.5)
    letters = {
        pathops.PathVerb.MOVE: "M",
        pathops.PathVerb.LINE: "L",
        pathops.PathVerb.QUAD: "Q",
        pathops.PathVerb.CUBIC: "C",
        pathops.PathVerb.CLOSE: "Z",
    }
    for verb, points in path:
        yield letters[verb], tuple((float(x), float(y)) for x, y in points)


def _contours(commands: list[Command]) -> Iterable[list[Command]]:
    """Yield each contour from its move on, without its close."""
    contour: list[Command] = []
    for letter, points in commands:
        if letter == "M" and contour:
            yield contour
            contour = []
        if letter != "Z":
            contour.append((letter, points))
    if contour:
        yield contour


def _rounded(points: tuple[Point, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((round(x), round(y)) for x, y in points)


def _too_complex(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_TOO_COMPLEX",
        f"This SVG {what}. Simplify the drawing, crop it to its artboard and export it again.",
    )
