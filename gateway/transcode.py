"""HTTP requests into request messages, and response messages into bodies.

The rule is in the comment of `HttpRule` in google/api/http.proto: path variables, then the body (all
of the message, one field, or none), then query parameters for what is left. A body or a query that
says something else than the path is refused, never overridden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from gateway import codec, field_mask, field_paths, json_scalars, json_text
from gateway.field_paths import NoSuchField, Path
from gateway.httprule import RuleError
from gateway.json_options import STRICT, JsonOptions
from gateway.json_reader import field_setter
from gateway.json_scalars import Mismatch, mismatch
from gateway.json_writer import field_getter, message_getter
from gateway.query import QueryReader
from gateway.refusals import invalid, unsupported_media
from gateway.routes import Binding
from gateway.wellknown import message_type

HTTP_BODY: Final[str] = "google.api.HttpBody"
JSON: Final = "application/json"
BINARY: Final = "application/octet-stream"
_UPDATE_MASK: Final = "update_mask"


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request, read whole. content_type: as sent, "" if it was not stated."""

    content_type: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Payload:
    """The body of a response. raw: it is the data of an HttpBody rather than JSON."""

    content_type: str
    data: bytes
    raw: bool = False


class Transcoder:
    """Speaks HTTP for one binding."""

    def __init__(self, binding: Binding, options: JsonOptions = STRICT) -> None:
        """Raises RuleError if the rule names fields that are not there or cannot be bound."""
        self.binding = binding
        self.new_request: Callable[[], Message] = GetMessageClass(binding.input_type)
        self._path = [_PathField(binding, names, options) for names in binding.path_fields]
        self._query = QueryReader(binding.input_type, binding.body, options)
        self._read_body = _body_reader(binding, options)
        self._write = _response_writer(binding, options)
        self._mask_of = _mask_reader(binding)
        self.raw_request = _takes_raw_body(binding)
        self.raw_response = _gives_raw_body(binding)

    def request(self, captures: Mapping[tuple[str, ...], str], query: bytes, body: Body) -> Message:
        """Return the request message. Raises Refusal: 400, or 415 for a body that is not JSON."""
        message = self.new_request()
        value = self._read_body(message, body)
        if query:
            self._query.fill(message, query)
        for field in self._path:
            field.set(message, captures)
        if self._mask_of is not None and value is not None:
            self._mask_of(message, value)
        return message

    def response(self, message: Message) -> Payload:
        """Return the body for a response message, or for one message of a stream."""
        return self._write(message)


class _PathField:
    """A field that a path variable sets."""

    def __init__(self, binding: Binding, names: tuple[str, ...], options: JsonOptions) -> None:
        self._names = names
        where = f"{binding.rpc.full_name}: path variable {'.'.join(names)}"
        try:
            self._path: Path = field_paths.resolve(binding.input_type, names)
        except NoSuchField as error:
            raise RuleError(f"{where}: {error}") from None
        leaf = self._path[-1]
        if leaf.is_repeated or leaf.message_type is not None:
            raise RuleError(f"{where}: only a single scalar field can be in a path")
        self._leaf = leaf
        self._read = json_scalars.text_reader(leaf, options)

    def set(self, message: Any, captures: Mapping[tuple[str, ...], str]) -> None:
        try:
            value = self._read(captures[self._names])
            holder = field_paths.descend(message, self._path)
            if _is_set(holder, self._leaf) and getattr(holder, self._leaf.name) != value:
                raise mismatch("The path says otherwise.", "CONTRADICTS_PATH")
        except Mismatch as error:
            where = field_paths.json_path(self._path)
            raise codec.misfit(error.under(where), "INVALID_PATH") from None
        setattr(holder, self._leaf.name, value)


def _is_set(message: Any, field: FieldDescriptor) -> bool:
    if field.has_presence:
        return bool(message.HasField(field.name))
    return bool(getattr(message, field.name) != field.default_value)


# Bodies of requests

_BodyReader = Callable[[Message, Body], Any]


def _body_reader(binding: Binding, options: JsonOptions) -> _BodyReader:
    """Return what fills a request from a body and returns the JSON value that it found, if any."""
    if not binding.body:
        return _refuse_body
    if binding.body == "*":
        if binding.input_type.full_name == HTTP_BODY:
            return _read_raw
        return partial(_read_whole, options)
    field = _top_level(binding, binding.rpc.input_type, binding.body, "body")
    if _is_http_body(field):
        return lambda message, body: _read_raw(getattr(message, field.name), body)
    return _field_reader(field, binding, options)


def _top_level(binding: Binding, descriptor: Any, name: str, what: str) -> FieldDescriptor:
    field = descriptor.fields_by_name.get(name)
    if field is None:
        raise RuleError(f"{binding.rpc.full_name}: {what} names {name!r}, which is not a field")
    return field  # type: ignore[no-any-return]  # descriptors have none


