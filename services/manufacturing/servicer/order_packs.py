"""The packs of a whole order, as one operation: what is there is found, the rest is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import export_pack_service_pb2
from sqlalchemy import Connection

from render_core.export.drawings import Drawings
from render_core.version import RENDERER_VERSION
from services.manufacturing.convert import orders as orders_convert
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.order_packs import OrderPack, Wanting, order_key, wantings
from services.manufacturing.domain.orders import Order
from services.manufacturing.domain.packs import Pack, pack_key, ticket_of
from services.manufacturing.jobs import MAKE_ORDER_PACKS, QUEUE
from services.manufacturing.servicer import pack_contents
from services.manufacturing.servicer.pack_contents import PackContents
from services.manufacturing.servicer.workshop import Workshop
from services.manufacturing.store import pack_operations, work_orders
from services.manufacturing.store import packs as store
from services.manufacturing.store.orders import Orders
from services.runtime import operation_messages
from services.runtime.calls import Context
from services.runtime.operations import OperationRow
from services.runtime.service import Runtime

Request = export_pack_service_pb2.MakeOrderPacksRequest


class OrderPacks:
    """Asks for all packs of an order."""

    def __init__(self, runtime: Runtime, contents: PackContents) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._operations = runtime.operations
        self._keyring = runtime.keyring
        self._orders = Orders(runtime.keyring)
        self._contents = contents
        self._workshop = Workshop(runtime.clients)

    def start(self, request: Request, context: Context) -> Operation:
        """Return the operation that makes them: the one that stands if nothing changed since."""
        brand = context.brand
        order_id = orders_convert.ORDER.parse_last(request.name, brand=brand)
        with self._database.brand(brand) as tx:
            order = self._orders.get(tx, brand, order_id)
            wanted = wantings(order, work_orders.of_order(tx, brand, order_id))
        zone = self._workshop.zone(context)
        drawings = self._drawings({one.snapshot for one in wanted}, request, context)
        with self._database.brand(brand) as tx:
            order = self._orders.get(tx, brand, order_id)
            packs = self._packs(tx, order, drawings, request, zone)
            about = [OrderPack(one.item_number, one.work_order, pack.pack) for one, pack in packs]
            operation = self._start(tx, order_id, order_key(order_id, about), context)
            pack_operations.put(tx, brand, operation.operation_id, about)
            for pack in sorted((pack for _, pack in packs), key=lambda pack: pack.pack):
                store.add(tx, replace(pack, operation=operation.operation_id))
        return operation_messages.to_proto(
            operation, convert.order_packs_to_proto(brand, order_id, about)
        )

    def _drawings(
        self, snapshots: set[str], request: Request, context: Context
    ) -> Mapping[str, Drawings]:
        """Return what is drawn of each design."""
        return {
            snapshot: self._contents.drawings(content, request, context)
            for snapshot, content in self._contents.of_snapshots(sorted(snapshots), context).items()
        }

    def _packs(
        self,
        tx: Connection,
        order: Order,
        drawings: Mapping[str, Drawings],
        request: Request,
        zone: tzinfo,
    ) -> list[tuple[Wanting, Pack]]:
        works = work_orders.of_order(tx, order.brand, order.order)
        machines = pack_contents.machines(tx, order.brand, request.machine_profiles, "")
        return [
            (one, self._pack(one, order, machines, drawings[one.snapshot], request, zone))
            for one in wantings(order, works)
        ]

    def _pack(
        self,
        one: Wanting,
        order: Order,
        machines: tuple[tuple[str, int], ...],
        drawings: Drawings,
        request: Request,
        zone: tzinfo,
    ) -> Pack:
        name = ""
        if one.work is not None:
            name = convert.WORK_ORDER.format(brand=order.brand, work_order=one.work_order)
        reference = order.external_reference or order.order
        ticket = ticket_of(one.work, name, reference, convert.PAGES[request.ticket_page], zone)
        drawn = drawings.document()
        key = pack_key(one.snapshot, RENDERER_VERSION, request.dpi, machines, ticket, drawn)
        return Pack(
            brand=order.brand,
            pack=self._keyring.public_id(order.brand, "export-pack", key),
            snapshot=one.snapshot,
            operation="",
            dpi=request.dpi,
            created_at=self._clock.now(),
            machines=machines,
            work_order=one.work_order,
            ticket=ticket,
            drawings=drawn,
            output_profile=convert.profile_of(request.output_profile, drawings),
        )

    def _start(self, tx: Connection, order: str, key: str, context: Context) -> OperationRow:
        return self._operations.start(
            tx,
            brand=context.brand,
            kind="manufacturing.order_packs",
            target=orders_convert.ORDER.format(brand=context.brand, order=order),
            content_key=f"order-packs:{key}",
            queue=QUEUE,
            actor=MAKE_ORDER_PACKS,
            actor_args={"order": order},
            requested_by=context.caller.subject,
        )
