"""luneo.manufacturing.v1.BatchService."""

from __future__ import annotations

from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import batch_pb2, batch_service_pb2
from sqlalchemy import Connection

from services.manufacturing.convert import batches as convert
from services.manufacturing.convert import machines
from services.manufacturing.convert.work_orders import BATCH
from services.manufacturing.domain import batch_sheets
from services.manufacturing.domain import batches as domain
from services.manufacturing.domain.batches import MAX_WORK_ORDERS, Batch, FurtherMachine
from services.manufacturing.domain.machines import MachineRevision
from services.manufacturing.domain.work_orders import WorkOrder
from services.manufacturing.jobs import MAKE_BATCH, QUEUE
from services.manufacturing.servicer.workshop import Workshop
from services.manufacturing.store import batches as store
from services.manufacturing.store import machines as machine_rows
from services.runtime import names, operation_messages
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.operations import OperationRow
from services.runtime.service import Runtime

_FIELD = "batch.machine_profile"
_FURTHER = "batch.further_machine_profiles"


class BatchServicer:
    """Puts work orders together on sheets."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._objects = runtime.objects
        self._operations = runtime.operations
        self._workshop = Workshop(runtime.clients)

    def CreateBatch(
        self, request: batch_service_pb2.CreateBatchRequest, context: Context
    ) -> Operation:
        brand, batch_id = context.brand, names.new_id()
        asked = convert.work_order_ids(request.batch, brand)
        products = convert.products_of(request, brand)
        due = convert.due_before(request)
        materials = list(request.materials)
        domain.check_asked(asked, products, materials, due, request.due_day)
        if request.due_day:
            due = domain.end_of_day(request.due_day, self._workshop.zone(context))
        with self._database.brand(brand) as tx:
            machine, *further = self._machines(tx, request.batch, brand)
            profiles = [one.profile for one in (machine, *further)]
            sheets = batch_sheets.sheets_or_bed(convert.sheets_of(request.batch, brand), profiles)
            wanted = convert.wanted_of(request.batch, sheets)
            batch_sheets.check_sheets(wanted, profiles)
            wanting = store.Wanting(
                due,
                products or batch_sheets.products_with_sheets(sheets),
                materials or batch_sheets.materials_with_sheets(sheets),
            )
            works = self._works(tx, brand, asked, wanting)
            domain.check_open(works, sheets)
            operation = self._start(tx, batch_id, context)
            batch = Batch(
                brand=brand,
                batch=batch_id,
                machine=machine.machine,
                machine_revision=machine.number,
                machine_sha256=machine.profile.sha256,
                wanted=wanted,
                work_orders=tuple(sorted(work.work_order for work in works)),
                operation=operation.operation_id,
                created_at=self._clock.now(),
                further=tuple(FurtherMachine(one.machine, one.number) for one in further),
            )
            store.add(tx, batch)
        return operation_messages.to_proto(operation, convert.to_proto(batch))

    def GetBatch(
        self, request: batch_service_pb2.GetBatchRequest, context: Context
    ) -> batch_pb2.Batch:
        batch = BATCH.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.to_proto(store.get(tx, context.brand, batch), self._objects)

    def ListBatches(
        self, request: batch_service_pb2.ListBatchesRequest, context: Context
    ) -> batch_service_pb2.ListBatchesResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.newest(tx, context.brand, before=page.moment_and_id(), limit=page.limit)
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.batch))
        return batch_service_pb2.ListBatchesResponse(
            batches=[convert.to_proto(item, self._objects) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def CancelBatch(
        self, request: batch_service_pb2.CancelBatchRequest, context: Context
    ) -> batch_pb2.Batch:
        batch_id = BATCH.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            found = store.get(tx, context.brand, batch_id)
            works = store.works(tx, found, lock=True)
            batch = store.get(tx, context.brand, batch_id, lock=True)
            if batch.cancelled_at is None:
                domain.check_cancel(batch, [work for work in works if work.batch == batch_id])
                self._operations.cancel(tx, brand=context.brand, operation=batch.operation)
                store.cancel(tx, batch, self._clock.now())
            return convert.to_proto(store.get(tx, context.brand, batch_id), self._objects)

    def _machines(
        self, tx: Connection, batch: batch_pb2.Batch, brand: str
    ) -> list[MachineRevision]:
        """Return all that sheets go through, in order. Raises InvalidArgument for one that is there twice."""
        found = [self._machine(tx, batch.machine_profile, brand, _FIELD)]
        for place, name in enumerate(batch.further_machine_profiles):
            found.append(self._machine(tx, name, brand, f"{_FURTHER}[{place}]"))
        domain.check_machines([(one.machine, one.number) for one in found])
        return found

    def _machine(self, tx: Connection, name: str, brand: str, field: str) -> MachineRevision:
        """Return the revision that a name stands for, of a machine as it is now or as it was."""
        if "/revisions/" not in name:
            machine = machines.MACHINE.parse_last(name, brand=brand, field=field)
            return machine_rows.get(tx, brand, machine).current
        ids = machines.REVISION.parse(name, brand=brand, field=field)
        number = machines.number_of(ids["revision"])
        if not number:
            raise NotFound
        return machine_rows.get_revision(tx, brand, ids["machine_profile"], number)

    def _works(
        self, tx: Connection, brand: str, asked: list[str], wanting: store.Wanting
    ) -> list[WorkOrder]:
        if asked:
            return store.named(tx, brand, asked)
        return domain.that_fit(store.open_ones(tx, brand, wanting, limit=MAX_WORK_ORDERS))

    def _start(self, tx: Connection, batch: str, context: Context) -> OperationRow:
        return self._operations.start(
            tx,
            brand=context.brand,
            kind="manufacturing.batch",
            target=convert.name_of(context.brand, batch),
            content_key=f"batch:{batch}",
            queue=QUEUE,
            actor=MAKE_BATCH,
            actor_args={"batch": batch},
            requested_by=context.caller.subject,
        )
