from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PingRequest(_message.Message):
    __slots__ = ("text", "number", "numbers")
    class NumbersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    text: str
    number: float
    numbers: _containers.ScalarMap[str, float]
    def __init__(self, text: _Optional[str] = ..., number: _Optional[float] = ..., numbers: _Optional[_Mapping[str, float]] = ...) -> None: ...

class PingResponse(_message.Message):
    __slots__ = ("text", "caller", "kind", "correlation_id", "remaining_ms", "address")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    REMAINING_MS_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    text: str
    caller: str
    kind: str
    correlation_id: str
    remaining_ms: int
    address: str
    def __init__(self, text: _Optional[str] = ..., caller: _Optional[str] = ..., kind: _Optional[str] = ..., correlation_id: _Optional[str] = ..., remaining_ms: _Optional[int] = ..., address: _Optional[str] = ...) -> None: ...

class Note(_message.Message):
    __slots__ = ("name", "text", "owner", "secret", "parts")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    owner: str
    secret: str
    parts: _containers.RepeatedCompositeFieldContainer[Note]
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ..., owner: _Optional[str] = ..., secret: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[Note, _Mapping]]] = ...) -> None: ...

class CreateNoteRequest(_message.Message):
    __slots__ = ("parent", "note", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    note: Note
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., note: _Optional[_Union[Note, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetNoteRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class UpdateNoteRequest(_message.Message):
    __slots__ = ("note",)
    NOTE_FIELD_NUMBER: _ClassVar[int]
    note: Note
    def __init__(self, note: _Optional[_Union[Note, _Mapping]] = ...) -> None: ...

class FailRequest(_message.Message):
    __slots__ = ("kind",)
    KIND_FIELD_NUMBER: _ClassVar[int]
    kind: str
    def __init__(self, kind: _Optional[str] = ...) -> None: ...

class CountRequest(_message.Message):
    __slots__ = ("parent", "to", "pause_ms", "fail")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    PAUSE_MS_FIELD_NUMBER: _ClassVar[int]
    FAIL_FIELD_NUMBER: _ClassVar[int]
    parent: str
    to: int
    pause_ms: int
    fail: bool
    def __init__(self, parent: _Optional[str] = ..., to: _Optional[int] = ..., pause_ms: _Optional[int] = ..., fail: _Optional[bool] = ...) -> None: ...

class CountResponse(_message.Message):
    __slots__ = ("number", "caller")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    number: int
    caller: str
    def __init__(self, number: _Optional[int] = ..., caller: _Optional[str] = ...) -> None: ...
