import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from luneo.design.v1 import money_pb2 as _money_pb2
from luneo.design.v1 import template_pb2 as _template_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProductState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRODUCT_STATE_UNSPECIFIED: _ClassVar[ProductState]
    PRODUCT_STATE_DRAFT: _ClassVar[ProductState]
    PRODUCT_STATE_ACTIVE: _ClassVar[ProductState]
    PRODUCT_STATE_ARCHIVED: _ClassVar[ProductState]
PRODUCT_STATE_UNSPECIFIED: ProductState
PRODUCT_STATE_DRAFT: ProductState
PRODUCT_STATE_ACTIVE: ProductState
PRODUCT_STATE_ARCHIVED: ProductState

class Product(_message.Message):
    __slots__ = ("name", "display_name", "description", "state", "price", "template", "published_revision", "create_time", "update_time", "etag", "material")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    description: str
    state: ProductState
    price: _money_pb2.Money
    template: _template_pb2.Template
    published_revision: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    material: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., state: _Optional[_Union[ProductState, str]] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., template: _Optional[_Union[_template_pb2.Template, _Mapping]] = ..., published_revision: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., material: _Optional[str] = ...) -> None: ...

class ProductRevision(_message.Message):
    __slots__ = ("name", "display_name", "description", "price", "template", "revision_hash", "fonts", "assets", "create_time", "material")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REVISION_HASH_FIELD_NUMBER: _ClassVar[int]
    FONTS_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    description: str
    price: _money_pb2.Money
    template: _template_pb2.Template
    revision_hash: str
    fonts: _containers.RepeatedCompositeFieldContainer[PinnedFont]
    assets: _containers.RepeatedCompositeFieldContainer[PinnedAsset]
    create_time: _timestamp_pb2.Timestamp
    material: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., template: _Optional[_Union[_template_pb2.Template, _Mapping]] = ..., revision_hash: _Optional[str] = ..., fonts: _Optional[_Iterable[_Union[PinnedFont, _Mapping]]] = ..., assets: _Optional[_Iterable[_Union[PinnedAsset, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., material: _Optional[str] = ...) -> None: ...

class PinnedFont(_message.Message):
    __slots__ = ("font", "display_name", "sha256")
    FONT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    font: str
    display_name: str
    sha256: str
    def __init__(self, font: _Optional[str] = ..., display_name: _Optional[str] = ..., sha256: _Optional[str] = ...) -> None: ...

class PinnedAsset(_message.Message):
    __slots__ = ("asset", "sha256", "width_px", "height_px", "uri")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    asset: str
    sha256: str
    width_px: int
    height_px: int
    uri: str
    def __init__(self, asset: _Optional[str] = ..., sha256: _Optional[str] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., uri: _Optional[str] = ...) -> None: ...
