"""Errors as problem details, `application/problem+json` (RFC 9457), for clients that name that type.

The members beside those of the standard say what the usual form says: `reason` and `metadata` of
ErrorInfo, `code` (the name of the gRPC code), `violations` of BadRequest, `correlationId` of
RequestInfo, and `details` with what a service added. A reason is a problem type: its URN is a name,
there is nothing to fetch. A refused quota is the type that
draft-ietf-httpapi-ratelimit-headers-10 registers.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status

from gateway import status
from gateway.exchange import Request, Response
from services.runtime.accept import liked

PROBLEM: Final = "application/problem+json"
_JSON: Final = "application/json"
_TYPE: Final = "urn:luneo:problem:"
_QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"


def negotiate(request: Request, response: Response) -> None:
    """Give an error the form that the client asks for; other answers are left as they are."""
    if response.error is None:
        return
    response.headers.append(("vary", "Accept"))
    if not is_wanted(request.headers.get("accept", "")):
        return
    response.body = body(response.error, response.status)
    response.headers = [
        (name, PROBLEM if name == "content-type" else value) for name, value in response.headers
    ]


def is_wanted(accept: str) -> bool:
    """Whether problems are named, and JSON is not liked more (RFC 9110, 12.5.1)."""
    quality = liked(accept)
    problems = quality.get(PROBLEM, 0.0)
    return problems > 0 and problems >= quality.get(_JSON, 0.0)


def body(error: Status, code: int) -> bytes:
    """Return the error as problem details. code: the HTTP status."""
    info = error_details_pb2.ErrorInfo()
    request = error_details_pb2.RequestInfo()
    bad = error_details_pb2.BadRequest()
    known = (info, request, bad)
    more = [one for one in error.details if not any(one.Unpack(into) for into in known)]
    reason = info.reason or status.code_name(error)
    metadata = dict(info.metadata)
    optional: dict[str, Any] = {
        "correlationId": request.request_id,
        "violations": [MessageToDict(one) for one in bad.field_violations],
        "metadata": metadata,
        "details": [status.detail(one) for one in more],
    }
    problem_type = {"type": _TYPE + reason}
    if metadata.get("policies"):
        problem_type["type"] = _QUOTA_EXCEEDED
        optional["violated-policies"] = metadata["policies"].split(",")
    return orjson.dumps(
        {
            **problem_type,
            "title": reason.replace("_", " ").capitalize(),
            "status": code,
            "detail": error.message,
            "reason": reason,
            "code": status.code_name(error),
            **{name: value for name, value in optional.items() if value},
        }
    )
