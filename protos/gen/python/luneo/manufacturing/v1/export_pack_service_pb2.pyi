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

class MakeOrderPacksRequest(_message.Message):
    __slots__ = ("name", "dpi", "machine_profiles", "ticket_page", "formats", "colours", "output_profile", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DPI_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILES_FIELD_NUMBER: _ClassVar[int]
    TICKET_PAGE_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    COLOURS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PROFILE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    dpi: int
    machine_profiles: _containers.RepeatedScalarFieldContainer[str]
    ticket_page: _export_pack_pb2.TicketPage
    formats: _containers.RepeatedScalarFieldContainer[_export_pack_pb2.DrawingFormat]
    colours: _export_pack_pb2.DrawingColours
    output_profile: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., dpi: _Optional[int] = ..., machine_profiles: _Optional[_Iterable[str]] = ..., ticket_page: _Optional[_Union[_export_pack_pb2.TicketPage, str]] = ..., formats: _Optional[_Iterable[_Union[_export_pack_pb2.DrawingFormat, str]]] = ..., colours: _Optional[_Union[_export_pack_pb2.DrawingColours, str]] = ..., output_profile: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class OrderPacks(_message.Message):
    __slots__ = ("order", "packs")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PACKS_FIELD_NUMBER: _ClassVar[int]
    order: str
    packs: _containers.RepeatedCompositeFieldContainer[OrderPack]
    def __init__(self, order: _Optional[str] = ..., packs: _Optional[_Iterable[_Union[OrderPack, _Mapping]]] = ...) -> None: ...

class OrderPack(_message.Message):
    __slots__ = ("item_number", "work_order", "export_pack")
    ITEM_NUMBER_FIELD_NUMBER: _ClassVar[int]
    WORK_ORDER_FIELD_NUMBER: _ClassVar[int]
    EXPORT_PACK_FIELD_NUMBER: _ClassVar[int]
    item_number: int
    work_order: str
    export_pack: str
    def __init__(self, item_number: _Optional[int] = ..., work_order: _Optional[str] = ..., export_pack: _Optional[str] = ...) -> None: ...

class RemakeExportPackRequest(_message.Message):
    __slots__ = ("name", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class PackRemake(_message.Message):
    __slots__ = ("export_pack", "same", "differences", "made_by_renderer_version", "renderer_version")
    EXPORT_PACK_FIELD_NUMBER: _ClassVar[int]
    SAME_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    export_pack: str
    same: bool
    differences: _containers.RepeatedCompositeFieldContainer[PackDifference]
    made_by_renderer_version: str
    renderer_version: str
    def __init__(self, export_pack: _Optional[str] = ..., same: _Optional[bool] = ..., differences: _Optional[_Iterable[_Union[PackDifference, _Mapping]]] = ..., made_by_renderer_version: _Optional[str] = ..., renderer_version: _Optional[str] = ...) -> None: ...

class PackDifference(_message.Message):
    __slots__ = ("path", "reason", "message")
    PATH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    path: str
    reason: str
    message: str
    def __init__(self, path: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
