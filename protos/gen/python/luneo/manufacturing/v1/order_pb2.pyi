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

class OrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATE_UNSPECIFIED: _ClassVar[OrderState]
    ORDER_STATE_PENDING: _ClassVar[OrderState]
    ORDER_STATE_PAID: _ClassVar[OrderState]
    ORDER_STATE_IN_PRODUCTION: _ClassVar[OrderState]
    ORDER_STATE_MADE: _ClassVar[OrderState]
    ORDER_STATE_SHIPPED: _ClassVar[OrderState]
    ORDER_STATE_CANCELLED: _ClassVar[OrderState]
ORDER_STATE_UNSPECIFIED: OrderState
ORDER_STATE_PENDING: OrderState
ORDER_STATE_PAID: OrderState
ORDER_STATE_IN_PRODUCTION: OrderState
ORDER_STATE_MADE: OrderState
ORDER_STATE_SHIPPED: OrderState
ORDER_STATE_CANCELLED: OrderState

class Order(_message.Message):
    __slots__ = ("name", "external_reference", "customer", "currency_code", "items", "shipping_cents", "tax_cents", "tax_included", "discount_cents", "total_cents", "due_time", "state", "history", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_CENTS_FIELD_NUMBER: _ClassVar[int]
    TAX_CENTS_FIELD_NUMBER: _ClassVar[int]
    TAX_INCLUDED_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_CENTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CENTS_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    external_reference: str
    customer: str
    currency_code: str
    items: _containers.RepeatedCompositeFieldContainer[OrderItem]
    shipping_cents: int
    tax_cents: int
    tax_included: bool
    discount_cents: int
    total_cents: int
    due_time: _timestamp_pb2.Timestamp
    state: OrderState
    history: _containers.RepeatedCompositeFieldContainer[OrderEvent]
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., external_reference: _Optional[str] = ..., customer: _Optional[str] = ..., currency_code: _Optional[str] = ..., items: _Optional[_Iterable[_Union[OrderItem, _Mapping]]] = ..., shipping_cents: _Optional[int] = ..., tax_cents: _Optional[int] = ..., tax_included: _Optional[bool] = ..., discount_cents: _Optional[int] = ..., total_cents: _Optional[int] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[OrderState, str]] = ..., history: _Optional[_Iterable[_Union[OrderEvent, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class OrderItem(_message.Message):
    __slots__ = ("number", "snapshot", "product_revision", "quantity", "unit_cents", "total_cents", "external_reference", "erase_time")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_REVISION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_CENTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CENTS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    number: int
    snapshot: str
    product_revision: str
    quantity: int
    unit_cents: int
    total_cents: int
    external_reference: str
    erase_time: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., snapshot: _Optional[str] = ..., product_revision: _Optional[str] = ..., quantity: _Optional[int] = ..., unit_cents: _Optional[int] = ..., total_cents: _Optional[int] = ..., external_reference: _Optional[str] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrderEvent(_message.Message):
    __slots__ = ("state", "by", "reason", "time")
    STATE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    state: OrderState
    by: str
    reason: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[OrderState, str]] = ..., by: _Optional[str] = ..., reason: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
