"""A plain gRPC server for the conformance cases; it knows nothing of HTTP or of gateways.

    python -m tests.gateway.conformance.backend

Listens on a free port of 127.0.0.1, prints it, and ends when its standard input ends.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from tests.gateway.conformance.schema import SERVICE, message_class, pool

_OF_GRPC = ("grpc-", "user-agent", "te", "content-type", "accept-encoding")
HttpBody = message_class("google.api.HttpBody")
Ask = message_class("luneo.conformance.v1.Ask")


def download(request: Any, _: grpc.ServicerContext) -> Any:
    return HttpBody(content_type=request.name, data=request.digest)


def upload_raw(request: Any, _: grpc.ServicerContext) -> Any:
    return request


def upload(request: Any, _: grpc.ServicerContext) -> Any:
    uploaded = message_class("luneo.conformance.v1.Uploaded")
    file = request.file
    return uploaded(
        id=request.id, title=request.title, content_type=file.content_type, data=file.data
    )


def watch(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
    if "trailers" in request.tags:
        context.set_trailing_metadata((("x-count", "1"), ("x-count", "2"), ("x-secret", "s")))
    for number in range(int(request.resume_token or 0) + 1, request.whole + 1):
        yield Ask(id=request.id, number=number, resume_token=str(number))


def watch_file(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
    size = -(-len(request.digest) // max(1, request.whole))
    for start in range(0, len(request.digest), max(1, size)):
        yield HttpBody(content_type=request.name, data=request.digest[start : start + size])
        if request.flag:
            context.abort(grpc.StatusCode.DATA_LOSS, "The rest is gone.")


def fail(request: Any, context: grpc.ServicerContext) -> Any:
    status: Any = rpc_status.to_status(_status(request))
    trailers = (*status.trailing_metadata, ("x-count", "7"), ("x-secret", "s"))
    context.abort_with_status(status._replace(trailing_metadata=trailers))


def fail_later(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
    for _ in range(request.after):
        yield message_class("google.protobuf.Empty")()
    status: Any = rpc_status.to_status(_status(request))
    trailers = (*status.trailing_metadata, ("x-count", "7"), ("x-secret", "s"))
    context.abort_with_status(status._replace(trailing_metadata=trailers))


def _status(request: Any) -> status_pb2.Status:
    status = status_pb2.Status(code=request.code, message=request.message)
    if request.details:
        wrong = error_details_pb2.BadRequest()
        wrong.field_violations.add(field="page_size", description="Too large.")
        retry = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=3))
        for detail in (wrong, retry):
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
    return status


def show(_: Any, context: grpc.ServicerContext) -> Any:
    remaining_s = context.time_remaining()
    received = {
        name: value if isinstance(value, str) else value.hex()
        for name, value in context.invocation_metadata()
        if not name.startswith(_OF_GRPC)
    }
    context.send_initial_metadata((("x-tag", "first"), ("x-hidden", "h")))
    context.set_trailing_metadata((("x-count", "7"), ("x-bytes-bin", b"\xfb\xff")))
    return message_class("luneo.conformance.v1.Metadata")(
        received=received,
        has_deadline=remaining_s is not None,
        remaining_s=remaining_s or 0.0,
    )


def wait(_: Any, context: grpc.ServicerContext) -> Any:
    while context.is_active():
        time.sleep(0.01)
    return message_class("google.protobuf.Empty")()


def _echo(rpc: Any) -> Callable[[Any, grpc.ServicerContext], Any]:
    answer = message_class(rpc.output_type.full_name)

    def handle(request: Any, _: grpc.ServicerContext) -> Any:
        if answer.DESCRIPTOR is not request.DESCRIPTOR:
            return answer()
        request.served_by = rpc.name
        return request

    return handle


_HANDLERS: dict[str, Callable[..., Any]] = {
    "Download": download,
    "UploadRaw": upload_raw,
    "Upload": upload,
    "Watch": watch,
    "WatchFile": watch_file,
    "Fail": fail,
    "FailLater": fail_later,
    "Show": show,
    "Wait": wait,
}


def server(certificates: str = "") -> tuple[grpc.Server, int]:
    """Return a started server and its port. certificates: a folder, for mutual TLS."""
    handlers = {}
    for rpc in pool().FindServiceByName(SERVICE).methods:
        kind = (
            grpc.unary_stream_rpc_method_handler
            if rpc.server_streaming
            else grpc.unary_unary_rpc_method_handler
        )
        handlers[rpc.name] = kind(
            _HANDLERS.get(rpc.name) or _echo(rpc),
            request_deserializer=message_class(rpc.input_type.full_name).FromString,
            response_serializer=message_class(rpc.output_type.full_name).SerializeToString,
        )
    made = grpc.server(ThreadPoolExecutor(8))
    made.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    address = "127.0.0.1:0"
    if certificates:
        key, cert, ca = (
            Path(certificates, name).read_bytes() for name in ("tls.key", "tls.crt", "ca.crt")
        )
        shown = grpc.ssl_server_credentials([(key, cert)], ca, require_client_auth=True)
        port = made.add_secure_port(address, shown)
    else:
        port = made.add_insecure_port(address)
    made.start()
    return made, port


def main() -> None:
    """Serve until standard input ends."""
    running, port = server(*sys.argv[1:])
    print(port, flush=True)  # noqa: T201
    sys.stdin.read()
    running.stop(0).wait()


if __name__ == "__main__":
    main()
