"""The gateway by itself: descriptors from a file, calls to a gRPC server elsewhere."""

from __future__ import annotations

import argparse
import os
import socket
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError

from gateway import processes, serving
from gateway.app import GatewayApp, create_app
from gateway.certificate import Certificate, CertificateError
from gateway.httprule import RuleError
from gateway.json_options import JsonOptions
from gateway.routes import is_bound
from gateway.settings import GatewaySettings
from gateway.sharing import Place, SharingServer
from gateway.upstream import Upstream
from services.runtime import loaded, logs
from services.runtime.parent import die_with_parent

_REACHED_WITHIN_S: Final = 2.0
_MOST_PROCESSES: Final = 256
_CANNOT_LISTEN: Final = 1
_WRONG_ARGUMENTS: Final = 2
# What an answer's framing, caching and safety depend on is not the server's to set.
_NOT_METADATA: Final = frozenset(
    ("content-type", "content-length", "content-encoding", "transfer-encoding", "connection")
)


class DescriptorsError(ValueError):
    """A descriptor set cannot be read or holds nothing to serve."""


def load(data: bytes) -> tuple[tuple[ServiceDescriptor, ...], dict[str, str]]:
    """Return the services with HTTP rules in a FileDescriptorSet, and its comments by full name.

    The set has a pool of its own, so that it may hold other versions of files than this program.
    Raises DescriptorsError.
    """
    try:
        files = descriptor_pb2.FileDescriptorSet.FromString(data).file
    except DecodeError:
        raise DescriptorsError("this is not a FileDescriptorSet") from None
    pool = descriptor_pool.DescriptorPool()
    comments: dict[str, str] = {}
    for file in files:
        try:
            pool.AddSerializedFile(file.SerializeToString())
        except TypeError as error:
            raise DescriptorsError(f"{file.name}: {error}; was it made with imports?") from None
        comments |= dict(_comments(file))
    services = [
        pool.FindServiceByName(".".join(filter(None, (file.package, service.name))))
        for file in files
        for service in file.service
    ]
    found = tuple(service for service in services if any(map(is_bound, service.methods)))
    if not found:
        raise DescriptorsError("no rpc has a google.api.http option")
    return found, comments


def _comments(file: Any) -> Iterator[tuple[str, str]]:
    names = dict(_paths(file))
    for location in file.source_code_info.location:
        text = location.leading_comments.strip()
        name = names.get(tuple(location.path))
        if text and name:
            yield name, "\n".join(line.strip() for line in text.splitlines())


