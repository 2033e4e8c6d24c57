"""Between the values of batches and their messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from luneo.manufacturing.v1 import batch_pb2, batch_service_pb2

from services.manufacturing.convert import machines, work_orders
from services.manufacturing.convert.resource_names import PRODUCT
from services.manufacturing.convert.work_orders import BATCH, WORK_ORDER
from services.manufacturing.domain.batches import (
    USUAL_SEARCH_S,
    Batch,
    BatchFile,
    BatchResult,
    Label,
    Sheet,
    Wanted,
    machine_of,
)
from services.runtime import moments
from services.runtime.objects import Objects
from services.runtime.operations import OPERATION

_PREFIX = "BATCH_LABEL_"
_USUAL = "UNSPECIFIED"


def name_of(brand: str, batch: str) -> str:
    return BATCH.format(brand=brand, batch=batch)


def sheets_of(message: batch_pb2.Batch, brand: str) -> tuple[Sheet, ...]:
    """Return the sheets that a message asks for, the names of their products checked."""
    return tuple(
        Sheet(
            one.id,
            one.width_um,
            one.height_um,
            one.count,
            one.margin_um,
            _products(one.products, brand, f"batch.sheet_sizes[{place}].products"),
            one.material,
        )
        for place, one in enumerate(message.sheet_sizes)
    )


def wanted_of(message: batch_pb2.Batch, sheets: tuple[Sheet, ...]) -> Wanted:
    label = batch_pb2.BatchLabel.Name(message.label).removeprefix(_PREFIX)
    return Wanted(
        sheets=sheets,
        spacing_um=message.spacing_um,
        edge_um=message.edge_um,
        surface=message.surface,
        cut_blanks=message.cut_blanks,
        label=Label.USUAL if label == _USUAL else Label(label.lower()),
        search_s=message.search_seconds or USUAL_SEARCH_S,
    )


def work_order_ids(message: batch_pb2.Batch, brand: str) -> list[str]:
    """Return the ids of the work orders that a message names."""
    return [
        WORK_ORDER.parse_last(name, brand=brand, field=f"batch.work_orders[{place}]")
        for place, name in enumerate(message.work_orders)
    ]


def products_of(request: batch_service_pb2.CreateBatchRequest, brand: str) -> list[str]:
    """Return the names of products that a request asks for, checked."""
    return list(_products(request.products, brand, "products"))


def due_before(request: batch_service_pb2.CreateBatchRequest) -> datetime | None:
    return moments.from_message(request.due_before) if request.HasField("due_before") else None


def to_proto(batch: Batch, objects: Objects | None = None) -> batch_pb2.Batch:
    """Return the message of a batch; with `objects`, its files have signed addresses.

    Not those of a cancelled one: its work orders may lie on another's sheets by now.
    """
    if batch.cancelled_at is not None:
        objects = None
    wanted = batch.wanted
    label = _USUAL if wanted.label is Label.USUAL else wanted.label.upper()
    machine, *further = (_machine(batch, one) for one in batch.machines)
    message = batch_pb2.Batch(
        name=name_of(batch.brand, batch.batch),
        machine_profile=machine,
        further_machine_profiles=further,
        work_orders=[work_orders.name_of(batch.brand, one) for one in batch.work_orders],
        sheet_sizes=[
            batch_pb2.BatchSheetSize(
                id=one.id,
                width_um=one.width_um,
                height_um=one.height_um,
                count=one.count,
                margin_um=one.margin_um,
                products=one.products,
                material=one.material,
            )
            for one in wanted.sheets
        ],
        spacing_um=wanted.spacing_um,
        edge_um=wanted.edge_um,
        surface=wanted.surface,
        cut_blanks=wanted.cut_blanks,
        label=_PREFIX + label,
        search_seconds=wanted.search_s,
        operation=OPERATION.format(brand=batch.brand, operation=batch.operation),
        create_time=moments.to_message(batch.created_at),
        cancel_time=moments.to_message(batch.cancelled_at),
        erase_time=moments.to_message(batch.erased_at),
    )
    if batch.result:
        message.result.CopyFrom(_result(batch, batch.result, objects))
    return message


def _products(names: Iterable[str], brand: str, field: str) -> tuple[str, ...]:
    products = tuple(names)
    for place, name in enumerate(products):
        PRODUCT.parse(name, brand=brand, field=f"{field}[{place}]")
    return products


def _result(batch: Batch, result: BatchResult, objects: Objects | None) -> batch_pb2.BatchResult:
    return batch_pb2.BatchResult(
        sheets=result.sheets,
        parts=result.parts,
        solution_sha256=result.solution_sha256,
        machine_sha256=batch.machine_sha256,
        renderer_version=result.renderer_version,
        files=[_file(batch, file, objects) for file in result.files],
    )


def _file(batch: Batch, file: BatchFile, objects: Objects | None) -> batch_pb2.BatchFile:
    uri, machine = "", machine_of(batch, file.path)
    if objects is not None:
        uri = objects.signed_url(
            batch.brand, file.sha256, media_type=file.media_type, filename=file.path
        )
    return batch_pb2.BatchFile(
        path=file.path,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        uri=uri,
        machine_profile=_machine(batch, machine) if machine else "",
    )


def _machine(batch: Batch, machine: tuple[str, int]) -> str:
    profile, number = machine
    return machines.REVISION.format(
        brand=batch.brand, machine_profile=profile, revision=f"r{number}"
    )
