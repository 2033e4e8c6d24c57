"""Between the values of work orders and their messages."""

from __future__ import annotations

from datetime import datetime

from luneo.manufacturing.v1 import batch_pb2, work_order_pb2, work_order_service_pb2

from services.manufacturing.convert import orders
from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain.work_orders import Move, Note, WorkOrder, WorkState
from services.runtime import etags, moments, names

BATCH = names.of(batch_pb2.Batch)
WORK_ORDER = names.of(work_order_pb2.WorkOrder)
CHANGEABLE = ("assignee", "due_time")
_PREFIX = "WORK_ORDER_STATE_"


def name_of(brand: str, work_order: str) -> str:
    """Return the resource name; "" for no id."""
    return WORK_ORDER.format(brand=brand, work_order=work_order) if work_order else ""


def etag_of(work: WorkOrder) -> str:
    return etags.of_version(name_of(work.brand, work.work_order), work.version)


def state_of(state: work_order_pb2.WorkOrderState) -> WorkState | None:
    """Return the state that a message names; None for none."""
    if state == work_order_pb2.WORK_ORDER_STATE_UNSPECIFIED:
        return None
    return WorkState(work_order_pb2.WorkOrderState.Name(state).removeprefix(_PREFIX).lower())


def due_at(work: work_order_pb2.WorkOrder) -> datetime | None:
    return moments.from_message(work.due_time) if work.HasField("due_time") else None


def due_before(request: work_order_service_pb2.ListWorkOrdersRequest) -> datetime | None:
    return moments.from_message(request.due_before) if request.HasField("due_before") else None


def to_proto(work: WorkOrder) -> work_order_pb2.WorkOrder:
    """Return the message of a work order."""
    return work_order_pb2.WorkOrder(
        name=name_of(work.brand, work.work_order),
        order=orders.name_of(work.brand, work.order),
        item_number=work.item_number,
        snapshot=SNAPSHOT.format(brand=work.brand, snapshot=work.snapshot),
        product_revision=work.product_revision,
        quantity=work.quantity,
        state=_state(work.state),
        barcode=work.barcode,
        assignee=work.assignee,
        due_time=moments.to_message(work.due_at),
        remake_of=name_of(work.brand, work.remake_of),
        remade_as=name_of(work.brand, work.remade_as),
        notes=[_note(note) for note in work.notes],
        history=[_move(move) for move in work.history],
        erase_time=moments.to_message(work.erased_at),
        create_time=moments.to_message(work.created_at),
        update_time=moments.to_message(work.updated_at),
        etag=etag_of(work),
        batch=BATCH.format(brand=work.brand, batch=work.batch) if work.batch else "",
        material=work.material,
    )


def _note(note: Note) -> work_order_pb2.WorkOrderNote:
    return work_order_pb2.WorkOrderNote(
        text=note.text, by=note.by, time=moments.to_message(note.at)
    )


def _move(move: Move) -> work_order_pb2.WorkOrderMove:
    return work_order_pb2.WorkOrderMove(
        from_state=_state(move.before) if move.before else None,
        to_state=_state(move.after),
        by=move.by,
        reason=move.reason,
        time=moments.to_message(move.at),
    )


def _state(state: WorkState) -> str:
    return _PREFIX + state.upper()
