from buf.validate import validate_pb2 as _validate_pb2
from google.api import resource_pb2 as _resource_pb2
from luneo.design.v1 import artwork_rules_pb2 as _artwork_rules_pb2
from luneo.design.v1 import effects_pb2 as _effects_pb2
from luneo.design.v1 import ink_pb2 as _ink_pb2
from luneo.design.v1 import money_pb2 as _money_pb2
from luneo.design.v1 import text_rules_pb2 as _text_rules_pb2
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
SHAPE_KIND_UNSPECIFIED: ShapeKind
SHAPE_KIND_RECTANGLE: ShapeKind
SHAPE_KIND_ELLIPSE: ShapeKind
SHAPE_KIND_PATH: ShapeKind

class Template(_message.Message):
    __slots__ = ("surfaces", "zones", "views", "options", "output_profile", "models")
    SURFACES_FIELD_NUMBER: _ClassVar[int]
    ZONES_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PROFILE_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    surfaces: _containers.RepeatedCompositeFieldContainer[Surface]
    zones: _containers.RepeatedCompositeFieldContainer[Zone]
    views: _containers.RepeatedCompositeFieldContainer[View]
    options: _containers.RepeatedCompositeFieldContainer[Option]
    output_profile: str
    models: _containers.RepeatedCompositeFieldContainer[Model]
    def __init__(self, surfaces: _Optional[_Iterable[_Union[Surface, _Mapping]]] = ..., zones: _Optional[_Iterable[_Union[Zone, _Mapping]]] = ..., views: _Optional[_Iterable[_Union[View, _Mapping]]] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., output_profile: _Optional[str] = ..., models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ("id", "display_name", "choices")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    choices: _containers.RepeatedCompositeFieldContainer[Choice]
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., choices: _Optional[_Iterable[_Union[Choice, _Mapping]]] = ...) -> None: ...

class Choice(_message.Message):
    __slots__ = ("id", "display_name", "surcharge_cents", "swatch_rgb_hex")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SURCHARGE_CENTS_FIELD_NUMBER: _ClassVar[int]
    SWATCH_RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    surcharge_cents: int
    swatch_rgb_hex: str
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., surcharge_cents: _Optional[int] = ..., swatch_rgb_hex: _Optional[str] = ...) -> None: ...

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

class Zone(_message.Message):
    __slots__ = ("id", "display_name", "surface", "x_um", "y_um", "width_um", "height_um", "shape", "technique", "inks", "safe_margin_um", "bleed_um", "required", "surcharge_cents", "text", "artwork", "code", "colour", "effects", "finish", "depth_um", "stencil")
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
    CODE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    DEPTH_UM_FIELD_NUMBER: _ClassVar[int]
    STENCIL_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    surface: str
    x_um: int
    y_um: int
    width_um: int
    height_um: int
    shape: Shape
    technique: _ink_pb2.Technique
    inks: _containers.RepeatedCompositeFieldContainer[_ink_pb2.Ink]
    safe_margin_um: int
    bleed_um: int
    required: bool
    surcharge_cents: int
    text: _text_rules_pb2.TextRules
    artwork: _artwork_rules_pb2.ArtworkRules
    code: _artwork_rules_pb2.CodeRules
    colour: _artwork_rules_pb2.ColourRules
    effects: _containers.RepeatedCompositeFieldContainer[_effects_pb2.Effect]
    finish: _effects_pb2.Finish
    depth_um: int
    stencil: bool
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., surface: _Optional[str] = ..., x_um: _Optional[int] = ..., y_um: _Optional[int] = ..., width_um: _Optional[int] = ..., height_um: _Optional[int] = ..., shape: _Optional[_Union[Shape, _Mapping]] = ..., technique: _Optional[_Union[_ink_pb2.Technique, str]] = ..., inks: _Optional[_Iterable[_Union[_ink_pb2.Ink, _Mapping]]] = ..., safe_margin_um: _Optional[int] = ..., bleed_um: _Optional[int] = ..., required: _Optional[bool] = ..., surcharge_cents: _Optional[int] = ..., text: _Optional[_Union[_text_rules_pb2.TextRules, _Mapping]] = ..., artwork: _Optional[_Union[_artwork_rules_pb2.ArtworkRules, _Mapping]] = ..., code: _Optional[_Union[_artwork_rules_pb2.CodeRules, _Mapping]] = ..., colour: _Optional[_Union[_artwork_rules_pb2.ColourRules, _Mapping]] = ..., effects: _Optional[_Iterable[_Union[_effects_pb2.Effect, _Mapping]]] = ..., finish: _Optional[_Union[_effects_pb2.Finish, str]] = ..., depth_um: _Optional[int] = ..., stencil: _Optional[bool] = ...) -> None: ...

