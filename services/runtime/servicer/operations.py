"""luneo.operations.v1.OperationService: follows queued work of every service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from threading import BoundedSemaphore
from typing import Final

from google.longrunning.operations_pb2 import Operation
from luneo.operations.v1 import operation_service_pb2 as messages

from services.runtime import names
from services.runtime.calls import Context
from services.runtime.operation_messages import to_proto
from services.runtime.operations import OPERATION
from services.runtime.service import Runtime

DEFAULT_WAIT_S: Final = 10.0
WAITING_SHARE: Final = 4  # of the threads for calls, one in so many may wait
_MARGIN_S: Final = 0.2  # what is left of the deadline for sending the answer


class OperationServicer:
    """Answers for operations of any kind; only a shopper is limited to what it asked for."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._operations = runtime.operations
        self._pages = runtime.pages
        self._waits = BoundedSemaphore(max(1, runtime.settings.call_threads // WAITING_SHARE))

    def GetOperation(self, request: messages.GetOperationRequest, context: Context) -> Operation:
        operation = OPERATION.parse_last(request.name, brand=context.brand)
        return to_proto(self._operations.get(context.brand, operation, context.owner))

    def ListOperations(
        self, request: messages.ListOperationsRequest, context: Context
    ) -> messages.ListOperationsResponse:
        names.BRAND.parse(request.parent, field="parent", brand=context.brand)
        page = self._pages.read(request, context)
        rows = self._operations.list(context.brand, limit=page.limit, after=page.moment_and_id())
        shown = page.cut(rows, lambda row: (row.create_time.isoformat(), row.operation_id))
        return messages.ListOperationsResponse(
            operations=[to_proto(row) for row in shown.items],
            next_page_token=shown.next_page_token,
        )

    def CancelOperation(
        self, request: messages.CancelOperationRequest, context: Context
    ) -> Operation:
        operation = OPERATION.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            self._operations.cancel(tx, brand=context.brand, operation=operation)
        return to_proto(self._operations.get(context.brand, operation))

    def WaitOperation(self, request: messages.WaitOperationRequest, context: Context) -> Operation:
        operation = OPERATION.parse_last(request.name, brand=context.brand)
        wanted_s = request.timeout_ms / 1000 or DEFAULT_WAIT_S
        timeout_s = min(wanted_s, context.deadline.remaining_s() - _MARGIN_S)
        return to_proto(self._operations.wait(context.brand, operation, timeout_s, context.owner))

    async def WatchOperation(
        self, request: messages.WatchOperationRequest, context: Context
    ) -> AsyncIterator[messages.WatchOperationResponse]:
        operation = OPERATION.parse_last(request.name, brand=context.brand)
        timeout_s = context.deadline.remaining_s() - _MARGIN_S
        changes = self._operations.watch(context.brand, operation, timeout_s, context.owner)
        async for row in changes:
            yield messages.WatchOperationResponse(operation=to_proto(row))
