"""Between receipts and their messages."""

from __future__ import annotations

from luneo.manufacturing.v1 import receipt_pb2

from services.manufacturing.convert.packs import PACK
from services.manufacturing.store.receipts import StoredReceipt
from services.runtime import moments, names

RECEIPT = names.of(receipt_pb2.PackReceipt)


def to_proto(brand: str, stored: StoredReceipt) -> receipt_pb2.PackReceipt:
    """Return the message of a receipt."""
    return receipt_pb2.PackReceipt(
        name=RECEIPT.format(brand=brand, pack_receipt=stored.pack),
        export_pack=PACK.format(brand=brand, export_pack=stored.pack),
        document=stored.document,
        create_time=moments.to_message(stored.created_at),
    )
