"""What is to be nested: parts, sheets in stock, and the distances between.

Whole micrometres, y down, angles in whole centidegrees, clockwise as seen. A request is data with a
hash: a stored solution names the request that it solves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

import orjson

from render_core.layout import Box, Outline
from render_core.making.nest.sheet_marks import kept_free
from render_core.making.profile import MarkKind, Marks

REQUEST_FORMAT: Final = "luneo-nest-request/1"
FULL_TURN: Final = 36_000
QUARTER_TURN: Final = 9_000
QUARTERS: Final = (0, 9_000, 18_000, 27_000)
MAX_COPIES: Final = 5_000
# Parts that may turn freely may lie at any whole centidegree. Where a few have to be tried, these.
ANY_ROTATION: Final = tuple(range(0, FULL_TURN, 500))


class LabelPlace(StrEnum):
    """Where a part says which order it belongs to.

    BESIDE: in the waste next to the part, or in a hole of it; room is kept for it. COVER: on the part,
    for what lies over its face, as masking film does.
    """

    NONE = "none"
    BESIDE = "beside"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class LabelRule:
    """Labels of all parts. text_height_um: of capitals. code: whether a Data Matrix stands before the
    text; before what is not in ASCII one always does. module_um: side of its modules. gap_um: from the part."""

    place: LabelPlace = LabelPlace.NONE
    text_height_um: int = 2_000
    code: bool = True
    module_um: int = 300
    gap_um: int = 500

    def document(self) -> list[object]:
        return [self.place.value, self.text_height_um, self.code, self.module_um, self.gap_um]


@dataclass(frozen=True, slots=True, eq=False)
class NestPart:
    """One shape to cut, `quantity` times.

    outline: closed contours, filled by the even-odd rule, in the part's own frame. rotations: those
    allowed, None for any. grain: direction of the part's grain in its frame, None if it has none.
    orders: of each copy, or one for all; printable characters of any script. group: parts of two groups
    share no sheet. stocks: ids of those that it may lie on, () for any; parts that may lie on different
    ones share none.
    """

    id: str
    outline: Outline
    quantity: int = 1
    rotations: tuple[int, ...] | None = QUARTERS
    grain: int | None = None
    orders: tuple[str, ...] = ()
    group: str = ""
    stocks: tuple[str, ...] = ()

    def order(self, copy: int) -> str:
        """Return the order that a copy belongs to, "" for none."""
        return self.orders[min(copy, len(self.orders) - 1)] if self.orders else ""

    def may_lie_on(self, stock: Stock) -> bool:
        """Return whether a part may lie on sheets of a stock."""
        return not self.stocks or stock.id in self.stocks

    def document(self) -> dict[str, Any]:
        # What a part does not ask for is left out: hashes of requests that never did stay as they are.
        apart = {"group": self.group, "stocks": list(self.stocks)}
        return {
            "id": self.id,
            "outline": self.outline.document(),
            "quantity": self.quantity,
            "rotations": None if self.rotations is None else list(self.rotations),
            "grain": self.grain,
            "orders": list(self.orders),
            **{name: value for name, value in apart.items() if value},
        }


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Sheets of one size. count: how many there are, None for enough of them.

    margins_um: (top, right, bottom, left) that the machine does not reach. grain: its direction on the
    sheet, None if it has none. fixed: closed outlines that are on each sheet already: marks, clamps.
    """

    id: str
    width_um: int
    height_um: int
    count: int | None = None
    margins_um: tuple[int, int, int, int] = (0, 0, 0, 0)
    grain: int | None = None
    fixed: tuple[Outline, ...] = ()

    @property
    def reach(self) -> Box:
        """What the machine reaches of a sheet."""
        top, right, bottom, left = self.margins_um
        return Box(left, top, self.width_um - right, self.height_um - bottom)

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "size_um": [self.width_um, self.height_um],
            "count": self.count,
            "margins_um": list(self.margins_um),
            "grain": self.grain,
            "fixed": [outline.document() for outline in self.fixed],
        }


@dataclass(frozen=True)
class NestRequest:
    """All of it. spacing_um: between parts, and from what is fixed. edge_um: from a sheet's margins.

    marks: drawn on every sheet, within its margins; parts keep off them.
    """

    parts: tuple[NestPart, ...]
    stocks: tuple[Stock, ...]
    spacing_um: int = 0
    edge_um: int = 0
    label: LabelRule = field(default_factory=LabelRule)
    marks: Marks = field(default_factory=Marks)

    @cached_property
    def sha256(self) -> str:
        """The hash that a solution names: over RFC 8785 of the document (ASCII keys, whole numbers)."""
        document: dict[str, Any] = {
            "format": REQUEST_FORMAT,
            "parts": [part.document() for part in self.parts],
            "stocks": [stock.document() for stock in self.stocks],
            "spacing_um": self.spacing_um,
            "edge_um": self.edge_um,
            "label": self.label.document(),
        }
        if (
            self.marks.kind is not MarkKind.NONE
        ):  # without, hashes stay those from before there were any
            document["marks"] = [
                self.marks.kind.value,
                self.marks.size_um,
                self.marks.margin_um,
            ]
        return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @cached_property
    def parts_sha256(self) -> str:
        """The hash of what is placed, whatever it is placed on."""
        document = [part.document() for part in self.parts]
        return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def usable_um(self, stock: Stock) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom) of where parts may lie on a sheet."""
        top, right, bottom, left = stock.margins_um
        edge = self.edge_um
        return (
            left + edge,
            top + edge,
            stock.width_um - right - edge,
            stock.height_um - bottom - edge,
        )

    def fixed_on(self, stock: Stock) -> tuple[Outline, ...]:
        """Return what parts keep off on a sheet: what is fixed there, and its marks."""
        return (*stock.fixed, *kept_free(stock.reach, self.marks, self.spacing_um))


def rotations_on(part: NestPart, stock: Stock) -> tuple[int, ...]:
    """Return the rotations to try of those that a part may have on a sheet, in order, each once.

    Where both have a grain, these must be parallel; a part that may turn freely then has two.
    """
    if part.grain is None or stock.grain is None:
        allowed = ANY_ROTATION if part.rotations is None else part.rotations
        return tuple(dict.fromkeys(angle % FULL_TURN for angle in allowed))
    along = (stock.grain - part.grain) % (FULL_TURN // 2)
    both = (along, along + FULL_TURN // 2)
    if part.rotations is None:
        return both
    turns = {angle % FULL_TURN for angle in part.rotations}
    return tuple(angle for angle in both if angle in turns)


def turns_freely(part: NestPart, stock: Stock) -> bool:
    """Return whether a part may have any rotation on a sheet."""
    return part.rotations is None and (part.grain is None or stock.grain is None)


def may_turn(part: NestPart, stock: Stock, rotation: int) -> bool:
    """Return whether a part may have a rotation, centidegrees from 0 to below a full turn, on a sheet."""
    if turns_freely(part, stock):
        return 0 <= rotation < FULL_TURN
    return rotation in rotations_on(part, stock)
