"""Request messages as HTTP requests: the inverse of `transcode.py`, for examples and clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from google.protobuf.descriptor import Descriptor

from gateway import field_paths
from gateway.httprule import Variable
from gateway.openapi_paths import parameter_names
from gateway.routes import Binding
from gateway.wellknown import OWN_FORMS, is_map, message_type


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request over HTTP.

    path: percent-encoded. parameters: what stands at each wildcard, by the name that the API
    document has for it. query: pairs in order, not encoded. body: JSON value, None for none.
    """

    method: str
    path: str
    parameters: dict[str, str]
    query: tuple[tuple[str, str], ...]
    body: Any

    @property
    def target(self) -> str:
        """The path with its query, as it goes on the wire."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def http_call(binding: Binding, request: dict[str, Any]) -> HttpCall:
    """Return how a request is sent. request: the message in JSON, with JSON names.

    Raises KeyError if the request lacks what its path needs, ValueError if it is not of the path's
    shape.
    """
    rest = _copy(request)
    values = [_taken(rest, binding.input_type, one) for one in binding.template.variables]
    segments = list(binding.template.segments)
    for variable, value in zip(binding.template.variables, values, strict=True):
        parts = value.split("/") if variable.multi else [value]
        if len(parts) != variable.stop - variable.start:
            raise ValueError(f"{value!r} does not fit {binding.template.text}")
        segments[variable.start : variable.stop] = parts
    shown = [quote(one, safe="@") if isinstance(one, str) else "" for one in segments]
    named = {name: str(segments[i]) for i, name in parameter_names(binding.template).items()}
    verb = f":{binding.template.verb}" if binding.template.verb else ""
    body = _body(binding, rest)
    query = () if binding.body == "*" else tuple(_pairs(binding.input_type, rest, ""))
    return HttpCall(binding.http_method, "/" + "/".join(shown) + verb, named, query, body)


def _copy(value: Any) -> Any:
    return {name: _copy(one) for name, one in value.items()} if isinstance(value, dict) else value


def _taken(rest: dict[str, Any], descriptor: Descriptor, variable: Variable) -> str:
    """Take the value of a path variable out of a request."""
    *holders, last = (one.json_name for one in field_paths.resolve(descriptor, variable.field_path))
    for name in holders:
        rest = rest[name]
    return str(rest.pop(last))


def _body(binding: Binding, rest: dict[str, Any]) -> Any:
    """Return the body and take it out of what goes into the query."""
    if binding.body == "*":
        return rest
    if not binding.body:
        return None
    field = binding.input_type.fields_by_name[binding.body]
    return rest.pop(field.json_name, None)


def _pairs(descriptor: Descriptor, rest: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for field in descriptor.fields:
        value = rest.get(field.json_name)
        if value is None or is_map(field):
            continue
        inner = field.message_type
        if inner is not None and inner.full_name not in OWN_FORMS:
            yield from _pairs(message_type(field), value, f"{prefix}{field.json_name}.")
            continue
        for one in value if field.is_repeated else [value]:
            yield prefix + field.json_name, _text(one)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
