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

class WorkOrderState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORK_ORDER_STATE_UNSPECIFIED: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_QUEUED: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_IN_PRODUCTION: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_QUALITY_CHECK: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_DONE: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_REJECTED: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_REMADE: _ClassVar[WorkOrderState]
    WORK_ORDER_STATE_CANCELLED: _ClassVar[WorkOrderState]
WORK_ORDER_STATE_UNSPECIFIED: WorkOrderState
WORK_ORDER_STATE_QUEUED: WorkOrderState
WORK_ORDER_STATE_IN_PRODUCTION: WorkOrderState
WORK_ORDER_STATE_QUALITY_CHECK: WorkOrderState
WORK_ORDER_STATE_DONE: WorkOrderState
WORK_ORDER_STATE_REJECTED: WorkOrderState
WORK_ORDER_STATE_REMADE: WorkOrderState
WORK_ORDER_STATE_CANCELLED: WorkOrderState

class WorkOrder(_message.Message):
    __slots__ = ("name", "order", "item_number", "snapshot", "product_revision", "quantity", "state", "barcode", "assignee", "due_time", "remake_of", "remade_as", "notes", "history", "erase_time", "create_time", "update_time", "etag", "batch", "material")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ITEM_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_REVISION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BARCODE_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    REMAKE_OF_FIELD_NUMBER: _ClassVar[int]
    REMADE_AS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    ERASE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    order: str
    item_number: int
    snapshot: str
    product_revision: str
    quantity: int
    state: WorkOrderState
    barcode: str
    assignee: str
    due_time: _timestamp_pb2.Timestamp
    remake_of: str
    remade_as: str
    notes: _containers.RepeatedCompositeFieldContainer[WorkOrderNote]
    history: _containers.RepeatedCompositeFieldContainer[WorkOrderMove]
    erase_time: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    batch: str
    material: str
    def __init__(self, name: _Optional[str] = ..., order: _Optional[str] = ..., item_number: _Optional[int] = ..., snapshot: _Optional[str] = ..., product_revision: _Optional[str] = ..., quantity: _Optional[int] = ..., state: _Optional[_Union[WorkOrderState, str]] = ..., barcode: _Optional[str] = ..., assignee: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., remake_of: _Optional[str] = ..., remade_as: _Optional[str] = ..., notes: _Optional[_Iterable[_Union[WorkOrderNote, _Mapping]]] = ..., history: _Optional[_Iterable[_Union[WorkOrderMove, _Mapping]]] = ..., erase_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., batch: _Optional[str] = ..., material: _Optional[str] = ...) -> None: ...

class WorkOrderNote(_message.Message):
    __slots__ = ("text", "by", "time")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    text: str
    by: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, text: _Optional[str] = ..., by: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WorkOrderMove(_message.Message):
    __slots__ = ("from_state", "to_state", "by", "reason", "time")
    FROM_STATE_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    from_state: WorkOrderState
    to_state: WorkOrderState
    by: str
    reason: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, from_state: _Optional[_Union[WorkOrderState, str]] = ..., to_state: _Optional[_Union[WorkOrderState, str]] = ..., by: _Optional[str] = ..., reason: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
