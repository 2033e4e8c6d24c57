import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from luneo.design.v1 import template_pb2 as _template_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SnapshotAssetKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SNAPSHOT_ASSET_KIND_UNSPECIFIED: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_PREVIEW: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_THUMBNAIL: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_FINAL: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_PRODUCTION_BUNDLE: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_PREVIEW_3D: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_TURNTABLE: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_GLB: _ClassVar[SnapshotAssetKind]
    SNAPSHOT_ASSET_KIND_USDZ: _ClassVar[SnapshotAssetKind]
SNAPSHOT_ASSET_KIND_UNSPECIFIED: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_PREVIEW: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_THUMBNAIL: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_FINAL: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_PRODUCTION_BUNDLE: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_PREVIEW_3D: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_TURNTABLE: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_GLB: SnapshotAssetKind
SNAPSHOT_ASSET_KIND_USDZ: SnapshotAssetKind

class Snapshot(_message.Message):
    __slots__ = ("name", "owner", "spec", "spec_hash", "product_revision", "layout_digest", "renderer_version", "price", "validation", "lock", "assets", "create_time", "erase_time", "provenance", "supersedes", "superseded_by", "material")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_REVISION_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FIELD_NUMBER: _ClassVar[int]
    LOCK_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_BY_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    owner: str
    spec: str
    spec_hash: str
    product_revision: str
    layout_digest: str
    renderer_version: str
    price: _template_pb2.Price
    validation: Validation
    lock: Lock
    assets: _containers.RepeatedCompositeFieldContainer[SnapshotAsset]
    create_time: _timestamp_pb2.Timestamp
    erase_time: _timestamp_pb2.Timestamp
    provenance: str
    supersedes: Supersession
    superseded_by: str
    material: str
    def __init__(self, name: _Optional[str] = ..., owner: _Optional[str] = ..., spec: _Optional[str] = ..., spec_hash: _Optional[str] = ..., product_revision: _Optional[str] = ..., layout_digest: _Optional[str] = ..., renderer_version: _Optional[str] = ..., price: _Optional[_Union[_template_pb2.Price, _Mapping]] = ..., validation: _Optional[_Union[Validation, _Mapping]] = ..., lock: _Optional[_Union[Lock, _Mapping]] = ..., assets: _Optional[_Iterable[_Union[SnapshotAsset, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provenance: _Optional[str] = ..., supersedes: _Optional[_Union[Supersession, _Mapping]] = ..., superseded_by: _Optional[str] = ..., material: _Optional[str] = ...) -> None: ...

class Supersession(_message.Message):
    __slots__ = ("snapshot", "price_difference_cents", "time")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PRICE_DIFFERENCE_CENTS_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    price_difference_cents: int
    time: _timestamp_pb2.Timestamp
    def __init__(self, snapshot: _Optional[str] = ..., price_difference_cents: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Validation(_message.Message):
    __slots__ = ("by", "time")
    BY_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    by: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, by: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Lock(_message.Message):
    __slots__ = ("by", "time")
    BY_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    by: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, by: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SnapshotAsset(_message.Message):
    __slots__ = ("kind", "media_type", "sha256", "size_bytes", "renderer_version", "source", "uri", "create_time")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    kind: SnapshotAssetKind
    media_type: str
    sha256: str
    size_bytes: int
    renderer_version: str
    source: str
    uri: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[SnapshotAssetKind, str]] = ..., media_type: _Optional[str] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., renderer_version: _Optional[str] = ..., source: _Optional[str] = ..., uri: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
