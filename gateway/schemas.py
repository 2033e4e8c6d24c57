"""JSON Schemas (2020-12) of messages, as the protobuf JSON mapping writes them."""

from __future__ import annotations

from typing import Any, Final

from buf.validate import validate_pb2
from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from gateway.wellknown import is_map, map_fields

Schema = dict[str, Any]

_WELL_KNOWN: Final[dict[str, Schema]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string", "examples": ["displayName,price"]},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "required": ["@type"],
    },
    "google.protobuf.DoubleValue": {"type": "number", "format": "double"},
    "google.protobuf.FloatValue": {"type": "number", "format": "float"},
    "google.protobuf.Int64Value": {"type": "string", "format": "int64"},
    "google.protobuf.UInt64Value": {"type": "string", "format": "uint64"},
    "google.protobuf.Int32Value": {"type": "integer", "format": "int32"},
    "google.protobuf.UInt32Value": {"type": "integer", "format": "uint32"},
    "google.protobuf.BoolValue": {"type": "boolean"},
    "google.protobuf.StringValue": {"type": "string"},
    "google.protobuf.BytesValue": {"type": "string", "contentEncoding": "base64"},
}
_SCALARS: Final[dict[int, Schema]] = {
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "format": "uint32", "minimum": 0},
    FieldDescriptor.CPPTYPE_INT64: {"type": "string", "format": "int64"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": "string", "format": "uint64"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
}
_NUMBER_RULES: Final = (
    ("gte", "minimum"),
    ("lte", "maximum"),
    ("gt", "exclusiveMinimum"),
    ("lt", "exclusiveMaximum"),
)
_LENGTH_RULES: Final = (("min_len", "minLength"), ("max_len", "maxLength"))
_COUNT_RULES: Final = (("min_items", "minItems"), ("max_items", "maxItems"))


class Schemas:
    """Schemas of the messages that were asked for, and of what they hold, by full name.

    comments: by full name of a message, field or enum; what is missing has no description.
    """

    def __init__(self, comments: dict[str, str]) -> None:
        self.components: dict[str, Schema] = {}
        self._comments = comments

    def message(self, descriptor: Descriptor) -> Schema:
        """Return the schema of a message, or a reference to it."""
        if descriptor.full_name in _WELL_KNOWN:
            return dict(_WELL_KNOWN[descriptor.full_name])
        if descriptor.full_name not in self.components:
            self.components[descriptor.full_name] = {}
            self.components[descriptor.full_name] = self._object(descriptor)
        return {"$ref": f"#/components/schemas/{descriptor.full_name}"}

    def _object(self, descriptor: Descriptor) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self.field(field) for field in descriptor.fields},
        }
        required = [field.json_name for field in descriptor.fields if is_required(field)]
        if required:
            schema["required"] = required
        return self._described(schema, descriptor.full_name)

    def field(self, field: FieldDescriptor) -> Schema:
        """Return the schema of a field, with the limits of its proto."""
        rules = _rules(field)
        if is_map(field):
            value = map_fields(field)[1]
            schema: Schema = {"type": "object", "additionalProperties": self._element(value)}
        elif field.is_repeated:
            items = self._element(field) | _limits(field, rules.repeated.items)
            schema = {"type": "array", "items": items} | _stated(rules.repeated, _COUNT_RULES)
        else:
            schema = self._element(field) | _limits(field, rules)
        if field_behavior_pb2.OUTPUT_ONLY in _behaviours(field):
            schema["readOnly"] = True
        return self._described(schema, field.full_name)

    def _element(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.message(field.message_type)
        if field.enum_type is not None:
            return _enum(field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(_SCALARS[field.cpp_type])

    def _described(self, schema: Schema, full_name: str) -> Schema:
        comment = self._comments.get(full_name)
        return schema | {"description": comment} if comment else schema


def is_required(field: FieldDescriptor) -> bool:
    """Whether a request without the field is refused."""
    required = field_behavior_pb2.REQUIRED in _behaviours(field)
    return required or bool(_rules(field).required)


def _enum(enum: EnumDescriptor) -> Schema:
    if enum.full_name == "google.protobuf.NullValue":
        return {"type": "null"}
    return {"type": "string", "enum": [value.name for value in enum.values]}


def _limits(field: FieldDescriptor, rules: Any) -> Schema:
    kind = rules.WhichOneof("type")
    if kind is None or field.message_type is not None:
        return {}
    stated = getattr(rules, kind)
    if kind == "string":
        return _stated(stated, (*_LENGTH_RULES, ("pattern", "pattern")))
    if field.cpp_type in (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64):
        return {}  # written as strings, which have no minimum
    return _stated(stated, _NUMBER_RULES)


def _stated(rules: Any, names: tuple[tuple[str, str], ...]) -> Schema:
    known = rules.DESCRIPTOR.fields_by_name
    return {
        keyword: getattr(rules, name)
        for name, keyword in names
        if name in known and rules.HasField(name)
    }


def _rules(field: FieldDescriptor) -> Any:
    options: Any = field.GetOptions()
    return options.Extensions[validate_pb2.field]


def _behaviours(field: FieldDescriptor) -> list[int]:
    return list(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
