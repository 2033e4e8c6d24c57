"""What a person's erasure does to pictures: theirs go, those that others share stay."""

from __future__ import annotations

import pytest
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.manufacturing.v1.export_pack_service_pb2 import GetExportPackRequest
from luneo.snapshot.v1 import snapshot_service_pb2

from tests.flows.chores import tables_with
from tests.flows.house import Brand, Refused, named
from tests.flows.making import (
    PACKS,
    SNAPSHOTS,
    erase,
    pack,
    picture,
    preview_of,
    thumbnail,
)


def test_a_design_erased_with_its_owner_is_pictured_anew_for_the_next(brand: Brand) -> None:
    design = named(brand.plate(), "Erika")
    brand.keep(design, brand.guest("erika"))
    before = preview_of(brand, design, "erika")
    shown = picture(brand, before)
    erase(brand, "guest:erika")
    after = preview_of(brand, design, "another")
    assert not after.ready
    assert picture(brand, after) == shown


def test_a_picture_that_another_s_equal_design_has_too_is_kept(brand: Brand) -> None:
    design = named(brand.plate(), "Shared")
    hers, his = (brand.keep(design, brand.guest(one)) for one in ("erika", "max"))
    result = thumbnail(brand, hers.name)
    assert erase(brand, "guest:erika") == 1
    again = thumbnail(brand, his.name)
    assert again.sha256 == result.sha256
    assert brand.process.runtime.objects.exists(brand.brand, again.sha256)


def test_pictures_and_packs_of_an_erased_person_are_gone(brand: Brand) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    made = export_pack_pb2.ExportPack()
    brand.wait(pack(brand, kept.name)).response.Unpack(made)
    hashes = {thumbnail(brand, kept.name).sha256, made.result.sha256}
    objects = brand.process.runtime.objects
    assert all(objects.exists(brand.brand, sha256) for sha256 in hashes)
    assert erase(brand, "guest:erika") == 2
    assert not any(objects.exists(brand.brand, sha256) for sha256 in hashes)
    with pytest.raises(Refused) as refused:
        brand.rpc(f"{PACKS}/GetExportPack", GetExportPackRequest(name=made.name))
    assert refused.value.reason == "NOT_FOUND"


def test_no_hash_of_an_erased_design_is_left_in_any_table(brand: Brand) -> None:
    """The hash of what shows a name can be guessed from the name."""
    design = named(brand.plate(), "Erika")
    request = snapshot_service_pb2.CreateSnapshotRequest(
        parent=brand.name, design=design, request_id="once"
    )
    kept = brand.rpc(f"{SNAPSHOTS}/CreateSnapshot", request, brand.guest("erika"))
    made = export_pack_pb2.ExportPack()
    brand.wait(pack(brand, kept.name)).response.Unpack(made)
    telling = {
        kept.spec_hash,
        kept.layout_digest,
        made.result.sha256,
        thumbnail(brand, kept.name).sha256,
        *(file.sha256 for file in made.result.files),
    }
    assert tables_with(brand, telling) >= {"snapshots", "request_ids", "export_pack_results"}
    erase(brand, "guest:erika")
    assert tables_with(brand, telling) == set()
