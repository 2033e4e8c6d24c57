"""Things of another brand cannot be named inside a request: every request that takes such names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from google.api import field_behavior_pb2, resource_pb2
from google.longrunning.operations_pb2 import Operation
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import (
    batch_pb2,
    batch_service_pb2,
    export_pack_pb2,
    export_pack_service_pb2,
    machine_profile_service_pb2,
    order_pb2,
    order_service_pb2,
    work_order_service_pb2,
)
from luneo.operations.v1 import operation_pb2
from luneo.render.v1 import render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2
from luneo.spec.v1 import design_service_pb2, product_service_pb2, spec_service_pb2

from services.composition import Process
from services.runtime import names
from services.runtime.calls import CallerKind
from tests.flows.house import Brand, named
from tests.flows.making import pack
from tests.manufacturing.ordering import Ordering
from tests.profiles import cmyk_profile
from tests.spec.shop import MARK, Refused, artwork, artwork_zone, design, product, text_zone

Names = dict[str, str]
_BEHAVIOUR: Any = field_behavior_pb2.field_behavior
_REFERENCE: Any = resource_pb2.resource_reference


@pytest.fixture(scope="module")
def theirs(house: Process) -> Names:
    """Names of things that another brand has."""
    victim = Brand(house)
    revision = victim.plate()
    snapshot = victim.keep(named(revision, "Secret"))
    orders = Ordering(victim, revision)
    order = orders.paid(orders.item(snapshot.name))
    return {
        "machine": _laser(victim),
        "order": order.name,
        "work_order": orders.works(order)[0].name,
        "revision": revision,
        "font": f"{victim.name}/fonts/noto-sans",
        "asset": victim.add_asset(MARK).name,
        "spec": snapshot.spec,
        "snapshot": snapshot.name,
        "profile": victim.add_asset(cmyk_profile(), "press").name,
        "pack": f"{victim.name}/exportPacks/{_pack_id(pack(victim, snapshot.name))}",
    }


@pytest.fixture(scope="module")
def own(house: Process) -> tuple[Brand, Names]:
    """A brand with a plate that has a picture zone, and the names of its things."""
    brand = Brand(house)
    brand.add_font("sans", "noto-sans")
    plate = product(text_zone(f"{brand.name}/fonts/noto-sans"), artwork_zone())
    revision = brand.published(plate).name
    kept = brand.keep(named(revision, "Own"))
    orders = Ordering(brand, revision)
    return brand, {
        "revision": revision,
        "spec": kept.spec,
        "snapshot": kept.name,
        "order": orders.paid(orders.item(kept.name)).name,
        "machine": _laser(brand, "own-laser"),
    }


def _pack_id(operation: Operation) -> str:
    """Return the id of the pack that an operation makes."""
    metadata = operation_pb2.OperationMetadata()
    assert operation.metadata.Unpack(metadata)
    return metadata.target.rpartition("/")[2]


def _laser(brand: Brand, machine: str = "laser") -> str:
    """Give a brand a machine; return the name of its revision."""
    service = "luneo.manufacturing.v1.MachineProfileService"
    create = machine_profile_service_pb2.CreateMachineProfileRequest(
        parent=brand.name, machine_profile_id=machine, library_machine="co2-laser-cutter"
    )
    made = brand.rpc(f"{service}/CreateMachineProfile", create)
    return str(made.revision)


def _design(revision: str, **zones: Any) -> design_pb2.Design:
    return design(revision, **{"name": "Mine", **zones})


def _text(font: str) -> design_pb2.ZoneValue:
    return design_pb2.ZoneValue(text=design_pb2.TextValue(text="Mine", font=font))


# For every request with references: how it looks with these names in the place of the own ones.
INSIDE: dict[str, Callable[[Brand, Names, Names], Message]] = {
    "spec.v1.DesignService/ComposeDesign": lambda brand, mine, these: (
        design_service_pb2.ComposeDesignRequest(
            parent=brand.name, design=_design(these["revision"])
        )
    ),
    "spec.v1.SpecService/CreateSpec": lambda brand, mine, these: spec_service_pb2.CreateSpecRequest(
        parent=brand.name, design=_design(mine["revision"], name=_text(these["font"]))
    ),
    "spec.v1.SpecService/DiffSpecs": lambda brand, mine, these: spec_service_pb2.DiffSpecsRequest(
        name=mine["spec"], other=these["spec"]
    ),
    "spec.v1.ProductService/CreateProduct": lambda brand, mine, these: (
        product_service_pb2.CreateProductRequest(
            parent=brand.name, product=product(text_zone(these["font"]))
        )
    ),
    "spec.v1.ProductService/UpdateProduct": lambda brand, mine, these: (
        product_service_pb2.UpdateProductRequest(
            product=product(
                artwork_zone(these["asset"]), name=mine["revision"].rpartition("/revisions")[0]
            )
        )
    ),
    "snapshot.v1.SnapshotService/CreateSnapshot": lambda brand, mine, these: (
        snapshot_service_pb2.CreateSnapshotRequest(
            parent=brand.name, design=_design(mine["revision"], logo=artwork(these["asset"]))
        )
    ),
    "snapshot.v1.SnapshotService/FilterSpecsInUse": lambda brand, mine, these: (
        snapshot_service_pb2.FilterSpecsInUseRequest(
            parent=brand.name, specs=[mine["spec"], these["spec"]]
        )
    ),
    "snapshot.v1.SnapshotService/BatchGetSnapshots": lambda brand, mine, these: (
        snapshot_service_pb2.BatchGetSnapshotsRequest(
            parent=brand.name, names=[mine["snapshot"], these["snapshot"]]
        )
    ),
    "snapshot.v1.SnapshotService/BatchGetSnapshotContents": lambda brand, mine, these: (
        snapshot_service_pb2.BatchGetSnapshotContentsRequest(
            parent=brand.name, names=[mine["snapshot"], these["snapshot"]]
        )
    ),
    "snapshot.v1.SnapshotService/BatchLockSnapshots": lambda brand, mine, these: (
        snapshot_service_pb2.BatchLockSnapshotsRequest(
            parent=brand.name, names=[mine["snapshot"], these["snapshot"]]
        )
    ),
    "render.v1.RenderService/CreatePreview": lambda brand, mine, these: (
        render_service_pb2.CreatePreviewRequest(
            parent=brand.name, design=_design(these["revision"])
        )
    ),
    "render.v1.RenderService/CreateRender": lambda brand, mine, these: (
        render_service_pb2.CreateRenderRequest(
            parent=brand.name,
            render=render_pb2.Render(kind=render_pb2.RENDER_KIND_FINAL, snapshot=these["snapshot"]),
        )
    ),
    "manufacturing.v1.ExportPackService/CreateExportPack": lambda brand, mine, these: (
        export_pack_service_pb2.CreateExportPackRequest(
            parent=brand.name,
            export_pack=export_pack_pb2.ExportPack(snapshot=these["snapshot"]),
        )
    ),
    "manufacturing.v1.ExportPackService/MakeOrderPacks": lambda brand, mine, these: (
        export_pack_service_pb2.MakeOrderPacksRequest(
            name=mine["order"], machine_profiles=[these["machine"]]
        )
    ),
    "manufacturing.v1.ExportPackService/ListExportPacks": lambda brand, mine, these: (
        export_pack_service_pb2.ListExportPacksRequest(
            parent=brand.name, snapshot=these["snapshot"]
        )
    ),
    "manufacturing.v1.OrderService/CreateOrder": lambda brand, mine, these: (
        order_service_pb2.CreateOrderRequest(
            parent=brand.name,
            order=order_pb2.Order(
                currency_code="EUR",
                items=[order_pb2.OrderItem(snapshot=these["snapshot"], quantity=1)],
            ),
        )
    ),
    "manufacturing.v1.WorkOrderService/ListWorkOrders": lambda brand, mine, these: (
        work_order_service_pb2.ListWorkOrdersRequest(parent=brand.name, order=these["order"])
    ),
    "manufacturing.v1.BatchService/CreateBatch": lambda brand, mine, these: (
        batch_service_pb2.CreateBatchRequest(
            parent=brand.name,
            batch=batch_pb2.Batch(
                machine_profile=mine["machine"], work_orders=[these["work_order"]]
            ),
        )
    ),
}

# Requests that name several things: one more entry for each that is not tried above.
BESIDE: dict[str, tuple[str, Callable[[Brand, Names, Names], Message]]] = {
    "pack for a machine": (
        "manufacturing.v1.ExportPackService/CreateExportPack",
        lambda brand, mine, these: _pack(brand, mine, machine_profiles=[these["machine"]]),
    ),
    "pack for a work order": (
        "manufacturing.v1.ExportPackService/CreateExportPack",
        lambda brand, mine, these: _pack(brand, mine, work_order=these["work_order"]),
    ),
    "pack for a press": (
        "manufacturing.v1.ExportPackService/CreateExportPack",
        lambda brand, mine, these: _pack(brand, mine, output_profile=these["profile"]),
    ),
    "packs of an order": (
        "manufacturing.v1.ExportPackService/MakeOrderPacks",
        lambda brand, mine, these: export_pack_service_pb2.MakeOrderPacksRequest(
            name=these["order"]
        ),
    ),
    "packs of an order for a press": (
        "manufacturing.v1.ExportPackService/MakeOrderPacks",
        lambda brand, mine, these: export_pack_service_pb2.MakeOrderPacksRequest(
            name=mine["order"], output_profile=these["profile"]
        ),
    ),
    "pack made again": (
        "manufacturing.v1.ExportPackService/RemakeExportPack",
        lambda brand, mine, these: export_pack_service_pb2.RemakeExportPackRequest(
            name=these["pack"]
        ),
    ),
}


def _pack(brand: Brand, mine: Names, **fields: Any) -> Message:
    pack = export_pack_pb2.ExportPack(snapshot=mine["snapshot"], **fields)
    return export_pack_service_pb2.CreateExportPackRequest(parent=brand.name, export_pack=pack)


@pytest.mark.parametrize("what", sorted(BESIDE))
def test_of_several_things_that_a_request_names_each_is_refused_alike(
    what: str, own: tuple[Brand, Names], theirs: Names
) -> None:
    brand, mine = own
    path, request = BESIDE[what]
    nowhere = {kind: _nowhere(name) for kind, name in theirs.items()}
    seen, unknown = (
        _refusal(brand, path, request(brand, mine, these)) for these in (theirs, nowhere)
    )
    assert seen == unknown
    own_brand = {kind: name.replace(_brand_of(name), brand.name) for kind, name in theirs.items()}
    assert seen[:1] == _refusal(brand, path, request(brand, mine, own_brand))[:1]


def _brand_of(name: str) -> str:
    return "/".join(name.split("/")[:2])


@pytest.mark.parametrize("path", sorted(INSIDE))
def test_another_brands_thing_is_refused_like_one_that_does_not_exist(
    path: str, own: tuple[Brand, Names], theirs: Names
) -> None:
    brand, mine = own
    nowhere = {kind: _nowhere(name) for kind, name in theirs.items()}
    seen, unknown = (
        _refusal(brand, path, INSIDE[path](brand, mine, these)) for these in (theirs, nowhere)
    )
    assert seen == unknown


def test_every_request_that_names_resources_inside_is_tried(house: Process) -> None:
    paths = {
        method.path.removeprefix("/luneo.")
        for method in house.pipeline.methods.values()
        if _references(method.request_class.DESCRIPTOR)
    }
    assert paths == set(INSIDE)


def _nowhere(name: str) -> str:
    """Return a name of the same shape in a brand that does not exist."""
    return re.sub(r"^brands/[^/]+", f"brands/b{names.new_id()}", name)


def _refusal(brand: Brand, path: str, request: Message) -> tuple[int, str, list[str]]:
    """Return code, reason and the reasons of fields; sentences may repeat what was sent."""
    method = brand.process.pipeline.methods[f"/luneo.{path}"]
    caller = brand.staff if CallerKind.SERVER_KEY in method.kinds else brand.service()
    with pytest.raises(Refused) as refused:
        brand.rpc(f"luneo.{path}", request, caller)
    status = refused.value.status
    return status.code, refused.value.reason, sorted(refused.value.violations.values())


def _references(message: Descriptor, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a request takes resource names in other fields than its name and parent."""
    if message.full_name in seen:
        return False
    for field in message.fields:
        options = field.GetOptions()
        answered = field_behavior_pb2.OUTPUT_ONLY in options.Extensions[_BEHAVIOUR]
        if answered or field.name in ("name", "parent"):
            continue
        if options.HasExtension(_REFERENCE):
            return True
        if field.message_type and _references(field.message_type, seen | {message.full_name}):
            return True
    return False
