from buf.validate import validate_pb2 as _validate_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImageFit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMAGE_FIT_UNSPECIFIED: _ClassVar[ImageFit]
    IMAGE_FIT_CONTAIN: _ClassVar[ImageFit]
    IMAGE_FIT_COVER: _ClassVar[ImageFit]

class PatternKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATTERN_KIND_UNSPECIFIED: _ClassVar[PatternKind]
    PATTERN_KIND_GRID: _ClassVar[PatternKind]
    PATTERN_KIND_BRICK: _ClassVar[PatternKind]
    PATTERN_KIND_HALF_DROP: _ClassVar[PatternKind]

class CodeSymbology(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_SYMBOLOGY_UNSPECIFIED: _ClassVar[CodeSymbology]
    CODE_SYMBOLOGY_QR: _ClassVar[CodeSymbology]
    CODE_SYMBOLOGY_DATA_MATRIX: _ClassVar[CodeSymbology]

class CodeCorrection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_CORRECTION_UNSPECIFIED: _ClassVar[CodeCorrection]
    CODE_CORRECTION_LOW: _ClassVar[CodeCorrection]
    CODE_CORRECTION_MEDIUM: _ClassVar[CodeCorrection]
    CODE_CORRECTION_QUARTILE: _ClassVar[CodeCorrection]
    CODE_CORRECTION_HIGH: _ClassVar[CodeCorrection]
IMAGE_FIT_UNSPECIFIED: ImageFit
IMAGE_FIT_CONTAIN: ImageFit
IMAGE_FIT_COVER: ImageFit
PATTERN_KIND_UNSPECIFIED: PatternKind
PATTERN_KIND_GRID: PatternKind
PATTERN_KIND_BRICK: PatternKind
PATTERN_KIND_HALF_DROP: PatternKind
CODE_SYMBOLOGY_UNSPECIFIED: CodeSymbology
CODE_SYMBOLOGY_QR: CodeSymbology
CODE_SYMBOLOGY_DATA_MATRIX: CodeSymbology
CODE_CORRECTION_UNSPECIFIED: CodeCorrection
CODE_CORRECTION_LOW: CodeCorrection
CODE_CORRECTION_MEDIUM: CodeCorrection
CODE_CORRECTION_QUARTILE: CodeCorrection
CODE_CORRECTION_HIGH: CodeCorrection

class ArtworkRules(_message.Message):
    __slots__ = ("fit", "allow_vector", "allow_raster", "min_dpi", "default_asset", "pattern", "min_stroke_um", "min_gap_um")
    FIT_FIELD_NUMBER: _ClassVar[int]
    ALLOW_VECTOR_FIELD_NUMBER: _ClassVar[int]
    ALLOW_RASTER_FIELD_NUMBER: _ClassVar[int]
    MIN_DPI_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_ASSET_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    MIN_STROKE_UM_FIELD_NUMBER: _ClassVar[int]
    MIN_GAP_UM_FIELD_NUMBER: _ClassVar[int]
    fit: ImageFit
    allow_vector: bool
    allow_raster: bool
    min_dpi: int
    default_asset: str
    pattern: PatternRules
    min_stroke_um: int
    min_gap_um: int
    def __init__(self, fit: _Optional[_Union[ImageFit, str]] = ..., allow_vector: _Optional[bool] = ..., allow_raster: _Optional[bool] = ..., min_dpi: _Optional[int] = ..., default_asset: _Optional[str] = ..., pattern: _Optional[_Union[PatternRules, _Mapping]] = ..., min_stroke_um: _Optional[int] = ..., min_gap_um: _Optional[int] = ...) -> None: ...

class PatternRules(_message.Message):
    __slots__ = ("kind", "tile_width_um", "gap_um")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TILE_WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    GAP_UM_FIELD_NUMBER: _ClassVar[int]
    kind: PatternKind
    tile_width_um: int
    gap_um: int
    def __init__(self, kind: _Optional[_Union[PatternKind, str]] = ..., tile_width_um: _Optional[int] = ..., gap_um: _Optional[int] = ...) -> None: ...

class CodeRules(_message.Message):
    __slots__ = ("symbology", "correction", "quiet_modules", "min_module_um", "max_graphemes", "allowed_characters")
    SYMBOLOGY_FIELD_NUMBER: _ClassVar[int]
    CORRECTION_FIELD_NUMBER: _ClassVar[int]
    QUIET_MODULES_FIELD_NUMBER: _ClassVar[int]
    MIN_MODULE_UM_FIELD_NUMBER: _ClassVar[int]
    MAX_GRAPHEMES_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    symbology: CodeSymbology
    correction: CodeCorrection
    quiet_modules: int
    min_module_um: int
    max_graphemes: int
    allowed_characters: str
    def __init__(self, symbology: _Optional[_Union[CodeSymbology, str]] = ..., correction: _Optional[_Union[CodeCorrection, str]] = ..., quiet_modules: _Optional[int] = ..., min_module_um: _Optional[int] = ..., max_graphemes: _Optional[int] = ..., allowed_characters: _Optional[str] = ...) -> None: ...

class ColourRules(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
