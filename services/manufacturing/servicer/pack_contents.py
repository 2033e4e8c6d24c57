"""What a pack is asked for with: machines, pinned by their revisions, and what its ticket says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from luneo.manufacturing.v1 import export_pack_pb2
from sqlalchemy import Connection

from services.manufacturing.convert import machines as machines_convert
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.packs import ticket_of
from services.manufacturing.store import machines as machines_store
from services.manufacturing.store import work_orders as work_orders_store
from services.manufacturing.store.orders import Orders
from services.runtime.errors import InvalidArgument


def machines(tx: Connection, brand: str, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Return (machine, revision) of profiles or revisions by name; NotFound for one that is not there.

    Raises InvalidArgument for two revisions of one machine: their files would have the same names.
    """
    found = tuple(_machine(tx, brand, name, place) for place, name in enumerate(names))
    if len({machine for machine, _ in found}) != len(found):
        raise InvalidArgument.field(
            "export_pack.machine_profiles", "MACHINE_TWICE", "Name each machine once."
        )
    return found


def _machine(tx: Connection, brand: str, name: str, place: int) -> tuple[str, int]:
    field = f"export_pack.machine_profiles[{place}]"
    if "/revisions/" not in name:
        machine = machines_convert.MACHINE.parse_last(name, brand=brand, field=field)
        return machine, machines_store.get(tx, brand, machine).current.number
    ids = machines_convert.REVISION.parse(name, brand=brand, field=field)
    number = machines_convert.number_of(ids["revision"])
    revision = machines_store.get_revision(tx, brand, ids["machine_profile"], number)
    return revision.machine, revision.number


def ticket(
    tx: Connection, orders: Orders, brand: str, wanted: export_pack_pb2.ExportPack, snapshot: str
) -> tuple[str, dict[str, Any]]:
    """Return the id of the work order, "" for none, and what the ticket says of it.

    Raises InvalidArgument for the work order of another design, WorkCancelled, NotFound.
    """
    page = convert.PAGES[wanted.ticket_page]
    if not wanted.work_order:
        return "", ticket_of(None, "", "", page)
    field = "export_pack.work_order"
    name = wanted.work_order
    work_order = convert.WORK_ORDER.parse_last(name, brand=brand, field=field)
    work = work_orders_store.get(tx, brand, work_order)
    if work.snapshot != snapshot:
        raise InvalidArgument.field(
            field, "WORK_ORDER_OF_ANOTHER_DESIGN", "This work order is for another snapshot."
        )
    order = orders.get(tx, brand, work.order)
    return work_order, ticket_of(work, name, order.external_reference or work.order, page)
