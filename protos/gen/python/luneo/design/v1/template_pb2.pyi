from buf.validate import validate_pb2 as _validate_pb2
from google.api import resource_pb2 as _resource_pb2
from luneo.design.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ShapeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHAPE_KIND_UNSPECIFIED: _ClassVar[ShapeKind]
    SHAPE_KIND_RECTANGLE: _ClassVar[ShapeKind]
    SHAPE_KIND_ELLIPSE: _ClassVar[ShapeKind]
    SHAPE_KIND_PATH: _ClassVar[ShapeKind]

class Technique(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TECHNIQUE_UNSPECIFIED: _ClassVar[Technique]
    TECHNIQUE_PRINT: _ClassVar[Technique]
    TECHNIQUE_ENGRAVE: _ClassVar[Technique]
    TECHNIQUE_CUT: _ClassVar[Technique]
    TECHNIQUE_FOIL: _ClassVar[Technique]
    TECHNIQUE_EMBOSS: _ClassVar[Technique]

class Alignment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALIGNMENT_UNSPECIFIED: _ClassVar[Alignment]
    ALIGNMENT_START: _ClassVar[Alignment]
    ALIGNMENT_CENTRE: _ClassVar[Alignment]
    ALIGNMENT_END: _ClassVar[Alignment]

class VerticalAlignment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERTICAL_ALIGNMENT_UNSPECIFIED: _ClassVar[VerticalAlignment]
    VERTICAL_ALIGNMENT_TOP: _ClassVar[VerticalAlignment]
    VERTICAL_ALIGNMENT_MIDDLE: _ClassVar[VerticalAlignment]
    VERTICAL_ALIGNMENT_BOTTOM: _ClassVar[VerticalAlignment]

class Overflow(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERFLOW_UNSPECIFIED: _ClassVar[Overflow]
    OVERFLOW_SHRINK: _ClassVar[Overflow]
    OVERFLOW_REPORT: _ClassVar[Overflow]

class ImageFit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMAGE_FIT_UNSPECIFIED: _ClassVar[ImageFit]
    IMAGE_FIT_CONTAIN: _ClassVar[ImageFit]
    IMAGE_FIT_COVER: _ClassVar[ImageFit]
SHAPE_KIND_UNSPECIFIED: ShapeKind
SHAPE_KIND_RECTANGLE: ShapeKind
SHAPE_KIND_ELLIPSE: ShapeKind
SHAPE_KIND_PATH: ShapeKind
TECHNIQUE_UNSPECIFIED: Technique
TECHNIQUE_PRINT: Technique
TECHNIQUE_ENGRAVE: Technique
TECHNIQUE_CUT: Technique
TECHNIQUE_FOIL: Technique
TECHNIQUE_EMBOSS: Technique
ALIGNMENT_UNSPECIFIED: Alignment
ALIGNMENT_START: Alignment
ALIGNMENT_CENTRE: Alignment
ALIGNMENT_END: Alignment
VERTICAL_ALIGNMENT_UNSPECIFIED: VerticalAlignment
VERTICAL_ALIGNMENT_TOP: VerticalAlignment
VERTICAL_ALIGNMENT_MIDDLE: VerticalAlignment
VERTICAL_ALIGNMENT_BOTTOM: VerticalAlignment
OVERFLOW_UNSPECIFIED: Overflow
OVERFLOW_SHRINK: Overflow
OVERFLOW_REPORT: Overflow
IMAGE_FIT_UNSPECIFIED: ImageFit
IMAGE_FIT_CONTAIN: ImageFit
IMAGE_FIT_COVER: ImageFit

class Template(_message.Message):
    __slots__ = ("surfaces", "zones", "views")
    SURFACES_FIELD_NUMBER: _ClassVar[int]
    ZONES_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    surfaces: _containers.RepeatedCompositeFieldContainer[Surface]
    zones: _containers.RepeatedCompositeFieldContainer[Zone]
    views: _containers.RepeatedCompositeFieldContainer[View]
    def __init__(self, surfaces: _Optional[_Iterable[_Union[Surface, _Mapping]]] = ..., zones: _Optional[_Iterable[_Union[Zone, _Mapping]]] = ..., views: _Optional[_Iterable[_Union[View, _Mapping]]] = ...) -> None: ...

class Surface(_message.Message):
    __slots__ = ("id", "display_name", "width_um", "height_um", "shape", "bleed_um")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    BLEED_UM_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    width_um: int
    height_um: int
    shape: Shape
    bleed_um: int
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., shape: _Optional[_Union[Shape, _Mapping]] = ..., bleed_um: _Optional[int] = ...) -> None: ...

class Shape(_message.Message):
    __slots__ = ("kind", "corner_um", "path")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CORNER_UM_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    kind: ShapeKind
    corner_um: int
    path: str
    def __init__(self, kind: _Optional[_Union[ShapeKind, str]] = ..., corner_um: _Optional[int] = ..., path: _Optional[str] = ...) -> None: ...

class Ink(_message.Message):
    __slots__ = ("display_name", "rgb_hex", "spot")
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    SPOT_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    rgb_hex: str
    spot: str
    def __init__(self, display_name: _Optional[str] = ..., rgb_hex: _Optional[str] = ..., spot: _Optional[str] = ...) -> None: ...

class Zone(_message.Message):
    __slots__ = ("id", "display_name", "surface", "x_um", "y_um", "width_um", "height_um", "shape", "technique", "inks", "safe_margin_um", "bleed_um", "required", "surcharge_cents", "text", "artwork")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    X_UM_FIELD_NUMBER: _ClassVar[int]
    Y_UM_FIELD_NUMBER: _ClassVar[int]
    WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    TECHNIQUE_FIELD_NUMBER: _ClassVar[int]
    INKS_FIELD_NUMBER: _ClassVar[int]
    SAFE_MARGIN_UM_FIELD_NUMBER: _ClassVar[int]
    BLEED_UM_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SURCHARGE_CENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ARTWORK_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    surface: str
    x_um: int
    y_um: int
    width_um: int
    height_um: int
    shape: Shape
    technique: Technique
    inks: _containers.RepeatedCompositeFieldContainer[Ink]
    safe_margin_um: int
    bleed_um: int
    required: bool
    surcharge_cents: int
    text: TextRules
    artwork: ArtworkRules
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., surface: _Optional[str] = ..., x_um: _Optional[int] = ..., y_um: _Optional[int] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., shape: _Optional[_Union[Shape, _Mapping]] = ..., technique: _Optional[_Union[Technique, str]] = ..., inks: _Optional[_Iterable[_Union[Ink, _Mapping]]] = ..., safe_margin_um: _Optional[int] = ..., bleed_um: _Optional[int] = ..., required: _Optional[bool] = ..., surcharge_cents: _Optional[int] = ..., text: _Optional[_Union[TextRules, _Mapping]] = ..., artwork: _Optional[_Union[ArtworkRules, _Mapping]] = ...) -> None: ...

