from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CallerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALLER_KIND_UNSPECIFIED: _ClassVar[CallerKind]
    CALLER_KIND_WIDGET_KEY: _ClassVar[CallerKind]
    CALLER_KIND_SERVER_KEY: _ClassVar[CallerKind]
    CALLER_KIND_USER: _ClassVar[CallerKind]
    CALLER_KIND_SERVICE: _ClassVar[CallerKind]
    CALLER_KIND_PLATFORM: _ClassVar[CallerKind]

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_VIEWER: _ClassVar[Role]
    ROLE_OPERATOR: _ClassVar[Role]
    ROLE_DESIGNER: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]
    ROLE_OWNER: _ClassVar[Role]
CALLER_KIND_UNSPECIFIED: CallerKind
CALLER_KIND_WIDGET_KEY: CallerKind
CALLER_KIND_SERVER_KEY: CallerKind
CALLER_KIND_USER: CallerKind
CALLER_KIND_SERVICE: CallerKind
CALLER_KIND_PLATFORM: CallerKind
ROLE_UNSPECIFIED: Role
ROLE_VIEWER: Role
ROLE_OPERATOR: Role
ROLE_DESIGNER: Role
ROLE_ADMIN: Role
ROLE_OWNER: Role
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("callers", "scope", "role", "public", "brand_field", "owner_only")
    CALLERS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_FIELD_NUMBER: _ClassVar[int]
    OWNER_ONLY_FIELD_NUMBER: _ClassVar[int]
    callers: _containers.RepeatedScalarFieldContainer[CallerKind]
    scope: str
    role: Role
    public: bool
    brand_field: str
    owner_only: bool
    def __init__(self, callers: _Optional[_Iterable[_Union[CallerKind, str]]] = ..., scope: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., public: _Optional[bool] = ..., brand_field: _Optional[str] = ..., owner_only: _Optional[bool] = ...) -> None: ...
