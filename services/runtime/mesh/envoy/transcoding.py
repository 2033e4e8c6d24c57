"""The descriptors that Envoy transcodes by, and the bindings that it cannot serve.

Envoy refuses its whole configuration for one rule that it does not support, so such bindings are
left out of its copy of the descriptors, and named.

Source: `envoy.extensions.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder`, and
`google/api/http.proto`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.api import annotations_pb2
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2, status_pb2

_HTTP: Final[Any] = annotations_pb2.http
_HTTP_BODY: Final = "google.api.HttpBody"
# Statuses become JSON, whatever the descriptors of the services import.
_OF_ERRORS: Final = (status_pb2.DESCRIPTOR, error_details_pb2.DESCRIPTOR)
_METHOD: Final = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class Transcoded:
    """A serialised FileDescriptorSet with all imports, and a sentence for each binding left out."""

    descriptors: bytes
    left_out: tuple[str, ...]


def transcoded(
    services: Iterable[ServiceDescriptor], more: Iterable[FileDescriptor] = ()
) -> Transcoded:
    """Return the descriptors of services; the same bytes whenever they are the same.

    more: files of messages that may stand in an Any.
    """
    mounted = tuple(services)
    left_out: list[str] = []
    made = FileDescriptorSet()
    seen: set[str] = set()
    for root in (*(service.file for service in mounted), *more, *_OF_ERRORS):
        for file in _with_imports(root, seen):
            made.file.append(_servable(file, left_out))
    return Transcoded(made.SerializeToString(deterministic=True), tuple(left_out))


def _with_imports(file: FileDescriptor, seen: set[str]) -> Iterator[FileDescriptor]:
    """Yield what a file imports, then the file, each once."""
    if file.name in seen:
        return
    seen.add(file.name)
    for imported in file.dependencies:
        yield from _with_imports(imported, seen)
    yield file


def _servable(file: FileDescriptor, left_out: list[str]) -> FileDescriptorProto:
    copy = FileDescriptorProto()
    file.CopyToProto(copy)
    for service, stated in zip(
        file.services_by_name.values(), copy.service, strict=True
    ):  # in the order of the file, both
        for rpc, method in zip(service.methods, stated.method, strict=True):
            options: Any = method.options
            if options.HasExtension(_HTTP):
                _keep_servable(rpc, options, left_out)
    return copy


def _keep_servable(rpc: MethodDescriptor, options: Any, left_out: list[str]) -> None:
    first = options.Extensions[_HTTP]
    kept = []
    for rule in (first, *first.additional_bindings):
        why = _unsupported(rpc, rule)
        if why:
            left_out.append(f"{rpc.full_name}: {_shown(rule)}: {why}")
        else:
            own = type(rule)()
            own.CopyFrom(rule)
            own.ClearField("additional_bindings")
            kept.append(own)
    options.ClearExtension(_HTTP)
    if kept:
        options.Extensions[_HTTP].CopyFrom(kept[0])
        options.Extensions[_HTTP].additional_bindings.extend(kept[1:])


def _unsupported(rpc: MethodDescriptor, rule: Any) -> str:
    """Return why Envoy cannot serve a binding, "" if it can."""
    if rule.response_body:
        field = rpc.output_type.fields_by_name[rule.response_body]
        if field.message_type is None or field.message_type.full_name != _HTTP_BODY:
            return "a response_body that is no google.api.HttpBody"
    if rule.WhichOneof("pattern") == "custom" and not _METHOD.fullmatch(rule.custom.kind):
        return "a method that is any"
    return ""


def _shown(rule: Any) -> str:
    kind = rule.WhichOneof("pattern")
    if kind == "custom":
        return f"{rule.custom.kind} {rule.custom.path}"
    return f"{kind.upper()} {getattr(rule, kind)}"
