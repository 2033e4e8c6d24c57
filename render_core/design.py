"""What the product allows and what the shopper meant: the input of `compose`.

Plain values in micrometres and 1/100 points, free of protobuf and of storage. Services convert
their messages to these; the command line reads them from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Protocol

from render_core.artwork_rules import CodeRules, Crop, PatternRules
from render_core.effects import Effect, effects_room
from render_core.layout import Ink, Operation
from render_core.looks import Finish
from render_core.models import Model
from render_core.text_rules import EmojiPolicy, MonogramRules, TextFrame, TextPath
from render_core.views import View

DEFAULT_LINE_WIDTH_UM: Final = 200
DEFAULT_LINE_HEIGHT_PERMILLE: Final = 1200


class ShapeKind(StrEnum):
    """The outlines a zone or a surface may have."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Shape:
    """The edge of a zone or surface, filling its box.

    corner_um: corner radius of a rectangle. path: SVG path data in millimetres for PATH.
    """

    kind: ShapeKind = ShapeKind.RECTANGLE
    corner_um: int = 0
    path: str = ""


class Align(StrEnum):
    """Horizontal alignment, relative to the paragraph's direction."""

    START = "start"
    CENTRE = "centre"
    END = "end"
    JUSTIFY = "justify"


class VerticalAlign(StrEnum):
    """Vertical alignment of the paragraph in its zone."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Overflow(StrEnum):
    """What happens to text that does not fit at the largest size."""

    SHRINK = "shrink"
    REPORT = "report"
    CONDENSE = "condense"


@dataclass(frozen=True, slots=True)
class TextRules:
    """What a text zone accepts and how it is set.

    fonts: SHA-256 of the faces a shopper may choose; the first is the default.
    fallback: SHA-256 of the faces tried, in order, for clusters the chosen face lacks.
    sizes in 1/100 pt; line_height_permille of the size; tracking_permille of the size.
    allowed: regular set of characters as a string of ranges ("A-Za-z0-9 "), or "" for any.
    features: OpenType features as "tag" or "tag=value". variations: (axis tag, value in 1/1000).
    indents and word spacing in 1/1000 of the size. min_condense_permille: for CONDENSE, the narrowest
    width of letters in 1/1000 of their own. line_width_um: of single-line fonts.
    """

    fonts: tuple[str, ...]
    fallback: tuple[str, ...] = ()
    min_size_centipoint: int = 600
    max_size_centipoint: int = 7200
    max_lines: int = 1
    max_graphemes: int = 60
    min_graphemes: int = 0
    align: Align = Align.CENTRE
    vertical_align: VerticalAlign = VerticalAlign.MIDDLE
    line_height_permille: int = DEFAULT_LINE_HEIGHT_PERMILLE
    tracking_permille: int = 0
    overflow: Overflow = Overflow.SHRINK
    allowed: str = ""
    min_stroke_um: int = 0
    min_gap_um: int = 0
    features: tuple[str, ...] = ()
    variations: tuple[tuple[str, int], ...] = ()
    word_spacing_permille: int = 0
    first_indent_permille: int = 0
    start_indent_permille: int = 0
    end_indent_permille: int = 0
    min_condense_permille: int = 1000
    emoji: EmojiPolicy = EmojiPolicy.OUTLINE
    forbidden_words: tuple[str, ...] = ()
    path: TextPath | None = None
    monogram: MonogramRules | None = None
    frame: TextFrame | None = None
    line_width_um: int = DEFAULT_LINE_WIDTH_UM


class ImageFit(StrEnum):
    """How artwork fills its zone."""

    CONTAIN = "contain"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class ArtworkRules:
    """What an artwork zone accepts. min_dpi: the lowest effective resolution of a raster image.

    min_stroke_um, min_gap_um: of vector artwork; 0 is unchecked.
    """

    fit: ImageFit = ImageFit.CONTAIN
    allow_vector: bool = True
    allow_raster: bool = True
    min_dpi: int = 150
    pattern: PatternRules | None = None
    min_stroke_um: int = 0
    min_gap_um: int = 0


@dataclass(frozen=True, slots=True)
class ColourRules:
    """A zone that is filled with the chosen one of its inks."""


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """A zone of the product: its frame on a surface, its shape and its rules.

    Exactly one of `text`, `artwork`, `code` and `colour` is set. operation and ink: what the machine
    does. effects: each below those before it, all below the fill. finish, depth_um: its look on the
    screen. stencil: the sheet is kept, so that closed counters would fall out.
    """

    id: str
    display_name: str
    surface: str
    x_um: int
    y_um: int
    width_um: int
    height_um: int
    operation: Operation
    ink: Ink
    shape: Shape = field(default_factory=Shape)
    safe_margin_um: int = 0
    bleed_um: int = 0
    required: bool = False
    text: TextRules | None = None
    artwork: ArtworkRules | None = None
    inks: tuple[Ink, ...] = ()
    code: CodeRules | None = None
    colour: ColourRules | None = None
    effects: tuple[Effect, ...] = ()
    finish: Finish = Finish.NONE
    depth_um: int = 0
    stencil: bool = False

    @property
    def fitting_margin_um(self) -> int:
        """What fills must keep from the edge so that what effects add stays in the safe area, too."""
        return self.safe_margin_um + effects_room(self.effects)


@dataclass(frozen=True, slots=True)
class SurfaceSpec:
    """A physical face of the product."""

    id: str
    display_name: str
    width_um: int
    height_um: int
    shape: Shape = field(default_factory=Shape)
    bleed_um: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose about a product. choices: ids, the first is the default."""

    id: str
    display_name: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A product revision as the render core sees it. output_profile: SHA-256 of an ICC profile, or ""."""

    surfaces: tuple[SurfaceSpec, ...]
    zones: tuple[ZoneSpec, ...]
    views: tuple[View, ...] = ()
    options: tuple[Option, ...] = ()
    output_profile: str = ""
    models: tuple[Model, ...] = ()

    def chosen(self, options: Mapping[str, str]) -> dict[str, str]:
        """Return the choice of every option: as given, else its first."""
        return {option.id: options.get(option.id, option.choices[0]) for option in self.options}

    def offered(self, options: Mapping[str, str]) -> Template:
        """Return the template with the views and models alone that these choices are offered with.

        Models have the looks of these choices.
        """
        choices = tuple(self.chosen(options).items())
        chosen = set(choices)
        views = tuple(view for view in self.views if set(view.shown_for) <= chosen)
        models = tuple(
            replace(model, chosen=choices) if model.looks else model
            for model in self.models
            if set(model.shown_for) <= chosen
        )
        return replace(self, views=views, models=models)


@dataclass(frozen=True, slots=True)
class TextValue:
    """A filled text zone. font: SHA-256, "" for the default. ink: index into the zone's inks."""

    text: str
    font: str = ""
    ink: int = 0


@dataclass(frozen=True, slots=True)
class ArtworkValue:
    """A filled artwork zone: SHA-256 of a normalised asset, the part of it and its turn clockwise."""

    sha256: str
    crop: Crop | None = None
    rotation_centidegrees: int = 0


@dataclass(frozen=True, slots=True)
class ColourValue:
    """A filled colour zone: index into the zone's inks."""

    ink: int


ZoneValue = TextValue | ArtworkValue | ColourValue


@dataclass(frozen=True, slots=True)
class Design:
    """The template, the values by zone id and the choices by option id.

    Zones without a value stay empty, options without a choice have their first.
    """

    template: Template
    values: Mapping[str, ZoneValue]
    options: Mapping[str, str] = field(default_factory=dict)


class Library(Protocol):
    """Where composition gets bytes by their SHA-256; KeyError for an unknown hash.

    font: whole face (TTF, OTF or WOFF2). artwork, mesh: normalised asset, as `intake` returned it.
    """

    def font(self, sha256: str) -> bytes: ...

    def artwork(self, sha256: str) -> bytes: ...

    def mesh(self, sha256: str) -> bytes: ...
