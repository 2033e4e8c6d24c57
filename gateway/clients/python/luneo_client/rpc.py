"""How an rpc goes over HTTP: google.api.http, written down by the generator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from luneo_client.message import Fields, Message, encoded_fields

_VARIABLE = re.compile(r"\{([a-z_.]+)\}")


@dataclass(frozen=True, slots=True)
class Rpc:
    """One rpc.

    path: with `{field.path}` for variables. body: a field, "*" for all that the path leaves, or "".
    answer: the kind of the answer, "bytes", "empty" or "page". repeatable: whether a repetition does
    no harm. keyed: whether it takes an Idempotency-Key. items: of a page, the name in JSON and the
    kind of its items.
    """

    name: str
    method: str
    path: str
    body: str
    fields: Fields
    answer: str
    repeatable: bool
    keyed: bool
    items: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that a call answered with. etag: "" if they came without one."""

    data: bytes
    content_type: str
    etag: str = ""

    def save(self, path: str | Path) -> Path:
        """Write the bytes to a file and return its path."""
        target = Path(path)
        target.write_bytes(self.data)
        return target


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request: body None for none, else JSON."""

    method: str
    path: str
    query: dict[str, Any]
    body: Any


def prepare(rpc: Rpc, values: Mapping[str, Any]) -> Prepared:
    """Return the request for the fields of a message. Raises ValueError without a name of the path."""
    used = {match[1] for match in _VARIABLE.finditer(rpc.path)}
    path = _VARIABLE.sub(lambda match: _segments(match[1], values), rpc.path)
    left = {name: kind for name, kind in rpc.fields.items() if name not in used}
    if rpc.body == "*":
        return Prepared(rpc.method, path, {}, encoded_fields(left, values))
    body = None
    if rpc.body:
        held = left.pop(rpc.body)
        bound = {name.partition(".")[2] for name in used if name.startswith(f"{rpc.body}.")}
        body = encoded_fields({rpc.body: held}, values).get(held[0], {})
        resource = values[rpc.body]
        for name in bound:
            body.pop(resource.FIELDS[name][0], None)
    query = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in encoded_fields(left, values).items()
    }
    return Prepared(rpc.method, path, query, body)


def _segments(path: str, values: Mapping[str, Any]) -> str:
    first, *rest = path.split(".")
    value: Any = values[first]
    for name in rest:
        value = getattr(value, name) if isinstance(value, Message) else ""
    if not value:
        raise ValueError(f"{path} is missing")
    return quote(str(value), safe="/@")
