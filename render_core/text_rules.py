"""How a text zone may set its text beyond a plain paragraph: along a line, as a monogram, in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Of monograms, where a template leaves them unstated.
DEFAULT_MIDDLE_PERMILLE: Final = 1500
DEFAULT_OVERLAP_PERMILLE: Final = 250


class EmojiPolicy(StrEnum):
    """What becomes of emoji: outlines in the zone's ink, their own colours, or a problem."""

    OUTLINE = "outline"
    COLOUR = "colour"
    REFUSE = "refuse"


class TextPathKind(StrEnum):
    """Lines that text runs along."""

    ARC = "arc"
    ELLIPSE = "ellipse"
    PATH = "path"


class PathSide(StrEnum):
    """Where letters stand: left of the line as it runs, or right of it, running against it."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class TextPath:
    """A line that text runs along; alignment is then about the place where the text is anchored.

    path: SVG path data in millimetres (zone coordinates) for PATH. bend_permille: height of an ARC
    in 1/1000 of half its width, positive upwards. inset_um: how far inside of the zone's box an ARC
    or ELLIPSE runs. start_permille: the anchor in 1/1000 of the line's length; an ellipse starts at
    its top and runs clockwise, an arc runs from left to right. upright: letters do not turn.
    shift_permille: the baseline's distance from the line, away from it, in 1/1000 of the size.
    """

    kind: TextPathKind
    path: str = ""
    bend_permille: int = 0
    inset_um: int = 0
    start_permille: int = 0
    side: PathSide = PathSide.LEFT
    upright: bool = False
    shift_permille: int = 0


class MonogramStyle(StrEnum):
    """How the letters of a monogram stand to each other."""

    ROW = "row"
    INTERLOCKED = "interlocked"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class MonogramRules:
    """Initials set as a monogram.

    middle_permille: size of the middle of three letters in 1/1000 of the others'. overlap_permille:
    how far interlocked letters lie over each other, in 1/1000 of the size. surname_in_middle: three
    letters typed as first, middle and last name are set with the last name in the middle.
    """

    style: MonogramStyle = MonogramStyle.ROW
    middle_permille: int = DEFAULT_MIDDLE_PERMILLE
    overlap_permille: int = DEFAULT_OVERLAP_PERMILLE
    surname_in_middle: bool = False


class FrameKind(StrEnum):
    """Forms of a border around text."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    CONTOUR = "contour"


@dataclass(frozen=True, slots=True)
class TextFrame:
    """A border that grows with the text; lengths in µm.

    padding_um: distance of the line's inner edge from the ink. double: a second line of half the
    width inside of the first.
    """

    kind: FrameKind = FrameKind.RECTANGLE
    padding_um: int = 1000
    line_width_um: int = 300
    corner_um: int = 0
    double: bool = False