class View(_message.Message):
    __slots__ = ("id", "display_name", "photo", "placements", "shown_for", "light")
    class ShownForEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FOR_FIELD_NUMBER: _ClassVar[int]
    LIGHT_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    photo: str
    placements: _containers.RepeatedCompositeFieldContainer[Placement]
    shown_for: _containers.ScalarMap[str, str]
    light: ViewLight
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., photo: _Optional[str] = ..., placements: _Optional[_Iterable[_Union[Placement, _Mapping]]] = ..., shown_for: _Optional[_Mapping[str, str]] = ..., light: _Optional[_Union[ViewLight, _Mapping]] = ...) -> None: ...

class ViewLight(_message.Message):
    __slots__ = ("mask", "shading", "highlights", "displacement", "displacement_strength_millipx")
    MASK_FIELD_NUMBER: _ClassVar[int]
    SHADING_FIELD_NUMBER: _ClassVar[int]
    HIGHLIGHTS_FIELD_NUMBER: _ClassVar[int]
    DISPLACEMENT_FIELD_NUMBER: _ClassVar[int]
    DISPLACEMENT_STRENGTH_MILLIPX_FIELD_NUMBER: _ClassVar[int]
    mask: str
    shading: str
    highlights: str
    displacement: str
    displacement_strength_millipx: int
    def __init__(self, mask: _Optional[str] = ..., shading: _Optional[str] = ..., highlights: _Optional[str] = ..., displacement: _Optional[str] = ..., displacement_strength_millipx: _Optional[int] = ...) -> None: ...

class Placement(_message.Message):
    __slots__ = ("surface", "top_left", "top_right", "bottom_left", "bottom_right", "cylinder", "net")
    SURFACE_FIELD_NUMBER: _ClassVar[int]
    TOP_LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_LEFT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_RIGHT_FIELD_NUMBER: _ClassVar[int]
    CYLINDER_FIELD_NUMBER: _ClassVar[int]
    NET_FIELD_NUMBER: _ClassVar[int]
    surface: str
    top_left: PhotoPoint
    top_right: PhotoPoint
    bottom_left: PhotoPoint
    bottom_right: PhotoPoint
    cylinder: CylinderPlacement
    net: NetPlacement
    def __init__(self, surface: _Optional[str] = ..., top_left: _Optional[_Union[PhotoPoint, _Mapping]] = ..., top_right: _Optional[_Union[PhotoPoint, _Mapping]] = ..., bottom_left: _Optional[_Union[PhotoPoint, _Mapping]] = ..., bottom_right: _Optional[_Union[PhotoPoint, _Mapping]] = ..., cylinder: _Optional[_Union[CylinderPlacement, _Mapping]] = ..., net: _Optional[_Union[NetPlacement, _Mapping]] = ...) -> None: ...

class CylinderPlacement(_message.Message):
    __slots__ = ("points", "diameter_um", "from_um", "to_um")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    DIAMETER_UM_FIELD_NUMBER: _ClassVar[int]
    FROM_UM_FIELD_NUMBER: _ClassVar[int]
    TO_UM_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[PhotoPoint]
    diameter_um: int
    from_um: int
    to_um: int
    def __init__(self, points: _Optional[_Iterable[_Union[PhotoPoint, _Mapping]]] = ..., diameter_um: _Optional[int] = ..., from_um: _Optional[int] = ..., to_um: _Optional[int] = ...) -> None: ...

