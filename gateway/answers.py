"""Responses from messages, errors and refusals."""

from __future__ import annotations

from typing import Any, Final

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.descriptor import Descriptor
from google.rpc.status_pb2 import Status
from luneo.options.v1.http_response_pb2 import HttpResponse

from gateway import status
from gateway.edge import caching, compression, cors, headers
from gateway.exchange import Request, Response
from gateway.refusals import Refusal
from gateway.transcode import JSON, Payload, Transcoder
from services.runtime.pipeline import CallFailed

SAFE: Final = frozenset(("GET", "HEAD"))
_TEXT: Final = ("text/", "application/json", "application/schema+json", "image/svg+xml")
_BINARY: Final = "application/octet-stream"


def of_message(transcoder: Transcoder, request: Request, message: Any) -> Response:
    """Return the answer that a response message makes: 200, or 304 if the client has it."""
    payload = transcoder.response(message)
    found = _raw_headers(message) if payload.raw else _json_headers(request, message)
    etag = dict(found).get("etag", "")
    if request.method in SAFE and caching.matches(request.headers.get("if-none-match", ""), etag):
        return Response(304, found, origin_passed=True)
    response = Response(
        200,
        [*found, ("content-type", _content_type(payload))],
        payload.data,
        compressible=payload.content_type.startswith(_TEXT),
        origin_passed=True,
    )
    compression.apply(response, request.headers.get("accept-encoding", ""))
    return response


def of_failure(failed: CallFailed, request: Descriptor, *, conditional: bool = False) -> Response:
    """Return the answer to a call that failed.

    request: the type of the request, for the JSON names of its fields. conditional: the etag came
    from If-Match.
    """
    found = status.in_json_names(failed.status, request)
    response = _of_status(found, status.http_status(found, conditional=conditional))
    response.origin_passed = failed.error.public_reason not in cors.NOT_ALLOWED
    return response


def of_refusal(refusal: Refusal, correlation_id: str) -> Response:
    """Return the answer to a refusal of the gateway."""
    response = _of_status(status.of_refusal(refusal, correlation_id), refusal.http_status)
    response.headers += refusal.headers
    response.close = refusal.close
    return response


def _of_status(found: Status, code: int) -> Response:
    content = [("content-type", JSON), *status.headers(found, code)]
    return Response(code, content, status.body(found, code), error=found)


def _json_headers(request: Request, message: Any) -> list[tuple[str, str]]:
    etag = caching.etag_of(message)
    if not etag:
        return []
    if request.method not in SAFE:
        return [("etag", etag)]
    return [("etag", etag), ("cache-control", "private, no-cache")]


def _raw_headers(message: Any) -> list[tuple[str, str]]:
    """Return the headers that come with an HttpBody, in its extension HttpResponse."""
    stated = _stated(message)
    etag = caching.quoted(stated.etag) or caching.etag_of_bytes(message.data)
    found = [("etag", etag), ("cross-origin-resource-policy", "cross-origin")]
    optional = (
        ("cache-control", stated.cache_control),
        ("content-disposition", stated.content_disposition),
    )
    return found + [(name, value) for name, value in optional if value and headers.is_safe(value)]


def _stated(message: Any) -> HttpResponse:
    stated = HttpResponse()
    for extension in message.extensions if isinstance(message, HttpBody) else ():
        if extension.Is(HttpResponse.DESCRIPTOR):
            extension.Unpack(stated)
    return stated


def _content_type(payload: Payload) -> str:
    return payload.content_type if headers.is_safe(payload.content_type) else _BINARY
