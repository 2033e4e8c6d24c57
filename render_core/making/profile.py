"""What one machine of a workshop wants: its bed, its operations in order, its files.

A profile is data: a canonical document with a hash, pinned like a font. Lengths are micrometres,
speeds micrometres a second, shares 1/1000.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

import orjson

from render_core.layout import Operation

PROFILE_FORMAT: Final = "luneo-machine/1"


class FileFormat(StrEnum):
    """What the machine's software opens."""

    SVG = "svg"
    DXF = "dxf"
    PDF = "pdf"
    PNG = "png"
    TIFF = "tiff"
    HPGL = "hpgl"
    GCODE = "gcode"
    DST = "dst"
    PES = "pes"


class Units(StrEnum):
    """What a number in a file of vectors means."""

    MILLIMETRES = "millimetres"
    INCHES = "inches"


class Curves(StrEnum):
    """What curves become in files that know several kinds."""

    ARCS = "arcs"
    SPLINES = "splines"
    LINES = "lines"


class Origin(StrEnum):
    """Where the machine counts from; its y goes up in all but TOP_LEFT."""

    BOTTOM_LEFT = "bottom-left"
    TOP_LEFT = "top-left"
    CENTRE = "centre"


class Datum(StrEnum):
    """What the origin is a corner, or the middle, of. FACE: of the product, wherever tools go beyond its
    edge. WORK: of all that is made, so that no place is below zero, which some controllers refuse."""

    FACE = "face"
    WORK = "work"


class KerfSide(StrEnum):
    """On which side of an outline the tool runs. WASTE: outside of parts, inside of holes."""

    WASTE = "waste"
    ON_LINE = "on-line"
    INSIDE = "inside"
    OUTSIDE = "outside"


class InsideCorners(StrEnum):
    """What becomes of inside corners that a round tool cannot reach. RELIEVED: a bone is cut out."""

    SHARP = "sharp"
    ROUND = "round"
    RELIEVED = "relieved"


class FillKind(StrEnum):
    """How an area is engraved by a tool that follows lines."""

    NONE = "none"
    HATCH = "hatch"
    CROSS_HATCH = "cross-hatch"
    CONTOUR = "contour"


class MarkKind(StrEnum):
    """What a camera or a person lines a sheet up by."""

    NONE = "none"
    REGISTRATION = "registration"
    EYES = "eyes"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Fill:
    """Lines that fill an area. angle_degrees: of hatch lines, anticlockwise from x."""

    kind: FillKind = FillKind.NONE
    spacing_um: int = 100
    angle_degrees: int = 0


@dataclass(frozen=True, slots=True)
class MachineOperation:
    """One operation of a machine. What it does not list, it does not make.

    name: of the layer, the separation or the tool, as the machine's software wants it.
    kerf_um: the width that the tool takes away. lead_in_um, overcut_um: before and beyond a closed
    contour. tool_radius_um: of the tool that inside corners meet. bridge_um: width of what keeps an
    island in a stencil, 0 for none. colour_index: AutoCAD's. power_permille, speed_um_s, passes: for
    the operator; 0 says nothing of them. pen: number of the tool. depth_um: how deep a spindle goes.
    """

    operation: Operation
    name: str
    rgb: tuple[int, int, int] = (0, 0, 0)
    colour_index: int = 7
    pen: int = 1
    kerf_um: int = 0
    kerf_side: KerfSide = KerfSide.WASTE
    inside_corners: InsideCorners = InsideCorners.SHARP
    tool_radius_um: int = 0
    lead_in_um: int = 0
    overcut_um: int = 0
    bridge_um: int = 0
    fill: Fill = field(default_factory=Fill)
    min_stroke_um: int = 0
    overprint: bool = False
    power_permille: int = 0
    speed_um_s: int = 0
    passes: int = 1
    depth_um: int = 0


@dataclass(frozen=True, slots=True)
class GcodeRules:
    """How a controller is spoken to. laser: power by M4 and S, else a spindle that goes down by Z.

    max_power: the S of full power, or of the spindle's full speed. safe_z_um: height above the work
    at which a spindle travels. plunge_um_s: how fast it goes down; 0 for the operation's speed.
    """

    laser: bool = True
    max_power: int = 1_000
    safe_z_um: int = 5_000
    plunge_um_s: int = 0


