"""The gRPC adapter: real servers in front of a pipeline, with health and reflection.

Calls run on a bounded pool of threads. A server for our own services' calls has a pool of its own
(`internal`), so that a full public one cannot keep a call waiting for another that it needs.
Streams and other calls take no place from each other; streams beyond the limit are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol

import grpc
from google.protobuf.message import DecodeError, Message
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from services.runtime import http_bodies, remote, telemetry
from services.runtime.calls import Deadline
from services.runtime.credentials import Metadata
from services.runtime.errors import InvalidArgument, ServiceError, to_status
from services.runtime.grpc_streams import STREAMS, Send, Streams
from services.runtime.mesh import health
from services.runtime.mesh.channels import KEEPALIVE_MS, MAX_METADATA_BYTES
from services.runtime.mesh.health import Health
from services.runtime.mesh.security import PeerRefused, Security
from services.runtime.pipeline import CALL_LIMIT_S, STREAM_LIMIT_S, CallFailed, Incoming, Pipeline
from services.runtime.policy import Method
from services.runtime.validation import MAX_REQUEST_BYTES

WAITING_PER_THREAD: Final = 16
_FRAME_BYTES: Final = 64 * 1024


class RequestMalformed(InvalidArgument):
    """The bytes are no message of the method's type."""

    reason = "REQUEST_MALFORMED"
    message = "The bytes sent are not a message of this method. Encode them by its proto."


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A call as it came, before anybody knows who makes it.

    path: "/package.Service/Method". metadata: lower-case names. brand: that the message names, "" for
    none.
    """

    path: str
    metadata: Metadata
    address: str
    brand: str


class Admission(Protocol):
    """Says which calls of clients may go on to the pipeline; the gateway's limits, for this port."""

    def admit(self, call: ClientCall) -> Sequence[tuple[str, str]]:
        """Return trailing metadata for an answer. Raises ServiceError."""

    def succeeded(self, call: ClientCall) -> None:
        """Note that an admitted call has ended well."""