class NetPlacement(_message.Message):
    __slots__ = ("columns", "rows", "points")
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    columns: int
    rows: int
    points: _containers.RepeatedCompositeFieldContainer[PhotoPoint]
    def __init__(self, columns: _Optional[int] = ..., rows: _Optional[int] = ..., points: _Optional[_Iterable[_Union[PhotoPoint, _Mapping]]] = ...) -> None: ...

class PhotoPoint(_message.Message):
    __slots__ = ("x_millipx", "y_millipx")
    X_MILLIPX_FIELD_NUMBER: _ClassVar[int]
    Y_MILLIPX_FIELD_NUMBER: _ClassVar[int]
    x_millipx: int
    y_millipx: int
    def __init__(self, x_millipx: _Optional[int] = ..., y_millipx: _Optional[int] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("id", "display_name", "mesh", "surfaces", "shown_for", "cameras", "looks")
    class SurfacesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ShownForEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    MESH_FIELD_NUMBER: _ClassVar[int]
    SURFACES_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FOR_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_FIELD_NUMBER: _ClassVar[int]
    LOOKS_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    mesh: str
    surfaces: _containers.ScalarMap[str, str]
    shown_for: _containers.ScalarMap[str, str]
    cameras: _containers.RepeatedCompositeFieldContainer[ModelCamera]
    looks: _containers.RepeatedCompositeFieldContainer[ModelLook]
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., mesh: _Optional[str] = ..., surfaces: _Optional[_Mapping[str, str]] = ..., shown_for: _Optional[_Mapping[str, str]] = ..., cameras: _Optional[_Iterable[_Union[ModelCamera, _Mapping]]] = ..., looks: _Optional[_Iterable[_Union[ModelLook, _Mapping]]] = ...) -> None: ...

class ModelLook(_message.Message):
    __slots__ = ("option", "choice", "material", "base_rgb_hex", "metallic_permille", "roughness_permille", "clearcoat_permille")
    OPTION_FIELD_NUMBER: _ClassVar[int]
    CHOICE_FIELD_NUMBER: _ClassVar[int]
    MATERIAL_FIELD_NUMBER: _ClassVar[int]
    BASE_RGB_HEX_FIELD_NUMBER: _ClassVar[int]
    METALLIC_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    ROUGHNESS_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    CLEARCOAT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    option: str
    choice: str
    material: str
    base_rgb_hex: str
    metallic_permille: int
    roughness_permille: int
    clearcoat_permille: int
    def __init__(self, option: _Optional[str] = ..., choice: _Optional[str] = ..., material: _Optional[str] = ..., base_rgb_hex: _Optional[str] = ..., metallic_permille: _Optional[int] = ..., roughness_permille: _Optional[int] = ..., clearcoat_permille: _Optional[int] = ...) -> None: ...

class ModelCamera(_message.Message):
    __slots__ = ("id", "display_name", "azimuth_degrees", "elevation_degrees", "distance_percent")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    AZIMUTH_DEGREES_FIELD_NUMBER: _ClassVar[int]
    ELEVATION_DEGREES_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    azimuth_degrees: int
    elevation_degrees: int
    distance_percent: int
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., azimuth_degrees: _Optional[int] = ..., elevation_degrees: _Optional[int] = ..., distance_percent: _Optional[int] = ...) -> None: ...

class Price(_message.Message):
    __slots__ = ("total", "lines")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    total: _money_pb2.Money
    lines: _containers.RepeatedCompositeFieldContainer[PriceLine]
    def __init__(self, total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[PriceLine, _Mapping]]] = ...) -> None: ...

class PriceLine(_message.Message):
    __slots__ = ("zone", "description", "amount_cents", "option")
    ZONE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_CENTS_FIELD_NUMBER: _ClassVar[int]
    OPTION_FIELD_NUMBER: _ClassVar[int]
    zone: str
    description: str
    amount_cents: int
    option: str
    def __init__(self, zone: _Optional[str] = ..., description: _Optional[str] = ..., amount_cents: _Optional[int] = ..., option: _Optional[str] = ...) -> None: ...
