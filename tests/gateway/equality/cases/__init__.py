"""A call of every rpc that succeeds. A new rpc needs a line here: the test of equality asks for it.

Each case makes a request anew, with what it needs there first, since calls of both transports are
made with requests of their own.
"""

from __future__ import annotations

from tests.gateway.equality.cases import (
    batches,
    brands_and_people,
    fonts_and_artwork,
    machines,
    orders,
    pictures_and_packs,
    products,
    receipts,
    snapshots,
    specs,
)
from tests.gateway.equality.cases.registry import CASES

__all__ = [
    "CASES",
    "batches",
    "brands_and_people",
    "fonts_and_artwork",
    "machines",
    "orders",
    "pictures_and_packs",
    "products",
    "receipts",
    "snapshots",
    "specs",
]
