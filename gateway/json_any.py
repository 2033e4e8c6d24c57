"""google.protobuf.Any as JSON: `{"@type": …}` with the fields of the message beside it, or its JSON
form under `value` if it has one of its own.

https://protobuf.dev/programming-guides/json/#any. Types are looked up in the pool of the descriptor,
so that what a gateway serves is what it can unpack.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from gateway.json_scalars import mismatch
from gateway.wellknown import OWN_FORMS

TYPE = "@type"


def type_of(pool: DescriptorPool, type_url: str) -> Descriptor | None:
    """Return the message type that a type URL means, None if it is not known."""
    host, _, name = type_url.rpartition("/")
    if not host or not name:
        return None
    try:
        return pool.FindMessageTypeByName(name)
    except KeyError:
        return None


def split(pool: DescriptorPool, value: Any) -> tuple[str, Message, Any] | None:
    """Return the type URL, an empty message of the type and its JSON; None for the empty Any.

    Raises Mismatch.
    """
    if type(value) is not dict:
        raise mismatch("Expected an object.")
    if not value:
        return None
    type_url = value.get(TYPE)
    if type(type_url) is not str:
        raise mismatch("Expected an object with an @type.")
    descriptor = type_of(pool, type_url)
    if descriptor is None:
        raise mismatch("The @type is not known.", "UNKNOWN_TYPE")
    rest = {key: item for key, item in value.items() if key != TYPE}
    message = GetMessageClass(descriptor)()
    if descriptor.full_name not in OWN_FORMS:
        return type_url, message, rest
    if rest.keys() != {"value"}:
        raise mismatch(f"Expected {descriptor.name} under `value`.")
    return type_url, message, rest["value"]
