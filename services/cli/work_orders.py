"""Commands about work orders: what a workshop has to do, and where each part stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from luneo.manufacturing.v1 import (
    work_order_pb2,
    work_order_service_pb2,
    work_order_service_pb2_grpc,
)

from services.cli import workshop
from services.cli.options import AsJson, Data, Key
from services.cli.remote import with_brand_key
from services.cli.workshop import Brand, Most
from services.runtime.config import Settings

_STUB: Final = work_order_service_pb2_grpc.WorkOrderServiceStub
_PREFIX: Final = "WORK_ORDER_STATE_"
_COLLECTION: Final = "workOrders"

Work = Annotated[str, typer.Argument(help="Id of the work order, or its name.")]
Reason = Annotated[str, typer.Option(help="Why. No names of people.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="What a workshop has to do.")
    group.command("list")(list_work_orders)
    group.command("show")(show)
    group.command("move")(move)
    group.command("scan")(scan)
    group.command("remake")(remake)
    group.command("note")(note)
    app.add_typer(group, name="work-orders")


def list_work_orders(
    brand: Brand,
    state: Annotated[str, typer.Option(help="Only those in this state, as in-production.")] = "",
    order: Annotated[str, typer.Option(help="Only those of this order.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only those that were due already.")] = False,
    most: Most = 50,
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """List work orders, newest first."""
    request = work_order_service_pb2.ListWorkOrdersRequest(
        parent=f"brands/{brand}",
        state=_state(state),
        order=workshop.full_name(brand, "orders", order) if order else "",
    )
    if late:
        request.due_before.FromDatetime(datetime.now(UTC))
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        found = workshop.listed(remote, _STUB, "ListWorkOrders", request, most, "work_orders")
    workshop.write_all(found, as_json, _row, "There are no such work orders.")


def show(
    brand: Brand, work_order: Work, as_json: AsJson = False, key: Key = "", data: Data = None
) -> None:
    """Show a work order with its notes and its history."""
    request = work_order_service_pb2.GetWorkOrderRequest(name=_name(brand, work_order))
    _done("GetWorkOrder", request, brand, as_json, key, data)


def move(
    brand: Brand,
    work_order: Work,
    state: Annotated[str, typer.Argument(help="Where to, as in-production, quality-check, done.")],
    reason: Reason = "",
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Move a work order to another state."""
    request = work_order_service_pb2.MoveWorkOrderRequest(
        name=_name(brand, work_order), state=_state(state), reason=reason
    )
    _done("MoveWorkOrder", request, brand, as_json, key, data)


def scan(
    brand: Brand,
    barcode: Annotated[str, typer.Argument(help="What the scanner read.")],
    from_state: Annotated[
        str, typer.Option("--from", help="Where it has to stand; elsewhere it is not moved.")
    ] = "",
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Move the work order of a barcode on by one step."""
    request = work_order_service_pb2.ScanWorkOrderRequest(
        parent=f"brands/{brand}", barcode=barcode, from_state=_state(from_state)
    )
    _done("ScanWorkOrder", request, brand, as_json, key, data)


def remake(
    brand: Brand,
    work_order: Work,
    reason: Annotated[str, typer.Option(help="Why. No names of people.")],
    quantity: Annotated[int, typer.Option(min=0, help="How many of them; 0 for all.")] = 0,
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Have it made again: a new work order, which is shown."""
    request = work_order_service_pb2.RemakeWorkOrderRequest(
        name=_name(brand, work_order), reason=reason, quantity=quantity
    )
    _done("RemakeWorkOrder", request, brand, as_json, key, data)


def note(
    brand: Brand,
    work_order: Work,
    text: Annotated[str, typer.Argument(help="The note. No names of customers.")],
    as_json: AsJson = False,
    key: Key = "",
    data: Data = None,
) -> None:
    """Add a note to a work order. It stays as it is."""
    request = work_order_service_pb2.AddWorkOrderNoteRequest(
        name=_name(brand, work_order), text=text
    )
    _done("AddWorkOrderNote", request, brand, as_json, key, data)


def _done(
    method: str, request: Any, brand: str, as_json: bool, key: str, data: Path | None
) -> None:
    """Make a call that answers with a work order, and show that."""
    with with_brand_key(Settings.from_environment(data=data), brand, key) as remote:
        work = remote.call(_STUB, method, request)
    workshop.write_one(work, as_json, _lines)


def _name(brand: str, given: str) -> str:
    return workshop.full_name(brand, _COLLECTION, given)


def _state(given: str) -> Any:
    return workshop.state_number(work_order_pb2.WorkOrderState, _PREFIX, given)


def _said(state: Any) -> str:
    return workshop.state_name(work_order_pb2.WorkOrderState, _PREFIX, state)


def _row(work: work_order_pb2.WorkOrder) -> tuple[str, ...]:
    return (
        workshop.id_of(work.name),
        work.barcode,
        _said(work.state),
        f"{work.quantity} ×",
        work.product_revision.split("/")[3] if work.product_revision else "",
        _due(work),
    )


def _due(work: work_order_pb2.WorkOrder) -> str:
    due = workshop.time_of(work, "due_time")
    return f"due {due}" if due else ""


def _lines(work: work_order_pb2.WorkOrder) -> Iterator[str]:
    yield "  ".join(one for one in _row(work) if one)
    yield f"  design {work.snapshot}"
    yield f"  order  {work.order}, item {work.item_number}"
    for said, name in (
        ("batch ", work.batch),
        ("remake of", work.remake_of),
        ("remade as", work.remade_as),
        ("assignee", work.assignee),
    ):
        if name:
            yield f"  {said} {name}"
    for step in work.history:
        why = f": {step.reason}" if step.reason else ""
        yield f"  {workshop.time_of(step, 'time')}  {_said(step.to_state)}, {step.by}{why}"
    for written in work.notes:
        yield f"  {workshop.time_of(written, 'time')}  “{written.text}”, {written.by}"