class GrpcServer:
    """A server of all methods of a pipeline, on one address.

    address: "host:port" or "unix:/path"; port 0 takes a free one, see `port`. security: plaintext
    on this machine's own addresses if none is given. admission: of clients; all if none is given.
    Raises OSError if the address cannot be taken, SettingsError if it may not be.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        address: str,
        *,
        threads: int = 16,
        streams: int = STREAMS,
        security: Security | None = None,
        admission: Admission | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._admission = admission
        self._security = security or Security()
        self._security.check(address)
        self._streams = Streams(pipeline, streams)
        self._health = Health()
        self._server = grpc.server(
            ThreadPoolExecutor(threads, thread_name_prefix="grpc"),
            maximum_concurrent_rpcs=threads * (1 + WAITING_PER_THREAD) + streams,
            options=[
                ("grpc.max_receive_message_length", MAX_REQUEST_BYTES + _FRAME_BYTES),
                ("grpc.max_send_message_length", -1),
                ("grpc.max_metadata_size", MAX_METADATA_BYTES),
                ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES),
                ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_MS // 2),
                ("grpc.so_reuseport", 0),
                *self._security.server_options(),
            ],
        )
        self._server.add_generic_rpc_handlers(tuple(self._service_handlers()))
        self._health.add_to(self._server)
        names = [*pipeline.service_names, health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection.enable_server_reflection(names, self._server)
        try:
            self.port = self._security.listen(self._server, address)
        except RuntimeError as error:
            self._streams.close()
            raise OSError(f"{address} cannot be listened on: is it taken?") from error

    def start(self) -> None:
        """Accept calls and report health as serving."""
        self._streams.start()
        self._server.start()
        self._health.serve(self._pipeline.service_names)

    def stop(self, grace_s: float = 10.0) -> None:
        """Report as not serving, let running calls end for up to `grace_s`, then close."""
        self._health.enter_graceful_shutdown()
        self._server.stop(grace_s).wait()
        self._health.close()
        self._streams.stop()

    def _service_handlers(self) -> Iterator[grpc.GenericRpcHandler[Any, Any]]:
        of_service: dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]] = {}
        for path, method in self._pipeline.methods.items():
            service, _, name = path[1:].partition("/")
            of_service.setdefault(service, {})[name] = self._handler(method)
        for service, handlers in of_service.items():
            yield grpc.method_handlers_generic_handler(service, handlers)

    def _handler(self, method: Method) -> grpc.RpcMethodHandler[Any, Any]:
        make = (
            grpc.unary_stream_rpc_method_handler
            if method.streams
            else grpc.unary_unary_rpc_method_handler
        )
        behaviour = self._stream(method) if method.streams else self._unary(method)
        return make(  # bytes come as they are: what gRPC cannot decode has no typed error
            behaviour,
            request_deserializer=None,
            response_serializer=lambda response: response.SerializeToString(),
        )

    def _unary(self, method: Method) -> Callable[[bytes, grpc.ServicerContext], Message]:
        def call(request: bytes, context: grpc.ServicerContext) -> Message:
            try:
                incoming = self._incoming(method, request, context, CALL_LIMIT_S)
                admitted = self._admitted(method, incoming, context)
                answer = self._pipeline.unary(incoming)
                if admitted and self._admission:
                    self._admission.succeeded(admitted)
                if http_bodies.AS_METADATA in incoming.metadata:
                    answer, headers = http_bodies.parted(answer)
                    context.send_initial_metadata(tuple(headers))
                return answer
            except CallFailed as failed:
                _abort(context, failed)

        return call

    def _stream(self, method: Method) -> Callable[[bytes, grpc.ServicerContext, Send], None]:
        def call(request: bytes, context: grpc.ServicerContext, send: Send) -> None:
            try:
                self._streams.take_place()
                try:
                    incoming = self._incoming(method, request, context, STREAM_LIMIT_S)
                    self._admitted(method, incoming, context)
                except BaseException:
                    self._streams.give_back()
                    raise
            except CallFailed as failed:
                _abort(context, failed)
            self._streams.follow(incoming, context, send)

        call.experimental_thread_pool = self._streams.threads  # type: ignore[attr-defined]
        call.experimental_non_blocking = True  # type: ignore[attr-defined]
        return call

    def _incoming(
        self, method: Method, request: bytes, context: grpc.ServicerContext, limit_s: float
    ) -> Incoming:
        metadata = {
            str(key): value
            for key, value in context.invocation_metadata()
            if isinstance(value, str)
        }
        try:
            self._security.admit(context, metadata)
            message = method.request_class.FromString(request)
        except PeerRefused as refused:
            raise _failed(refused) from None
        except DecodeError:
            raise _failed(RequestMalformed()) from None
        if remote.AGENT in metadata:
            metadata["user-agent"] = metadata.pop(remote.AGENT)
        remaining_s = context.time_remaining()
        timeout_s = limit_s if remaining_s is None else min(remaining_s, limit_s)
        deadline = Deadline.after(timeout_s)
        return Incoming(method.path, message, metadata, deadline, _address(context.peer()))

    def _admitted(
        self, method: Method, incoming: Incoming, context: grpc.ServicerContext
    ) -> ClientCall | None:
        """Return the call if a client made it and may; None for a call from inside."""
        if self._admission is None or self._security.is_inside(context, incoming.metadata):
            return None
        brand = ""
        with suppress(InvalidArgument):  # the pipeline says what is wrong with the name
            brand = method.brand_of(incoming.request)
        call = ClientCall(method.path, incoming.metadata, incoming.address, brand)
        try:
            context.set_trailing_metadata(tuple(self._admission.admit(call)))
        except ServiceError as refused:
            telemetry.observe_call(method.path, refused.code.name, 0.0)
            raise _failed(refused, incoming.metadata.get("x-correlation-id", "")) from None
        return call


def _failed(error: ServiceError, correlation_id: str = "") -> CallFailed:
    """Return the end of a call that does not get as far as the pipeline."""
    return CallFailed(error, to_status(error, correlation_id), correlation_id)


def _address(peer: str) -> str:
    """Return the IP address of a peer such as "ipv4:127.0.0.1:55012"; "" for a local socket."""
    kind, _, rest = peer.partition(":")
    if kind not in ("ipv4", "ipv6"):
        return ""
    return rest.rpartition(":")[0].replace("%5B", "").replace("%5D", "").strip("[]")


def _abort(context: grpc.ServicerContext, failed: CallFailed) -> NoReturn:
    """End the call with the status and its details; gRPC does so by an exception."""
    context.abort_with_status(rpc_status.to_status(failed.status))
