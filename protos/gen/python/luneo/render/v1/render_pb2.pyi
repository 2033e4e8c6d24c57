import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RenderKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RENDER_KIND_UNSPECIFIED: _ClassVar[RenderKind]
    RENDER_KIND_PREVIEW: _ClassVar[RenderKind]
    RENDER_KIND_THUMBNAIL: _ClassVar[RenderKind]
    RENDER_KIND_FINAL: _ClassVar[RenderKind]
    RENDER_KIND_PREVIEW_3D: _ClassVar[RenderKind]
    RENDER_KIND_TURNTABLE: _ClassVar[RenderKind]
    RENDER_KIND_GLB: _ClassVar[RenderKind]
    RENDER_KIND_USDZ: _ClassVar[RenderKind]

class ImageFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMAGE_FORMAT_UNSPECIFIED: _ClassVar[ImageFormat]
    IMAGE_FORMAT_WEBP: _ClassVar[ImageFormat]
    IMAGE_FORMAT_PNG: _ClassVar[ImageFormat]
    IMAGE_FORMAT_JPEG: _ClassVar[ImageFormat]
    IMAGE_FORMAT_AVIF: _ClassVar[ImageFormat]
    IMAGE_FORMAT_MP4: _ClassVar[ImageFormat]

class Proof(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROOF_UNSPECIFIED: _ClassVar[Proof]
    PROOF_PRESS: _ClassVar[Proof]
    PROOF_PAPER: _ClassVar[Proof]
    PROOF_GAMUT: _ClassVar[Proof]

class Background(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BACKGROUND_UNSPECIFIED: _ClassVar[Background]
    BACKGROUND_STUDIO: _ClassVar[Background]
RENDER_KIND_UNSPECIFIED: RenderKind
RENDER_KIND_PREVIEW: RenderKind
RENDER_KIND_THUMBNAIL: RenderKind
RENDER_KIND_FINAL: RenderKind
RENDER_KIND_PREVIEW_3D: RenderKind
RENDER_KIND_TURNTABLE: RenderKind
RENDER_KIND_GLB: RenderKind
RENDER_KIND_USDZ: RenderKind
IMAGE_FORMAT_UNSPECIFIED: ImageFormat
IMAGE_FORMAT_WEBP: ImageFormat
IMAGE_FORMAT_PNG: ImageFormat
IMAGE_FORMAT_JPEG: ImageFormat
IMAGE_FORMAT_AVIF: ImageFormat
IMAGE_FORMAT_MP4: ImageFormat
PROOF_UNSPECIFIED: Proof
PROOF_PRESS: Proof
PROOF_PAPER: Proof
PROOF_GAMUT: Proof
BACKGROUND_UNSPECIFIED: Background
BACKGROUND_STUDIO: Background

class Render(_message.Message):
    __slots__ = ("name", "kind", "spec", "snapshot", "view", "surface", "width_px", "dpi", "format", "operation", "result", "create_time", "model", "camera", "azimuth_degrees", "elevation_degrees", "frames", "proof", "background", "distance_percent")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    DPI_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    AZIMUTH_DEGREES_FIELD_NUMBER: _ClassVar[int]
    ELEVATION_DEGREES_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: RenderKind
    spec: str
    snapshot: str
    view: str
    surface: str
    width_px: int
    dpi: int
    format: ImageFormat
    operation: str
    result: RenderResult
    create_time: _timestamp_pb2.Timestamp
    model: str
    camera: str
    azimuth_degrees: int
    elevation_degrees: int
    frames: int
    proof: Proof
    background: Background
    distance_percent: int
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[RenderKind, str]] = ..., spec: _Optional[str] = ..., snapshot: _Optional[str] = ..., view: _Optional[str] = ..., surface: _Optional[str] = ..., width_px: _Optional[int] = ..., dpi: _Optional[int] = ..., format: _Optional[_Union[ImageFormat, str]] = ..., operation: _Optional[str] = ..., result: _Optional[_Union[RenderResult, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., model: _Optional[str] = ..., camera: _Optional[str] = ..., azimuth_degrees: _Optional[int] = ..., elevation_degrees: _Optional[int] = ..., frames: _Optional[int] = ..., proof: _Optional[_Union[Proof, str]] = ..., background: _Optional[_Union[Background, str]] = ..., distance_percent: _Optional[int] = ...) -> None: ...

class RenderResult(_message.Message):
    __slots__ = ("sha256", "size_bytes", "media_type", "width_px", "height_px", "renderer_version", "uri")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    RENDERER_VERSION_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    size_bytes: int
    media_type: str
    width_px: int
    height_px: int
    renderer_version: str
    uri: str
    def __init__(self, sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., renderer_version: _Optional[str] = ..., uri: _Optional[str] = ...) -> None: ...
