"""A solution: where each copy of each part lies. Stored as canonical JSON, it is the truth; sheets are
made from it, and solving again may give another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import orjson

from render_core.errors import RenderError
from render_core.making.nest.request import NestRequest
from render_core.making.nest.turning import Placement

SOLUTION_FORMAT: Final = "luneo-nest/1"


class Placed(NamedTuple):
    """One copy of a part on a sheet. part: its place in the request. copy: from 0."""

    part: int
    copy: int
    at: Placement


@dataclass(frozen=True, slots=True)
class NestedSheet:
    """One sheet. stock: its place in the request."""

    stock: int
    placed: tuple[Placed, ...]


@dataclass(frozen=True)
class Solution:
    """All sheets, in order. solver: what found it, for the record."""

    request_sha256: str
    parts_sha256: str
    sheets: tuple[NestedSheet, ...]
    solver: str = ""

    def document(self, request: NestRequest) -> dict[str, Any]:
        """Return the JSON-ready form, with the ids of the request."""
        return {
            "format": SOLUTION_FORMAT,
            "request_sha256": self.request_sha256,
            "parts_sha256": self.parts_sha256,
            "solver": self.solver,
            "sheets": [
                {
                    "stock": request.stocks[sheet.stock].id,
                    "placements": [
                        [request.parts[one.part].id, one.copy, *one.at] for one in sheet.placed
                    ],
                }
                for sheet in self.sheets
            ],
        }

    def canonical(self, request: NestRequest) -> bytes:
        """Return the bytes to store: keys sorted, no white space, whole numbers."""
        return orjson.dumps(self.document(request), option=orjson.OPT_SORT_KEYS)

    def sha256(self, request: NestRequest) -> str:
        return hashlib.sha256(self.canonical(request)).hexdigest()

    @cached_property
    def count(self) -> int:
        """How many copies are placed."""
        return sum(len(sheet.placed) for sheet in self.sheets)


def read_solution(data: bytes, request: NestRequest) -> Solution:
    """Return a stored solution. Raises RenderError (NEST_SOLUTION_DAMAGED, NEST_SOLUTION_OF_ANOTHER)."""
    try:
        document: Mapping[str, Any] = orjson.loads(data)
        if document["format"] != SOLUTION_FORMAT:
            raise ValueError(document["format"])
        parts = {part.id: index for index, part in enumerate(request.parts)}
        stocks = {stock.id: index for index, stock in enumerate(request.stocks)}
        if document["request_sha256"] != request.sha256:
            raise RenderError(
                "NEST_SOLUTION_OF_ANOTHER",
                "This solution belongs to other parts or sheets. Nest the batch again.",
            )
        sheets = tuple(
            NestedSheet(
                stocks[sheet["stock"]],
                tuple(
                    Placed(parts[part], int(copy), Placement(int(turn), int(x), int(y)))
                    for part, copy, turn, x, y in sheet["placements"]
                ),
            )
            for sheet in document["sheets"]
        )
        return Solution(
            document["request_sha256"], document["parts_sha256"], sheets, document["solver"]
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise RenderError(
            "NEST_SOLUTION_DAMAGED", "This solution cannot be read. Nest the batch again."
        ) from error
