from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from luneo.manufacturing.v1 import machine_profile_pb2 as _machine_profile_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateMachineProfileRequest(_message.Message):
    __slots__ = ("parent", "machine_profile", "machine_profile_id", "library_machine", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILE_ID_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_MACHINE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    machine_profile: _machine_profile_pb2.MachineProfile
    machine_profile_id: str
    library_machine: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., machine_profile: _Optional[_Union[_machine_profile_pb2.MachineProfile, _Mapping]] = ..., machine_profile_id: _Optional[str] = ..., library_machine: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetMachineProfileRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListMachineProfilesRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMachineProfilesResponse(_message.Message):
    __slots__ = ("machine_profiles", "next_page_token")
    MACHINE_PROFILES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    machine_profiles: _containers.RepeatedCompositeFieldContainer[_machine_profile_pb2.MachineProfile]
    next_page_token: str
    def __init__(self, machine_profiles: _Optional[_Iterable[_Union[_machine_profile_pb2.MachineProfile, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateMachineProfileRequest(_message.Message):
    __slots__ = ("machine_profile",)
    MACHINE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    machine_profile: _machine_profile_pb2.MachineProfile
    def __init__(self, machine_profile: _Optional[_Union[_machine_profile_pb2.MachineProfile, _Mapping]] = ...) -> None: ...

class GetMachineProfileRevisionRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListLibraryMachinesRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListLibraryMachinesResponse(_message.Message):
    __slots__ = ("machines",)
    MACHINES_FIELD_NUMBER: _ClassVar[int]
    machines: _containers.RepeatedCompositeFieldContainer[LibraryMachine]
    def __init__(self, machines: _Optional[_Iterable[_Union[LibraryMachine, _Mapping]]] = ...) -> None: ...

class LibraryMachine(_message.Message):
    __slots__ = ("id", "machine")
    ID_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    id: str
    machine: _machine_profile_pb2.Machine
    def __init__(self, id: _Optional[str] = ..., machine: _Optional[_Union[_machine_profile_pb2.Machine, _Mapping]] = ...) -> None: ...
