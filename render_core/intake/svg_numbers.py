"""Numbers, lengths, matrices and view boxes of SVG (SVG 2, chapters 4 and 8), all finite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt
from typing import Final

from render_core.errors import RefusedFile
from render_core.geometry.elliptical_arc import cosine_sine
from render_core.intake.limits import MAX_SVG_SIDE_UM

_NUMBER: Final = r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
_LENGTH: Final = re.compile(rf"\s*({_NUMBER})\s*(px|pt|pc|mm|cm|in|q|%)?\s*", re.IGNORECASE)
_LIST: Final = re.compile(rf"\s*(?:({_NUMBER})\s*(?:,\s*)?)")
_CALL: Final = re.compile(r"\s*,?\s*([A-Za-z]+)\s*\(([^()]*)\)")

# One CSS pixel is 1/96 inch (CSS Values 4, 6.2).
UM_PER_PX: Final = 25_400 / 96
_UNITS_PX: Final = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
    "q": 96 / 101.6,
}  # fmt: skip
_LARGEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class Matrix:
    """An affine map: x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, other: Matrix) -> Matrix:
        """Return the map that applies `other` first."""
        return Matrix(
            self.a * other.a + self.c * other.b,
            self.b * other.a + self.d * other.b,
            self.a * other.c + self.c * other.d,
            self.b * other.c + self.d * other.d,
            self.a * other.e + self.c * other.f + self.e,
            self.b * other.e + self.d * other.f + self.f,
        )

    @property
    def scale(self) -> float:
        """The square root of the factor by which areas grow."""
        return sqrt(abs(self.a * self.d - self.b * self.c))


@dataclass(frozen=True, slots=True)
class Viewport:
    """The user space of a document and its size in the world.

    width, height: of the view box, user units; percentages refer to them. to_um: from user units
    to micrometres of the artwork.
    """

    width: float
    height: float
    to_um: Matrix
    width_um: int
    height_um: int

    @property
    def diagonal(self) -> float:
        """What percentages refer to that belong to neither axis (SVG 2, 8.9)."""
        return sqrt((self.width * self.width + self.height * self.height) / 2)


def finite(text: str) -> float:
    """Return a number of bounded size; overflow counts as no number."""
    value = float(text)
    if not abs(value) <= _LARGEST:
        raise number_invalid(text)
    return value


def numbers(text: str) -> list[float]:
    """Return a list of numbers separated by white space or commas."""
    values, at = [], 0
    while at < len(text):
        match = _LIST.match(text, at)
        if match is None:
            if text[at:].strip():
                raise number_invalid(text[at:])
            break
        values.append(finite(match[1]))
        at = match.end()
    return values


def parse_length(text: str, whole: float) -> float:
    """Return a length in user units. whole: what 100 % means."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise number_invalid(text)
    unit = (match[2] or "").lower()
    if unit == "%":
        return finite(match[1]) * whole / 100
    return finite(match[1]) * _UNITS_PX[unit]


def parse_transform(text: str) -> Matrix:
    """Return the matrix of a `transform` attribute."""
    matrix, at = Matrix(), 0
    text = text.strip()
    while at < len(text):
        match = _CALL.match(text, at)
        if match is None:
            raise number_invalid(text[at:])
        matrix = matrix @ _transform(match[1], numbers(match[2]))
        at = match.end()
    for value in (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f):
        if not abs(value) <= _LARGEST:
            raise number_invalid(text)
    return matrix


def _transform(name: str, values: list[float]) -> Matrix:
    match name, values:
        case "matrix", [a, b, c, d, e, f]:
            return Matrix(a, b, c, d, e, f)
        case "translate", [x]:
            return Matrix(e=x)
        case "translate", [x, y]:
            return Matrix(e=x, f=y)
        case "scale", [x]:
            return Matrix(a=x, d=x)
        case "scale", [x, y]:
            return Matrix(a=x, d=y)
        case "rotate", [angle]:
            cosine, sine = cosine_sine(angle)
            return Matrix(cosine, sine, -sine, cosine)
        case "rotate", [angle, x, y]:
            return Matrix(e=x, f=y) @ _transform("rotate", [angle]) @ Matrix(e=-x, f=-y)
        case "skewX", [angle]:
            return Matrix(c=_tangent(angle))
        case "skewY", [angle]:
            return Matrix(b=_tangent(angle))
    raise number_invalid(f"{name}({values})")


def _tangent(angle: float) -> float:
    cosine, sine = cosine_sine(angle)
    if abs(cosine) < 1e-6:
        raise number_invalid(f"{angle:g}°")
    return sine / cosine


def viewport(attributes: dict[str, str]) -> Viewport:
    """Return the viewport of a root element (SVG 2, 8.2 and 8.6)."""
    box = numbers(attributes.get("viewBox", ""))
    if box and (len(box) != 4 or min(box[2:]) <= 0):
        raise number_invalid(attributes["viewBox"])
    width_px = _side(attributes.get("width"), box[2] if box else 0.0)
    height_px = _side(attributes.get("height"), box[3] if box else 0.0)
    if box and "width" in attributes and "height" not in attributes:
        height_px = width_px * box[3] / box[2]
    if box and "height" in attributes and "width" not in attributes:
        width_px = height_px * box[2] / box[3]
    width_um, height_um = round(width_px * UM_PER_PX), round(height_px * UM_PER_PX)
    if not (1 <= width_um <= MAX_SVG_SIDE_UM and 1 <= height_um <= MAX_SVG_SIDE_UM):
        raise RefusedFile(
            "VECTOR_SIZE_INVALID",
            f"This SVG is {width_um / 1000:g} × {height_um / 1000:g} mm; each side must be more "
            f"than 0 and at most {MAX_SVG_SIDE_UM // 1000:,} mm. Set width, height or viewBox.",
        )
    if not box:
        return Viewport(width_px, height_px, Matrix(a=UM_PER_PX, d=UM_PER_PX), width_um, height_um)
    place = _fit(box, width_um, height_um, attributes.get("preserveAspectRatio", "").split())
    return Viewport(box[2], box[3], place, width_um, height_um)


def _side(text: str | None, from_box: float) -> float:
    if text is None or text.strip() in ("", "auto"):
        return from_box
    return parse_length(text, from_box)


def _fit(box: list[float], width_um: int, height_um: int, words: list[str]) -> Matrix:
    """Return the map of a view box into the size (SVG 2, 8.2), or refuse an unknown alignment."""
    x, y, width, height = box
    across, down = width_um / width, height_um / height
    align = words[0] if words else "xMidYMid"
    if align == "none":
        return Matrix(a=across, d=down, e=-x * across, f=-y * down)
    places = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
    if not re.fullmatch(r"x(Min|Mid|Max)Y(Min|Mid|Max)", align):
        raise number_invalid(align)
    scale = max(across, down) if words[1:] == ["slice"] else min(across, down)
    left = (width_um - width * scale) * places[align[1:4]]
    top = (height_um - height * scale) * places[align[5:8]]
    return Matrix(a=scale, d=scale, e=left - x * scale, f=top - y * scale)


def number_invalid(text: str) -> RefusedFile:
    """Return the refusal of a number that is not one, or is out of range."""
    return RefusedFile(
        "VECTOR_NUMBER_INVALID",
        f"{text.strip()[:40]!r} is not a number this drawing can use. Export it again.",
    )
