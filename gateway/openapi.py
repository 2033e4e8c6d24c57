"""The OpenAPI 3.1 document of the mounted services, from their descriptors.

https://spec.openapis.org/oas/v3.1.0. A path variable of several segments becomes one parameter for
each `*` of its template: `{name=brands/*/products/*}` is `/brands/{brand}/products/{product}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from gateway import api_examples, api_samples, api_words, openapi_parts, openapi_security
from gateway.api_calls import HttpCall, http_call
from gateway.api_examples import Example
from gateway.field_paths import text_setter
from gateway.openapi_parts import failure, headers, parameter
from gateway.openapi_paths import path_of
from gateway.resume import is_resumable
from gateway.routes import ANY_METHOD, Binding, RouteTable
from gateway.schemas import Schema, Schemas, is_required
from gateway.streams import EVENTS, LINES
from gateway.transcode import JSON, Transcoder
from gateway.wellknown import TEXT_FORMS, WRAPPERS, message_type
from services.runtime.names import ID_PATTERN

_QUERY_DEPTH: Final = 3
_METHODS: Final = frozenset(("GET", "PUT", "POST", "DELETE", "PATCH"))


def document(
    services: Iterable[ServiceDescriptor],
    *,
    title: str = "Luneo",
    version: str = "v1",
    comments: Mapping[str, str] | None = None,
    examples: Mapping[str, Example] | None = None,
) -> dict[str, Any]:
    """Return the document.

    comments: what the protos say, by full name of the declaration. examples: by full name of the
    rpc; by default those that were recorded of the real services.
    """
    recorded = api_examples.recorded() if examples is None else examples
    said = {**api_words.OF_OTHERS, **(comments or {})}
    return _Document(said, recorded).of(tuple(services), title, version)


class _Document:
    def __init__(self, comments: dict[str, str], examples: Mapping[str, Example]) -> None:
        self._comments = comments
        self._examples = examples
        self._schemas = Schemas(comments)
        self._ids: set[str] = set()

    def of(
        self, services: tuple[ServiceDescriptor, ...], title: str, version: str
    ) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        for binding in RouteTable(services).bindings:
            ids = ID_PATTERN if openapi_security.is_stated(binding.rpc) else ""
            path, parameters = path_of(binding.template, ids)
            methods = (
                sorted(_METHODS) if binding.http_method == ANY_METHOD else [binding.http_method]
            )
            for method in methods:
                if method in _METHODS:
                    operation = self._operation(binding, parameters)
                    paths.setdefault(path, {})[method.lower()] = operation
        ours = any(openapi_security.is_stated(rpc) for one in services for rpc in one.methods)
        # What other people's services agreed on is not known.
        conventions = {"description": api_words.CONVENTIONS} if ours else {}
        credentials = {"securitySchemes": openapi_parts.CREDENTIALS} if ours else {}
        return {
            "openapi": "3.1.0",
            "info": {"title": title, "version": version, **conventions},
            "servers": [{"url": "/"}],
            "tags": [self._tag(service) for service in services],
            "paths": paths,
            "components": {
                "schemas": {**openapi_parts.SCHEMAS, **self._schemas.components},
                "responses": openapi_parts.failures(),
                "headers": openapi_parts.HEADERS,
                "parameters": openapi_parts.PARAMETERS,
                **credentials,
            },
        }

    def _tag(self, service: ServiceDescriptor) -> dict[str, str]:
        comment = self._comments.get(service.full_name, "")
        return {"name": service.name} | ({"description": comment} if comment else {})

    def _operation(self, binding: Binding, path_parameters: list[Schema]) -> dict[str, Any]:
        example = self._examples.get(binding.rpc.full_name)
        call = None if example is None else http_call(binding, example.request)
        parameters = path_parameters + list(self._query(binding))
        if call is not None:
            parameters = [_shown(one, call) for one in parameters]
        operation: dict[str, Any] = {
            "operationId": self._id(binding),
            "tags": [binding.rpc.containing_service.name],
            "parameters": parameters + list(_headers(binding)),
            "responses": self._responses(binding, example),
        }
        comment = self._comments.get(binding.rpc.full_name)
        if comment:
            operation["summary"] = comment.split("\n\n")[0].replace("\n", " ")
            operation["description"] = comment
        if binding.body:
            operation["requestBody"] = self._request_body(binding, call)
        if binding.rpc.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS:
            operation["x-safe"] = True
        operation |= openapi_security.of(binding.rpc)
        if example is not None:
            operation["x-codeSamples"] = api_samples.of(binding, example)
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
        bound = set(binding.path_fields)
        for path in _leaves(binding.input_type, _QUERY_DEPTH):
            names = tuple(field.name for field in path)
            if names in bound or names[0] == binding.body:
                continue
            schema = self._schemas.field(path[-1])
            found: Schema = {
                "name": ".".join(field.json_name for field in path),
                "in": "query",
                "required": all(is_required(field) for field in path),
                "schema": schema,
            }
            if "description" in schema:
                found["description"] = schema["description"]
            yield found

    def _request_body(self, binding: Binding, call: HttpCall | None) -> dict[str, Any]:
        if Transcoder(binding).raw_request:
            return _raw()
        bound = {names[0] for names in binding.path_fields if len(names) == 1}
        if binding.body == "*":
            schema = self._schemas.body(binding.input_type, bound)
            required = any(
                is_required(one) for one in binding.input_type.fields if one.name not in bound
            )
        else:
            field = binding.input_type.fields_by_name[binding.body]
            schema, required = self._body_field(binding, field), is_required(field)
        shown = {} if call is None or call.body is None else {"example": call.body}
        return {"content": {JSON: {"schema": schema, **shown}}, "required": required}

    def _body_field(self, binding: Binding, field: FieldDescriptor) -> Schema:
        if binding.http_method == "PATCH" and _is_plain_message(field):
            named = {
                names[1] for names in binding.path_fields if names[0] == field.name and names[1:]
            }
            return self._schemas.patch(message_type(field), named)
        return self._schemas.field(field)

    def _responses(self, binding: Binding, example: Example | None) -> dict[str, Any]:
        found = {"200": self._response(binding, example)}
        if _is_conditional(binding):
            found["304"] = {"description": "What you have still holds.", "headers": headers("ETag")}
        return found | {status: failure(status) for status in _failures(binding)}

    def _response(self, binding: Binding, example: Example | None) -> dict[str, Any]:
        etag = ("ETag",) if _is_conditional(binding) else ()
        if Transcoder(binding).raw_response:
            said = "The bytes, with their content type."
            return {"description": said, "headers": headers(*etag)} | _raw()
        schema = (
            self._schemas.field(binding.output_type.fields_by_name[binding.response_body])
            if binding.response_body
            else self._schemas.message(binding.output_type)
        )
        if binding.rpc.server_streaming:
            return _stream(schema)
        shown = {} if example is None or example.answer is None else {"example": example.answer}
        return {
            "description": "Done.",
            "headers": headers(*etag),
            "content": {JSON: {"schema": schema, **shown}},
        }


def _stream(schema: Schema) -> dict[str, Any]:
    """Return the answer of a streaming call; `x-itemSchema` is `itemSchema` of OpenAPI 3.2."""
    line = {
        "oneOf": [
            {"type": "object", "properties": {"result": schema}, "required": ["result"]},
            {"$ref": "#/components/schemas/Error"},
        ]
    }
    return {
        "description": "A stream, until it ends or the client leaves: JSON lines, or server-sent "
        "events for `Accept: text/event-stream`. A line is `result` or `error`. An event without a "
        "name holds a message, `end` ends, `error` holds an error; comments are signs of life.",
        "headers": headers(),
        "content": {
            EVENTS: {"schema": {"type": "string"}, "x-itemSchema": schema},
            LINES: {"schema": {"type": "string"}, "x-itemSchema": line},
        },
    }


def _headers(binding: Binding) -> Iterator[Schema]:
    """Yield the headers that mean something to a call."""
    fields = binding.input_type.fields_by_name
    if binding.http_method != "GET":
        if "request_id" in fields:
            yield parameter("IdempotencyKey")
        if _takes_etag(binding):
            yield parameter("IfMatch")
    elif _is_conditional(binding):
        yield parameter("IfNoneMatch")
    if is_resumable(binding):
        yield parameter("LastEventId")
    yield parameter("Timeout")


def _failures(binding: Binding) -> Iterator[str]:
    yield "400"
    if openapi_security.needs_credential(binding.rpc):
        yield from ("401", "403")
    if binding.template.variables:
        yield "404"
    if binding.http_method != "GET":
        yield "409"
        if _takes_etag(binding):
            yield "412"
        if binding.body:
            yield from ("413", "415")
    yield from ("429", "500", "503", "504", "default")


def _takes_etag(binding: Binding) -> bool:
    fields = binding.input_type.fields_by_name
    inner = fields[binding.body].message_type if binding.body in fields else None
    return "etag" in fields or (inner is not None and "etag" in inner.fields_by_name)


def _is_conditional(binding: Binding) -> bool:
    """Whether an answer carries an ETag by which it can be asked for again."""
    if binding.http_method != "GET" or binding.rpc.server_streaming:
        return False
    return Transcoder(binding).raw_response or "etag" in binding.output_type.fields_by_name


def _raw() -> dict[str, Any]:
    return {"content": {"*/*": {"schema": {}}}}


def _shown(given: Schema, call: HttpCall) -> Schema:
    """Return a parameter with the value that an example has for it."""
    values = call.parameters if given["in"] == "path" else dict(call.query)
    name = given["name"]
    if name not in values:
        return given
    kind = given["schema"].get("type")
    return given | {"example": int(values[name]) if kind == "integer" else values[name]}


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
