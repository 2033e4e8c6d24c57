from buf.validate import validate_pb2 as _validate_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
SEVERITY_UNSPECIFIED: Severity
SEVERITY_ERROR: Severity
SEVERITY_WARNING: Severity

class Design(_message.Message):
    __slots__ = ("product_revision", "zones", "options")
    class ZonesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: ZoneValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[ZoneValue, _Mapping]] = ...) -> None: ...
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PRODUCT_REVISION_FIELD_NUMBER: _ClassVar[int]
    ZONES_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    product_revision: str
    zones: _containers.MessageMap[str, ZoneValue]
    options: _containers.ScalarMap[str, str]
    def __init__(self, product_revision: _Optional[str] = ..., zones: _Optional[_Mapping[str, ZoneValue]] = ..., options: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ZoneValue(_message.Message):
    __slots__ = ("text", "artwork", "colour")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ARTWORK_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    text: TextValue
    artwork: ArtworkValue
    colour: ColourValue
    def __init__(self, text: _Optional[_Union[TextValue, _Mapping]] = ..., artwork: _Optional[_Union[ArtworkValue, _Mapping]] = ..., colour: _Optional[_Union[ColourValue, _Mapping]] = ...) -> None: ...

class TextValue(_message.Message):
    __slots__ = ("text", "font", "ink")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FONT_FIELD_NUMBER: _ClassVar[int]
    INK_FIELD_NUMBER: _ClassVar[int]
    text: str
    font: str
    ink: int
    def __init__(self, text: _Optional[str] = ..., font: _Optional[str] = ..., ink: _Optional[int] = ...) -> None: ...

class ArtworkValue(_message.Message):
    __slots__ = ("asset", "crop", "rotation_centidegrees")
    ASSET_FIELD_NUMBER: _ClassVar[int]
    CROP_FIELD_NUMBER: _ClassVar[int]
    ROTATION_CENTIDEGREES_FIELD_NUMBER: _ClassVar[int]
    asset: str
    crop: Crop
    rotation_centidegrees: int
    def __init__(self, asset: _Optional[str] = ..., crop: _Optional[_Union[Crop, _Mapping]] = ..., rotation_centidegrees: _Optional[int] = ...) -> None: ...

class Crop(_message.Message):
    __slots__ = ("left", "top", "width", "height")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    left: int
    top: int
    width: int
    height: int
    def __init__(self, left: _Optional[int] = ..., top: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class ColourValue(_message.Message):
    __slots__ = ("ink",)
    INK_FIELD_NUMBER: _ClassVar[int]
    ink: int
    def __init__(self, ink: _Optional[int] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ("code", "severity", "zone", "message", "suggestion", "corrected", "start_utf16", "end_utf16", "box", "measured", "required", "params")
    class ParamsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    ZONE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    START_UTF16_FIELD_NUMBER: _ClassVar[int]
    END_UTF16_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    code: str
    severity: Severity
    zone: str
    message: str
    suggestion: str
    corrected: str
    start_utf16: int
    end_utf16: int
    box: Box
    measured: float
    required: float
    params: _containers.ScalarMap[str, str]
    def __init__(self, code: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., zone: _Optional[str] = ..., message: _Optional[str] = ..., suggestion: _Optional[str] = ..., corrected: _Optional[str] = ..., start_utf16: _Optional[int] = ..., end_utf16: _Optional[int] = ..., box: _Optional[_Union[Box, _Mapping]] = ..., measured: _Optional[float] = ..., required: _Optional[float] = ..., params: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Box(_message.Message):
    __slots__ = ("left_um", "top_um", "right_um", "bottom_um")
    LEFT_UM_FIELD_NUMBER: _ClassVar[int]
    TOP_UM_FIELD_NUMBER: _ClassVar[int]
    RIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_UM_FIELD_NUMBER: _ClassVar[int]
    left_um: int
    top_um: int
    right_um: int
    bottom_um: int
    def __init__(self, left_um: _Optional[int] = ..., top_um: _Optional[int] = ..., right_um: _Optional[int] = ..., bottom_um: _Optional[int] = ...) -> None: ...
