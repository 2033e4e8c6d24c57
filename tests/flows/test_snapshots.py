"""Snapshots: frozen in the database itself, one for each owner and spec, erased by tombstone."""

from __future__ import annotations

import hashlib
import time

import psycopg
import pytest
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import asset_service_pb2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.runtime.calls import Caller, CallerKind
from tests.flows.house import Brand, named
from tests.flows.making import pack
from tests.servers import as_superuser
from tests.spec.shop import MARK, Refused

SNAPSHOTS = "luneo.snapshot.v1.SnapshotService"
FROZEN = ("snapshots", "snapshot_validations", "snapshot_locks", "snapshot_assets")


def get(brand: Brand, name: str, caller: Caller | None = None) -> snapshot_pb2.Snapshot:
    request = snapshot_service_pb2.GetSnapshotRequest(name=name)
    found: snapshot_pb2.Snapshot = brand.rpc(f"{SNAPSHOTS}/GetSnapshot", request, caller)
    return found


def erase(brand: Brand, subject: str) -> snapshot_service_pb2.EraseSubjectResponse:
    request = snapshot_service_pb2.EraseSubjectRequest(parent=brand.name, subject=subject)
    done: snapshot_service_pb2.EraseSubjectResponse = brand.rpc(
        f"{SNAPSHOTS}/EraseSubject", request
    )
    return done


def validate(brand: Brand, name: str) -> snapshot_pb2.Snapshot:
    request = snapshot_service_pb2.ValidateSnapshotRequest(name=name)
    done: snapshot_pb2.Snapshot = brand.rpc(f"{SNAPSHOTS}/ValidateSnapshot", request)
    return done


def lock(brand: Brand, name: str) -> snapshot_pb2.Snapshot:
    request = snapshot_service_pb2.LockSnapshotRequest(name=name)
    done: snapshot_pb2.Snapshot = brand.rpc(f"{SNAPSHOTS}/LockSnapshot", request)
    return done


def test_the_same_owner_and_design_give_the_same_snapshot(acme: Brand, plate: str) -> None:
    first = acme.keep(named(plate, "Same"), acme.guest("same"))
    assert acme.keep(named(plate, "Same"), acme.guest("same")) == first
    assert acme.keep(named(plate, "Other"), acme.guest("same")).name != first.name


def test_a_shopper_sees_only_own_snapshots(acme: Brand, plate: str) -> None:
    mine = acme.keep(named(plate, "Mine"), acme.guest("me"))
    assert get(acme, mine.name, acme.guest("me")).name == mine.name
    with pytest.raises(Refused) as refused:
        get(acme, mine.name, acme.guest("you"))
    assert refused.value.reason == "NOT_FOUND"
    listed = acme.rpc(
        f"{SNAPSHOTS}/ListSnapshots",
        snapshot_service_pb2.ListSnapshotsRequest(parent=acme.name, owner="guest:me"),
        acme.guest("you"),
    )
    assert not listed.snapshots


def test_a_publishable_key_alone_owns_nothing(acme: Brand, plate: str) -> None:
    alone = Caller(CallerKind.WIDGET_KEY, "key:w1", acme.brand, acme.staff.scopes, key="w1")
    with pytest.raises(Refused) as refused:
        acme.keep(named(plate), alone)
    assert refused.value.reason == "SESSION_REQUIRED"


def test_only_a_server_names_the_owner(acme: Brand, plate: str) -> None:
    assert acme.keep(named(plate), owner="customer:42").owner == "customer:42"
    with pytest.raises(Refused) as refused:
        acme.keep(named(plate), acme.guest("g"), owner="customer:42")
    assert refused.value.violations == {"owner": "OWNER_NOT_YOURS_TO_NAME"}


