"""Who may call an rpc, as security requirements: read off `luneo.options.v1.access`."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.descriptor import MethodDescriptor
from luneo.options.v1 import access_pb2

Requirement = dict[str, list[str]]

_KEYS: Final[dict[int, str]] = {
    access_pb2.CALLER_KIND_WIDGET_KEY: "publishableKey",
    access_pb2.CALLER_KIND_SERVER_KEY: "secretKey",
}
_WORDS: Final[dict[int, str]] = {
    access_pb2.CALLER_KIND_WIDGET_KEY: "a publishable key, also with a guest session",
    access_pb2.CALLER_KIND_SERVER_KEY: "a secret key",
    access_pb2.CALLER_KIND_USER: "a person",
    access_pb2.CALLER_KIND_PLATFORM: "the operator of the installation",
}


def of(rpc: MethodDescriptor) -> dict[str, Any]:
    """Return the members of an operation: `security`, and in words `x-callers`.

    Scopes of keys and the least role of a person stand in the requirement. An rpc that only our own
    services call has none and is marked `x-internal`. One without the option says nothing.
    """
    access = _access(rpc)
    if access.public:
        return {"security": [], "x-callers": "Anyone."}
    if not access.callers:
        return {}
    requirements = [one for kind in access.callers for one in _requirements(access, kind)]
    if not requirements:
        return {"x-internal": True, "x-callers": "Services of this installation only."}
    return {"security": requirements, "x-callers": _in_words(access)}


def needs_credential(rpc: MethodDescriptor) -> bool:
    """Whether a call without a credential is refused."""
    return not _access(rpc).public


def is_stated(rpc: MethodDescriptor) -> bool:
    """Whether an rpc says who may call it, as all of ours do."""
    options: Any = rpc.GetOptions()
    return bool(options.HasExtension(access_pb2.access))


def is_internal(rpc: MethodDescriptor) -> bool:
    """Whether only services of the installation may call it."""
    return list(_access(rpc).callers) == [access_pb2.CALLER_KIND_SERVICE]


def _access(rpc: MethodDescriptor) -> Any:
    options: Any = rpc.GetOptions()
    return options.Extensions[access_pb2.access]


def _requirements(access: Any, kind: int) -> list[Requirement]:
    scopes = [access.scope] if access.scope else []
    if kind in _KEYS:
        key: Requirement = {_KEYS[kind]: scopes}
        guest = kind == access_pb2.CALLER_KIND_WIDGET_KEY
        return [key, {**key, "guestSession": []}] if guest else [key]
    if kind == access_pb2.CALLER_KIND_USER:
        return [{"person": [_role(access)] if access.role else []}]
    return [{"platform": []}] if kind == access_pb2.CALLER_KIND_PLATFORM else []


def _in_words(access: Any) -> str:
    found = []
    for kind in access.callers:
        words = _WORDS.get(kind)
        if words is None:
            continue
        if kind in _KEYS and access.scope:
            words += f" with `{access.scope}`"
        if kind == access_pb2.CALLER_KIND_USER and access.role:
            words += f" who is at least {_role(access)}"
        found.append(words)
    text = "; ".join(found)
    owned = " Shoppers see what is their own." if access.owner_only else ""
    return f"{text[:1].upper()}{text[1:]}.{owned}"


def _role(access: Any) -> str:
    return access_pb2.Role.Name(access.role).removeprefix("ROLE_").lower()
