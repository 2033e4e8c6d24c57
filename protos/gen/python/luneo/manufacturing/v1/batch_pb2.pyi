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

class BatchLabel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BATCH_LABEL_UNSPECIFIED: _ClassVar[BatchLabel]
    BATCH_LABEL_BESIDE: _ClassVar[BatchLabel]
    BATCH_LABEL_COVER: _ClassVar[BatchLabel]
    BATCH_LABEL_NONE: _ClassVar[BatchLabel]
BATCH_LABEL_UNSPECIFIED: BatchLabel
BATCH_LABEL_BESIDE: BatchLabel
BATCH_LABEL_COVER: BatchLabel
BATCH_LABEL_NONE: BatchLabel

class Batch(_message.Message):
    __slots__ = ("name", "machine_profile", "work_orders", "sheet_sizes", "spacing_um", "edge_um", "surface", "cut_blanks", "label", "search_seconds", "operation", "result", "create_time", "cancel_time", "erase_time", "further_machine_profiles")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    WORK_ORDERS_FIELD_NUMBER: _ClassVar[int]
    SHEET_SIZES_FIELD_NUMBER: _ClassVar[int]
    SPACING_UM_FIELD_NUMBER: _ClassVar[int]
    EDGE_UM_FIELD_NUMBER: _ClassVar[int]
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    CUT_BLANKS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SEARCH_SECONDS_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CANCEL_TIME_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    FURTHER_MACHINE_PROFILES_FIELD_NUMBER: _ClassVar[int]
    name: str
    machine_profile: str
    work_orders: _containers.RepeatedScalarFieldContainer[str]
    sheet_sizes: _containers.RepeatedCompositeFieldContainer[BatchSheetSize]
    spacing_um: int
    edge_um: int
    surface: str
    cut_blanks: bool
    label: BatchLabel
    search_seconds: int
    operation: str
    result: BatchResult
    create_time: _timestamp_pb2.Timestamp
    cancel_time: _timestamp_pb2.Timestamp
    erase_time: _timestamp_pb2.Timestamp
    further_machine_profiles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., machine_profile: _Optional[str] = ..., work_orders: _Optional[_Iterable[str]] = ..., sheet_sizes: _Optional[_Iterable[_Union[BatchSheetSize, _Mapping]]] = ..., spacing_um: _Optional[int] = ..., edge_um: _Optional[int] = ..., surface: _Optional[str] = ..., cut_blanks: _Optional[bool] = ..., label: _Optional[_Union[BatchLabel, str]] = ..., search_seconds: _Optional[int] = ..., operation: _Optional[str] = ..., result: _Optional[_Union[BatchResult, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancel_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., further_machine_profiles: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchSheetSize(_message.Message):
    __slots__ = ("id", "width_um", "height_um", "count", "margin_um", "products", "material")
    ID_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MARGIN_UM_FIELD_NUMBER: _ClassVar[int]
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    id: str
    width_um: int
    height_um: int
    count: int
    margin_um: int
    products: _containers.RepeatedScalarFieldContainer[str]
    material: str
    def __init__(self, id: _Optional[str] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., count: _Optional[int] = ..., margin_um: _Optional[int] = ..., products: _Optional[_Iterable[str]] = ..., material: _Optional[str] = ...) -> None: ...

class BatchResult(_message.Message):
    __slots__ = ("sheets", "parts", "solution_sha256", "machine_sha256", "renderer_version", "files")
    SHEETS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    SOLUTION_SHA256_FIELD_NUMBER: _ClassVar[int]
    MACHINE_SHA256_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    sheets: int
    parts: int
    solution_sha256: str
    machine_sha256: str
    renderer_version: str
    files: _containers.RepeatedCompositeFieldContainer[BatchFile]
    def __init__(self, sheets: _Optional[int] = ..., parts: _Optional[int] = ..., solution_sha256: _Optional[str] = ..., machine_sha256: _Optional[str] = ..., renderer_version: _Optional[str] = ..., files: _Optional[_Iterable[_Union[BatchFile, _Mapping]]] = ...) -> None: ...

class BatchFile(_message.Message):
    __slots__ = ("path", "media_type", "size_bytes", "sha256", "uri", "machine_profile")
    PATH_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    MACHINE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    path: str
    media_type: str
    size_bytes: int
    sha256: str
    uri: str
    machine_profile: str
    def __init__(self, path: _Optional[str] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., uri: _Optional[str] = ..., machine_profile: _Optional[str] = ...) -> None: ...
