from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Preview(_message.Message):
    __slots__ = ("name", "uri", "operation", "ready", "spec", "layout_digest")
    NAME_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    name: str
    uri: str
    operation: str
    ready: bool
    spec: str
    layout_digest: str
    def __init__(self, name: _Optional[str] = ..., uri: _Optional[str] = ..., operation: _Optional[str] = ..., ready: _Optional[bool] = ..., spec: _Optional[str] = ..., layout_digest: _Optional[str] = ...) -> None: ...
