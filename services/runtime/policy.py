"""Who may call a method: read off its proto, judged on the decoded message, never on the path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.api import annotations_pb2
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from luneo.options.v1 import access_pb2

from services.runtime import names
from services.runtime.calls import Caller, CallerKind, Role
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated

_KINDS: Final = {
    access_pb2.CALLER_KIND_WIDGET_KEY: CallerKind.WIDGET_KEY,
    access_pb2.CALLER_KIND_SERVER_KEY: CallerKind.SERVER_KEY,
    access_pb2.CALLER_KIND_USER: CallerKind.USER,
    access_pb2.CALLER_KIND_SERVICE: CallerKind.SERVICE,
    access_pb2.CALLER_KIND_PLATFORM: CallerKind.PLATFORM,
}
# The generated types call an extension by its field's descriptor, the runtime's types by another.
_ACCESS: Final[Any] = access_pb2.access
_HTTP: Final[Any] = annotations_pb2.http
_WITH_SCOPES: Final = frozenset({CallerKind.WIDGET_KEY, CallerKind.SERVER_KEY})


class PolicyFault(ValueError):
    """A proto does not say who may call a method, or says it in a way that cannot work."""


@dataclass(frozen=True, slots=True)
class Method:
    """One rpc: its messages, and the rights that it asks for.

    path: "/luneo.spec.v1.SpecService/GetSpec". brand_path: the field whose name carries the brand,
    () for a method of no brand. has_request_id: whether a repeated call can name its first try.
    """

    path: str
    request_class: type[Message]
    response_class: type[Message]
    streams: bool
    kinds: frozenset[CallerKind]
    scope: str
    role: Role | None
    public: bool
    owner_only: bool
    brand_path: tuple[str, ...]
    has_request_id: bool

    def brand_of(self, request: Message) -> str:
        """Return the brand that the message names, "" for a method of no brand.

        Raises InvalidArgument if the field does not hold a brand's resource name.
        """
        if not self.brand_path:
            return ""
        value: Any = request
        for field in self.brand_path:
            value = getattr(value, field)
        brand = names.brand_of(value)
        if brand is None:
            raise InvalidArgument.field(
                ".".join(self.brand_path),
                "NAME_MALFORMED",
                "Expected a resource name that begins with brands/ and a brand's id.",
            )
        return brand

    def admit(self, caller: Caller, brand: str) -> None:
        """Return if the caller may make this call; `caller` has its role in `brand` already.

        Raises Unauthenticated, PermissionDenied with what is needed, or NotFound where the brand
        is another's.
        """
        if self.public:
            return
        if caller.kind is CallerKind.ANONYMOUS:
            raise Unauthenticated
        if caller.kind not in self.kinds:
            kinds = ", ".join(sorted(self.kinds))
            raise PermissionDenied(
                f"This credential is of a kind that may not do that. Use one of: {kinds}.",
                reason="CALLER_KIND_REFUSED",
                needed=kinds,
            )
        if brand and caller.kind is not CallerKind.PLATFORM and caller.brand != brand:
            raise NotFound
        if caller.kind in _WITH_SCOPES and self.scope not in caller.scopes:
            raise PermissionDenied(
                f"This key lacks the scope {self.scope}. Use one that has it.",
                reason="SCOPE_MISSING",
                needed=self.scope,
            )
        if caller.kind is CallerKind.USER and brand:
            self._check_role(caller)

    def owner_for(self, caller: Caller) -> str | None:
        """Return whose things alone the caller may see, None for no such limit."""
        return caller.subject if self.owner_only and caller.is_shopper else None

    def _check_role(self, caller: Caller) -> None:
        if self.role is not None and (caller.role is None or caller.role < self.role):
            needed = self.role.name.lower()
            raise PermissionDenied(
                f"This needs the role {needed} in the brand. Ask an admin for it.",
                reason="ROLE_MISSING",
                needed=needed,
            )


def methods_of(service: str) -> list[Method]:
    """Return the methods of a service, by its full name; its generated module must be imported.

    Raises PolicyFault naming everything that is wrong.
    """
    descriptor = descriptor_pool.Default().FindServiceByName(service)
    faults = list(_faults(descriptor))
    if faults:
        raise PolicyFault("; ".join(faults))
    return [_method(method) for method in descriptor.methods]


def _method(method: MethodDescriptor) -> Method:
    access: access_pb2.Access = method.GetOptions().Extensions[_ACCESS]
    return Method(
        path=f"/{method.containing_service.full_name}/{method.name}",
        request_class=message_factory.GetMessageClass(method.input_type),
        response_class=message_factory.GetMessageClass(method.output_type),
        streams=method.server_streaming,
        kinds=frozenset(_KINDS[kind] for kind in access.callers),
        scope=access.scope,
        role=Role(access.role) if access.role else None,
        public=access.public,
        owner_only=access.owner_only,
        brand_path=tuple(access.brand_field.split(".")) if access.brand_field else (),
        has_request_id="request_id" in method.input_type.fields_by_name,
    )


def _faults(service: ServiceDescriptor) -> Iterator[str]:
    for method in service.methods:
        options = method.GetOptions()
        if not options.HasExtension(_HTTP):
            yield f"{method.full_name} has no google.api.http"
        if method.client_streaming:
            yield f"{method.full_name} streams requests, which is not supported"
        if not options.HasExtension(_ACCESS):
            yield f"{method.full_name} has no luneo.options.v1.access"
            continue
        for fault in _access_faults(options.Extensions[_ACCESS], method):
            yield f"{method.full_name}: {fault}"


def _access_faults(access: access_pb2.Access, method: MethodDescriptor) -> Iterator[str]:
    kinds = {_KINDS.get(kind) for kind in access.callers}
    if None in kinds:
        yield "an unknown kind of caller"
    if access.public == bool(kinds):
        yield "either public or a list of callers is needed"
    if kinds & _WITH_SCOPES and not access.scope:
        yield "keys may call, but no scope is named"
    if CallerKind.USER in kinds and access.brand_field and not access.role:
        yield "users may call, but no role is named"
    if access.brand_field and not _is_text(method, access.brand_field):
        yield f"brand_field {access.brand_field!r} is not a field of text"


def _is_text(method: MethodDescriptor, path: str) -> bool:
    *parents, last = path.split(".")
    message = method.input_type
    for parent in parents:
        field = message.fields_by_name.get(parent)
        if field is None or field.message_type is None:
            return False
        message = field.message_type
    field = message.fields_by_name.get(last)
    return field is not None and field.type == FieldDescriptor.TYPE_STRING
