import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DrawingFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRAWING_FORMAT_UNSPECIFIED: _ClassVar[DrawingFormat]
    DRAWING_FORMAT_SVG: _ClassVar[DrawingFormat]
    DRAWING_FORMAT_DXF: _ClassVar[DrawingFormat]
    DRAWING_FORMAT_PDF: _ClassVar[DrawingFormat]
    DRAWING_FORMAT_PNG: _ClassVar[DrawingFormat]
    DRAWING_FORMAT_TIFF: _ClassVar[DrawingFormat]

class DrawingColours(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRAWING_COLOURS_UNSPECIFIED: _ClassVar[DrawingColours]
    DRAWING_COLOURS_SCREEN: _ClassVar[DrawingColours]
    DRAWING_COLOURS_PRESS: _ClassVar[DrawingColours]

class TicketPage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TICKET_PAGE_UNSPECIFIED: _ClassVar[TicketPage]
    TICKET_PAGE_A4: _ClassVar[TicketPage]
    TICKET_PAGE_A6: _ClassVar[TicketPage]
DRAWING_FORMAT_UNSPECIFIED: DrawingFormat
DRAWING_FORMAT_SVG: DrawingFormat
DRAWING_FORMAT_DXF: DrawingFormat
DRAWING_FORMAT_PDF: DrawingFormat
DRAWING_FORMAT_PNG: DrawingFormat
DRAWING_FORMAT_TIFF: DrawingFormat
DRAWING_COLOURS_UNSPECIFIED: DrawingColours
DRAWING_COLOURS_SCREEN: DrawingColours
DRAWING_COLOURS_PRESS: DrawingColours
TICKET_PAGE_UNSPECIFIED: TicketPage
TICKET_PAGE_A4: TicketPage
TICKET_PAGE_A6: TicketPage

class ExportPack(_message.Message):
    __slots__ = ("name", "snapshot", "operation", "result", "create_time", "dpi", "machine_profiles", "work_order", "ticket_page", "formats", "colours", "output_profile")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DPI_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILES_FIELD_NUMBER: _ClassVar[int]
    WORK_ORDER_FIELD_NUMBER: _ClassVar[int]
    TICKET_PAGE_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    COLOURS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PROFILE_FIELD_NUMBER: _ClassVar[int]
    name: str
    snapshot: str
    operation: str
    result: ExportPackResult
    create_time: _timestamp_pb2.Timestamp
    dpi: int
    machine_profiles: _containers.RepeatedScalarFieldContainer[str]
    work_order: str
    ticket_page: TicketPage
    formats: _containers.RepeatedScalarFieldContainer[DrawingFormat]
    colours: DrawingColours
    output_profile: str
    def __init__(self, name: _Optional[str] = ..., snapshot: _Optional[str] = ..., operation: _Optional[str] = ..., result: _Optional[_Union[ExportPackResult, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dpi: _Optional[int] = ..., machine_profiles: _Optional[_Iterable[str]] = ..., work_order: _Optional[str] = ..., ticket_page: _Optional[_Union[TicketPage, str]] = ..., formats: _Optional[_Iterable[_Union[DrawingFormat, str]]] = ..., colours: _Optional[_Union[DrawingColours, str]] = ..., output_profile: _Optional[str] = ...) -> None: ...

class ExportPackResult(_message.Message):
    __slots__ = ("sha256", "size_bytes", "renderer_version", "layout_digest", "files", "uri", "dpi")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    DPI_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    size_bytes: int
    renderer_version: str
    layout_digest: str
    files: _containers.RepeatedCompositeFieldContainer[PackFile]
    uri: str
    dpi: int
    def __init__(self, sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., renderer_version: _Optional[str] = ..., layout_digest: _Optional[str] = ..., files: _Optional[_Iterable[_Union[PackFile, _Mapping]]] = ..., uri: _Optional[str] = ..., dpi: _Optional[int] = ...) -> None: ...

class PackFile(_message.Message):
    __slots__ = ("path", "media_type", "size_bytes", "sha256", "output_profile")
    PATH_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PROFILE_FIELD_NUMBER: _ClassVar[int]
    path: str
    media_type: str
    size_bytes: int
    sha256: str
    output_profile: str
    def __init__(self, path: _Optional[str] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., output_profile: _Optional[str] = ...) -> None: ...
