"""Between the values of export packs and their messages."""

from __future__ import annotations

from collections.abc import Sequence

from luneo.manufacturing.v1 import (
    export_pack_pb2,
    export_pack_service_pb2,
    machine_profile_pb2,
    order_pb2,
    work_order_pb2,
)
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import asset_pb2

from render_core.export.drawings import Colours, DrawingFormat, Drawings, drawings_of
from render_core.export.ticket_facts import PageSize
from render_core.export.verify import PackFailure
from render_core.raster.resolution import Extent, extent_um
from render_core.version import RENDERER_VERSION
from services.designs.documents import parse
from services.manufacturing.domain.order_packs import OrderPack
from services.manufacturing.domain.packs import Pack, PackResult
from services.manufacturing.remaking import Difference
from services.runtime import moments, names
from services.runtime.objects import Objects
from services.runtime.operations import OPERATION

PACK = names.of(export_pack_pb2.ExportPack)
SNAPSHOT = names.of(snapshot_pb2.Snapshot)
MACHINE = names.of(machine_profile_pb2.MachineProfileRevision)
ORDER = names.of(order_pb2.Order)
WORK_ORDER = names.of(work_order_pb2.WorkOrder)
MEDIA_TYPE = "application/zip"
ASSET = names.of(asset_pb2.Asset)
FORMATS = {
    export_pack_pb2.DRAWING_FORMAT_SVG: DrawingFormat.SVG,
    export_pack_pb2.DRAWING_FORMAT_DXF: DrawingFormat.DXF,
    export_pack_pb2.DRAWING_FORMAT_PDF: DrawingFormat.PDF,
    export_pack_pb2.DRAWING_FORMAT_PNG: DrawingFormat.PNG,
    export_pack_pb2.DRAWING_FORMAT_TIFF: DrawingFormat.TIFF,
}
COLOURS = {
    export_pack_pb2.DRAWING_COLOURS_UNSPECIFIED: Colours.SCREEN,
    export_pack_pb2.DRAWING_COLOURS_SCREEN: Colours.SCREEN,
    export_pack_pb2.DRAWING_COLOURS_PRESS: Colours.PRESS,
}
PAGES = {
    export_pack_pb2.TICKET_PAGE_UNSPECIFIED: PageSize.A4,
    export_pack_pb2.TICKET_PAGE_A4: PageSize.A4,
    export_pack_pb2.TICKET_PAGE_A6: PageSize.A6,
}


def name_of(pack: Pack) -> str:
    return PACK.format(brand=pack.brand, export_pack=pack.pack)


def snapshot_name(pack: Pack) -> str:
    return SNAPSHOT.format(brand=pack.brand, snapshot=pack.snapshot)


def profile_of(name: str, drawings: Drawings) -> str:
    """Return the id of the asset that names the press, "" where that is the product's own."""
    return ASSET.parse(name)["asset"] if drawings.output_profile else ""


def order_packs_to_proto(
    brand: str, order: str, packs: Sequence[OrderPack]
) -> export_pack_service_pb2.OrderPacks:
    """Return the message of all packs of an order. order: id."""
    return export_pack_service_pb2.OrderPacks(
        order=ORDER.format(brand=brand, order=order),
        packs=[
            export_pack_service_pb2.OrderPack(
                item_number=one.item_number,
                work_order=(
                    WORK_ORDER.format(brand=brand, work_order=one.work_order)
                    if one.work_order
                    else ""
                ),
                export_pack=PACK.format(brand=brand, export_pack=one.pack),
            )
            for one in packs
        ],
    )


def remake_to_proto(
    pack: Pack, result: PackResult, found: Sequence[Difference] | Sequence[PackFailure]
) -> export_pack_service_pb2.PackRemake:
    """Return the message of what came of making a pack again."""
    return export_pack_service_pb2.PackRemake(
        export_pack=name_of(pack),
        same=not found,
        differences=[
            export_pack_service_pb2.PackDifference(
                path=one.path, reason=one.reason, message=one.message
            )
            for one in found
        ],
        made_by_renderer_version=result.renderer_version,
        renderer_version=RENDERER_VERSION,
    )


def surfaces_of(content: snapshot_service_pb2.SnapshotContent) -> dict[str, Extent]:
    """Return how far the surfaces reach on which something is made, by id."""
    template = content.revision.template
    filled = parse(content.spec_document).values.keys()
    made = {zone.surface for zone in template.zones if zone.id in filled}
    return {
        surface.id: extent_um(surface.width_um, surface.height_um, surface.bleed_um)
        for surface in template.surfaces
        if surface.id in made
    }


def to_proto(pack: Pack, objects: Objects | None = None) -> export_pack_pb2.ExportPack:
    """Return the message of a pack; with `objects`, its result has a signed address."""
    message = export_pack_pb2.ExportPack(
        name=name_of(pack),
        snapshot=snapshot_name(pack),
        operation=OPERATION.format(brand=pack.brand, operation=pack.operation),
        dpi=pack.dpi,
        machine_profiles=[
            MACHINE.format(brand=pack.brand, machine_profile=machine, revision=f"r{number}")
            for machine, number in pack.machines
        ],
        work_order=(
            WORK_ORDER.format(brand=pack.brand, work_order=pack.work_order)
            if pack.work_order
            else ""
        ),
        ticket_page=_page_of(pack),
        output_profile=(
            ASSET.format(brand=pack.brand, asset=pack.output_profile) if pack.output_profile else ""
        ),
        create_time=moments.to_message(pack.created_at),
    )
    drawings = drawings_of(pack.drawings)
    message.formats.extend(known for known, one in FORMATS.items() if one in drawings.formats)
    message.colours = next(
        known for known, one in COLOURS.items() if one is drawings.colours and known
    )
    if pack.result:
        message.result.CopyFrom(_result(pack, pack.result, objects))
    return message


def _page_of(pack: Pack) -> export_pack_pb2.TicketPage:
    page = PageSize(pack.ticket.get("page", PageSize.A4))
    return next(known for known, value in PAGES.items() if value is page and known)


def asset_to_proto(pack: Pack, result: PackResult) -> snapshot_pb2.SnapshotAsset:
    """Return what a finished pack is to its snapshot."""
    return snapshot_pb2.SnapshotAsset(
        kind=snapshot_pb2.SNAPSHOT_ASSET_KIND_PRODUCTION_BUNDLE,
        media_type=MEDIA_TYPE,
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        renderer_version=result.renderer_version,
        source=name_of(pack),
    )


def _result(
    pack: Pack, result: PackResult, objects: Objects | None
) -> export_pack_pb2.ExportPackResult:
    uri = ""
    if objects is not None:
        uri = objects.signed_url(
            pack.brand, result.sha256, media_type=MEDIA_TYPE, filename=f"{pack.snapshot}.zip"
        )
    return export_pack_pb2.ExportPackResult(
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        renderer_version=result.renderer_version,
        layout_digest=result.layout_digest,
        dpi=result.dpi,
        files=[
            export_pack_pb2.PackFile(
                path=file.path,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                output_profile=file.output_profile,
            )
            for file in result.files
        ],
        uri=uri,
    )
