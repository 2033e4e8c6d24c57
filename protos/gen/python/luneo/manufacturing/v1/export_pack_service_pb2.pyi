from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.longrunning import operations_pb2 as _operations_pb2
from luneo.manufacturing.v1 import export_pack_pb2 as _export_pack_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateExportPackRequest(_message.Message):
    __slots__ = ("parent", "export_pack", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    EXPORT_PACK_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    export_pack: _export_pack_pb2.ExportPack
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., export_pack: _Optional[_Union[_export_pack_pb2.ExportPack, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetExportPackRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListExportPacksRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "snapshot")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    snapshot: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., snapshot: _Optional[str] = ...) -> None: ...

class ListExportPacksResponse(_message.Message):
    __slots__ = ("export_packs", "next_page_token")
    EXPORT_PACKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    export_packs: _containers.RepeatedCompositeFieldContainer[_export_pack_pb2.ExportPack]
    next_page_token: str
    def __init__(self, export_packs: _Optional[_Iterable[_Union[_export_pack_pb2.ExportPack, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
