"""A pack proves itself by the brand's public key alone, and a receipt outlives the person."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from luneo.manufacturing.v1 import export_pack_pb2, receipt_pb2, receipt_service_pb2
from luneo.tenant.v1 import signing_key_pb2, signing_key_service_pb2
from sqlalchemy import text

from render_core.export.receipt import Seal, read_public_keys, read_receipt
from render_core.export.verify import verify_pack, verify_receipt
from services.manufacturing import signing
from services.runtime.calls import ANONYMOUS, Caller, CallerKind
from tests.flows.chores import tables_with
from tests.flows.house import Brand, named
from tests.flows.making import erase, pack
from tests.spec.shop import Refused

KEYS = "luneo.tenant.v1.SigningKeyService"
RECEIPTS = "luneo.manufacturing.v1.PackReceiptService"


def packed(brand: Brand, name: str, guest: str = "erika") -> tuple[str, bytes]:
    """A pack of a plate with a name: its id and its bytes."""
    kept = brand.keep(named(brand.plate(), name), brand.guest(guest))
    made = export_pack_pb2.ExportPack()
    assert brand.wait(pack(brand, kept.name)).response.Unpack(made)
    data = brand.process.runtime.objects.get(brand.brand, made.result.sha256)
    return made.name.rpartition("/")[2], data


def published(brand: Brand) -> list[signing_key_pb2.SigningKey]:
    request = signing_key_service_pb2.ListSigningKeysRequest(parent=brand.name)
    return list(brand.rpc(f"{KEYS}/ListSigningKeys", request).signing_keys)


def rotated(brand: Brand) -> signing_key_pb2.SigningKey:
    request = signing_key_service_pb2.RotateSigningKeyRequest(parent=brand.name)
    made: signing_key_pb2.SigningKey = brand.rpc(f"{KEYS}/RotateSigningKey", request)
    return made


def public(*keys: signing_key_pb2.SigningKey) -> dict[str, bytes]:
    return read_public_keys("".join(key.public_key_pem for key in keys).encode())


def receipt_of(brand: Brand, pack_id: str) -> receipt_pb2.PackReceipt:
    name = f"{brand.name}/packReceipts/{pack_id}"
    request = receipt_service_pb2.GetPackReceiptRequest(name=name)
    found: receipt_pb2.PackReceipt = brand.rpc(f"{RECEIPTS}/GetPackReceipt", request)
    return found


def test_a_pack_is_signed_by_the_key_that_the_brand_publishes(brand: Brand) -> None:
    pack_id, data = packed(brand, "Erika")
    (key,) = published(brand)
    report = verify_pack(data, public(key))
    assert report.ok, report.failures
    assert report.receipt is not None
    assert report.receipt["pack"] == f"{brand.name}/exportPacks/{pack_id}"
    assert report.receipt["key"] == key.name.rpartition("/")[2]
    request = signing_key_service_pb2.GetSigningKeyRequest(name=key.name)
    assert brand.rpc(f"{KEYS}/GetSigningKey", request, ANONYMOUS) == key


def test_the_key_of_another_brand_is_refused(brand: Brand, acme: Brand) -> None:
    _, data = packed(brand, "Erika")
    packed(acme, "Max")
    failures = verify_pack(data, public(*published(acme))).failures
    assert [one.reason for one in failures] == ["KEY_WRONG"]


def test_after_a_rotation_old_packs_verify_and_new_ones_are_signed_by_the_new_key(
    brand: Brand,
) -> None:
    _, before = packed(brand, "Before")
    new = rotated(brand)
    _, after = packed(brand, "After")
    keys = published(brand)
    assert keys[0].name == new.name
    assert [key.HasField("retire_time") for key in keys] == [False, True]
    assert verify_pack(before, public(*keys)).ok
    assert verify_pack(after, public(new)).ok
    assert not verify_pack(before, public(new)).ok


def test_a_retired_key_has_no_private_half_and_signs_nothing(brand: Brand) -> None:
    packed(brand, "Before")
    (old,) = published(brand)
    rotated(brand)
    with brand.process.runtime.database.brand(brand.brand) as tx:
        query = "SELECT count(*) FROM signing_keys WHERE sealed_private_key IS NOT NULL"
        assert tx.execute(text(query)).scalar_one() == 1
    request = signing_key_service_pb2.SignRequest(name=old.name, message=b"anything")
    service = Caller(CallerKind.SERVICE, "service:manufacturing", brand.brand)
    with pytest.raises(Refused) as refused:
        brand.rpc(f"{KEYS}/Sign", request, service)
    assert refused.value.reason == "SIGNING_KEY_RETIRED"


def test_a_rotation_while_a_pack_is_made_costs_an_attempt_and_not_the_pack(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = signing.seal

    def sealed_before_the_rotation(*arguments: Any) -> Seal:
        made = seal(*arguments)
        if len(published(brand)) == 1:
            rotated(brand)
        return made

    monkeypatch.setattr(signing, "seal", sealed_before_the_rotation)
    _, data = packed(brand, "Between")
    new, old = published(brand)
    assert verify_pack(data, public(new)).ok
    assert not verify_pack(data, public(old)).ok


def test_nobody_but_a_service_has_anything_signed(brand: Brand) -> None:
    key = rotated(brand)
    request = signing_key_service_pb2.SignRequest(name=key.name, message=b"anything")
    for caller in (None, ANONYMOUS, brand.guest("g1")):
        with pytest.raises(Refused) as refused:
            brand.rpc(f"{KEYS}/Sign", request, caller)
        assert refused.value.status.code in (7, 16)


def test_a_receipt_verifies_after_the_person_was_erased_and_tells_nothing_of_her(
    brand: Brand,
) -> None:
    pack_id, data = packed(brand, "Erika Mustermann")
    keys = public(*published(brand))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = read_receipt(archive.read("receipt.json"))
        manifest = archive.read("manifest.json")
    assert inside is not None
    assert inside.is_of(manifest)
    before = receipt_of(brand, pack_id)
    erase(brand, "guest:erika")
    kept = receipt_of(brand, pack_id)
    assert kept == before
    assert verify_receipt(kept.document.encode(), keys) == ()
    assert json.loads(kept.document)["signed"] == dict(inside.signed)
    left = read_receipt(kept.document.encode())
    assert left is not None
    assert not left.is_of(manifest)  # without the salt nobody can try names
    assert tables_with(brand, ["Erika Mustermann", inside.salt.hex(), str(inside.salt)]) == set()
    assert verify_pack(data, keys).ok  # the workshop's own copy


def test_a_pack_that_does_not_exist_has_no_receipt(brand: Brand) -> None:
    with pytest.raises(Refused) as refused:
        receipt_of(brand, "nothing")
    assert refused.value.status.code == 5