def _takes_raw_body(binding: Binding) -> bool:
    if binding.body in ("", "*"):
        return binding.body == "*" and binding.input_type.full_name == HTTP_BODY
    return _is_http_body(binding.input_type.fields_by_name[binding.body])


def _is_http_body(field: FieldDescriptor) -> bool:
    inner = field.message_type
    return inner is not None and not field.is_repeated and inner.full_name == HTTP_BODY


def _refuse_body(_: Message, body: Body) -> None:
    if body.data:
        raise invalid("UNEXPECTED_BODY", "This call takes no body.")


def _read_raw(message: Any, body: Body) -> None:
    message.content_type = body.content_type or BINARY
    message.data = body.data


def _read_whole(options: JsonOptions, message: Message, body: Body) -> None:
    if body.data:
        _check_media_type(body)
        codec.decode(body.data, message, options)


def _field_reader(field: FieldDescriptor, binding: Binding, options: JsonOptions) -> _BodyReader:
    set_field = field_setter(field, options)
    is_message = field.message_type is not None and not field.is_repeated

    def read(message: Message, body: Body) -> Any:
        if not body.data:
            return None
        _check_media_type(body)
        if is_message and codec.decode_plain(body.data, getattr(message, field.name), options):
            getattr(message, field.name).SetInParent()
            # Its keys say what to change.
            return orjson.loads(body.data) if binding.http_method == "PATCH" else None
        message.ClearField(field.name)
        value = json_text.parse(body.data)
        try:
            set_field(message, value)
        except Mismatch as error:
            raise codec.misfit(error.under(field.json_name)) from None
        return value

    return read


def _check_media_type(body: Body) -> None:
    """Raises Refusal (415) for what is not JSON in UTF-8."""
    if body.content_type == JSON:
        return
    media_type, _, parameters = body.content_type.partition(";")
    if media_type.strip().lower() != JSON:
        raise unsupported_media(
            "The body must be JSON: send `Content-Type: application/json`.", JSON
        )
    name, _, value = parameters.strip().lower().partition("=")
    if name == "charset" and value.strip('"') != "utf-8":
        raise unsupported_media("JSON is sent in UTF-8.", JSON)


def _mask_reader(binding: Binding) -> Callable[[Any, Any], None] | None:
    """Return what fills in the update mask of a PATCH that states none."""
    mask = binding.input_type.fields_by_name.get(_UPDATE_MASK)
    if binding.http_method != "PATCH" or mask is None or binding.body in ("", "*", _UPDATE_MASK):
        return None
    resource = binding.input_type.fields_by_name[binding.body]
    if resource.message_type is None or resource.is_repeated:
        return None
    inner = message_type(resource)
    identity = {names[1] for names in binding.path_fields if names[0] == binding.body and names[1:]}

    def set_mask(message: Any, value: Any) -> None:
        if not message.HasField(_UPDATE_MASK):
            message.update_mask.paths.extend(field_mask.of_body(inner, value, identity))
            message.update_mask.SetInParent()

    return set_mask


# Bodies of responses

_Writer = Callable[[Any], Payload]


def _response_writer(binding: Binding, options: JsonOptions) -> _Writer:
    if not binding.response_body:
        if binding.output_type.full_name == HTTP_BODY:
            return _write_raw
        return _message_writer(message_getter(binding.output_type, options))
    field = _top_level(binding, binding.output_type, binding.response_body, "response_body")
    if _is_http_body(field):
        return lambda message: _write_raw(getattr(message, field.name))
    if field.message_type is not None and not field.is_repeated:
        return _message_field_writer(field, options)
    write = field_getter(field, options)
    name = field.name
    if write is None:
        return lambda message: Payload(JSON, orjson.dumps(getattr(message, name)))
    return lambda message: Payload(JSON, orjson.dumps(write(getattr(message, name))))


def _message_writer(write: Callable[[Any], Any]) -> _Writer:
    return lambda message: Payload(JSON, orjson.dumps(write(message)))


def _message_field_writer(field: FieldDescriptor, options: JsonOptions) -> _Writer:
    def write(message: Any) -> Payload:
        if not message.HasField(field.name):
            return Payload(JSON, b"null")
        return Payload(JSON, codec.encode(getattr(message, field.name), options))

    return write


def _gives_raw_body(binding: Binding) -> bool:
    if not binding.response_body:
        return binding.output_type.full_name == HTTP_BODY
    return _is_http_body(binding.output_type.fields_by_name[binding.response_body])


def _write_raw(message: Any) -> Payload:
    return Payload(message.content_type or BINARY, message.data, raw=True)
