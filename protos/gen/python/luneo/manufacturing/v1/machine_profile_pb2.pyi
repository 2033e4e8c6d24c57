import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MachineFileFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_FILE_FORMAT_UNSPECIFIED: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_SVG: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_DXF: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_PDF: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_PNG: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_TIFF: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_HPGL: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_GCODE: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_DST: _ClassVar[MachineFileFormat]
    MACHINE_FILE_FORMAT_PES: _ClassVar[MachineFileFormat]

class MachineUnits(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_UNITS_UNSPECIFIED: _ClassVar[MachineUnits]
    MACHINE_UNITS_MILLIMETRES: _ClassVar[MachineUnits]
    MACHINE_UNITS_INCHES: _ClassVar[MachineUnits]

class MachineCurves(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_CURVES_UNSPECIFIED: _ClassVar[MachineCurves]
    MACHINE_CURVES_ARCS: _ClassVar[MachineCurves]
    MACHINE_CURVES_SPLINES: _ClassVar[MachineCurves]
    MACHINE_CURVES_LINES: _ClassVar[MachineCurves]

class MachineOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_ORIGIN_UNSPECIFIED: _ClassVar[MachineOrigin]
    MACHINE_ORIGIN_BOTTOM_LEFT: _ClassVar[MachineOrigin]
    MACHINE_ORIGIN_TOP_LEFT: _ClassVar[MachineOrigin]
    MACHINE_ORIGIN_CENTRE: _ClassVar[MachineOrigin]

class MachineDatum(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_DATUM_UNSPECIFIED: _ClassVar[MachineDatum]
    MACHINE_DATUM_FACE: _ClassVar[MachineDatum]
    MACHINE_DATUM_WORK: _ClassVar[MachineDatum]

class MachineKerfSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_KERF_SIDE_UNSPECIFIED: _ClassVar[MachineKerfSide]
    MACHINE_KERF_SIDE_WASTE: _ClassVar[MachineKerfSide]
    MACHINE_KERF_SIDE_ON_LINE: _ClassVar[MachineKerfSide]
    MACHINE_KERF_SIDE_INSIDE: _ClassVar[MachineKerfSide]
    MACHINE_KERF_SIDE_OUTSIDE: _ClassVar[MachineKerfSide]

class MachineInsideCorners(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_INSIDE_CORNERS_UNSPECIFIED: _ClassVar[MachineInsideCorners]
    MACHINE_INSIDE_CORNERS_SHARP: _ClassVar[MachineInsideCorners]
    MACHINE_INSIDE_CORNERS_ROUND: _ClassVar[MachineInsideCorners]
    MACHINE_INSIDE_CORNERS_RELIEVED: _ClassVar[MachineInsideCorners]

class MachineFillKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_FILL_KIND_UNSPECIFIED: _ClassVar[MachineFillKind]
    MACHINE_FILL_KIND_NONE: _ClassVar[MachineFillKind]
    MACHINE_FILL_KIND_HATCH: _ClassVar[MachineFillKind]
    MACHINE_FILL_KIND_CROSS_HATCH: _ClassVar[MachineFillKind]
    MACHINE_FILL_KIND_CONTOUR: _ClassVar[MachineFillKind]

class MachineMarkKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_MARK_KIND_UNSPECIFIED: _ClassVar[MachineMarkKind]
    MACHINE_MARK_KIND_NONE: _ClassVar[MachineMarkKind]
    MACHINE_MARK_KIND_REGISTRATION: _ClassVar[MachineMarkKind]
    MACHINE_MARK_KIND_EYES: _ClassVar[MachineMarkKind]
    MACHINE_MARK_KIND_CROP: _ClassVar[MachineMarkKind]

class MachineOperationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MACHINE_OPERATION_KIND_UNSPECIFIED: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_PRINT: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_WHITE: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_ENGRAVE: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_CUT: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_CREASE: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_FOIL: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_EMBOSS: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_STITCH: _ClassVar[MachineOperationKind]
    MACHINE_OPERATION_KIND_SCREEN_ONLY: _ClassVar[MachineOperationKind]
MACHINE_FILE_FORMAT_UNSPECIFIED: MachineFileFormat
MACHINE_FILE_FORMAT_SVG: MachineFileFormat
MACHINE_FILE_FORMAT_DXF: MachineFileFormat
MACHINE_FILE_FORMAT_PDF: MachineFileFormat
MACHINE_FILE_FORMAT_PNG: MachineFileFormat
MACHINE_FILE_FORMAT_TIFF: MachineFileFormat
MACHINE_FILE_FORMAT_HPGL: MachineFileFormat
MACHINE_FILE_FORMAT_GCODE: MachineFileFormat
MACHINE_FILE_FORMAT_DST: MachineFileFormat
MACHINE_FILE_FORMAT_PES: MachineFileFormat
MACHINE_UNITS_UNSPECIFIED: MachineUnits
MACHINE_UNITS_MILLIMETRES: MachineUnits
MACHINE_UNITS_INCHES: MachineUnits
MACHINE_CURVES_UNSPECIFIED: MachineCurves
MACHINE_CURVES_ARCS: MachineCurves
MACHINE_CURVES_SPLINES: MachineCurves
MACHINE_CURVES_LINES: MachineCurves
MACHINE_ORIGIN_UNSPECIFIED: MachineOrigin
MACHINE_ORIGIN_BOTTOM_LEFT: MachineOrigin
MACHINE_ORIGIN_TOP_LEFT: MachineOrigin
MACHINE_ORIGIN_CENTRE: MachineOrigin
MACHINE_DATUM_UNSPECIFIED: MachineDatum
MACHINE_DATUM_FACE: MachineDatum
MACHINE_DATUM_WORK: MachineDatum
MACHINE_KERF_SIDE_UNSPECIFIED: MachineKerfSide
MACHINE_KERF_SIDE_WASTE: MachineKerfSide
MACHINE_KERF_SIDE_ON_LINE: MachineKerfSide
MACHINE_KERF_SIDE_INSIDE: MachineKerfSide
MACHINE_KERF_SIDE_OUTSIDE: MachineKerfSide
MACHINE_INSIDE_CORNERS_UNSPECIFIED: MachineInsideCorners
MACHINE_INSIDE_CORNERS_SHARP: MachineInsideCorners
MACHINE_INSIDE_CORNERS_ROUND: MachineInsideCorners
MACHINE_INSIDE_CORNERS_RELIEVED: MachineInsideCorners
MACHINE_FILL_KIND_UNSPECIFIED: MachineFillKind
MACHINE_FILL_KIND_NONE: MachineFillKind
MACHINE_FILL_KIND_HATCH: MachineFillKind
MACHINE_FILL_KIND_CROSS_HATCH: MachineFillKind
MACHINE_FILL_KIND_CONTOUR: MachineFillKind
MACHINE_MARK_KIND_UNSPECIFIED: MachineMarkKind
MACHINE_MARK_KIND_NONE: MachineMarkKind
MACHINE_MARK_KIND_REGISTRATION: MachineMarkKind
MACHINE_MARK_KIND_EYES: MachineMarkKind
MACHINE_MARK_KIND_CROP: MachineMarkKind
MACHINE_OPERATION_KIND_UNSPECIFIED: MachineOperationKind
MACHINE_OPERATION_KIND_PRINT: MachineOperationKind
MACHINE_OPERATION_KIND_WHITE: MachineOperationKind
MACHINE_OPERATION_KIND_ENGRAVE: MachineOperationKind
MACHINE_OPERATION_KIND_CUT: MachineOperationKind
MACHINE_OPERATION_KIND_CREASE: MachineOperationKind
MACHINE_OPERATION_KIND_FOIL: MachineOperationKind
MACHINE_OPERATION_KIND_EMBOSS: MachineOperationKind
MACHINE_OPERATION_KIND_STITCH: MachineOperationKind
MACHINE_OPERATION_KIND_SCREEN_ONLY: MachineOperationKind

class MachineProfile(_message.Message):
    __slots__ = ("name", "machine", "revision", "sha256", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    machine: Machine
    revision: str
    sha256: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., machine: _Optional[_Union[Machine, _Mapping]] = ..., revision: _Optional[str] = ..., sha256: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class MachineProfileRevision(_message.Message):
    __slots__ = ("name", "machine", "sha256", "create_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    machine: Machine
    sha256: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., machine: _Optional[_Union[Machine, _Mapping]] = ..., sha256: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Machine(_message.Message):
    __slots__ = ("display_name", "formats", "operations", "bed_width_um", "bed_height_um", "margin_um", "units", "curves", "origin", "tolerance_um", "dpi", "contour", "marks", "embroidery", "gcode", "order_cuts", "datum", "tiling")
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    BED_WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    BED_HEIGHT_UM_FIELD_NUMBER: _ClassVar[int]
    MARGIN_UM_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    CURVES_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_UM_FIELD_NUMBER: _ClassVar[int]
    DPI_FIELD_NUMBER: _ClassVar[int]
    CONTOUR_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    EMBROIDERY_FIELD_NUMBER: _ClassVar[int]
    GCODE_FIELD_NUMBER: _ClassVar[int]
    ORDER_CUTS_FIELD_NUMBER: _ClassVar[int]
    DATUM_FIELD_NUMBER: _ClassVar[int]
    TILING_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    formats: _containers.RepeatedScalarFieldContainer[MachineFileFormat]
    operations: _containers.RepeatedCompositeFieldContainer[MachineOperation]
    bed_width_um: int
    bed_height_um: int
    margin_um: int
    units: MachineUnits
    curves: MachineCurves
    origin: MachineOrigin
    tolerance_um: int
    dpi: int
    contour: MachineContourCut
    marks: MachineMarks
    embroidery: MachineEmbroidery
    gcode: MachineGcode
    order_cuts: bool
    datum: MachineDatum
    tiling: MachineTiling
    def __init__(self, display_name: _Optional[str] = ..., formats: _Optional[_Iterable[_Union[MachineFileFormat, str]]] = ..., operations: _Optional[_Iterable[_Union[MachineOperation, _Mapping]]] = ..., bed_width_um: _Optional[int] = ..., bed_height_um: _Optional[int] = ..., margin_um: _Optional[int] = ..., units: _Optional[_Union[MachineUnits, str]] = ..., curves: _Optional[_Union[MachineCurves, str]] = ..., origin: _Optional[_Union[MachineOrigin, str]] = ..., tolerance_um: _Optional[int] = ..., dpi: _Optional[int] = ..., contour: _Optional[_Union[MachineContourCut, _Mapping]] = ..., marks: _Optional[_Union[MachineMarks, _Mapping]] = ..., embroidery: _Optional[_Union[MachineEmbroidery, _Mapping]] = ..., gcode: _Optional[_Union[MachineGcode, _Mapping]] = ..., order_cuts: _Optional[bool] = ..., datum: _Optional[_Union[MachineDatum, str]] = ..., tiling: _Optional[_Union[MachineTiling, _Mapping]] = ...) -> None: ...

class MachineFill(_message.Message):
    __slots__ = ("kind", "spacing_um", "angle_degrees")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SPACING_UM_FIELD_NUMBER: _ClassVar[int]
    ANGLE_DEGREES_FIELD_NUMBER: _ClassVar[int]
    kind: MachineFillKind
    spacing_um: int
    angle_degrees: int
    def __init__(self, kind: _Optional[_Union[MachineFillKind, str]] = ..., spacing_um: _Optional[int] = ..., angle_degrees: _Optional[int] = ...) -> None: ...

class MachineOperation(_message.Message):
    __slots__ = ("operation", "name", "rgb", "colour_index", "pen", "kerf_um", "kerf_side", "inside_corners", "tool_radius_um", "lead_in_um", "overcut_um", "bridge_um", "fill", "min_stroke_um", "overprint", "power_permille", "speed_um_s", "passes", "depth_um")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RGB_FIELD_NUMBER: _ClassVar[int]
    COLOUR_INDEX_FIELD_NUMBER: _ClassVar[int]
    PEN_FIELD_NUMBER: _ClassVar[int]
    KERF_UM_FIELD_NUMBER: _ClassVar[int]
    KERF_SIDE_FIELD_NUMBER: _ClassVar[int]
    INSIDE_CORNERS_FIELD_NUMBER: _ClassVar[int]
    TOOL_RADIUS_UM_FIELD_NUMBER: _ClassVar[int]
    LEAD_IN_UM_FIELD_NUMBER: _ClassVar[int]
    OVERCUT_UM_FIELD_NUMBER: _ClassVar[int]
    BRIDGE_UM_FIELD_NUMBER: _ClassVar[int]
    FILL_FIELD_NUMBER: _ClassVar[int]
    MIN_STROKE_UM_FIELD_NUMBER: _ClassVar[int]
    OVERPRINT_FIELD_NUMBER: _ClassVar[int]
    POWER_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    SPEED_UM_S_FIELD_NUMBER: _ClassVar[int]
    PASSES_FIELD_NUMBER: _ClassVar[int]
    DEPTH_UM_FIELD_NUMBER: _ClassVar[int]
    operation: MachineOperationKind
    name: str
    rgb: _containers.RepeatedScalarFieldContainer[int]
    colour_index: int
    pen: int
    kerf_um: int
    kerf_side: MachineKerfSide
    inside_corners: MachineInsideCorners
    tool_radius_um: int
    lead_in_um: int
    overcut_um: int
    bridge_um: int
    fill: MachineFill
    min_stroke_um: int
    overprint: bool
    power_permille: int
    speed_um_s: int
    passes: int
    depth_um: int
    def __init__(self, operation: _Optional[_Union[MachineOperationKind, str]] = ..., name: _Optional[str] = ..., rgb: _Optional[_Iterable[int]] = ..., colour_index: _Optional[int] = ..., pen: _Optional[int] = ..., kerf_um: _Optional[int] = ..., kerf_side: _Optional[_Union[MachineKerfSide, str]] = ..., inside_corners: _Optional[_Union[MachineInsideCorners, str]] = ..., tool_radius_um: _Optional[int] = ..., lead_in_um: _Optional[int] = ..., overcut_um: _Optional[int] = ..., bridge_um: _Optional[int] = ..., fill: _Optional[_Union[MachineFill, _Mapping]] = ..., min_stroke_um: _Optional[int] = ..., overprint: _Optional[bool] = ..., power_permille: _Optional[int] = ..., speed_um_s: _Optional[int] = ..., passes: _Optional[int] = ..., depth_um: _Optional[int] = ...) -> None: ...

class MachineGcode(_message.Message):
    __slots__ = ("laser", "max_power", "safe_z_um", "plunge_um_s")
    LASER_FIELD_NUMBER: _ClassVar[int]
    MAX_POWER_FIELD_NUMBER: _ClassVar[int]
    SAFE_Z_UM_FIELD_NUMBER: _ClassVar[int]
    PLUNGE_UM_S_FIELD_NUMBER: _ClassVar[int]
    laser: bool
    max_power: int
    safe_z_um: int
    plunge_um_s: int
    def __init__(self, laser: _Optional[bool] = ..., max_power: _Optional[int] = ..., safe_z_um: _Optional[int] = ..., plunge_um_s: _Optional[int] = ...) -> None: ...

class MachineContourCut(_message.Message):
    __slots__ = ("offset_um", "min_radius_um", "follow_alpha")
    OFFSET_UM_FIELD_NUMBER: _ClassVar[int]
    MIN_RADIUS_UM_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_ALPHA_FIELD_NUMBER: _ClassVar[int]
    offset_um: int
    min_radius_um: int
    follow_alpha: bool
    def __init__(self, offset_um: _Optional[int] = ..., min_radius_um: _Optional[int] = ..., follow_alpha: _Optional[bool] = ...) -> None: ...

class MachineTiling(_message.Message):
    __slots__ = ("overlap_um", "mark_um")
    OVERLAP_UM_FIELD_NUMBER: _ClassVar[int]
    MARK_UM_FIELD_NUMBER: _ClassVar[int]
    overlap_um: int
    mark_um: int
    def __init__(self, overlap_um: _Optional[int] = ..., mark_um: _Optional[int] = ...) -> None: ...

class MachineMarks(_message.Message):
    __slots__ = ("kind", "size_um", "margin_um")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SIZE_UM_FIELD_NUMBER: _ClassVar[int]
    MARGIN_UM_FIELD_NUMBER: _ClassVar[int]
    kind: MachineMarkKind
    size_um: int
    margin_um: int
    def __init__(self, kind: _Optional[_Union[MachineMarkKind, str]] = ..., size_um: _Optional[int] = ..., margin_um: _Optional[int] = ...) -> None: ...

class MachineThread(_message.Message):
    __slots__ = ("name", "rgb", "brand", "number")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RGB_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    name: str
    rgb: _containers.RepeatedScalarFieldContainer[int]
    brand: str
    number: str
    def __init__(self, name: _Optional[str] = ..., rgb: _Optional[_Iterable[int]] = ..., brand: _Optional[str] = ..., number: _Optional[str] = ...) -> None: ...

class MachineEmbroidery(_message.Message):
    __slots__ = ("density_um", "stitch_um", "max_stitch_um", "min_stitch_um", "satin_max_um", "pull_um", "underlay", "trim_um", "fill_degrees", "thread_um", "threads")
    DENSITY_UM_FIELD_NUMBER: _ClassVar[int]
    STITCH_UM_FIELD_NUMBER: _ClassVar[int]
    MAX_STITCH_UM_FIELD_NUMBER: _ClassVar[int]
    MIN_STITCH_UM_FIELD_NUMBER: _ClassVar[int]
    SATIN_MAX_UM_FIELD_NUMBER: _ClassVar[int]
    PULL_UM_FIELD_NUMBER: _ClassVar[int]
    UNDERLAY_FIELD_NUMBER: _ClassVar[int]
    TRIM_UM_FIELD_NUMBER: _ClassVar[int]
    FILL_DEGREES_FIELD_NUMBER: _ClassVar[int]
    THREAD_UM_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    density_um: int
    stitch_um: int
    max_stitch_um: int
    min_stitch_um: int
    satin_max_um: int
    pull_um: int
    underlay: bool
    trim_um: int
    fill_degrees: int
    thread_um: int
    threads: _containers.RepeatedCompositeFieldContainer[MachineThread]
    def __init__(self, density_um: _Optional[int] = ..., stitch_um: _Optional[int] = ..., max_stitch_um: _Optional[int] = ..., min_stitch_um: _Optional[int] = ..., satin_max_um: _Optional[int] = ..., pull_um: _Optional[int] = ..., underlay: _Optional[bool] = ..., trim_um: _Optional[int] = ..., fill_degrees: _Optional[int] = ..., thread_um: _Optional[int] = ..., threads: _Optional[_Iterable[_Union[MachineThread, _Mapping]]] = ...) -> None: ...
