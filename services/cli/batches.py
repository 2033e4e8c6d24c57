"""Commands about batches: work orders that one machine makes together, nested on sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import typer
from luneo.manufacturing.v1 import batch_pb2, batch_service_pb2, batch_service_pb2_grpc
from luneo.operations.v1 import operation_service_pb2, operation_service_pb2_grpc

from services.cli import workshop
from services.cli.console import working
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson, Data, Key
from services.cli.remote import Remote, with_brand_key
from services.cli.workshop import Brand, Most
from services.runtime.config import Settings

_STUB: Final = batch_service_pb2_grpc.BatchServiceStub
_OPERATIONS: Final = operation_service_pb2_grpc.OperationServiceStub
_WAIT_MS: Final = 25_000
_UM: Final = 1000

BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="Id of the batch, or its name.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Work orders nested on sheets.")
    group.command("list")(list_batches)
    group.command("show")(show)
    group.command("create")(create)
    group.command("cancel")(cancel)
    app.add_typer(group, name="batches")


def list_batches(
    brand: Brand, most: Most = 50, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """List batches, newest first."""
    request = batch_service_pb2.ListBatchesRequest(parent=f"brands/{brand}")
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        found = workshop.listed(remote, _STUB, "ListBatches", request, most, "batches")
    workshop.write_all(found, as_json, _row, "There are no batches.")


def show(
    brand: Brand, batch: BatchId, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Show a batch with its files; in JSON, with an address of each that works for a while."""
    request = batch_service_pb2.GetBatchRequest(name=_name(brand, batch))
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        found = remote.call(_STUB, "GetBatch", request)
    workshop.write_one(found, as_json, _lines)


def create(
    brand: Brand,
    machine: Annotated[str, typer.Argument(help="Id of the machine profile.")],
    work_order: Annotated[
        list[str] | None,
        typer.Option(help="A work order; repeat it. Default: all that are open."),
    ] = None,
    product: Annotated[
        list[str] | None,
        typer.Option(help="Of all that are open, those of this product; repeat it."),
    ] = None,
    material: Annotated[
        list[str] | None,
        typer.Option(help="Of all that are open, those of this material; repeat it."),
    ] = None,
    due: Annotated[
        str,
        typer.Option(help="Of all that are open, those due by the end of this day: 2026-11-30."),
    ] = "",
    sheet: Annotated[
        str, typer.Option(help="Size of the sheets in millimetres, as 600x300. Default: the bed.")
    ] = "",
    then: Annotated[
        list[str] | None,
        typer.Option(help="Machine that the same sheets go through afterwards; repeat it."),
    ] = None,
    spacing: Annotated[float, typer.Option(min=0, help="Millimetres between parts.")] = 2,
    cut_blanks: Annotated[
        bool, typer.Option("--cut-blanks", help="Cut each product out along its edge.")
    ] = False,
    search_seconds: Annotated[
        int, typer.Option(min=0, help="How long less waste is looked for; 0 for 20 s.")
    ] = 0,
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Nest work orders on sheets and wait for the files."""
    batch = batch_pb2.Batch(
        machine_profile=workshop.full_name(brand, "machineProfiles", machine),
        work_orders=[workshop.full_name(brand, "workOrders", one) for one in work_order or ()],
        further_machine_profiles=[
            workshop.full_name(brand, "machineProfiles", one) for one in then or ()
        ],
        spacing_um=round(spacing * _UM),
        cut_blanks=cut_blanks,
        search_seconds=search_seconds,
    )
    if sheet:
        batch.sheet_sizes.append(_sheet(sheet))
    request = batch_service_pb2.CreateBatchRequest(
        parent=f"brands/{brand}",
        batch=batch,
        products=[workshop.full_name(brand, "products", one) for one in product or ()],
        due_day=due,
        materials=material or (),
    )
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        with working("Nesting and writing the files"):
            name = _made(remote, request)
        found = remote.call(_STUB, "GetBatch", batch_service_pb2.GetBatchRequest(name=name))
    workshop.write_one(found, as_json, _lines)


def cancel(
    brand: Brand, batch: BatchId, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Cancel a batch: its work orders are open again."""
    request = batch_service_pb2.CancelBatchRequest(name=_name(brand, batch))
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        found = remote.call(_STUB, "CancelBatch", request)
    workshop.write_one(found, as_json, _lines)


def _made(remote: Remote, request: batch_service_pb2.CreateBatchRequest) -> str:
    """Return the name of the batch once it is made. Raises CommandError with why it is not."""
    operation = remote.call(_STUB, "CreateBatch", request)
    wait = operation_service_pb2.WaitOperationRequest(name=operation.name, timeout_ms=_WAIT_MS)
    while not operation.done:
        operation = remote.call(_OPERATIONS, "WaitOperation", wait)
    made = batch_pb2.Batch()
    if not operation.response.Unpack(made):
        raise CommandError(operation.error.message, Exit.BAD_INPUT)
    return made.name


def _sheet(given: str) -> batch_pb2.BatchSheetSize:
    try:
        width, height = (round(float(side) * _UM) for side in given.lower().split("x"))
    except ValueError:
        raise CommandError(f"{given} is no size. Write it as 600x300.", Exit.USAGE) from None
    return batch_pb2.BatchSheetSize(id="sheet", width_um=width, height_um=height)


def _name(brand: str, given: str) -> str:
    return workshop.full_name(brand, "batches", given)


def _row(batch: batch_pb2.Batch) -> tuple[str, ...]:
    return (
        workshop.id_of(batch.name),
        _stands(batch),
        _count(len(batch.work_orders), "work order"),
        _machines(batch),
        workshop.time_of(batch, "create_time"),
    )


def _machines(batch: batch_pb2.Batch) -> str:
    names = [batch.machine_profile, *batch.further_machine_profiles]
    return " → ".join(name.split("/")[3] for name in names if name)


def _stands(batch: batch_pb2.Batch) -> str:
    if batch.HasField("cancel_time"):
        return "cancelled"
    if batch.HasField("erase_time"):
        return "files deleted"
    if not batch.HasField("result"):
        return "not made"
    return f"{_count(batch.result.sheets, 'sheet')}, {_count(batch.result.parts, 'part')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _lines(batch: batch_pb2.Batch) -> Iterator[str]:
    yield "  ".join(_row(batch))
    yield f"  operation {batch.operation}"
    for name in batch.work_orders:
        yield f"  {name}"
    for file in batch.result.files:
        yield f"  {file.path}, {file.size_bytes:,} bytes"
