"""The resolved layout: what every output is made from.

A `Layout` is the only thing that exporters, rasterisers and the widget read. It holds outlines,
not text; a surface in whole micrometres, not fonts and sizes. Two outputs made from layouts with
the same `digest()` show the same thing.

Axes: origin at the top left of the *zone*, x to the right, y down, int32 micrometres.
`ZoneFrame.x_um` and `y_um` place a zone on its surface; adding them is exact. In documents, fields
from `gradient` on are left out where they say nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from render_core.looks import ColourMap, Finish, Gradient

LAYOUT_VERSION: Final = "1"
FULL_OPACITY: Final = 1000


class Operation(StrEnum):
    """What a machine does along or inside an outline."""

    PRINT = "print"
    WHITE = "white"
    ENGRAVE = "engrave"
    CUT = "cut"
    CREASE = "crease"
    FOIL = "foil"
    EMBOSS = "emboss"
    STITCH = "stitch"
    SCREEN_ONLY = "screen-only"


class FillRule(StrEnum):
    """How nested contours of one outline are filled (SVG 2, 13.4.2)."""

    NONZERO = "nonzero"
    EVENODD = "evenodd"


class Verb:
    """Path verbs, one byte each, with the number of points that each one consumes.

    ARC is a circular arc given by a point it passes through and its end point, so that it
    survives integer translation exactly.
    """

    MOVE: Final = 0
    LINE: Final = 1
    QUAD: Final = 2
    CUBIC: Final = 3
    ARC: Final = 4
    CLOSE: Final = 5


POINTS_OF_VERB: Final[tuple[int, ...]] = (1, 1, 2, 3, 2, 0)
_COUNTS: Final = np.array(POINTS_OF_VERB, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A path: closed contours to fill, or open centre lines when its item has a line width.

    verbs: (v,) uint8, values of `Verb`.
    points_um: (p, 2) int32, micrometres; POINTS_OF_VERB says how many belong to each verb.
    """

    verbs: NDArray[np.uint8]
    points_um: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.verbs.dtype != np.uint8 or self.verbs.ndim != 1:
            raise ValueError("verbs must be a one-dimensional uint8 array")
        if self.points_um.dtype != np.int32 or self.points_um.ndim != 2:
            raise ValueError("points_um must be an (n, 2) int32 array")
        needed = int(_COUNTS[self.verbs].sum())
        if self.points_um.shape != (needed, 2):
            raise ValueError(f"{needed} points needed by the verbs, {len(self.points_um)} given")
        self.verbs.setflags(write=False)
        self.points_um.setflags(write=False)

    @property
    def is_empty(self) -> bool:
        return self.verbs.size == 0

    def moved(self, dx_um: int, dy_um: int) -> Outline:
        """Return the outline shifted by whole micrometres."""
        shift = np.array([dx_um, dy_um], dtype=np.int32)
        return Outline(self.verbs, self.points_um + shift)

    def bounds_um(self) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom) of all points, control points included; zeros if empty."""
        if self.is_empty:
            return (0, 0, 0, 0)
        x, y = self.points_um[:, 0], self.points_um[:, 1]  # By columns: many times faster.
        return (int(x.min()), int(y.min()), int(x.max()), int(y.max()))

    def document(self) -> dict[str, object]:
        """Return the JSON-ready form that is hashed."""
        return {"verbs": self.verbs.tobytes().hex(), "points_um": self.points_um.ravel().tolist()}


EMPTY_OUTLINE: Final = Outline(np.zeros(0, np.uint8), np.zeros((0, 2), np.int32))


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour as a machine knows it: sRGB for the screen, and a spot name where one is used.

    rgb: three integers 0–255 in sRGB. spot: name of the separation, or "".
    """

    rgb: tuple[int, int, int]
    spot: str = ""

    def document(self) -> dict[str, object]:
        return {"space": "srgb", "rgb": list(self.rgb), "spot": self.spot}


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A normalised raster image placed in a zone.

    sha256: of the normalised asset. matrix: the row-major (a, b, c, d, tx, ty) that maps the unit
    square (y down) to micrometres: x = a·u + c·v + tx, y = b·u + d·v + ty, all integers.
    shown_by: what its colours go through once it has the size it is drawn in; None for its own.
    """

    sha256: str
    width_px: int
    height_px: int
    matrix_um: tuple[int, int, int, int, int, int]
    shown_by: ColourMap | None = None

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "sha256": self.sha256,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "matrix_um": list(self.matrix_um),
        }
        if self.shown_by is not None:
            document["shown_by"] = self.shown_by.name
        return document


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to make: an outline or an image, with its operation and ink. Listed in z order.

    line_width_um: 0 for a filled outline; otherwise the outline is an open centre line.
    clip: outline in zone coordinates that limits the item, or None. gradient: colours in place of the
    ink. opacity_permille: how much covers what is below, in 1/1000. finish, depth_um: its look.
    """

    zone: str
    operation: Operation
    ink: Ink
    outline: Outline = EMPTY_OUTLINE
    fill_rule: FillRule = FillRule.NONZERO
    line_width_um: int = 0
    image: ImageUse | None = None
    clip: Outline | None = None
    gradient: Gradient | None = None
    opacity_permille: int = FULL_OPACITY
    finish: Finish = Finish.NONE
    depth_um: int = 0

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "zone": self.zone,
            "operation": self.operation.value,
            "ink": self.ink.document(),
            "outline": self.outline.document(),
            "fill_rule": self.fill_rule.value,
            "line_width_um": self.line_width_um,
            "image": self.image.document() if self.image else None,
            "clip": self.clip.document() if self.clip else None,
        }
        if self.gradient is not None:
            document["gradient"] = self.gradient.document()
        if self.opacity_permille != FULL_OPACITY:
            document["opacity_permille"] = self.opacity_permille
        if self.finish is not Finish.NONE:
            document["finish"] = [self.finish.value, self.depth_um]
        return document


