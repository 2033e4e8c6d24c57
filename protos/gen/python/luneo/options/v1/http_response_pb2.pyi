from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class HttpResponse(_message.Message):
    __slots__ = ("cache_control", "etag", "content_disposition")
    CACHE_CONTROL_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    CONTENT_DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    cache_control: str
    etag: str
    content_disposition: str
    def __init__(self, cache_control: _Optional[str] = ..., etag: _Optional[str] = ..., content_disposition: _Optional[str] = ...) -> None: ...
