"""luneo.manufacturing.v1.OrderService."""

from __future__ import annotations

from collections.abc import Sequence

from luneo.manufacturing.v1 import order_pb2, order_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2, snapshot_service_pb2_grpc

from services.manufacturing.convert import orders as convert
from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain import orders as domain
from services.manufacturing.domain.orders import Event, Order, OrderState
from services.manufacturing.servicer.production import Production
from services.manufacturing.store import orders as store
from services.runtime import etags, names
from services.runtime.calls import Context
from services.runtime.errors import FailedPrecondition
from services.runtime.service import Runtime

_CONTENT = "order-content"


class OrderServicer:
    """Takes orders, and says where they stand."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._clients = runtime.clients
        self._keyring = runtime.keyring
        self._orders = store.Orders(runtime.keyring)
        self._production = Production(self._orders, runtime.clock)

    def CreateOrder(
        self, request: order_service_pb2.CreateOrderRequest, context: Context
    ) -> order_pb2.Order:
        digest = self._content_digest(request.order, context.brand)
        known = store.read_by_reference(
            self._database, context.brand, request.order.external_reference
        )
        if known is not None:
            return convert.to_proto(self._same(known, digest, request, context))
        order = self._asked_for(request, digest, context)
        if request.validate_only:
            return convert.to_proto(order)
        self._lock_designs(order, context)
        with self._database.brand(context.brand) as tx:
            added = self._orders.add(tx, order)
            if added and order.state is OrderState.PAID:
                self._production.begin(tx, order, context)
        if not added:  # another call was first with this reference
            known = store.read_by_reference(self._database, context.brand, order.external_reference)
            order = self._same(str(known), digest, request, context)
        return convert.to_proto(order)

    def GetOrder(
        self, request: order_service_pb2.GetOrderRequest, context: Context
    ) -> order_pb2.Order:
        order = convert.ORDER.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(self._orders.get(tx, context.brand, order))

    def ListOrders(
        self, request: order_service_pb2.ListOrdersRequest, context: Context
    ) -> order_service_pb2.ListOrdersResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = self._orders.newest(
                tx,
                context.brand,
                state=convert.state_of(request.state),
                external_reference=request.external_reference,
                customer=request.customer,
                before=page.moment_and_id(),
                limit=page.limit,
            )
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.order))
        return order_service_pb2.ListOrdersResponse(
            orders=[convert.to_proto(item) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def PayOrder(
        self, request: order_service_pb2.PayOrderRequest, context: Context
    ) -> order_pb2.Order:
        return self._moved(request.name, request.etag, OrderState.PAID, context)

    def ShipOrder(
        self, request: order_service_pb2.ShipOrderRequest, context: Context
    ) -> order_pb2.Order:
        return self._moved(request.name, request.etag, OrderState.SHIPPED, context)

    def CancelOrder(
        self, request: order_service_pb2.CancelOrderRequest, context: Context
    ) -> order_pb2.Order:
        return self._moved(
            request.name, request.etag, OrderState.CANCELLED, context, request.reason
        )

    def _moved(
        self, name: str, etag: str, state: OrderState, context: Context, reason: str = ""
    ) -> order_pb2.Order:
        order_id = convert.ORDER.parse_last(name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            order = self._orders.get(tx, context.brand, order_id, lock=True)
            if order.state is not state:
                etags.check(etag, convert.etag_of(order))
            changed = self._production.move_order(tx, order, state, context, reason)
        return convert.to_proto(changed)

    def _same(
        self,
        order_id: str,
        digest: str,
        request: order_service_pb2.CreateOrderRequest,
        context: Context,
    ) -> Order:
        """Return the order that there is, paid if the request knows that now.

        Raises ExternalReferenceTaken if it is of other content.
        """
        with self._database.brand(context.brand) as tx:
            order = self._orders.get(tx, context.brand, order_id, lock=True)
            if order.content_digest != digest:
                raise domain.ExternalReferenceTaken(convert.name_of(context.brand, order_id))
            pays = request.paid and not request.validate_only
            if pays and order.state is OrderState.PENDING:
                order = self._production.move_order(tx, order, OrderState.PAID, context)
        return order

    def _asked_for(
        self, request: order_service_pb2.CreateOrderRequest, digest: str, context: Context
    ) -> Order:
        """Return the order that a request describes, its amounts checked against its designs."""
        wanted = convert.wanted_items(request.order)
        asked = [item.snapshot for item in request.order.items]
        frozen = [convert.frozen_of(context.brand, one) for one in self._designs(asked, context)]
        now, by = self._clock.now(), context.caller.subject
        state = OrderState.PAID if request.paid else OrderState.PENDING
        order = Order(
            brand=context.brand,
            order=names.new_id(),
            external_reference=request.order.external_reference,
            content_digest=digest,
            customer=request.order.customer,
            currency_code=request.order.currency_code,
            items=domain.items_of(wanted, frozen),
            shipping_cents=request.order.shipping_cents,
            tax_cents=request.order.tax_cents,
            tax_included=request.order.tax_included,
            discount_cents=request.order.discount_cents,
            state=state,
            due_at=convert.due_at(request.order),
            version=1,
            created_at=now,
            updated_at=now,
            history=(Event(state, by, "", now),),
        )
        domain.check(order, wanted, frozen, convert.wanted_total(request.order))
        return order

    def _designs(self, asked: Sequence[str], context: Context) -> list[snapshot_pb2.Snapshot]:
        """Return the designs of the items. Raises DesignErased, DesignSuperseded, NotFound."""
        for place, name in enumerate(asked):
            SNAPSHOT.parse_last(name, brand=context.brand, field=f"order.items[{place}].snapshot")
        found = self._snapshots(context).BatchGetSnapshots(
            snapshot_service_pb2.BatchGetSnapshotsRequest(
                parent=names.BRAND.format(brand=context.brand), names=asked
            )
        )
        for place, snapshot in enumerate(found.snapshots):
            if snapshot.HasField("erase_time"):
                raise domain.DesignErased(place)
            if snapshot.superseded_by:
                raise domain.DesignSuperseded(place, snapshot.superseded_by)
        return list(found.snapshots)

    def _lock_designs(self, order: Order, context: Context) -> None:
        """Lock what was ordered, all or nothing.

        Locked twice is locked once, so a call that ends here is repeated.
        """
        asked = [SNAPSHOT.format(brand=order.brand, snapshot=one.snapshot) for one in order.items]
        try:
            self._snapshots(context).BatchLockSnapshots(
                snapshot_service_pb2.BatchLockSnapshotsRequest(
                    parent=names.BRAND.format(brand=order.brand), names=asked
                )
            )
        except FailedPrecondition:
            self._designs(asked, context)  # one was edited or erased just now: it says which
            raise

    def _snapshots(self, context: Context) -> snapshot_service_pb2_grpc.SnapshotServiceStub:
        return snapshot_service_pb2_grpc.SnapshotServiceStub(self._clients.channel(context))

    def _content_digest(self, order: order_pb2.Order, brand: str) -> str:
        return self._keyring.public_id(brand, _CONTENT, convert.content_of(order).hex())
