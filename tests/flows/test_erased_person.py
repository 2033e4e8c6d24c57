"""After an erasure no row names the person, and nothing that only they made is left."""

from __future__ import annotations

import pytest
from luneo.snapshot.v1 import snapshot_service_pb2
from luneo.spec.v1 import spec_service_pb2

from tests.flows.chores import stored, tables_with
from tests.flows.house import Brand, named
from tests.flows.making import SNAPSHOTS, erase, pack, picture, preview_of, thumbnail
from tests.spec.shop import MARK, Refused, artwork, artwork_zone, product, text_zone

ERIKA = "guest:erika"


def everything(brand: Brand) -> None:
    """Let Erika leave her name wherever a shopper, or somebody for her, can leave it."""
    erika = brand.guest("erika")
    font = brand.add_font("sans", "noto-sans").name
    revision = brand.published(product(text_zone(font), artwork_zone())).name
    design = named(revision, "Erika")
    design.zones["logo"].CopyFrom(artwork(brand.add_asset(MARK, caller=erika).name))
    picture(brand, preview_of(brand, named(revision, "Only looked at"), "erika"))
    request = snapshot_service_pb2.CreateSnapshotRequest(
        parent=brand.name, design=design, request_id="once"
    )
    kept = brand.rpc(f"{SNAPSHOTS}/CreateSnapshot", request, erika)
    validate = snapshot_service_pb2.ValidateSnapshotRequest(name=kept.name)
    brand.rpc(f"{SNAPSHOTS}/ValidateSnapshot", validate)
    thumbnail(brand, kept.name)
    brand.wait(pack(brand, kept.name))


def test_no_row_names_the_person(brand: Brand) -> None:
    everything(brand)
    found = tables_with(brand, [ERIKA])
    assert found >= {
        "snapshots",
        "assets",
        "request_ids",
        "operation_requesters",
        "spec_provenance",
    }
    erase(brand, ERIKA)
    assert tables_with(brand, [ERIKA]) == set()


def test_a_customer_whom_a_server_named_is_in_no_row(brand: Brand) -> None:
    brand.keep(named(brand.plate(), "Maria"), owner="customer:maria")
    erase(brand, "customer:maria")
    assert tables_with(brand, ["customer:maria"]) == set()


def test_who_validated_or_locked_is_forgotten_with_the_person(brand: Brand) -> None:
    kept = brand.keep(named(brand.plate(), "Max"), brand.guest("max"))
    staff = brand.staff.subject
    for rpc, request in (
        ("ValidateSnapshot", snapshot_service_pb2.ValidateSnapshotRequest(name=kept.name)),
        ("LockSnapshot", snapshot_service_pb2.LockSnapshotRequest(name=kept.name)),
    ):
        brand.rpc(f"{SNAPSHOTS}/{rpc}", request)
    before = tables_with(brand, [staff])
    assert before >= {"snapshot_validations", "snapshot_locks"}
    erase(brand, staff)
    assert tables_with(brand, [staff]) == {"erasures"}  # who erased, here the same


def test_what_was_only_looked_at_goes_too(brand: Brand) -> None:
    revision = brand.plate()
    before = stored(brand)
    preview = preview_of(brand, named(revision, "Only looked at"), "erika")
    picture(brand, preview)
    erase(brand, ERIKA)
    assert tables_with(brand, ["Only looked at", preview.name.rpartition("/")[2]]) == set()
    assert stored(brand) == before
    with pytest.raises(Refused):
        picture(brand, preview)


def test_what_another_looked_at_too_stays_without_the_first(brand: Brand) -> None:
    design = named(brand.plate(), "Looked at by two")
    for guest in ("erika", "max"):
        preview = preview_of(brand, design, guest)
        shown = picture(brand, preview)
    erase(brand, ERIKA)
    assert tables_with(brand, [ERIKA]) == set()
    assert picture(brand, preview) == shown
    request = spec_service_pb2.GetSpecRequest(name=preview.spec)
    assert brand.rpc("luneo.spec.v1.SpecService/GetSpec", request).name == preview.spec
