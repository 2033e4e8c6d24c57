from buf.validate import validate_pb2 as _validate_pb2
from luneo.design.v1 import ink_pb2 as _ink_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Finish(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINISH_UNSPECIFIED: _ClassVar[Finish]
    FINISH_ENGRAVED: _ClassVar[Finish]
    FINISH_EMBOSSED: _ClassVar[Finish]
    FINISH_DEBOSSED: _ClassVar[Finish]
    FINISH_FOIL: _ClassVar[Finish]

class LinePosition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_POSITION_UNSPECIFIED: _ClassVar[LinePosition]
    LINE_POSITION_OUTSIDE: _ClassVar[LinePosition]
    LINE_POSITION_INSIDE: _ClassVar[LinePosition]
    LINE_POSITION_CENTRE: _ClassVar[LinePosition]

class LineJoin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_JOIN_UNSPECIFIED: _ClassVar[LineJoin]
    LINE_JOIN_ROUND: _ClassVar[LineJoin]
    LINE_JOIN_MITER: _ClassVar[LineJoin]
    LINE_JOIN_BEVEL: _ClassVar[LineJoin]

class GradientKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRADIENT_KIND_UNSPECIFIED: _ClassVar[GradientKind]
    GRADIENT_KIND_LINEAR: _ClassVar[GradientKind]
    GRADIENT_KIND_RADIAL: _ClassVar[GradientKind]
FINISH_UNSPECIFIED: Finish
FINISH_ENGRAVED: Finish
FINISH_EMBOSSED: Finish
FINISH_DEBOSSED: Finish
FINISH_FOIL: Finish
LINE_POSITION_UNSPECIFIED: LinePosition
LINE_POSITION_OUTSIDE: LinePosition
LINE_POSITION_INSIDE: LinePosition
LINE_POSITION_CENTRE: LinePosition
LINE_JOIN_UNSPECIFIED: LineJoin
LINE_JOIN_ROUND: LineJoin
LINE_JOIN_MITER: LineJoin
LINE_JOIN_BEVEL: LineJoin
GRADIENT_KIND_UNSPECIFIED: GradientKind
GRADIENT_KIND_LINEAR: GradientKind
GRADIENT_KIND_RADIAL: GradientKind

class Effect(_message.Message):
    __slots__ = ("outline", "shadow", "gradient", "underprint", "technique", "ink")
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_FIELD_NUMBER: _ClassVar[int]
    UNDERPRINT_FIELD_NUMBER: _ClassVar[int]
    TECHNIQUE_FIELD_NUMBER: _ClassVar[int]
    INK_FIELD_NUMBER: _ClassVar[int]
    outline: OutlineEffect
    shadow: ShadowEffect
    gradient: GradientEffect
    underprint: UnderprintEffect
    technique: _ink_pb2.Technique
    ink: _ink_pb2.Ink
    def __init__(self, outline: _Optional[_Union[OutlineEffect, _Mapping]] = ..., shadow: _Optional[_Union[ShadowEffect, _Mapping]] = ..., gradient: _Optional[_Union[GradientEffect, _Mapping]] = ..., underprint: _Optional[_Union[UnderprintEffect, _Mapping]] = ..., technique: _Optional[_Union[_ink_pb2.Technique, str]] = ..., ink: _Optional[_Union[_ink_pb2.Ink, _Mapping]] = ...) -> None: ...

class OutlineEffect(_message.Message):
    __slots__ = ("width_um", "position", "join")
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    JOIN_FIELD_NUMBER: _ClassVar[int]
    width_um: int
    position: LinePosition
    join: LineJoin
    def __init__(self, width_um: _Optional[int] = ..., position: _Optional[_Union[LinePosition, str]] = ..., join: _Optional[_Union[LineJoin, str]] = ...) -> None: ...

class ShadowEffect(_message.Message):
    __slots__ = ("dx_um", "dy_um", "spread_um", "long")
    DX_UM_FIELD_NUMBER: _ClassVar[int]
    DY_UM_FIELD_NUMBER: _ClassVar[int]
    SPREAD_UM_FIELD_NUMBER: _ClassVar[int]
    LONG_FIELD_NUMBER: _ClassVar[int]
    dx_um: int
    dy_um: int
    spread_um: int
    long: bool
    def __init__(self, dx_um: _Optional[int] = ..., dy_um: _Optional[int] = ..., spread_um: _Optional[int] = ..., long: _Optional[bool] = ...) -> None: ...

class GradientEffect(_message.Message):
    __slots__ = ("gradient_kind", "angle_degrees", "stops")
    GRADIENT_KIND_FIELD_NUMBER: _ClassVar[int]
    ANGLE_DEGREES_FIELD_NUMBER: _ClassVar[int]
    STOPS_FIELD_NUMBER: _ClassVar[int]
    gradient_kind: GradientKind
    angle_degrees: int
    stops: _containers.RepeatedCompositeFieldContainer[GradientStop]
    def __init__(self, gradient_kind: _Optional[_Union[GradientKind, str]] = ..., angle_degrees: _Optional[int] = ..., stops: _Optional[_Iterable[_Union[GradientStop, _Mapping]]] = ...) -> None: ...

class GradientStop(_message.Message):
    __slots__ = ("offset_permille", "rgb_hex")
    OFFSET_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    offset_permille: int
    rgb_hex: str
    def __init__(self, offset_permille: _Optional[int] = ..., rgb_hex: _Optional[str] = ...) -> None: ...

class UnderprintEffect(_message.Message):
    __slots__ = ("choke_um",)
    CHOKE_UM_FIELD_NUMBER: _ClassVar[int]
    choke_um: int
    def __init__(self, choke_um: _Optional[int] = ...) -> None: ...
