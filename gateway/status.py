"""Errors as JSON: `{"error": {code, message, status, details}}` with a `google.rpc.Status` inside.

`code` is the HTTP status, `status` the name of the gRPC code; `details` are the typed details
(ErrorInfo, BadRequest, RetryInfo …), each with its `@type`. https://google.aip.dev/193
"""

from __future__ import annotations

import math
from typing import Any, Final

import orjson
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from gateway.field_paths import to_json_names
from gateway.refusals import Refusal
from services.runtime.errors import DOMAIN, bad_request

HTTP_STATUS: Final = {
    code_pb2.OK: 200,
    code_pb2.CANCELLED: 499,
    code_pb2.UNKNOWN: 500,
    code_pb2.INVALID_ARGUMENT: 400,
    code_pb2.DEADLINE_EXCEEDED: 504,
    code_pb2.NOT_FOUND: 404,
    code_pb2.ALREADY_EXISTS: 409,
    code_pb2.PERMISSION_DENIED: 403,
    code_pb2.UNAUTHENTICATED: 401,
    code_pb2.RESOURCE_EXHAUSTED: 429,
    code_pb2.FAILED_PRECONDITION: 400,
    code_pb2.ABORTED: 409,
    code_pb2.OUT_OF_RANGE: 400,
    code_pb2.UNIMPLEMENTED: 501,
    code_pb2.INTERNAL: 500,
    code_pb2.UNAVAILABLE: 503,
    code_pb2.DATA_LOSS: 500,
}
_STALE_ETAG: Final = "ETAG_MISMATCH"
_UNSAFE: Final = "The call failed on our side. Give the correlation id to support."


def http_status(status: status_pb2.Status, *, conditional: bool = False) -> int:
    """Return the HTTP status of an error.

    conditional: the etag came from an If-Match header, so that a stale one is 412.
    """
    if conditional and status.code == code_pb2.ABORTED and error_reason(status) == _STALE_ETAG:
        return 412
    return HTTP_STATUS.get(status.code, 500)


def body(status: status_pb2.Status, code: int) -> bytes:
    """Return the error as JSON text. code: the HTTP status."""
    return orjson.dumps(
        {
            "error": {
                "code": code,
                "message": status.message,
                "status": code_name(status),
                "details": [detail(packed) for packed in status.details],
            }
        }
    )


def code_name(status: status_pb2.Status) -> str:
    """Return the name of the gRPC code, "UNKNOWN" for one that there is not."""
    return code_pb2.Code.Name(status.code) if status.code in HTTP_STATUS else "UNKNOWN"


def detail(packed: AnyMessage) -> Any:
    """Return a typed detail as JSON, only its type if that is not known here."""
    try:
        return MessageToDict(packed)
    except (TypeError, ValueError, DecodeError):
        return {"@type": packed.type_url}


def headers(status: status_pb2.Status, code: int) -> list[tuple[str, str]]:
    """Return the headers that an error brings: Retry-After, WWW-Authenticate."""
    found = []
    seconds = retry_after_s(status)
    if seconds is not None:
        found.append(("retry-after", str(max(1, math.ceil(seconds)))))
    if code == 401:
        found.append(("www-authenticate", f'Bearer realm="{DOMAIN}"'))
    return found


def retry_after_s(status: status_pb2.Status) -> float | None:
    """Return how long to wait before trying again, None if that is not known."""
    retry = _unpack(status, error_details_pb2.RetryInfo())
    return None if retry is None else retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9


def error_reason(status: status_pb2.Status) -> str:
    """Return the reason of the ErrorInfo, or "" if there is none."""
    info = _unpack(status, error_details_pb2.ErrorInfo())
    return "" if info is None else str(info.reason)


def _unpack(status: status_pb2.Status, into: Any) -> Any:
    for packed in status.details:
        if packed.Is(into.DESCRIPTOR):
            packed.Unpack(into)
            return into
    return None


def in_json_names(status: status_pb2.Status, request: Descriptor) -> status_pb2.Status:
    """Return the status with the fields of its violations in JSON names, as the client sent them."""
    renamed = status_pb2.Status(code=status.code, message=status.message)
    for packed in status.details:
        if packed.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            found = error_details_pb2.BadRequest()
            packed.Unpack(found)
            for violation in found.field_violations:
                violation.field = to_json_names(request, violation.field)
            renamed.details.append(_pack(found))
        else:
            renamed.details.append(packed)
    return renamed


def of_refusal(refusal: Refusal, correlation_id: str) -> status_pb2.Status:
    """Return what a refusal of the gateway says, in the form that services use."""
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=refusal.reason, domain=DOMAIN, metadata=refusal.metadata)
    ]
    if refusal.violations:
        details.append(bad_request(refusal.violations))
    if refusal.retry_after_s is not None:
        delay = Duration()
        delay.FromMilliseconds(math.ceil(refusal.retry_after_s * 1000))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    details.append(error_details_pb2.RequestInfo(request_id=correlation_id))
    return status_pb2.Status(
        code=refusal.code, message=refusal.message, details=[_pack(one) for one in details]
    )


def unexpected() -> Refusal:
    """Return the answer to a fault of ours; what happened is only in the log."""
    return Refusal(500, code_pb2.INTERNAL, "INTERNAL", _UNSAFE)


def _pack(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
