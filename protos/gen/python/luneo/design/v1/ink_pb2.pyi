from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Technique(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TECHNIQUE_UNSPECIFIED: _ClassVar[Technique]
    TECHNIQUE_PRINT: _ClassVar[Technique]
    TECHNIQUE_ENGRAVE: _ClassVar[Technique]
    TECHNIQUE_CUT: _ClassVar[Technique]
    TECHNIQUE_FOIL: _ClassVar[Technique]
    TECHNIQUE_EMBOSS: _ClassVar[Technique]
    TECHNIQUE_EMBROIDERY: _ClassVar[Technique]
    TECHNIQUE_WHITE: _ClassVar[Technique]
    TECHNIQUE_CREASE: _ClassVar[Technique]
TECHNIQUE_UNSPECIFIED: Technique
TECHNIQUE_PRINT: Technique
TECHNIQUE_ENGRAVE: Technique
TECHNIQUE_CUT: Technique
TECHNIQUE_FOIL: Technique
TECHNIQUE_EMBOSS: Technique
TECHNIQUE_EMBROIDERY: Technique
TECHNIQUE_WHITE: Technique
TECHNIQUE_CREASE: Technique

class Ink(_message.Message):
    __slots__ = ("display_name", "rgb_hex", "spot")
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    SPOT_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    rgb_hex: str
    spot: str
    def __init__(self, display_name: _Optional[str] = ..., rgb_hex: _Optional[str] = ..., spot: _Optional[str] = ...) -> None: ...
