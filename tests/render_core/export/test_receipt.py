"""A receipt is signed, names what was changed, and tells nothing without its salt."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from render_core.export.manifest import JSON
from render_core.export.pack import PackParts, build_pack
from render_core.export.receipt import (
    Seal,
    key_id,
    read_public_keys,
    read_receipt,
    receipt,
    without_salt,
)
from render_core.export.verify import verify_pack, verify_receipt
from tests.render_core.export.samples import MemoryLibrary, full_layout, template
from tests.render_core.export.test_pack import JOB, entries, zipped

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
KEYS = {key_id(PUBLIC): PUBLIC}
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
PACK_NAME = "brands/a/exportPacks/p1"
SEAL = Seal(PACK_NAME, "2026-11-21T22:00:00Z", b"s" * 32, key_id(PUBLIC), PRIVATE.sign)

LIBRARY = MemoryLibrary()
LAYOUT = full_layout(LIBRARY)
TEMPLATE = template(LIBRARY)


def sealed(seal: Seal = SEAL) -> bytes:
    job: dict[str, JSON] = {**JOB, "export_pack": seal.pack}
    return build_pack(
        LAYOUT,
        TEMPLATE,
        LIBRARY,
        job=job,
        dpi=72,
        parts=PackParts(problems=(), inputs=b"{}", seal=seal),
    )


PACK = sealed()


def reasons(data: bytes, keys: dict[str, bytes] | None = None) -> list[tuple[str, str]]:
    report = verify_pack(data, KEYS if keys is None else keys)
    return [(failure.path, failure.reason) for failure in report.failures]


def test_a_signed_pack_verifies_by_the_public_key_alone() -> None:
    report = verify_pack(PACK, KEYS)
    assert report.ok
    assert report.receipt is not None
    assert report.receipt["pack"] == PACK_NAME


def test_the_same_key_and_inputs_give_the_same_bytes() -> None:
    assert sealed() == PACK
    text = entries(PACK)["receipt.json"]
    assert rfc8785.dumps(json.loads(text)) == text


def test_each_flipped_byte_of_content_names_its_file() -> None:
    for name, data in entries(PACK).items():
        begin = PACK.index(name.encode() + data) + len(name)  # after the name in its own header
        steps = range(len(data)) if name == "receipt.json" else range(0, len(data), len(data))
        for at in steps:
            place = begin + at
            broken = PACK[:place] + bytes([PACK[place] ^ 1]) + PACK[place + 1 :]
            assert {path for path, _ in reasons(broken)} == {name}, at


def test_every_value_of_the_manifest_is_signed() -> None:
    files = entries(PACK)
    files["manifest.json"] = files["manifest.json"].replace(b'"copies":3', b'"copies":4')
    assert reasons(zipped(files)) == [("manifest.json", "MANIFEST_CHANGED")]


def test_a_wrong_key_is_refused() -> None:
    assert reasons(PACK, {key_id(STRANGER): STRANGER}) == [("receipt.json", "KEY_WRONG")]
    assert reasons(PACK, {}) == [("receipt.json", "KEY_WRONG")]


def test_a_receipt_signed_by_another_in_the_brands_name_is_refused() -> None:
    forger = Ed25519PrivateKey.generate()
    assert reasons(sealed(replace(SEAL, sign=forger.sign))) == [("receipt.json", "SIGNATURE_WRONG")]


def test_a_pack_without_a_receipt_is_refused_where_a_key_is_given() -> None:
    files = entries(PACK)
    del files["receipt.json"]
    assert reasons(zipped(files)) == [("receipt.json", "RECEIPT_MISSING")]
    assert verify_pack(zipped(files)).ok


def test_the_receipt_of_another_pack_is_refused() -> None:
    other = sealed(replace(SEAL, pack="brands/a/exportPacks/p2", salt=b"t" * 32))
    files = entries(PACK) | {"receipt.json": entries(other)["receipt.json"]}
    assert reasons(zipped(files)) == [("receipt.json", "RECEIPT_OF_ANOTHER_PACK")]
    assert not verify_pack(zipped(files)).ok  # also where no key is given


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[1]", b"{" * 60_000, b'{"format":"luneo-receipt/1"}']
)
def test_a_file_that_is_no_receipt_is_refused(text: bytes) -> None:
    assert reasons(zipped(entries(PACK) | {"receipt.json": text})) == [
        ("receipt.json", "RECEIPT_INVALID")
    ]


def test_a_receipt_without_its_salt_verifies_and_is_about_nothing_that_can_be_tried() -> None:
    files = entries(PACK)
    bare = without_salt(files["receipt.json"])
    assert verify_receipt(bare, KEYS) == ()
    found = read_receipt(bare)
    assert found is not None
    assert not found.is_of(files["manifest.json"])
    assert SEAL.salt.hex().encode() not in bare
    assert reasons(zipped(files | {"receipt.json": bare})) == [("receipt.json", "RECEIPT_INVALID")]


def test_two_packs_of_the_same_content_have_nothing_in_common_that_a_guess_could_use() -> None:
    one, two = (
        json.loads(receipt(b"{}", replace(SEAL, salt=salt)))["signed"]["commitment"]
        for salt in (b"a" * 32, b"b" * 32)
    )
    assert one != two


def test_a_salt_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        receipt(b"{}", replace(SEAL, salt=b"short"))


def test_a_file_of_several_keys_is_read_and_others_kinds_are_left_out() -> None:
    def pem(key: ec.EllipticCurvePublicKey | None = None) -> bytes:
        known = key or PRIVATE.public_key()
        return known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    text = b"keys of the brand\n" + pem(other) + pem() + b"-----BEGIN PUBLIC KEY-----\nx\n"
    assert read_public_keys(text) == KEYS
    assert read_public_keys(b"nothing") == {}
