from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from luneo.design.v1 import design_pb2 as _design_pb2
from luneo.design.v1 import layout_pb2 as _layout_pb2
from luneo.design.v1 import template_pb2 as _template_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ComposeDesignRequest(_message.Message):
    __slots__ = ("parent", "design")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DESIGN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    design: _design_pb2.Design
    def __init__(self, parent: _Optional[str] = ..., design: _Optional[_Union[_design_pb2.Design, _Mapping]] = ...) -> None: ...

class ComposeDesignResponse(_message.Message):
    __slots__ = ("layout", "problems", "price", "valid")
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    VALID_FIELD_NUMBER: _ClassVar[int]
    layout: _layout_pb2.Layout
    problems: _containers.RepeatedCompositeFieldContainer[_design_pb2.Problem]
    price: _template_pb2.Price
    valid: bool
    def __init__(self, layout: _Optional[_Union[_layout_pb2.Layout, _Mapping]] = ..., problems: _Optional[_Iterable[_Union[_design_pb2.Problem, _Mapping]]] = ..., price: _Optional[_Union[_template_pb2.Price, _Mapping]] = ..., valid: _Optional[bool] = ...) -> None: ...
