"""Cases of batches."""

from __future__ import annotations

from typing import Any

from luneo.manufacturing.v1 import batch_pb2
from luneo.manufacturing.v1 import batch_service_pb2 as batches

from tests.gateway.equality.cases.machines import machine_made
from tests.gateway.equality.cases.orders import work_of
from tests.gateway.equality.cases.registry import call, case, done
from tests.gateway.equality.demo import BRAND, Demo

# Too small for anything: a batch that is never made has no files, whose sizes differ.
SCRAP = batch_pb2.BatchSheetSize(id="scrap", width_um=5_000, height_um=5_000)


def _batch(demo: Demo, *sheets: batch_pb2.BatchSheetSize) -> batches.CreateBatchRequest:
    batch = batch_pb2.Batch(
        sheet_sizes=sheets,
        machine_profile=machine_made(demo).name,
        work_orders=[work_of(demo).name],
        spacing_um=2_000,
        search_seconds=1,
    )
    return batches.CreateBatchRequest(parent=BRAND, batch=batch)


def _made(demo: Demo) -> Any:
    made = batch_pb2.Batch()
    assert done(demo, call(demo, "CreateBatch", _batch(demo))).response.Unpack(made)
    return made


@case("CreateBatch")
def _(demo: Demo) -> batches.CreateBatchRequest:
    return _batch(demo)


@case("GetBatch")
def _(demo: Demo) -> batches.GetBatchRequest:
    return batches.GetBatchRequest(name=_made(demo).name)


@case("ListBatches")
def _(demo: Demo) -> batches.ListBatchesRequest:
    _made(demo)
    return batches.ListBatchesRequest(parent=BRAND, page_size=1)


@case("CancelBatch")
def _(demo: Demo) -> batches.CancelBatchRequest:
    started = done(demo, call(demo, "CreateBatch", _batch(demo, SCRAP)))
    newest = batches.ListBatchesRequest(parent=BRAND, page_size=1)
    (batch,) = call(demo, "ListBatches", newest).batches
    assert batch.operation == started.name
    return batches.CancelBatchRequest(name=batch.name)
