from luneo.design.v1 import design_pb2 as _design_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Layout(_message.Message):
    __slots__ = ("digest", "surfaces")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SURFACES_FIELD_NUMBER: _ClassVar[int]
    digest: str
    surfaces: _containers.RepeatedCompositeFieldContainer[SurfaceLayout]
    def __init__(self, digest: _Optional[str] = ..., surfaces: _Optional[_Iterable[_Union[SurfaceLayout, _Mapping]]] = ...) -> None: ...

class SurfaceLayout(_message.Message):
    __slots__ = ("surface", "width_um", "height_um", "outline", "zones", "items")
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    ZONES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    surface: str
    width_um: int
    height_um: int
    outline: str
    zones: _containers.RepeatedCompositeFieldContainer[ZoneLayout]
    items: _containers.RepeatedCompositeFieldContainer[LayoutItem]
    def __init__(self, surface: _Optional[str] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., outline: _Optional[str] = ..., zones: _Optional[_Iterable[_Union[ZoneLayout, _Mapping]]] = ..., items: _Optional[_Iterable[_Union[LayoutItem, _Mapping]]] = ...) -> None: ...

class ZoneLayout(_message.Message):
    __slots__ = ("zone", "x_um", "y_um", "width_um", "height_um", "outline", "text")
    ZONE_FIELD_NUMBER: _ClassVar[int]
    X_UM_FIELD_NUMBER: _ClassVar[int]
    Y_UM_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    zone: str
    x_um: int
    y_um: int
    width_um: int
    height_um: int
    outline: str
    text: FittedText
    def __init__(self, zone: _Optional[str] = ..., x_um: _Optional[int] = ..., y_um: _Optional[int] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., outline: _Optional[str] = ..., text: _Optional[_Union[FittedText, _Mapping]] = ...) -> None: ...

class FittedText(_message.Message):
    __slots__ = ("text_as_made", "size_centipoint", "lines", "clusters", "condense_permille")
    TEXT_AS_MADE_FIELD_NUMBER: _ClassVar[int]
    SIZE_CENTIPOINT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    CONDENSE_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    text_as_made: str
    size_centipoint: int
    lines: int
    clusters: _containers.RepeatedCompositeFieldContainer[Cluster]
    condense_permille: int
    def __init__(self, text_as_made: _Optional[str] = ..., size_centipoint: _Optional[int] = ..., lines: _Optional[int] = ..., clusters: _Optional[_Iterable[_Union[Cluster, _Mapping]]] = ..., condense_permille: _Optional[int] = ...) -> None: ...

class Cluster(_message.Message):
    __slots__ = ("start_utf16", "end_utf16", "line", "level", "box", "caret")
    START_UTF16_FIELD_NUMBER: _ClassVar[int]
    END_UTF16_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    CARET_FIELD_NUMBER: _ClassVar[int]
    start_utf16: int
    end_utf16: int
    line: int
    level: int
    box: _design_pb2.Box
    caret: Caret
    def __init__(self, start_utf16: _Optional[int] = ..., end_utf16: _Optional[int] = ..., line: _Optional[int] = ..., level: _Optional[int] = ..., box: _Optional[_Union[_design_pb2.Box, _Mapping]] = ..., caret: _Optional[_Union[Caret, _Mapping]] = ...) -> None: ...

class Caret(_message.Message):
    __slots__ = ("foot_x_um", "foot_y_um", "head_x_um", "head_y_um")
    FOOT_X_UM_FIELD_NUMBER: _ClassVar[int]
    FOOT_Y_UM_FIELD_NUMBER: _ClassVar[int]
    HEAD_X_UM_FIELD_NUMBER: _ClassVar[int]
    HEAD_Y_UM_FIELD_NUMBER: _ClassVar[int]
    foot_x_um: int
    foot_y_um: int
    head_x_um: int
    head_y_um: int
    def __init__(self, foot_x_um: _Optional[int] = ..., foot_y_um: _Optional[int] = ..., head_x_um: _Optional[int] = ..., head_y_um: _Optional[int] = ...) -> None: ...

class LayoutItem(_message.Message):
    __slots__ = ("zone", "operation", "rgb_hex", "path", "fill_rule", "line_width_um", "image", "clip", "gradient", "opacity_permille", "finish", "depth_um")
    ZONE_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    FILL_RULE_FIELD_NUMBER: _ClassVar[int]
    LINE_WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    CLIP_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_FIELD_NUMBER: _ClassVar[int]
    OPACITY_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    DEPTH_UM_FIELD_NUMBER: _ClassVar[int]
    zone: str
    operation: str
    rgb_hex: str
    path: str
    fill_rule: str
    line_width_um: int
    image: ImageUse
    clip: str
    gradient: Gradient
    opacity_permille: int
    finish: str
    depth_um: int
    def __init__(self, zone: _Optional[str] = ..., operation: _Optional[str] = ..., rgb_hex: _Optional[str] = ..., path: _Optional[str] = ..., fill_rule: _Optional[str] = ..., line_width_um: _Optional[int] = ..., image: _Optional[_Union[ImageUse, _Mapping]] = ..., clip: _Optional[str] = ..., gradient: _Optional[_Union[Gradient, _Mapping]] = ..., opacity_permille: _Optional[int] = ..., finish: _Optional[str] = ..., depth_um: _Optional[int] = ...) -> None: ...

class Gradient(_message.Message):
    __slots__ = ("kind", "start_x_um", "start_y_um", "end_x_um", "end_y_um", "radius_um", "colours", "axes_um")
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_X_UM_FIELD_NUMBER: _ClassVar[int]
    START_Y_UM_FIELD_NUMBER: _ClassVar[int]
    END_X_UM_FIELD_NUMBER: _ClassVar[int]
    END_Y_UM_FIELD_NUMBER: _ClassVar[int]
    RADIUS_UM_FIELD_NUMBER: _ClassVar[int]
    COLOURS_FIELD_NUMBER: _ClassVar[int]
    AXES_UM_FIELD_NUMBER: _ClassVar[int]
    kind: str
    start_x_um: int
    start_y_um: int
    end_x_um: int
    end_y_um: int
    radius_um: int
    colours: _containers.RepeatedCompositeFieldContainer[GradientColour]
    axes_um: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, kind: _Optional[str] = ..., start_x_um: _Optional[int] = ..., start_y_um: _Optional[int] = ..., end_x_um: _Optional[int] = ..., end_y_um: _Optional[int] = ..., radius_um: _Optional[int] = ..., colours: _Optional[_Iterable[_Union[GradientColour, _Mapping]]] = ..., axes_um: _Optional[_Iterable[int]] = ...) -> None: ...

class GradientColour(_message.Message):
    __slots__ = ("offset_permille", "rgb_hex", "opacity_permille")
    OFFSET_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    OPACITY_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    offset_permille: int
    rgb_hex: str
    opacity_permille: int
    def __init__(self, offset_permille: _Optional[int] = ..., rgb_hex: _Optional[str] = ..., opacity_permille: _Optional[int] = ...) -> None: ...

class ImageUse(_message.Message):
    __slots__ = ("asset", "uri", "matrix_um")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    MATRIX_UM_FIELD_NUMBER: _ClassVar[int]
    asset: str
    uri: str
    matrix_um: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, asset: _Optional[str] = ..., uri: _Optional[str] = ..., matrix_um: _Optional[_Iterable[int]] = ...) -> None: ...