class Box(NamedTuple):
    """A rectangle in zone coordinates, micrometres."""

    left_um: int
    top_um: int
    right_um: int
    bottom_um: int

    def touches(self, other: Box) -> bool:
        return (
            self.left_um <= other.right_um
            and other.left_um <= self.right_um
            and self.top_um <= other.bottom_um
            and other.top_um <= self.bottom_um
        )

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.left_um, other.left_um),
            min(self.top_um, other.top_um),
            max(self.right_um, other.right_um),
            max(self.bottom_um, other.bottom_um),
        )

    def document(self) -> list[int]:
        return [self.left_um, self.top_um, self.right_um, self.bottom_um]


class Cluster(NamedTuple):
    """One grapheme cluster of the text as made: its UTF-16 range, its line, its box and its direction.

    The box runs from ascender to descender and over the cluster's advance; the widget puts the
    cursor at its leading edge (left, or right where `level` is odd) and pins comments and problems to it.
    caret_um: (foot x, foot y, head x, head y) of the cursor before the cluster where it is another
    than that edge, because the text runs along a line; the box is then around the turned one.
    """

    start_utf16: int
    end_utf16: int
    line: int
    level: int
    box: Box
    caret_um: tuple[int, int, int, int] | None = None

    def document(self) -> list[object]:
        caret = [] if self.caret_um is None else [list(self.caret_um)]
        return [
            self.start_utf16,
            self.end_utf16,
            self.line,
            self.level,
            self.box.document(),
            *caret,
        ]


