from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from luneo.options.v1 import waits_pb2 as _waits_pb2
from luneo.spec.v1 import font_pb2 as _font_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateFontRequest(_message.Message):
    __slots__ = ("parent", "font", "data", "font_id", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    FONT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    FONT_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    font: _font_pb2.Font
    data: bytes
    font_id: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., font: _Optional[_Union[_font_pb2.Font, _Mapping]] = ..., data: _Optional[bytes] = ..., font_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetFontRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListFontsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListFontsResponse(_message.Message):
    __slots__ = ("fonts", "next_page_token")
    FONTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    fonts: _containers.RepeatedCompositeFieldContainer[_font_pb2.Font]
    next_page_token: str
    def __init__(self, fonts: _Optional[_Iterable[_Union[_font_pb2.Font, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteFontRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...