@dataclass(frozen=True, slots=True)
class ContourCut:
    """A cut around what is printed. offset_um: how far off; min_radius_um: of its inside corners.

    follow_alpha: whether it goes along the visible edge of pictures, rather than along their frames.
    """

    offset_um: int = 0
    min_radius_um: int = 0
    follow_alpha: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks around a sheet. size_um: of one; margin_um: from its middle to the edge of the work."""

    kind: MarkKind = MarkKind.NONE
    size_um: int = 5_000
    margin_um: int = 10_000


@dataclass(frozen=True, slots=True)
class Tiling:
    """How work beyond the bed is made, one tile after another. overlap_um: of neighbours.

    mark_um: size of the crosses that lie on each other where two tiles meet; 0 for none.
    """

    overlap_um: int = 0
    mark_um: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that lies at the machine. number: in its maker's catalogue."""

    name: str
    rgb: tuple[int, int, int]
    brand: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Embroidery:
    """How areas become stitches. density_um: between threads that go the same way, in fills and satins
    alike; those of the way back lie between them.

    stitch_um: of fills; max_stitch_um: a longer one is divided; satin_max_um: wider shapes are filled;
    pull_um: how much wider a shape is sewn on each side; underlay: sewn below first; trim_um: the thread
    is cut before a longer jump. fill_degrees: of the rows of fills, anticlockwise from x. thread_um: how
    wide a thread lies. threads: the ones to choose from, by name or colour; none for any.
    """

    density_um: int = 400
    stitch_um: int = 3_500
    max_stitch_um: int = 7_000
    min_stitch_um: int = 500
    satin_max_um: int = 7_000
    pull_um: int = 200
    underlay: bool = True
    trim_um: int = 3_000
    fill_degrees: int = 30
    thread_um: int = 400
    threads: tuple[Thread, ...] = ()


@dataclass(frozen=True)
class MachineProfile:
    """One machine. operations: in the order that it works in.

    bed: (0, 0) for none. margin_um: of the bed that stays free. tolerance_um: how far lines may be
    from the curves that they stand for. dpi: of pixels. contour: None for no cut around the print.
    tiling: None where work beyond the bed is refused.
    """

    id: str
    display_name: str
    formats: tuple[FileFormat, ...]
    operations: tuple[MachineOperation, ...]
    bed_width_um: int = 0
    bed_height_um: int = 0
    margin_um: int = 0
    units: Units = Units.MILLIMETRES
    curves: Curves = Curves.ARCS
    origin: Origin = Origin.BOTTOM_LEFT
    tolerance_um: int = 10
    dpi: int = 300
    contour: ContourCut | None = None
    marks: Marks = field(default_factory=Marks)
    embroidery: Embroidery = field(default_factory=Embroidery)
    gcode: GcodeRules = field(default_factory=GcodeRules)
    order_cuts: bool = True
    datum: Datum = Datum.FACE
    tiling: Tiling | None = None

    def operation(self, operation: Operation) -> MachineOperation | None:
        """Return what the machine does for an operation, None if it cannot."""
        return next((one for one in self.operations if one.operation is operation), None)

    def document(self) -> Mapping[str, Any]:
        """Return the JSON-ready form that is hashed and stored.

        What profiles did not say at first is left out where it says nothing: their hashes stay.
        """
        document = {"format": PROFILE_FORMAT, **asdict(self)}
        if self.datum is Datum.FACE:
            del document["datum"]
        if self.tiling is None:
            del document["tiling"]
        if self.contour is not None and not self.contour.follow_alpha:
            del document["contour"]["follow_alpha"]
        return document

    def canonical(self) -> bytes:
        """Return RFC 8785 of `document()`: ASCII keys and whole numbers, so sorted keys are all it asks."""
        return orjson.dumps(self.document(), option=orjson.OPT_SORT_KEYS)

    @cached_property
    def sha256(self) -> str:
        """The hash that the profile is pinned by."""
        return hashlib.sha256(self.canonical()).hexdigest()


class _Named(Protocol):
    @property
    def operation(self) -> Operation: ...

    @property
    def name(self) -> str: ...


_One = TypeVar("_One", bound=_Named)


def operation_named(some: Iterable[_One], operation: Operation, spot: str) -> _One | None:
    """Return the operation of a kind that has an ink's name, whatever its case, or the first of it."""
    alike = [one for one in some if one.operation is operation]
    wanted = spot.casefold()
    named = (one for one in alike if wanted and one.name.casefold() == wanted)
    return next(named, alike[0] if alike else None)
