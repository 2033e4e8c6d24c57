"""luneo.manufacturing.v1.PackReceiptService."""

from __future__ import annotations

from luneo.manufacturing.v1 import receipt_pb2, receipt_service_pb2

from services.manufacturing.convert import receipts as convert
from services.manufacturing.store import receipts as store
from services.runtime.calls import Context
from services.runtime.service import Runtime


class PackReceiptServicer:
    """Shows receipts, also those of packs that are gone."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database

    def GetPackReceipt(
        self, request: receipt_service_pb2.GetPackReceiptRequest, context: Context
    ) -> receipt_pb2.PackReceipt:
        pack = convert.RECEIPT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(context.brand, store.get(tx, context.brand, pack))