class TextRules(_message.Message):
    __slots__ = ("fonts", "fallback_fonts", "min_size_centipoint", "max_size_centipoint", "max_lines", "max_graphemes", "min_graphemes", "alignment", "vertical_alignment", "line_height_permille", "tracking_permille", "overflow", "allowed_characters", "min_stroke_um")
    FONTS_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FONTS_FIELD_NUMBER: _ClassVar[int]
    MIN_SIZE_CENTIPOINT_FIELD_NUMBER: _ClassVar[int]
    MAX_SIZE_CENTIPOINT_FIELD_NUMBER: _ClassVar[int]
    MAX_LINES_FIELD_NUMBER: _ClassVar[int]
    MAX_GRAPHEMES_FIELD_NUMBER: _ClassVar[int]
    MIN_GRAPHEMES_FIELD_NUMBER: _ClassVar[int]
    ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    VERTICAL_ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    LINE_HEIGHT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    TRACKING_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    OVERFLOW_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    MIN_STROKE_UM_FIELD_NUMBER: _ClassVar[int]
    fonts: _containers.RepeatedScalarFieldContainer[str]
    fallback_fonts: _containers.RepeatedScalarFieldContainer[str]
    min_size_centipoint: int
    max_size_centipoint: int
    max_lines: int
    max_graphemes: int
    min_graphemes: int
    alignment: Alignment
    vertical_alignment: VerticalAlignment
    line_height_permille: int
    tracking_permille: int
    overflow: Overflow
    allowed_characters: str
    min_stroke_um: int
    def __init__(self, fonts: _Optional[_Iterable[str]] = ..., fallback_fonts: _Optional[_Iterable[str]] = ..., min_size_centipoint: _Optional[int] = ..., max_size_centipoint: _Optional[int] = ..., max_lines: _Optional[int] = ..., max_graphemes: _Optional[int] = ..., min_graphemes: _Optional[int] = ..., alignment: _Optional[_Union[Alignment, str]] = ..., vertical_alignment: _Optional[_Union[VerticalAlignment, str]] = ..., line_height_permille: _Optional[int] = ..., tracking_permille: _Optional[int] = ..., overflow: _Optional[_Union[Overflow, str]] = ..., allowed_characters: _Optional[str] = ..., min_stroke_um: _Optional[int] = ...) -> None: ...