def test_snapshots_are_listed_newest_first_in_pages(brand: Brand) -> None:
    revision = brand.plate()
    kept = [brand.keep(named(revision, f"Name {n}")).name for n in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = brand.rpc(
            f"{SNAPSHOTS}/ListSnapshots",
            snapshot_service_pb2.ListSnapshotsRequest(
                parent=brand.name, page_size=2, page_token=token
            ),
        )
        assert len(page.snapshots) <= 2
        seen += [one.name for one in page.snapshots]
        token = page.next_page_token
        if not token:
            break
    assert seen == kept[::-1]


def test_a_snapshot_is_locked_only_after_it_was_validated(acme: Brand, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Lock me"))
    with pytest.raises(Refused) as refused:
        lock(acme, snapshot.name)
    assert refused.value.reason == "SNAPSHOT_NOT_VALIDATED"
    validated = validate(acme, snapshot.name)
    locked = lock(acme, snapshot.name)
    assert locked.lock.by == acme.staff.subject
    assert locked.validation == validated.validation
    assert lock(acme, snapshot.name) == locked
    assert validate(acme, snapshot.name) == locked


@pytest.mark.parametrize("table", FROZEN)
def test_the_services_role_can_neither_change_nor_delete_what_is_frozen(
    acme: Brand, plate: str, table: str
) -> None:
    snapshot = acme.keep(named(plate, "Frozen"))
    lock(acme, validate(acme, snapshot.name).name)
    acme.wait(pack(acme, snapshot.name))
    database = acme.process.runtime.database
    for statement in (f"UPDATE {table} SET brand_id = brand_id", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError) as refused, database.brand(acme.brand) as tx:
            tx.execute(text(statement))
        assert "permission denied" in str(refused.value) or "frozen" in str(refused.value)


def test_the_trigger_holds_also_for_a_role_that_was_granted_too_much(
    acme: Brand, plate: str
) -> None:
    snapshot = acme.keep(named(plate, "Trigger"))
    database_url = acme.process.runtime.settings.database_url
    with psycopg.connect(as_superuser(database_url)) as connection:
        connection.execute("GRANT UPDATE, DELETE ON snapshots TO luneo_service")
        connection.execute("SET ROLE luneo_service")
        connection.execute("SELECT set_config('app.brand_id', %s, true)", (acme.brand,))
        for change in ("UPDATE snapshots SET price = ''", "DELETE FROM snapshots"):
            with pytest.raises(psycopg.errors.Error) as refused, connection.transaction():
                connection.execute(change)  # type: ignore[call-overload]
            assert refused.value.sqlstate == "LU002"
        connection.rollback()
    assert get(acme, snapshot.name) == snapshot


def test_an_erased_person_leaves_a_tombstone_and_a_commitment(brand: Brand) -> None:
    revision = brand.plate()
    kept = brand.keep(named(revision, "Erika Mustermann"), brand.guest("erika"))
    other = brand.keep(named(revision, "Somebody"), brand.guest("other"))
    brand.wait(pack(brand, kept.name))
    upload = brand.add_asset(MARK, caller=brand.guest("erika"))
    content = brand.rpc(
        f"{SNAPSHOTS}/GetSnapshotContent",
        snapshot_service_pb2.GetSnapshotContentRequest(name=kept.name),
    )
    before = _row(brand, kept.name)
    promised = hashlib.sha256(bytes(before["salt"]) + content.spec_document.encode()).digest()
    assert promised == bytes(before["commitment"])

    assert erase(brand, "guest:erika").snapshots == 1

    after = _row(brand, kept.name)
    assert after["commitment"] == before["commitment"]
    assert "Erika" not in str(after)
    assert bytes(after["design"]) == bytes(after["salt"]) == b""
    tombstone = get(brand, kept.name)
    assert tombstone.HasField("erase_time")
    assert (tombstone.spec_hash, tombstone.spec, len(tombstone.assets)) == ("", "", 0)
    with pytest.raises(Refused) as refused:
        brand.rpc(
            f"{SNAPSHOTS}/GetSnapshotContent",
            snapshot_service_pb2.GetSnapshotContentRequest(name=kept.name),
        )
    assert refused.value.reason == "SNAPSHOT_ERASED"
    assert get(brand, other.name) == other
    _eventually_gone(brand, upload.name)


def test_erasing_is_audited_without_the_persons_name(brand: Brand) -> None:
    brand.keep(named(brand.plate(), "A"), owner="customer:maria")
    erase(brand, "customer:maria")
    with brand.process.runtime.database.brand(brand.brand) as tx:
        row = tx.execute(text("SELECT * FROM erasures")).mappings().one()
    assert row["snapshots"] == 1
    assert row["by_subject"] == brand.staff.subject
    assert "maria" not in str(dict(row))


def _row(brand: Brand, name: str) -> dict[str, object]:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        found = tx.execute(
            text("SELECT * FROM snapshots WHERE snapshot_id = :id"),
            {"id": name.rsplit("/", maxsplit=1)[-1]},
        )
        return dict(found.mappings().one())


def _eventually_gone(brand: Brand, asset: str) -> None:
    """The upload is deleted by a worker; wait for the messages of the erasure to be done."""
    deadline = time.monotonic() + 20
    while _is_there(brand, asset):
        assert time.monotonic() < deadline, "the upload of an erased person is still there"
        time.sleep(0.05)


def _is_there(brand: Brand, asset: str) -> bool:
    try:
        brand.call("AssetService/GetAsset", asset_service_pb2.GetAssetRequest(name=asset))
    except Refused:
        return False
    return True
