import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from luneo.design.v1 import design_pb2 as _design_pb2
from luneo.design.v1 import template_pb2 as _template_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Spec(_message.Message):
    __slots__ = ("name", "spec_hash", "spec_version", "document", "product_revision", "layout_digest", "price", "problems", "create_time", "design")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SPEC_HASH_FIELD_NUMBER: _ClassVar[int]
    SPEC_VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_REVISION_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DESIGN_FIELD_NUMBER: _ClassVar[int]
    name: str
    spec_hash: str
    spec_version: str
    document: str
    product_revision: str
    layout_digest: str
    price: _template_pb2.Price
    problems: _containers.RepeatedCompositeFieldContainer[_design_pb2.Problem]
    create_time: _timestamp_pb2.Timestamp
    design: _design_pb2.Design
    def __init__(self, name: _Optional[str] = ..., spec_hash: _Optional[str] = ..., spec_version: _Optional[str] = ..., document: _Optional[str] = ..., product_revision: _Optional[str] = ..., layout_digest: _Optional[str] = ..., price: _Optional[_Union[_template_pb2.Price, _Mapping]] = ..., problems: _Optional[_Iterable[_Union[_design_pb2.Problem, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., design: _Optional[_Union[_design_pb2.Design, _Mapping]] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("subject", "channel", "agent")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    subject: str
    channel: str
    agent: str
    def __init__(self, subject: _Optional[str] = ..., channel: _Optional[str] = ..., agent: _Optional[str] = ...) -> None: ...