class ArtworkRules(_message.Message):
    __slots__ = ("fit", "allow_vector", "allow_raster", "min_dpi", "default_asset")
    FIT_FIELD_NUMBER: _ClassVar[int]
    ALLOW_VECTOR_FIELD_NUMBER: _ClassVar[int]
    ALLOW_RASTER_FIELD_NUMBER: _ClassVar[int]
    MIN_DPI_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_ASSET_FIELD_NUMBER: _ClassVar[int]
    fit: ImageFit
    allow_vector: bool
    allow_raster: bool
    min_dpi: int
    default_asset: str
    def __init__(self, fit: _Optional[_Union[ImageFit, str]] = ..., allow_vector: _Optional[bool] = ..., allow_raster: _Optional[bool] = ..., min_dpi: _Optional[int] = ..., default_asset: _Optional[str] = ...) -> None: ...

class View(_message.Message):
    __slots__ = ("id", "display_name", "photo", "placements")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    photo: str
    placements: _containers.RepeatedCompositeFieldContainer[Placement]
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., photo: _Optional[str] = ..., placements: _Optional[_Iterable[_Union[Placement, _Mapping]]] = ...) -> None: ...

class Placement(_message.Message):
    __slots__ = ("surface", "top_left", "top_right", "bottom_left")
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    TOP_LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_LEFT_FIELD_NUMBER: _ClassVar[int]
    surface: str
    top_left: PhotoPoint
    top_right: PhotoPoint
    bottom_left: PhotoPoint
    def __init__(self, surface: _Optional[str] = ..., top_left: _Optional[_Union[PhotoPoint, _Mapping]] = ..., top_right: _Optional[_Union[PhotoPoint, _Mapping]] = ..., bottom_left: _Optional[_Union[PhotoPoint, _Mapping]] = ...) -> None: ...

class PhotoPoint(_message.Message):
    __slots__ = ("x_millipx", "y_millipx")
    X_MILLIPX_FIELD_NUMBER: _ClassVar[int]
    Y_MILLIPX_FIELD_NUMBER: _ClassVar[int]
    x_millipx: int
    y_millipx: int
    def __init__(self, x_millipx: _Optional[int] = ..., y_millipx: _Optional[int] = ...) -> None: ...

class Price(_message.Message):
    __slots__ = ("total", "lines")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    total: _money_pb2.Money
    lines: _containers.RepeatedCompositeFieldContainer[PriceLine]
    def __init__(self, total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[PriceLine, _Mapping]]] = ...) -> None: ...

class PriceLine(_message.Message):
    __slots__ = ("zone", "description", "amount_cents")
    ZONE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_CENTS_FIELD_NUMBER: _ClassVar[int]
    zone: str
    description: str
    amount_cents: int
    def __init__(self, zone: _Optional[str] = ..., description: _Optional[str] = ..., amount_cents: _Optional[int] = ...) -> None: ...
