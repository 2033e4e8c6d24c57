"""luneo.manufacturing.v1.ExportPackService."""

from __future__ import annotations

from datetime import UTC

from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from sqlalchemy import Connection

from render_core.version import RENDERER_VERSION
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.order_packs import OrderPack
from services.manufacturing.domain.packs import Pack, check_made, pack_key
from services.manufacturing.jobs import MAKE_PACK, QUEUE, REMAKE_PACK
from services.manufacturing.servicer import pack_contents
from services.manufacturing.servicer.order_packs import OrderPacks
from services.manufacturing.servicer.workshop import Workshop
from services.manufacturing.store import pack_operations
from services.manufacturing.store import packs as store
from services.manufacturing.store.orders import Orders
from services.runtime import names, operation_messages
from services.runtime.calls import Context
from services.runtime.operations import OperationRow
from services.runtime.service import Runtime


class ExportPackServicer:
    """Makes the files that workshops cut and print."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._objects = runtime.objects
        self._operations = runtime.operations
        self._keyring = runtime.keyring
        self._orders = Orders(runtime.keyring)
        self._contents = pack_contents.PackContents(runtime)
        self._workshop = Workshop(runtime.clients)
        self._order_packs = OrderPacks(runtime, self._contents)

    def CreateExportPack(
        self, request: export_pack_service_pb2.CreateExportPackRequest, context: Context
    ) -> Operation:
        wanted = request.export_pack
        snapshot = convert.SNAPSHOT.parse_last(
            wanted.snapshot, brand=context.brand, field="export_pack.snapshot"
        )
        content = self._contents.of_snapshot(wanted.snapshot, context)
        drawings = self._contents.drawings(content, wanted, context, "export_pack.")
        dpi, drawn = wanted.dpi, drawings.document()
        zone = self._workshop.zone(context) if wanted.work_order else UTC
        with self._database.brand(context.brand) as tx:
            machines = pack_contents.machines(tx, context.brand, wanted.machine_profiles)
            work_order, ticket = pack_contents.ticket(
                tx, self._orders, context.brand, wanted, snapshot, zone
            )
            key = pack_key(snapshot, RENDERER_VERSION, dpi, machines, ticket, drawn)
            pack_id = self._keyring.public_id(context.brand, "export-pack", key)
            operation = self._start(tx, pack_id, context)
            store.put(
                tx,
                Pack(
                    brand=context.brand,
                    pack=pack_id,
                    snapshot=snapshot,
                    operation=operation.operation_id,
                    dpi=dpi,
                    created_at=self._clock.now(),
                    machines=machines,
                    work_order=work_order,
                    ticket=ticket,
                    drawings=drawn,
                    output_profile=convert.profile_of(wanted.output_profile, drawings),
                ),
            )
            pack = store.get(tx, context.brand, pack_id)
        return operation_messages.to_proto(operation, convert.to_proto(pack, self._objects))

    def MakeOrderPacks(
        self, request: export_pack_service_pb2.MakeOrderPacksRequest, context: Context
    ) -> Operation:
        return self._order_packs.start(request, context)

    def RemakeExportPack(
        self, request: export_pack_service_pb2.RemakeExportPackRequest, context: Context
    ) -> Operation:
        brand = context.brand
        pack_id = convert.PACK.parse_last(request.name, brand=brand)
        with self._database.brand(brand) as tx:
            pack = store.get(tx, brand, pack_id)
            check_made(pack)
            operation = self._operations.start(
                tx,
                brand=brand,
                kind="manufacturing.pack_remake",
                target=convert.name_of(pack),
                content_key=f"pack-remake:{pack_id}:{names.new_id()}",
                queue=QUEUE,
                actor=REMAKE_PACK,
                actor_args={"export_pack": pack_id},
                requested_by=context.caller.subject,
            )
            about = OrderPack(0, "", pack_id)
            pack_operations.put(tx, brand, operation.operation_id, [about])
        return operation_messages.to_proto(operation)

    def GetExportPack(
        self, request: export_pack_service_pb2.GetExportPackRequest, context: Context
    ) -> export_pack_pb2.ExportPack:
        pack = convert.PACK.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(store.get(tx, context.brand, pack), self._objects)

    def ListExportPacks(
        self, request: export_pack_service_pb2.ListExportPacksRequest, context: Context
    ) -> export_pack_service_pb2.ListExportPacksResponse:
        page = self._pages.read(request, context)
        snapshot = None
        if request.snapshot:
            snapshot = convert.SNAPSHOT.parse_last(
                request.snapshot, brand=context.brand, field="snapshot"
            )
        with self._database.brand(context.brand) as tx:
            found = store.newest(
                tx,
                context.brand,
                snapshot=snapshot,
                before=page.moment_and_id(),
                limit=page.limit,
            )
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.pack))
        return export_pack_service_pb2.ListExportPacksResponse(
            export_packs=[convert.to_proto(item, self._objects) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def _start(self, tx: Connection, pack: str, context: Context) -> OperationRow:
        return self._operations.start(
            tx,
            brand=context.brand,
            kind="manufacturing.export_pack",
            target=convert.PACK.format(brand=context.brand, export_pack=pack),
            content_key=f"export-pack:{pack}",
            queue=QUEUE,
            actor=MAKE_PACK,
            actor_args={"export_pack": pack},
            requested_by=context.caller.subject,
        )
