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

class AssetKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ASSET_KIND_UNSPECIFIED: _ClassVar[AssetKind]
    ASSET_KIND_RASTER: _ClassVar[AssetKind]
    ASSET_KIND_VECTOR: _ClassVar[AssetKind]
    ASSET_KIND_PROFILE: _ClassVar[AssetKind]
    ASSET_KIND_MESH: _ClassVar[AssetKind]
ASSET_KIND_UNSPECIFIED: AssetKind
ASSET_KIND_RASTER: AssetKind
ASSET_KIND_VECTOR: AssetKind
ASSET_KIND_PROFILE: AssetKind
ASSET_KIND_MESH: AssetKind

class Asset(_message.Message):
    __slots__ = ("name", "display_name", "kind", "sha256", "size_bytes", "width_px", "height_px", "width_um", "height_um", "owner", "uri", "create_time", "display_uri", "mesh")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_URI_FIELD_NUMBER: _ClassVar[int]
    MESH_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    kind: AssetKind
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int
    width_um: int
    height_um: int
    owner: str
    uri: str
    create_time: _timestamp_pb2.Timestamp
    display_uri: str
    mesh: MeshFacts
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., kind: _Optional[_Union[AssetKind, str]] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., owner: _Optional[str] = ..., uri: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., display_uri: _Optional[str] = ..., mesh: _Optional[_Union[MeshFacts, _Mapping]] = ...) -> None: ...

class MeshFacts(_message.Message):
    __slots__ = ("triangles", "width_um", "height_um", "depth_um", "materials")
    TRIANGLES_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    DEPTH_UM_FIELD_NUMBER: _ClassVar[int]
    MATERIALS_FIELD_NUMBER: _ClassVar[int]
    triangles: int
    width_um: int
    height_um: int
    depth_um: int
    materials: _containers.RepeatedCompositeFieldContainer[MeshMaterial]
    def __init__(self, triangles: _Optional[int] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., depth_um: _Optional[int] = ..., materials: _Optional[_Iterable[_Union[MeshMaterial, _Mapping]]] = ...) -> None: ...

class MeshMaterial(_message.Message):
    __slots__ = ("name", "unfit")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNFIT_FIELD_NUMBER: _ClassVar[int]
    name: str
    unfit: str
    def __init__(self, name: _Optional[str] = ..., unfit: _Optional[str] = ...) -> None: ...
