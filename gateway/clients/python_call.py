"""One call of the Python client as source text, from an example."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from gateway.api_examples import Example
from gateway.clients.catalogue import items_of, member, snake
from gateway.routes import Binding
from gateway.wellknown import is_map, map_fields, message_type

_CREDENTIALS: Final = {
    "guestSession": 'key=os.environ["LUNEO_KEY"], session=os.environ["LUNEO_SESSION"]',
    "person": 'token=os.environ["LUNEO_TOKEN"]',
    "platform": 'token=os.environ["LUNEO_TOKEN"]',
    "": "",
}
_WIDTH: Final = 76


def source(binding: Binding, example: Example) -> str:
    """Return a program that makes the call and shows the answer."""
    shown = _CREDENTIALS.get(example.credential, 'key=os.environ["LUNEO_KEY"]')
    opened = 'Luneo("http://localhost:8400"' + (f", {shown}" if shown else "") + ")"
    call = f"luneo.{snake(binding.rpc.name)}({_arguments(binding, example)})"
    imports = [
        *(["import os"] if shown else []),
        *(["from pathlib import Path"] if "Path(" in call else []),
    ]
    ours = "from luneo_client import Luneo" + (", types" if "types." in call else "")
    head = [*imports, "", ours] if imports else [ours]
    return "\n".join([*head, "", f"luneo = {opened}", _use(binding, call)])


def _use(binding: Binding, call: str) -> str:
    rpc = binding.rpc
    items = items_of(rpc)
    if items is not None:
        return f"for {snake(message_type(items).name)} in {call}:\n    print({snake(message_type(items).name)})"
    if rpc.server_streaming:
        return f"for state in {call}:\n    print(state)"
    if rpc.output_type.full_name == "google.protobuf.Empty":
        return call
    if rpc.output_type.full_name == "google.longrunning.Operation" and rpc.name.startswith(
        "Create"
    ):
        return f"operation = {call}\nprint(luneo.wait(operation))"
    return f"print({call})"


def _arguments(binding: Binding, example: Example) -> str:
    return _listed(_named(binding.input_type, example.request))


def _named(descriptor: Descriptor, value: dict[str, Any]) -> list[str]:
    """Return "name=…" for each field that a value in JSON has."""
    return [
        f"{field.name}={_value(field, value[field.json_name])}"
        for field in descriptor.fields
        if field.json_name in value and field.name not in ("request_id", "page_token")
    ]


def _value(field: FieldDescriptor, value: Any) -> str:
    if is_map(field):
        inner = map_fields(field)[1]
        return _listed([f"{_text(key)}: {_one(inner, one)}" for key, one in value.items()], "{}")
    if field.is_repeated:
        return _listed([_one(field, one) for one in value], "[]")
    return _one(field, value)


def _one(field: FieldDescriptor, value: Any) -> str:
    inner = field.message_type
    if inner is not None and inner.full_name == "google.protobuf.FieldMask":
        return repr(value.split(",")).replace("'", '"')
    if inner is not None and not inner.full_name.startswith("google.protobuf."):
        return f"types.{inner.name}({_listed(_named(message_type(field), value))})"
    if field.enum_type is not None:
        return f"types.{field.enum_type.name}.{member(field.enum_type, value)}"
    if field.type == FieldDescriptor.TYPE_BYTES:
        return 'Path("file").read_bytes()'
    if field.cpp_type in (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64):
        return str(int(value))
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    quoted = repr(value)
    return quoted if '"' in value else f'"{quoted[1:-1]}"'


def _listed(parts: list[str], brackets: str = "") -> str:
    """Return parts between brackets, on lines of their own where they are long."""
    opened, closed = (brackets[0], brackets[1]) if brackets else ("", "")
    flat = ", ".join(parts)
    if len(flat) <= _WIDTH - 16 and "\n" not in flat:
        return f"{opened}{flat}{closed}"
    lines = [f"    {line}" for part in parts for line in f"{part},".splitlines()]
    return "\n".join([opened, *lines, closed])
