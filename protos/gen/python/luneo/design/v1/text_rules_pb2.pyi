from buf.validate import validate_pb2 as _validate_pb2
from google.api import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Alignment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALIGNMENT_UNSPECIFIED: _ClassVar[Alignment]
    ALIGNMENT_START: _ClassVar[Alignment]
    ALIGNMENT_CENTRE: _ClassVar[Alignment]
    ALIGNMENT_END: _ClassVar[Alignment]
    ALIGNMENT_JUSTIFY: _ClassVar[Alignment]

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
    OVERFLOW_CONDENSE: _ClassVar[Overflow]

class EmojiPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EMOJI_POLICY_UNSPECIFIED: _ClassVar[EmojiPolicy]
    EMOJI_POLICY_OUTLINE: _ClassVar[EmojiPolicy]
    EMOJI_POLICY_COLOUR: _ClassVar[EmojiPolicy]
    EMOJI_POLICY_REFUSE: _ClassVar[EmojiPolicy]

class TextPathKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_PATH_KIND_UNSPECIFIED: _ClassVar[TextPathKind]
    TEXT_PATH_KIND_ARC: _ClassVar[TextPathKind]
    TEXT_PATH_KIND_ELLIPSE: _ClassVar[TextPathKind]
    TEXT_PATH_KIND_PATH: _ClassVar[TextPathKind]

class PathSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PATH_SIDE_UNSPECIFIED: _ClassVar[PathSide]
    PATH_SIDE_LEFT: _ClassVar[PathSide]
    PATH_SIDE_RIGHT: _ClassVar[PathSide]