def _paths(file: Any) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield the path of each declaration in the file, as SourceCodeInfo counts, and its name."""
    package = file.package
    for at, service in enumerate(file.service):
        name = f"{package}.{service.name}".lstrip(".")
        yield (6, at), name
        for index, rpc in enumerate(service.method):
            yield (6, at, 2, index), f"{name}.{rpc.name}"
    for at, message in enumerate(file.message_type):
        yield from _message_paths((4, at), f"{package}.{message.name}".lstrip("."), message)
    for at, enum in enumerate(file.enum_type):
        yield (5, at), f"{package}.{enum.name}".lstrip(".")


def _message_paths(
    path: tuple[int, ...], name: str, message: Any
) -> Iterator[tuple[tuple[int, ...], str]]:
    yield path, name
    for at, field in enumerate(message.field):
        yield (*path, 2, at), f"{name}.{field.name}"
    for at, nested in enumerate(message.nested_type):
        yield from _message_paths((*path, 3, at), f"{name}.{nested.name}", nested)


def build(
    descriptors: bytes,
    target: str,
    settings: GatewaySettings | None = None,
    *,
    title: str = "API",
    tls: ssl.SSLContext | None = None,
    answer_metadata: Sequence[str] = (),
) -> GatewayApp:
    """Return the application in front of the server at `target` ("host:port").

    Raises DescriptorsError; RuleError with a line for each rpc whose rule cannot be served.
    """
    services, comments = load(descriptors)
    upstream = Upstream(target, services, tls=tls, answer_metadata=answer_metadata)
    return create_app(
        upstream,
        services,
        settings,
        checks={target: partial(_reach, target)},
        title=title,
        comments=comments,
        on_close=upstream.close,
    )


def _reach(target: str) -> None:
    """Raise OSError if nothing takes connections at the address."""
    host, _, port = target.rpartition(":")
    with closing(socket.create_connection((host.strip("[]"), int(port)), _REACHED_WITHIN_S)):
        pass


class _Server(SharingServer):
    """Says where it listens, and ends the open streams when it is told to end."""

    def __init__(
        self,
        config: uvicorn.Config,
        app: GatewayApp,
        certificate: Certificate | None,
        place: Place | None,
    ) -> None:
        config.load()
        config.ssl = certificate.context if certificate else None
        super().__init__(config, place)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers:
            host, port = server.sockets[0].getsockname()[:2]
            scheme = "https" if self.config.ssl else "http"
            print(f"Listening on {scheme}://{host}:{port}", flush=True)  # noqa: T201 - for who started it

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.stop_streams()
        super().handle_exit(sig, frame)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is told to end; wrong descriptors or certificates end it with 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.place is not None:
        die_with_parent(os.environ)
    try:
        certificate = _certificate(options)
        tls = _tls(options)
    except CertificateError as error:
        parser.error(str(error))
    # Standard output says where it listens, nothing else.
    logs.configure("gateway", "info", "auto", sys.stderr)
    settings = GatewaySettings(
        passed_headers=options.pass_header,
        json=_json(options),
        count_calls=not options.no_limits,
        log_requests=not options.no_log,
    )
    try:
        app = build(
            options.descriptors.read_bytes(),
            options.target,
            settings,
            title=options.title,
            tls=tls,
            answer_metadata=options.answer_metadata,
        )
    except (DescriptorsError, RuleError) as error:
        for line in str(error).splitlines():
            print(f"{options.descriptors.name}: {line}", file=sys.stderr)  # noqa: T201 - for who started it
        sys.exit(_WRONG_ARGUMENTS)
    if options.processes > 1 and options.place is None:
        sys.exit(_run_many(options, sys.argv[1:] if arguments is None else arguments))
    config = serving.config(app, options.host, options.port)
    server = _Server(config, app, certificate, options.place)
    loaded.settle()
    server.run()


def _run_many(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    """Run a process for each core that shall be used; return how it ended."""
    try:
        listening = processes.listen(options.host, options.port)
    except OSError as error:
        # The resolver's errors have negative numbers and sentences of their own.
        number = error.errno or 0
        said = os.strerror(number) if number > 0 else error.strerror
        print(f"{options.host}:{options.port}: {said}", file=sys.stderr)  # noqa: T201 - for who started it
        return _CANNOT_LISTEN
    many = processes.Processes(
        lambda place: [sys.executable, "-m", "gateway", *arguments, "--place", str(place)],
        listening,
        options.processes,
    )
    return many.run(lambda line: print(line, flush=True))  # noqa: T201 - for who started it


def _certificate(options: argparse.Namespace) -> Certificate | None:
    """Return what the listener shows, None for plain HTTP. Raises CertificateError."""
    pair = _pair(options.tls_cert, options.tls_key, "--tls-cert and --tls-key")
    return Certificate(*pair) if pair else None


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    """Return how the target is called, None for plain text. Raises CertificateError."""
    shown = _pair(options.target_cert, options.target_key, "--target-cert and --target-key")
    if not (shown or options.tls or options.tls_ca):
        return None
    if shown:
        Certificate(*shown)  # says of each file what is wrong with it
    try:
        roots = options.tls_ca.read_text("ascii") if options.tls_ca else None
        context = ssl.create_default_context(cadata=roots)
    except (OSError, ValueError) as error:
        raise CertificateError(f"{options.tls_ca}: {error}") from None
    if shown:
        context.load_cert_chain(*shown)
    return context


def _pair(chain: Path | None, key: Path | None, names: str) -> tuple[Path, Path] | None:
    if chain and key:
        return chain, key
    if chain or key:
        raise CertificateError(f"{names} belong together")
    return None


def _json(options: argparse.Namespace) -> JsonOptions:
    return JsonOptions(
        nonfinite=True,
        ignore_unknown=options.ignore_unknown,
        print_defaults=options.print_defaults,
        enum_numbers=options.enum_numbers,
        proto_names=options.proto_names,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m gateway", description="REST for a gRPC server.")
    add = parser.add_argument
    add("--descriptors", type=Path, required=True, help="a FileDescriptorSet with its imports")
    add("--target", type=_address, required=True, metavar="HOST:PORT", help="the gRPC server")
    add("--host", default="127.0.0.1", help="where to listen")
    add("--port", type=int, default=8080, help="where to listen; 0 takes a free port")
    add(
        "--processes", type=_count, default=1, metavar="N",
        help="how many answer on the port: one for each core that they may use",
    )  # fmt: skip
    add("--place", type=Place.parse, help=argparse.SUPPRESS)  # of one of many
    add("--title", default="API", help="for /openapi.json")
    add("--tls-cert", type=Path, metavar="PEM", help="answer HTTPS with this certificate chain")
    add(
        "--tls-key",
        type=Path,
        metavar="PEM",
        help="… and its key; both are read again when replaced",
    )
    add("--tls", action="store_true", help="call the server over TLS, with the system's roots")
    add("--tls-ca", type=Path, metavar="PEM", help="… with these roots")
    add("--target-cert", type=Path, metavar="PEM", help="… and show it this chain (mutual TLS)")
    add("--target-key", type=Path, metavar="PEM", help="… whose key this is")
    add("--pass-header", type=_names, default=(), metavar="NAMES", help="requests: as metadata")
    add("--answer-metadata", type=_names, default=(), metavar="NAMES", help="answers: as headers")
    add("--no-limits", action="store_true", help="count no calls: what stands in front does")
    add("--no-log", action="store_true", help="no line for each request, only for what fails")
    add("--ignore-unknown", action="store_true", help="skip JSON fields that are not known")
    add("--print-defaults", action="store_true", help="write fields at their default too")
    add("--enum-numbers", action="store_true", help="write enum values as numbers")
    add("--proto-names", action="store_true", help="write fields with the names of the proto")
    return parser


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or "/" in host or not port.isascii() or not port.isdigit():
        raise argparse.ArgumentTypeError("expected host:port")
    return text


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"expected 1 to {_MOST_PROCESSES}")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    refused = [name for name in names if name in _NOT_METADATA or name.startswith("grpc-")]
    if refused:
        raise argparse.ArgumentTypeError(f"{', '.join(refused)} belong to the protocol")
    return names
