from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.api import resource_pb2 as _resource_pb2
from luneo.design.v1 import design_pb2 as _design_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from luneo.spec.v1 import spec_pb2 as _spec_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateSpecRequest(_message.Message):
    __slots__ = ("parent", "design", "request_id", "provenance")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DESIGN_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    design: _design_pb2.Design
    request_id: str
    provenance: _spec_pb2.Provenance
    def __init__(self, parent: _Optional[str] = ..., design: _Optional[_Union[_design_pb2.Design, _Mapping]] = ..., request_id: _Optional[str] = ..., provenance: _Optional[_Union[_spec_pb2.Provenance, _Mapping]] = ...) -> None: ...

class GetSpecRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class LookupSpecRequest(_message.Message):
    __slots__ = ("parent", "spec_hash")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    parent: str
    spec_hash: str
    def __init__(self, parent: _Optional[str] = ..., spec_hash: _Optional[str] = ...) -> None: ...

class ValidateSpecRequest(_message.Message):
    __slots__ = ("parent", "document")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    document: str
    def __init__(self, parent: _Optional[str] = ..., document: _Optional[str] = ...) -> None: ...

class ValidateSpecResponse(_message.Message):
    __slots__ = ("valid", "spec_hash", "problems")
    VALID_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    spec_hash: str
    problems: _containers.RepeatedCompositeFieldContainer[_design_pb2.Problem]
    def __init__(self, valid: _Optional[bool] = ..., spec_hash: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[_design_pb2.Problem, _Mapping]]] = ...) -> None: ...

class DiffSpecsRequest(_message.Message):
    __slots__ = ("name", "other")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    name: str
    other: str
    def __init__(self, name: _Optional[str] = ..., other: _Optional[str] = ...) -> None: ...

class DiffSpecsResponse(_message.Message):
    __slots__ = ("differences",)
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[SpecDifference]
    def __init__(self, differences: _Optional[_Iterable[_Union[SpecDifference, _Mapping]]] = ...) -> None: ...

class SpecDifference(_message.Message):
    __slots__ = ("path", "before", "after")
    PATH_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    path: str
    before: str
    after: str
    def __init__(self, path: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class GetSpecSchemaRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
