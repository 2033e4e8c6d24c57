"""What a pack is asked for with: machines, pinned by their revisions, and what its ticket says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from sqlalchemy import Connection

from render_core.export.drawings import Colours, Drawings
from services.manufacturing.convert import machines as machines_convert
from services.manufacturing.convert import packs as convert
from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain.drawings import drawings
from services.manufacturing.domain.packs import check_dpi, ticket_of
from services.manufacturing.servicer.press_profiles import PressProfiles
from services.manufacturing.store import machines as machines_store
from services.manufacturing.store import work_orders as work_orders_store
from services.manufacturing.store.orders import Orders
from services.runtime import names
from services.runtime.calls import Context
from services.runtime.errors import InvalidArgument
from services.runtime.service import Runtime

DrawingsWanted = export_pack_pb2.ExportPack | export_pack_service_pb2.MakeOrderPacksRequest


class PackContents:
    """Reads frozen designs, and says what is drawn of them."""

    def __init__(self, runtime: Runtime) -> None:
        self._clients = runtime.clients
        self._profiles = PressProfiles(runtime.clients, runtime.objects)

    def of_snapshot(self, name: str, context: Context) -> snapshot_service_pb2.SnapshotContent:
        """Return the content of a snapshot that exists."""
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub(self._clients.channel(context))
        content: snapshot_service_pb2.SnapshotContent = stub.GetSnapshotContent(
            snapshot_service_pb2.GetSnapshotContentRequest(name=name)
        )
        assert content.snapshot.name == name
        return content

    def of_snapshots(
        self, snapshots: Sequence[str], context: Context
    ) -> dict[str, snapshot_service_pb2.SnapshotContent]:
        """Return the contents of the snapshots of an order by id, in one call."""
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub(self._clients.channel(context))
        answer = stub.BatchGetSnapshotContents(
            snapshot_service_pb2.BatchGetSnapshotContentsRequest(
                parent=names.BRAND.format(brand=context.brand),
                names=[SNAPSHOT.format(brand=context.brand, snapshot=one) for one in snapshots],
            )
        )
        return dict(zip(snapshots, answer.contents, strict=True))

    def drawings(
        self,
        content: snapshot_service_pb2.SnapshotContent,
        wanted: DrawingsWanted,
        context: Context,
        path: str = "",
    ) -> Drawings:
        """Return what is drawn of a frozen design. path: of the fields in the request, with a dot.

        Raises InvalidArgument for a resolution that does not fit, a profile that is none.
        """
        check_dpi(wanted.dpi, convert.surfaces_of(content), path)
        colours = convert.COLOURS[wanted.colours]
        named = self._profiles.named(wanted.output_profile, context, path)
        own = None
        if named is not None or colours is Colours.PRESS:
            own = self._profiles.of_product(content, context)
        formats = [convert.FORMATS[format] for format in wanted.formats]
        return drawings(formats, colours, own=own, named=named, path=path)


def machines(
    tx: Connection, brand: str, asked: Sequence[str], path: str = "export_pack."
) -> tuple[tuple[str, int], ...]:
    """Return (machine, revision) of profiles or revisions by name; NotFound for one that is not there.

    path: of the field in the request, with a dot.
    Raises InvalidArgument for two revisions of one machine: their files would have the same names.
    """
    found = tuple(
        _machine(tx, brand, name, f"{path}machine_profiles[{place}]")
        for place, name in enumerate(asked)
    )
    if len({machine for machine, _ in found}) != len(found):
        raise InvalidArgument.field(
            f"{path}machine_profiles", "MACHINE_TWICE", "Name each machine once."
        )
    return found


def _machine(tx: Connection, brand: str, name: str, field: str) -> tuple[str, int]:
    if "/revisions/" not in name:
        machine = machines_convert.MACHINE.parse_last(name, brand=brand, field=field)
        return machine, machines_store.get(tx, brand, machine).current.number
    ids = machines_convert.REVISION.parse(name, brand=brand, field=field)
    number = machines_convert.number_of(ids["revision"])
    revision = machines_store.get_revision(tx, brand, ids["machine_profile"], number)
    return revision.machine, revision.number


def ticket(
    tx: Connection,
    orders: Orders,
    brand: str,
    wanted: export_pack_pb2.ExportPack,
    snapshot: str,
    zone: tzinfo,
) -> tuple[str, dict[str, Any]]:
    """Return the id of the work order, "" for none, and what the ticket says of it. zone: of the workshop.

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
    reference = order.external_reference or work.order
    return work_order, ticket_of(work, name, reference, page, zone)
