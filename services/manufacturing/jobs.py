"""The jobs of the manufacturing service: ids only, the rows say the rest."""

from __future__ import annotations

from typing import Final

MAKE_PACK: Final = "manufacturing.make_pack"
MAKE_ORDER_PACKS: Final = "manufacturing.make_order_packs"
REMAKE_PACK: Final = "manufacturing.remake_pack"
MAKE_BATCH: Final = "manufacturing.make_batch"
FORGET_SNAPSHOTS: Final = "manufacturing.forget_snapshots"
FORGET_IN_ORDERS: Final = "manufacturing.forget_in_orders"
CLEANUP_QUEUE: Final = "cleanup"
QUEUE: Final = "export-manufacturing"