@dataclass(frozen=True, slots=True)
class FittedText:
    """What became of a zone's text.

    text_as_typed: the shopper's string; not part of the layout's digest, since what was typed and
    then normalised away changes nothing that is made. text_as_made: the one that is drawn.
    font_sha256: the faces in the order of first use. size_centipoint: fitted size, 1/100 pt.
    condense_permille: width of the letters in 1/1000 of their own.
    """

    text_as_typed: str
    text_as_made: str
    font_sha256: tuple[str, ...]
    size_centipoint: int
    lines: int
    clusters: tuple[Cluster, ...] = ()
    condense_permille: int = 1000

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "text_as_made": self.text_as_made,
            "font_sha256": list(self.font_sha256),
            "size_centipoint": self.size_centipoint,
            "lines": self.lines,
            "clusters": [cluster.document() for cluster in self.clusters],
        }
        if self.condense_permille != 1000:
            document["condense_permille"] = self.condense_permille
        return document


@dataclass(frozen=True, slots=True)
class ZoneFrame:
    """Where a zone lies on its surface and the shape it clips to (zone coordinates)."""

    zone: str
    x_um: int
    y_um: int
    width_um: int
    height_um: int
    shape: Outline
    text: FittedText | None = None

    def document(self) -> dict[str, object]:
        return {
            "zone": self.zone,
            "frame_um": [self.x_um, self.y_um, self.width_um, self.height_um],
            "shape": self.shape.document(),
            "text": self.text.document() if self.text else None,
        }


@dataclass(frozen=True, slots=True)
class Surface:
    """One physical face of the product: its size, its edge, its zones and its items in z order.

    outline: the face's edge in surface coordinates (origin top left, y down).
    """

    id: str
    width_um: int
    height_um: int
    outline: Outline
    zones: tuple[ZoneFrame, ...]
    items: tuple[Item, ...]
    bleed_um: int = 0

    def zone(self, zone_id: str) -> ZoneFrame:
        """Return the frame of a zone of this surface; KeyError if there is none."""
        for frame in self.zones:
            if frame.zone == zone_id:
                return frame
        raise KeyError(zone_id)

    def placed_items(self) -> tuple[Item, ...]:
        """Return the items with outlines, clips and images moved to surface coordinates."""
        return tuple(_placed(item, self.zone(item.zone)) for item in self.items)

    def document(self) -> dict[str, object]:
        return {
            "id": self.id,
            "size_um": [self.width_um, self.height_um],
            "bleed_um": self.bleed_um,
            "outline": self.outline.document(),
            "zones": [zone.document() for zone in self.zones],
            "items": [item.document() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class Layout:
    """All surfaces of one design, resolved. Frozen: steps return a new one."""

    surfaces: tuple[Surface, ...]
    unicode_version: str
    _digest: list[str] = field(default_factory=list, repr=False, compare=False)

    def surface(self, surface_id: str) -> Surface:
        """Return a surface by id; KeyError if there is none."""
        for surface in self.surfaces:
            if surface.id == surface_id:
                return surface
        raise KeyError(surface_id)

    def document(self) -> dict[str, object]:
        return {
            "layout_version": LAYOUT_VERSION,
            "unicode_version": self.unicode_version,
            "surfaces": [surface.document() for surface in self.surfaces],
        }

    def digest(self) -> str:
        """Return the SHA-256 (hex) over RFC 8785 of `document()`: the proof of sameness."""
        if not self._digest:
            self._digest.append(hashlib.sha256(self.canonical()).hexdigest())
        return self._digest[0]

    def canonical(self) -> bytes:
        """Return RFC 8785 of `document()`.

        Its keys are ASCII and its numbers integers, and for such documents sorted keys and no
        white space are all that RFC 8785 asks; orjson does that some twenty times faster.
        """
        return orjson.dumps(self.document(), option=orjson.OPT_SORT_KEYS)


def _placed(item: Item, frame: ZoneFrame) -> Item:
    dx, dy = frame.x_um, frame.y_um
    image = item.image
    if image is not None:
        a, b, c, d, tx, ty = image.matrix_um
        image = replace(image, matrix_um=(a, b, c, d, tx + dx, ty + dy))
    return replace(
        item,
        outline=item.outline.moved(dx, dy),
        image=image,
        clip=item.clip.moved(dx, dy) if item.clip is not None else None,
        gradient=item.gradient.moved(dx, dy) if item.gradient is not None else None,
    )
