"""Resource names and ids: `brands/{brand}/products/{product}` parsed, formatted and made.

An id is 1–63 characters of a–z, 0–9 and "-", beginning and ending with a letter or digit.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any, Final

from google.api import resource_pb2
from google.protobuf.message import Message

from services.runtime.errors import InvalidArgument, NotFound

ID_PATTERN: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ID: Final = re.compile(ID_PATTERN)
_VARIABLE: Final = re.compile(r"\{([a-z_]+)\}")
_COLLECTION_BRAND: Final = re.compile(rf"brands/({ID_PATTERN})(?:/.*)?", re.DOTALL)


class Template:
    """The shape of a resource's name, such as `brands/{brand}/products/{product}`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.variables: tuple[str, ...] = tuple(_VARIABLE.findall(pattern))
        expression = _VARIABLE.sub(lambda match: f"(?P<{match[1]}>{ID_PATTERN})", pattern)
        self._expression = re.compile(expression)

    def __repr__(self) -> str:
        return f"Template({self.pattern!r})"

    def format(self, **ids: str) -> str:
        """Return the name with these ids. ValueError if one is missing, unknown or not an id."""
        if set(ids) != set(self.variables):
            raise ValueError(f"{self.pattern} takes {self.variables}, not {sorted(ids)}")
        for variable, value in ids.items():
            if not is_id(value):
                raise ValueError(f"{variable}={value!r} is not an id")
        return self.pattern.format(**ids)

    def parse(self, name: str, *, field: str = "name", brand: str | None = None) -> dict[str, str]:
        """Return the ids in `name`, by variable.

        field: the request field it came from, named in the error. brand: the brand of the call;
        a name of another brand raises NotFound, as an unknown one would.
        Raises InvalidArgument if the name does not have this shape.
        """
        match = self._expression.fullmatch(name)
        if match is None:
            raise InvalidArgument.field(
                field, "NAME_MALFORMED", f"Expected a name like {self.pattern}."
            )
        ids = match.groupdict()
        if brand is not None and ids.get("brand", brand) != brand:
            raise NotFound
        return ids

    def parse_last(self, name: str, *, brand: str, field: str = "name") -> str:
        """Return the last id of a name of this brand; errors as in `parse`."""
        return self.parse(name, field=field, brand=brand)[self.variables[-1]]


BRAND: Final = Template("brands/{brand}")
_RESOURCE: Final[Any] = resource_pb2.resource


def of(resource: type[Message]) -> Template:
    """Return the shape of a resource's names, as its proto states it (google.api.resource)."""
    (pattern,) = resource.DESCRIPTOR.GetOptions().Extensions[_RESOURCE].pattern
    return Template(pattern)


def is_id(value: str) -> bool:
    """Return whether `value` may stand in a resource name."""
    return _ID.fullmatch(value) is not None


def brand_of(name: str) -> str | None:
    """Return the brand id at the head of a resource name, None if it has none."""
    match = _COLLECTION_BRAND.fullmatch(name)
    return match[1] if match else None


def base32_lower(data: bytes) -> str:
    """Return RFC 4648 base32 in lower case without padding: 26 characters for 16 bytes."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def new_id() -> str:
    """Return a random id: 26 characters, 128 bits."""
    return base32_lower(secrets.token_bytes(16))
