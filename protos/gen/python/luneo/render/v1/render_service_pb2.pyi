from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import client_pb2 as _client_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.api import resource_pb2 as _resource_pb2
from google.longrunning import operations_pb2 as _operations_pb2
from luneo.design.v1 import design_pb2 as _design_pb2
from luneo.options.v1 import access_pb2 as _access_pb2
from luneo.options.v1 import waits_pb2 as _waits_pb2
from luneo.render.v1 import preview_pb2 as _preview_pb2
from luneo.render.v1 import render_pb2 as _render_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateRenderRequest(_message.Message):
    __slots__ = ("parent", "render", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    RENDER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    render: _render_pb2.Render
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., render: _Optional[_Union[_render_pb2.Render, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class GetRenderRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListRendersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRendersResponse(_message.Message):
    __slots__ = ("renders", "next_page_token")
    RENDERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    renders: _containers.RepeatedCompositeFieldContainer[_render_pb2.Render]
    next_page_token: str
    def __init__(self, renders: _Optional[_Iterable[_Union[_render_pb2.Render, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreatePreviewRequest(_message.Message):
    __slots__ = ("parent", "design", "view", "width_px", "request_id", "kind", "model", "camera", "azimuth_degrees", "elevation_degrees", "proof", "format", "accept", "background", "distance_percent")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DESIGN_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    AZIMUTH_DEGREES_FIELD_NUMBER: _ClassVar[int]
    ELEVATION_DEGREES_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    design: _design_pb2.Design
    view: str
    width_px: int
    request_id: str
    kind: _render_pb2.RenderKind
    model: str
    camera: str
    azimuth_degrees: int
    elevation_degrees: int
    proof: _render_pb2.Proof
    format: _render_pb2.ImageFormat
    accept: str
    background: _render_pb2.Background
    distance_percent: int
    def __init__(self, parent: _Optional[str] = ..., design: _Optional[_Union[_design_pb2.Design, _Mapping]] = ..., view: _Optional[str] = ..., width_px: _Optional[int] = ..., request_id: _Optional[str] = ..., kind: _Optional[_Union[_render_pb2.RenderKind, str]] = ..., model: _Optional[str] = ..., camera: _Optional[str] = ..., azimuth_degrees: _Optional[int] = ..., elevation_degrees: _Optional[int] = ..., proof: _Optional[_Union[_render_pb2.Proof, str]] = ..., format: _Optional[_Union[_render_pb2.ImageFormat, str]] = ..., accept: _Optional[str] = ..., background: _Optional[_Union[_render_pb2.Background, str]] = ..., distance_percent: _Optional[int] = ...) -> None: ...

class GetPreviewRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...
