"""What two answers must have in common."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from gateway import status as gateway_status
from gateway.routes import Binding

# Signed anew for each answer.
_SIGNED = {"uri", "displayUri", "token", "accessToken", "expireTime"}
# Of each thing that is made its own.
_OWN = _SIGNED | {
    "name", "etag", "operation", "secret", "prefix", "createTime", "updateTime", "time", "target",
    "publishedRevision", "revisionHash", "user", "revokeTime", "specHash", "document", "spec",
    "layoutDigest", "subject", "productId", "email", "displayName", "validation", "lock", "lastUseTime",
    "publicKeyPem", "externalReference", "order", "barcode", "revision", "machineProfile", "remakeOf", "workOrders",
    "cancelTime", "exportPack", "workOrder",
}  # fmt: skip
# The hash of a machine is over its id too.
_OF_KIND = {"luneo.manufacturing.v1.MachineProfile": {"sha256"}}


def told(message: Message, *, same_thing: bool) -> Any:
    """Return an answer in JSON, with "…" for what two answers cannot have in common.

    same_thing: both are about one thing, rather than about one that each call has made.
    """
    found = json_format.MessageToDict(message)
    if message.DESCRIPTOR.full_name == "google.api.HttpBody":
        found.pop("extensions", None)  # headers, over REST
    own = _OWN | _OF_KIND.get(message.DESCRIPTOR.full_name, set())
    return _blurred(found, _SIGNED if same_thing else own)


def _blurred(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: "…" if name in names and _is_text(one) else _blurred(one, names)
            for name, one in value.items()
        }
    return [_blurred(one, names) for one in value] if isinstance(value, list) else value


def _is_text(value: Any) -> bool:
    some = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in some)


def refused(status: status_pb2.Status, binding: Binding) -> dict[str, Any]:
    """Return what a refusal says, with fields in their JSON names; all but the correlation id."""
    renamed = gateway_status.in_json_names(status, binding.input_type)
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    for packed in renamed.details:
        for into in (info, bad):
            packed.Unpack(into)
    return {
        "code": renamed.code,
        "reason": info.reason,
        "domain": info.domain,
        "metadata": dict(info.metadata),
        "fields": [json_format.MessageToDict(one) for one in bad.field_violations],
        "kinds": [packed.type_url for packed in renamed.details],
    }
