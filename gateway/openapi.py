"""The OpenAPI 3.1 document of the mounted services, from their descriptors.

https://spec.openapis.org/oas/v3.1.0. A path variable of several segments becomes one parameter for
each `*` of its template: `{name=brands/*/products/*}` is `/brands/{brand}/products/{product}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor
from luneo.options.v1 import access_pb2

from gateway.field_paths import text_setter
from gateway.httprule import Segment, Template, Wild
from gateway.routes import ANY_METHOD, Binding, RouteTable
from gateway.schemas import Schema, Schemas, is_required
from gateway.streams import EVENTS, LINES
from gateway.transcode import JSON, Transcoder
from gateway.wellknown import TEXT_FORMS, WRAPPERS, message_type

_QUERY_DEPTH: Final = 3
_METHODS: Final = frozenset(("GET", "PUT", "POST", "DELETE", "PATCH"))
_ERROR: Final[Schema] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer", "description": "The HTTP status."},
                "message": {"type": "string"},
                "status": {"type": "string", "description": "The name of the gRPC code."},
                "details": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["code", "message", "status"],
        }
    },
    "required": ["error"],
}


def document(
    services: Iterable[ServiceDescriptor],
    *,
    title: str = "Luneo",
    version: str = "v1",
    comments: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the document. comments: what the protos say, by full name of the declaration."""
    return _Document(comments or {}).of(tuple(services), title, version)


class _Document:
    def __init__(self, comments: dict[str, str]) -> None:
        self._comments = comments
        self._schemas = Schemas(comments)
        self._ids: set[str] = set()

    def of(
        self, services: tuple[ServiceDescriptor, ...], title: str, version: str
    ) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        for binding in RouteTable(services).bindings:
            path, parameters = _path(binding.template)
            methods = (
                sorted(_METHODS) if binding.http_method == ANY_METHOD else [binding.http_method]
            )
            for method in methods:
                if method in _METHODS:
                    operation = self._operation(binding, parameters)
                    paths.setdefault(path, {})[method.lower()] = operation
        return {
            "openapi": "3.1.0",
            "info": {"title": title, "version": version},
            "tags": [self._tag(service) for service in services],
            "paths": paths,
            "components": {
                "schemas": {"Error": _ERROR, **self._schemas.components},
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                    "token": {"type": "http", "scheme": "bearer"},
                },
            },
            "security": [{"key": []}, {"token": []}],
        }

    def _tag(self, service: ServiceDescriptor) -> dict[str, str]:
        comment = self._comments.get(service.full_name, "")
        return {"name": service.name} | ({"description": comment} if comment else {})

    def _operation(self, binding: Binding, path_parameters: list[Schema]) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": self._id(binding),
            "tags": [binding.rpc.containing_service.name],
            "parameters": path_parameters + list(self._query(binding)),
            "responses": {"200": self._response(binding), "default": _failure()},
        }
        comment = self._comments.get(binding.rpc.full_name)
        if comment:
            operation["summary"] = comment.split("\n\n")[0].replace("\n", " ")
            operation["description"] = comment
        if binding.body:
            operation["requestBody"] = self._request_body(binding)
        options: Any = binding.rpc.GetOptions()
        if options.Extensions[access_pb2.access].public:
            operation["security"] = []
        return operation

    def _id(self, binding: Binding) -> str:
        stem = name = f"{binding.rpc.containing_service.name}_{binding.rpc.name}"
        number = 1
        while name in self._ids:
            number += 1
            name = f"{stem}_{number}"
        self._ids.add(name)
        return name

    def _query(self, binding: Binding) -> Iterator[Schema]:
        if binding.body == "*":
            return
        bound = {variable.field_path for variable in binding.template.variables}
        for path in _leaves(binding.input_type, _QUERY_DEPTH):
            names = tuple(field.name for field in path)
            if names in bound or names[0] == binding.body:
                continue
            yield {
                "name": ".".join(field.json_name for field in path),
                "in": "query",
                "required": all(is_required(field) for field in path),
                "schema": self._schemas.field(path[-1]),
            }

    def _request_body(self, binding: Binding) -> dict[str, Any]:
        if Transcoder(binding).raw_request:
            return _raw()
        if binding.body == "*":
            return {"content": {JSON: {"schema": self._schemas.message(binding.input_type)}}}
        field = binding.input_type.fields_by_name[binding.body]
        content = {JSON: {"schema": self._schemas.field(field)}}
        return {"content": content, "required": is_required(field)}

    def _response(self, binding: Binding) -> dict[str, Any]:
        if Transcoder(binding).raw_response:
            return {"description": "The bytes, with their content type."} | _raw()
        schema = (
            self._schemas.field(binding.output_type.fields_by_name[binding.response_body])
            if binding.response_body
            else self._schemas.message(binding.output_type)
        )
        if not binding.rpc.server_streaming:
            return {"description": "Done.", "content": {JSON: {"schema": schema}}}
        line = {"type": "object", "properties": {"result": schema}}
        return {
            "description": "A stream, until it ends or the client leaves.",
            "content": {EVENTS: {"schema": schema}, LINES: {"schema": line}},
        }


def _raw() -> dict[str, Any]:
    return {"content": {"*/*": {"schema": {}}}}


def _failure() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": "An error.", "content": {JSON: {"schema": schema}}}


def _path(template: Template) -> tuple[str, list[Schema]]:
    """Return the path and its parameters."""
    names = _parameter_names(template)
    pieces = [
        f"{{{names[i]}}}" if isinstance(segment, Wild) else segment
        for i, segment in enumerate(template.segments)
    ]
    verb = f":{template.verb}" if template.verb else ""
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names.values()
    ]
    return "/" + "/".join(pieces) + verb, parameters


def _parameter_names(template: Template) -> dict[int, str]:
    """Return a name for each wildcard, by its place among the segments."""
    owners = {
        i: variable for variable in template.variables for i in range(variable.start, variable.stop)
    }
    names: dict[int, str] = {}
    for i, segment in enumerate(template.segments):
        if not isinstance(segment, Wild):
            continue
        owner = owners.get(i)
        before: Segment = template.segments[i - 1] if i else ""
        if owner is not None and (not owner.multi or isinstance(before, Wild) or i == owner.start):
            name = owner.field_path[-1]
        else:
            name = before.removesuffix("s") if isinstance(before, str) and before else "segment"
        taken = list(names.values())
        names[i] = name if name not in taken else f"{name}{i}"
    return names


def _leaves(descriptor: Descriptor, depth: int) -> Iterator[tuple[FieldDescriptor, ...]]:
    """Yield the paths of the fields that a query can set, down to `depth` levels."""
    for field in descriptor.fields:
        if text_setter(field) is not None:
            yield (field,)
        elif _is_plain_message(field) and depth > 1:
            for rest in _leaves(message_type(field), depth - 1):
                yield (field, *rest)


def _is_plain_message(field: FieldDescriptor) -> bool:
    inner = field.message_type
    return (
        inner is not None
        and not field.is_repeated
        and inner.full_name not in TEXT_FORMS | WRAPPERS
        and not inner.full_name.startswith("google.protobuf.")
    )