class MonogramStyle(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MONOGRAM_STYLE_UNSPECIFIED: _ClassVar[MonogramStyle]
    MONOGRAM_STYLE_ROW: _ClassVar[MonogramStyle]
    MONOGRAM_STYLE_INTERLOCKED: _ClassVar[MonogramStyle]
    MONOGRAM_STYLE_STACKED: _ClassVar[MonogramStyle]

class FrameKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FRAME_KIND_UNSPECIFIED: _ClassVar[FrameKind]
    FRAME_KIND_RECTANGLE: _ClassVar[FrameKind]
    FRAME_KIND_ELLIPSE: _ClassVar[FrameKind]
    FRAME_KIND_CONTOUR: _ClassVar[FrameKind]
ALIGNMENT_UNSPECIFIED: Alignment
ALIGNMENT_START: Alignment
ALIGNMENT_CENTRE: Alignment
ALIGNMENT_END: Alignment
ALIGNMENT_JUSTIFY: Alignment
VERTICAL_ALIGNMENT_UNSPECIFIED: VerticalAlignment
VERTICAL_ALIGNMENT_TOP: VerticalAlignment
VERTICAL_ALIGNMENT_MIDDLE: VerticalAlignment
VERTICAL_ALIGNMENT_BOTTOM: VerticalAlignment
OVERFLOW_UNSPECIFIED: Overflow
OVERFLOW_SHRINK: Overflow
OVERFLOW_REPORT: Overflow
OVERFLOW_CONDENSE: Overflow
EMOJI_POLICY_UNSPECIFIED: EmojiPolicy
EMOJI_POLICY_OUTLINE: EmojiPolicy
EMOJI_POLICY_COLOUR: EmojiPolicy
EMOJI_POLICY_REFUSE: EmojiPolicy
TEXT_PATH_KIND_UNSPECIFIED: TextPathKind
TEXT_PATH_KIND_ARC: TextPathKind
TEXT_PATH_KIND_ELLIPSE: TextPathKind
TEXT_PATH_KIND_PATH: TextPathKind
PATH_SIDE_UNSPECIFIED: PathSide
PATH_SIDE_LEFT: PathSide
PATH_SIDE_RIGHT: PathSide
MONOGRAM_STYLE_UNSPECIFIED: MonogramStyle
MONOGRAM_STYLE_ROW: MonogramStyle
MONOGRAM_STYLE_INTERLOCKED: MonogramStyle
MONOGRAM_STYLE_STACKED: MonogramStyle
FRAME_KIND_UNSPECIFIED: FrameKind
FRAME_KIND_RECTANGLE: FrameKind
FRAME_KIND_ELLIPSE: FrameKind
FRAME_KIND_CONTOUR: FrameKind

class TextRules(_message.Message):
    __slots__ = ("fonts", "fallback_fonts", "min_size_centipoint", "max_size_centipoint", "max_lines", "max_graphemes", "min_graphemes", "alignment", "vertical_alignment", "line_height_permille", "tracking_permille", "overflow", "allowed_characters", "min_stroke_um", "min_gap_um", "features", "variations", "word_spacing_permille", "first_indent_permille", "start_indent_permille", "end_indent_permille", "min_condense_permille", "emoji", "forbidden_words", "path", "monogram", "frame", "line_width_um")
    class VariationsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
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
    MIN_GAP_UM_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    VARIATIONS_FIELD_NUMBER: _ClassVar[int]
    WORD_SPACING_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    FIRST_INDENT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    START_INDENT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    END_INDENT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    MIN_CONDENSE_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    EMOJI_FIELD_NUMBER: _ClassVar[int]
    FORBIDDEN_WORDS_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    MONOGRAM_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    LINE_WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
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
    min_gap_um: int
    features: _containers.RepeatedScalarFieldContainer[str]
    variations: _containers.ScalarMap[str, int]
    word_spacing_permille: int
    first_indent_permille: int
    start_indent_permille: int
    end_indent_permille: int
    min_condense_permille: int
    emoji: EmojiPolicy
    forbidden_words: _containers.RepeatedScalarFieldContainer[str]
    path: TextPath
    monogram: MonogramRules
    frame: TextFrame
    line_width_um: int
    def __init__(self, fonts: _Optional[_Iterable[str]] = ..., fallback_fonts: _Optional[_Iterable[str]] = ..., min_size_centipoint: _Optional[int] = ..., max_size_centipoint: _Optional[int] = ..., max_lines: _Optional[int] = ..., max_graphemes: _Optional[int] = ..., min_graphemes: _Optional[int] = ..., alignment: _Optional[_Union[Alignment, str]] = ..., vertical_alignment: _Optional[_Union[VerticalAlignment, str]] = ..., line_height_permille: _Optional[int] = ..., tracking_permille: _Optional[int] = ..., overflow: _Optional[_Union[Overflow, str]] = ..., allowed_characters: _Optional[str] = ..., min_stroke_um: _Optional[int] = ..., min_gap_um: _Optional[int] = ..., features: _Optional[_Iterable[str]] = ..., variations: _Optional[_Mapping[str, int]] = ..., word_spacing_permille: _Optional[int] = ..., first_indent_permille: _Optional[int] = ..., start_indent_permille: _Optional[int] = ..., end_indent_permille: _Optional[int] = ..., min_condense_permille: _Optional[int] = ..., emoji: _Optional[_Union[EmojiPolicy, str]] = ..., forbidden_words: _Optional[_Iterable[str]] = ..., path: _Optional[_Union[TextPath, _Mapping]] = ..., monogram: _Optional[_Union[MonogramRules, _Mapping]] = ..., frame: _Optional[_Union[TextFrame, _Mapping]] = ..., line_width_um: _Optional[int] = ...) -> None: ...

class TextPath(_message.Message):
    __slots__ = ("kind", "path", "bend_permille", "inset_um", "start_permille", "side", "upright", "shift_permille")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    BEND_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    INSET_UM_FIELD_NUMBER: _ClassVar[int]
    START_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    UPRIGHT_FIELD_NUMBER: _ClassVar[int]
    SHIFT_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    kind: TextPathKind
    path: str
    bend_permille: int
    inset_um: int
    start_permille: int
    side: PathSide
    upright: bool
    shift_permille: int
    def __init__(self, kind: _Optional[_Union[TextPathKind, str]] = ..., path: _Optional[str] = ..., bend_permille: _Optional[int] = ..., inset_um: _Optional[int] = ..., start_permille: _Optional[int] = ..., side: _Optional[_Union[PathSide, str]] = ..., upright: _Optional[bool] = ..., shift_permille: _Optional[int] = ...) -> None: ...

class MonogramRules(_message.Message):
    __slots__ = ("style", "middle_permille", "overlap_permille", "surname_in_middle")
    STYLE_FIELD_NUMBER: _ClassVar[int]
    MIDDLE_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_PERMILLE_FIELD_NUMBER: _ClassVar[int]
    SURNAME_IN_MIDDLE_FIELD_NUMBER: _ClassVar[int]
    style: MonogramStyle
    middle_permille: int
    overlap_permille: int
    surname_in_middle: bool
    def __init__(self, style: _Optional[_Union[MonogramStyle, str]] = ..., middle_permille: _Optional[int] = ..., overlap_permille: _Optional[int] = ..., surname_in_middle: _Optional[bool] = ...) -> None: ...

class TextFrame(_message.Message):
    __slots__ = ("kind", "padding_um", "line_width_um", "corner_um", "double")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PADDING_UM_FIELD_NUMBER: _ClassVar[int]
    LINE_WIDTH_UM_FIELD_NUMBER: _ClassVar[int]
    CORNER_UM_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_FIELD_NUMBER: _ClassVar[int]
    kind: FrameKind
    padding_um: int
    line_width_um: int
    corner_um: int
    double: bool
    def __init__(self, kind: _Optional[_Union[FrameKind, str]] = ..., padding_um: _Optional[int] = ..., line_width_um: _Optional[int] = ..., corner_um: _Optional[int] = ..., double: _Optional[bool] = ...) -> None: ...
