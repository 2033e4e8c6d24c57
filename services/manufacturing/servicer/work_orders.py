"""luneo.manufacturing.v1.WorkOrderService."""

from __future__ import annotations

from dataclasses import replace

from luneo.manufacturing.v1 import work_order_pb2, work_order_service_pb2

from services.manufacturing.convert import work_orders as convert
from services.manufacturing.convert.orders import ORDER
from services.manufacturing.domain import barcodes
from services.manufacturing.domain import work_orders as domain
from services.manufacturing.domain.work_orders import Note
from services.manufacturing.servicer.production import Production
from services.manufacturing.store import orders as orders_store
from services.manufacturing.store import work_orders as store
from services.runtime import etags, field_masks
from services.runtime.calls import Context
from services.runtime.service import Runtime


class WorkOrderServicer:
    """Says what a workshop has to do, and where each part stands."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._production = Production(orders_store.Orders(runtime.keyring), runtime.clock)

    def GetWorkOrder(
        self, request: work_order_service_pb2.GetWorkOrderRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        work_order = convert.WORK_ORDER.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(store.get(tx, context.brand, work_order))

    def ListWorkOrders(
        self, request: work_order_service_pb2.ListWorkOrdersRequest, context: Context
    ) -> work_order_service_pb2.ListWorkOrdersResponse:
        page = self._pages.read(request, context)
        order = None
        if request.order:
            order = ORDER.parse_last(request.order, brand=context.brand, field="order")
        with self._database.brand(context.brand) as tx:
            found = store.newest(
                tx,
                context.brand,
                order=order,
                state=convert.state_of(request.state),
                assignee=request.assignee,
                due_before=convert.due_before(request),
                before=page.moment_and_id(),
                limit=page.limit,
            )
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.work_order))
        return work_order_service_pb2.ListWorkOrdersResponse(
            work_orders=[convert.to_proto(item) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateWorkOrder(
        self, request: work_order_service_pb2.UpdateWorkOrderRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        wanted = request.work_order
        work_order = convert.WORK_ORDER.parse_last(
            wanted.name, brand=context.brand, field="work_order.name"
        )
        fields = field_masks.read(request.update_mask, wanted, convert.CHANGEABLE)
        with self._database.brand(context.brand) as tx:
            work = store.get(tx, context.brand, work_order, lock=True)
            etags.check(wanted.etag, convert.etag_of(work))
            changed = replace(
                work,
                assignee=wanted.assignee if "assignee" in fields else work.assignee,
                due_at=convert.due_at(wanted) if "due_time" in fields else work.due_at,
            )
            if changed != work:
                changed = replace(changed, version=work.version + 1, updated_at=self._clock.now())
                store.save_plan(tx, changed)
        return convert.to_proto(changed)

    def MoveWorkOrder(
        self, request: work_order_service_pb2.MoveWorkOrderRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        work_order = convert.WORK_ORDER.parse_last(request.name, brand=context.brand)
        state = convert.state_of(request.state)
        assert state is not None, "the proto asks for a state"
        with self._database.brand(context.brand) as tx:
            found = store.get(tx, context.brand, work_order)
            order, work = self._production.locked(tx, context.brand, found)
            if work.state is not state:
                etags.check(request.etag, convert.etag_of(work))
            work = self._production.move_work(tx, order, work, state, context, request.reason)
        return convert.to_proto(work)

    def ScanWorkOrder(
        self, request: work_order_service_pb2.ScanWorkOrderRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        barcode = barcodes.read(request.barcode)
        expected = convert.state_of(request.from_state)
        with self._database.brand(context.brand) as tx:
            found = store.by_barcode(tx, context.brand, barcode)
            order, work = self._production.locked(tx, context.brand, found)
            state = domain.onward(work, expected)
            work = self._production.move_work(tx, order, work, state, context)
        return convert.to_proto(work)

    def RemakeWorkOrder(
        self, request: work_order_service_pb2.RemakeWorkOrderRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        work_order = convert.WORK_ORDER.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            found = store.get(tx, context.brand, work_order)
            order, work = self._production.locked(tx, context.brand, found)
            etags.check(request.etag, convert.etag_of(work))
            made = self._production.remake(
                tx, order, work, request.quantity, context, request.reason
            )
        return convert.to_proto(made)

    def AddWorkOrderNote(
        self, request: work_order_service_pb2.AddWorkOrderNoteRequest, context: Context
    ) -> work_order_pb2.WorkOrder:
        work_order = convert.WORK_ORDER.parse_last(request.name, brand=context.brand)
        note = Note(request.text, context.caller.subject, self._clock.now())
        with self._database.brand(context.brand) as tx:
            work = domain.noted(store.get(tx, context.brand, work_order, lock=True), note)
            store.save_note(tx, work, note)
        return convert.to_proto(work)
