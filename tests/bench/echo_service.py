"""One rpc that gives back the template it was sent, served in every way there is.

    python -m tests.bench.echo_service grpc                     the backend: a plain gRPC server
    python -m tests.bench.echo_service bridge HOST:PORT         our gateway in front of it
    python -m tests.bench.echo_service bare HOST:PORT           … with `--no-limits` and `--no-log`
    python -m tests.bench.echo_service inside                   our gateway, the handler in its process
    python -m tests.bench.echo_service whole                    … behind key, rights, limits, log

Prints where it listens; ends when its standard input ends.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import grpc
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from luneo.design.v1 import template_pb2
from luneo.options.v1 import access_pb2

from gateway import processes, serving
from gateway.app import GatewayApp, create_app
from gateway.settings import GatewaySettings
from gateway.sharing import Place, SharingServer
from gateway.upstream import Upstream
from services.runtime import loaded, logs
from services.runtime.call_log import CallLog
from services.runtime.clock import Clock
from services.runtime.credentials import Credentials
from services.runtime.directory import KeyRecord
from services.runtime.inprocess import Invoker
from services.runtime.installation_keys import InstallationKeys
from services.runtime.keyring import Keyring
from services.runtime.parent import die_with_parent
from services.runtime.pipeline import Incoming, Pipeline
from services.runtime.service import Service

SERVICE: Final = "luneo.bench.v1.BenchService"
PATH: Final = f"/{SERVICE}/Echo"
TARGET: Final = "/v1/brands/acme/templates:echo"
_SCOPE: Final = "bench.echo"
_THREADS: Final = 16
_MANY: Final = 10**6
# Every limit is looked at, none is reached.
_SETTINGS: Final = GatewaySettings(
    rate_per_s=_MANY, burst=_MANY, address_rate_per_s=_MANY, address_burst=_MANY,
    key_rate_per_s=_MANY, key_burst=_MANY, brand_rate_per_s=_MANY, brand_burst=_MANY,
    calls_at_once=_THREADS,
)  # fmt: skip


def _file() -> descriptor_pb2.FileDescriptorProto:
    """Return the proto: EchoRequest {parent, template} to Template."""
    file = descriptor_pb2.FileDescriptorProto(
        name="luneo/bench/v1/bench.proto", package="luneo.bench.v1", syntax="proto3"
    )
    imported: tuple[Any, ...] = (template_pb2, annotations_pb2, access_pb2)
    file.dependency.extend(one.DESCRIPTOR.name for one in imported)
    asked = file.message_type.add(name="EchoRequest")
    kinds = descriptor_pb2.FieldDescriptorProto
    asked.field.add(name="parent", number=1, type=kinds.TYPE_STRING, label=kinds.LABEL_OPTIONAL)
    asked.field.add(
        name="template", number=2, type=kinds.TYPE_MESSAGE, label=kinds.LABEL_OPTIONAL,
        type_name=f".{template_pb2.Template.DESCRIPTOR.full_name}",
    )  # fmt: skip
    rpc = file.service.add(name="BenchService").method.add(
        name="Echo", input_type=".luneo.bench.v1.EchoRequest",
        output_type=f".{template_pb2.Template.DESCRIPTOR.full_name}",
    )  # fmt: skip
    options: Any = rpc.options
    options.idempotency_level = MethodOptions.NO_SIDE_EFFECTS
    rule = options.Extensions[annotations_pb2.http]
    rule.post, rule.body = "/v1/{parent=brands/*}/templates:echo", "*"
    access = options.Extensions[access_pb2.access]
    access.callers.append(access_pb2.CALLER_KIND_SERVER_KEY)
    access.scope, access.brand_field = _SCOPE, "parent"
    return file


descriptor_pool.Default().AddSerializedFile(_file().SerializeToString())
DESCRIPTOR: Final = descriptor_pool.Default().FindServiceByName(SERVICE)
EchoRequest: Final = GetMessageClass(
    descriptor_pool.Default().FindMessageTypeByName("luneo.bench.v1.EchoRequest")
)
KEYRING: Final = Keyring(InstallationKeys(b"p" * 32, b"m" * 32, ""))


class Echo:
    """The handler."""

    def Echo(self, request: Any, _: object) -> Message:
        answer: Message = request.template
        return answer


class _Bare:
    """What the invoker calls: the handler and nothing around it."""

    def unary(self, incoming: Incoming) -> Message:
        return Echo().Echo(incoming.request, None)


class _OneKey:
    """The directory of one key. The real one is asked once in three seconds for each."""

    def key(self, key_hash: bytes) -> KeyRecord | None:
        if key_hash != KEYRING.hash_of_api_key(SECRET):
            return None
        scopes = frozenset((_SCOPE,))
        return KeyRecord("acme", "k1", False, scopes, frozenset(), None, None, None)

    def note_use(self, *_: object) -> None:
        return


class _NeverRepeated:
    """Requests of an rpc without request_id: each is answered by its handler."""

    def answer(self, _method: object, _request: object, _context: object, make: Any) -> Message:
        answer: Message = make()
        return answer


SECRET: Final = "lsk_" + "a" * 52


def _pipeline() -> Any:
    credentials = Credentials(_OneKey(), None, KEYRING, Clock())  # type: ignore[arg-type]
    service = Service("bench", [(SERVICE, Echo())])
    return Pipeline([service], credentials, _NeverRepeated(), [CallLog()])  # type: ignore[arg-type]


def backend() -> tuple[grpc.Server, int]:
    """Return a started plain gRPC server and its port."""
    handler = grpc.unary_unary_rpc_method_handler(
        Echo().Echo,
        request_deserializer=EchoRequest.FromString,
        response_serializer=template_pb2.Template.SerializeToString,
    )
    server = grpc.server(ThreadPoolExecutor(_THREADS))
    handlers = grpc.method_handlers_generic_handler(SERVICE, {"Echo": handler})
    server.add_generic_rpc_handlers((handlers,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def app(kind: str, target: str) -> GatewayApp:
    """Return a gateway. kind: "bridge", "bare", "inside" or "whole"."""
    settings = _SETTINGS
    if kind in ("bridge", "bare"):
        invoker: Any = Upstream(target, (DESCRIPTOR,))
        logs.configure("bench", "info", "json")
        full = kind == "bridge"
        settings = replace(settings, count_calls=full, log_requests=full)
    elif kind == "inside":
        invoker = Invoker(_Bare(), threads=_THREADS)  # type: ignore[arg-type]
    else:
        logs.configure("bench", "info", "json")
        invoker = Invoker(_pipeline(), threads=_THREADS)
    return create_app(invoker, (DESCRIPTOR,), settings)


def _serve(made: GatewayApp, place: Place) -> None:
    print(socket.socket(fileno=os.dup(place.listening)).getsockname()[1], flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads the log, and a pipe would fill
    server = SharingServer(serving.config(made, "127.0.0.1", 0), place)
    loaded.settle()
    server.run()


def _serve_many(*arguments: str) -> None:
    """Serve with a process for each core, as `python -m gateway --processes` does."""
    many = processes.Processes(
        lambda place: [sys.executable, "-m", "tests.bench.echo_service", *arguments, str(place)],
        processes.listen("127.0.0.1", 0),
        os.cpu_count() or 1,
    )
    threading.Thread(target=_end, args=(many,), daemon=True).start()
    many.run(lambda line: print(line, flush=True))


def _end(many: processes.Processes) -> None:
    sys.stdin.read()
    many.end()


def main(kind: str, target: str = "", place: str = "") -> None:
    """Serve until standard input ends. place: of one of several processes."""
    if place:
        die_with_parent(os.environ)
        _serve(app(kind, target), Place.parse(place))
    elif kind != "grpc":
        _serve_many(kind, target)
    else:
        server, port = backend()
        print(port, flush=True)
        sys.stdin.read()
        server.stop(0).wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
