"""JSON Schemas (2020-12) of messages, as the protobuf JSON mapping reads and writes them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from buf.validate import validate_pb2
from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, OneofDescriptor

from gateway import schema_limits
from gateway.field_mask import behaviours
from gateway.wellknown import is_map, map_fields, message_type

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
_INT32: Final = {"minimum": -(2**31), "maximum": 2**31 - 1}
_UINT32: Final = {"minimum": 0, "maximum": 2**32 - 1}
_SCALARS: Final[dict[int, Schema]] = {
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "format": "int32", **_INT32},
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "format": "uint32", **_UINT32},
    # A JSON number holds 53 bits everywhere, so these travel as strings.
    FieldDescriptor.CPPTYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": "string", "format": "uint64", "pattern": "^[0-9]+$"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
}


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
        return self._component(descriptor.full_name, lambda: self._object(descriptor))

    def body(self, descriptor: Descriptor, bound: Collection[str]) -> Schema:
        """Return the schema of a request whose path sets the top-level fields `bound`."""
        if not bound:
            return self.message(descriptor)
        name = f"{descriptor.full_name}.Body"
        return self._component(name, lambda: self._object(descriptor, left_out=bound))

    def patch(self, descriptor: Descriptor, bound: Collection[str]) -> Schema:
        """Return the schema of a changed resource: nothing must be there, the path names it."""
        name = f"{descriptor.full_name}.Patch"
        return self._component(name, lambda: self._object(descriptor, left_out=bound, partial=True))

    def _component(self, name: str, make: Callable[[], Schema]) -> Schema:
        if name not in self.components:
            self.components[name] = {}  # messages hold each other
            self.components[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(
        self, descriptor: Descriptor, left_out: Collection[str] = (), *, partial: bool = False
    ) -> Schema:
        fields = [field for field in descriptor.fields if field.name not in left_out]
        schema: Schema = {
            "type": "object",
            "properties": {field.json_name: self.field(field) for field in fields},
        }
        required = [field.json_name for field in fields if is_required(field)]
        if required and not partial:
            schema["required"] = required
        choices = [_choice(oneof) for oneof in descriptor.oneofs if len(oneof.fields) > 1]
        if choices:
            schema["allOf"] = choices
        return self._described(schema, descriptor.full_name)

    def field(self, field: FieldDescriptor) -> Schema:
        """Return the schema of a field, with the limits of its proto."""
        rules = rules_of(field)
        if is_map(field):
            schema = self._map(field, rules)
        elif field.is_repeated:
            items = schema_limits.apply(self._element(field), field, rules.repeated.items)
            schema = {"type": "array", "items": items} | schema_limits.of_list(rules.repeated)
        else:
            schema = schema_limits.apply(self._element(field), field, rules)
        if field_behavior_pb2.OUTPUT_ONLY in behaviours(field):
            schema["readOnly"] = True
        schema = self._described(schema, field.full_name)
        told = schema_limits.in_words(field, rules)
        if told:
            schema["description"] = " ".join(filter(None, (schema.get("description"), told)))
        return schema

    def _map(self, field: FieldDescriptor, rules: Any) -> Schema:
        key, value = map_fields(field)
        values = schema_limits.apply(self._element(value), value, rules.map.values)
        schema: Schema = {"type": "object", "additionalProperties": values}
        keys = schema_limits.apply({}, key, rules.map.keys)
        if keys:
            schema["propertyNames"] = keys
        return schema | schema_limits.of_map(rules.map)

    def _element(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.message(message_type(field))
        if field.enum_type is not None:
            return self._enum(field.enum_type, rules_of(field))
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(_SCALARS[field.cpp_type])

    def _enum(self, enum: EnumDescriptor, rules: Any) -> Schema:
        if enum.full_name == "google.protobuf.NullValue":
            return {"type": "null"}
        if 0 in rules.enum.not_in or 0 in rules.repeated.items.enum.not_in:
            name = f"{enum.full_name}.Stated"
            return self._component(name, lambda: self._enum_of(enum, stated=True))
        return self._component(enum.full_name, lambda: self._enum_of(enum, stated=False))

    def _enum_of(self, enum: EnumDescriptor, *, stated: bool) -> Schema:
        values = [value for value in enum.values if value.number or not stated]
        schema: Schema = {"type": "string", "enum": [value.name for value in values]}
        said = [self._comments.get(enum.full_name, ""), ""]
        for value in values:
            # Protos keep comments of values under the enum's name; descriptors beside it.
            comment = self._comments.get(f"{enum.full_name}.{value.name}")
            if comment:
                said.append(f"- `{value.name}`: {' '.join(comment.split())}")
        text = "\n".join(said).strip()
        return schema | {"description": text} if text else schema

    def _described(self, schema: Schema, full_name: str) -> Schema:
        comment = self._comments.get(full_name)
        return schema | {"description": comment} if comment else schema


def is_required(field: FieldDescriptor) -> bool:
    """Whether a request without the field is refused.

    What is stated as REQUIRED but may hold its default, such as a coordinate of 0, may be left out,
    and answers leave it out.
    """
    rules = rules_of(field)
    if rules.required:
        return True
    if field.has_presence:
        return field_behavior_pb2.REQUIRED in behaviours(field)
    return schema_limits.refuses_default(field, rules)


def _choice(oneof: OneofDescriptor) -> Schema:
    """Return what allows one member, and none unless one must be set."""
    members: list[Schema] = [{"required": [field.json_name]} for field in oneof.fields]
    options: Any = oneof.GetOptions()
    if not options.Extensions[validate_pb2.oneof].required:
        members.append({"not": {"anyOf": list(members)}})
    return {"oneOf": members}


def rules_of(field: FieldDescriptor) -> Any:
    """Return the buf.validate rules of a field; empty ones if it has none."""
    options: Any = field.GetOptions()
    return options.Extensions[validate_pb2.field]
