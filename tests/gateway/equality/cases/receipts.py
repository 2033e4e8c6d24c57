"""Cases of receipts and of the keys that sign them."""

from __future__ import annotations

from google.protobuf.message import Message
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.manufacturing.v1 import export_pack_service_pb2 as packs
from luneo.manufacturing.v1 import receipt_service_pb2 as receipts
from luneo.tenant.v1 import signing_key_service_pb2 as keys

from tests.gateway.equality.cases.registry import call, case, done
from tests.gateway.equality.cases.snapshots import snapshot_of
from tests.gateway.equality.demo import BRAND, Demo


def _pack(demo: Demo) -> str:
    """The id of a pack that is made."""
    pack = export_pack_pb2.ExportPack(snapshot=snapshot_of(demo).name)
    request = packs.CreateExportPackRequest(parent=BRAND, export_pack=pack)
    made = export_pack_pb2.ExportPack()
    assert done(demo, call(demo, "CreateExportPack", request)).response.Unpack(made)
    return made.name.rpartition("/")[2]


@case("GetPackReceipt")
def _(demo: Demo) -> Message:
    return receipts.GetPackReceiptRequest(name=f"{BRAND}/packReceipts/{_pack(demo)}")


@case("ListSigningKeys")
def _(demo: Demo) -> Message:
    _pack(demo)
    return keys.ListSigningKeysRequest(parent=BRAND, page_size=1)


@case("GetSigningKey", "")
def _(demo: Demo) -> Message:
    _pack(demo)
    request = keys.ListSigningKeysRequest(parent=BRAND, page_size=1)
    (key,) = call(demo, "ListSigningKeys", request).signing_keys
    return keys.GetSigningKeyRequest(name=key.name)


@case("RotateSigningKey", "person")
def _(_: Demo) -> Message:
    return keys.RotateSigningKeyRequest(parent=BRAND)
