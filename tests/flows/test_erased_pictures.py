"""What a person's erasure does to pictures: theirs go, those that others share stay."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from google.api.httpbody_pb2 import HttpBody
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.manufacturing.v1.export_pack_service_pb2 import GetExportPackRequest
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2
from sqlalchemy import text

from tests.flows.house import Brand, Refused, named
from tests.flows.test_main_job import pack, preview_of, render

RENDERS = "luneo.render.v1.RenderService"
PACKS = "luneo.manufacturing.v1.ExportPackService"
SNAPSHOTS = "luneo.snapshot.v1.SnapshotService"


def picture(brand: Brand, preview: preview_pb2.Preview) -> bytes:
    request = render_service_pb2.GetPreviewRequest(name=preview.name)
    body: HttpBody = brand.rpc(f"{RENDERS}/GetPreview", request)
    return bytes(body.data)


def thumbnail(brand: Brand, snapshot: str) -> render_pb2.RenderResult:
    started = render(brand, kind=render_pb2.RENDER_KIND_THUMBNAIL, snapshot=snapshot)
    made = render_pb2.Render()
    assert brand.wait(started).response.Unpack(made)
    return made.result


def erase(brand: Brand, subject: str) -> int:
    """Erase a person and wait until the workers have forgotten; return the files that went."""
    request = snapshot_service_pb2.EraseSubjectRequest(parent=brand.name, subject=subject)
    erased = brand.rpc(f"{SNAPSHOTS}/EraseSubject", request)
    deadline = time.monotonic() + 30
    while _is_under_way(brand):
        assert time.monotonic() < deadline, "the messages of the erasure were not worked off"
        time.sleep(0.05)
    return int(erased.assets)


def _is_under_way(brand: Brand) -> bool:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        unfinished = text("SELECT count(*) FROM outbox WHERE state NOT IN ('done', 'cancelled')")
        return bool(tx.execute(unfinished).scalar_one())


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
    assert _tables_with(brand, telling) >= {"snapshots", "request_ids", "export_pack_results"}
    erase(brand, "guest:erika")
    assert _tables_with(brand, telling) == set()


def _tables_with(brand: Brand, texts: Iterable[str]) -> set[str]:
    """The tables of which a row of the brand holds one of the texts, also inside messages."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        tables = tx.execute(
            text("SELECT DISTINCT table_name FROM information_schema.columns "
                 "WHERE table_schema = 'public' AND column_name = 'brand_id'")
        ).scalars().all()  # fmt: skip
        rows = {
            table: str([tuple(row) for row in tx.execute(text(f"SELECT * FROM {table}"))])
            for table in tables
        }
    return {table for table, content in rows.items() for one in texts if one in content}
