"""Parts that may share sheets: a request in lots, each nested by itself on what the others left.

A part says its group and the stocks it may lie on. Those that say the same are one lot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from render_core.making.nest.request import NestRequest

Key = tuple[str, tuple[str, ...]]


class Lot(NamedTuple):
    """Places in the request of parts that may share sheets, and of the stocks that they may lie on."""

    parts: tuple[int, ...]
    stocks: tuple[int, ...]


def lot_of_part(request: NestRequest) -> list[Key]:
    """Return for each part what it has in common with those of its lot."""
    return [(part.group, tuple(sorted(part.stocks))) for part in request.parts]


def lots(request: NestRequest) -> tuple[Lot, ...]:
    """Return the lots of a request, in an order that follows from it."""
    keys = lot_of_part(request)
    found = []
    for key in sorted(set(keys)):
        parts = tuple(index for index, one in enumerate(keys) if one == key)
        first = request.parts[parts[0]]
        stocks = (index for index, one in enumerate(request.stocks) if first.may_lie_on(one))
        found.append(Lot(parts, tuple(stocks)))
    return tuple(found)


def request_of_lot(request: NestRequest, lot: Lot, used: Counter[int]) -> NestRequest:
    """Return the request of one lot. used: how many sheets of each stock others have taken."""
    stocks = []
    for index in lot.stocks:
        stock = request.stocks[index]
        left = None if stock.count is None else stock.count - used[index]
        stocks.append(replace(stock, count=left))
    return replace(
        request, parts=tuple(request.parts[index] for index in lot.parts), stocks=tuple(stocks)
    )
