"""What the steps hand on: one zone of a design, further resolved by each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from render_core.design import ArtworkValue, Library, Shape, TextValue, ZoneSpec, ZoneValue
from render_core.geometry.region import Region, region
from render_core.geometry.shapes import shape_outline
from render_core.layout import FittedText, Ink, Item, Outline
from render_core.limits import MAX_CACHED_SHAPES
from render_core.preflight.places import SetText
from render_core.problems import Problem
from render_core.steps.artwork import Artwork
from render_core.text.face import Face
from render_core.text.fit import Fitted
from render_core.text.normalise import NormalisedText
from render_core.text.paragraphs import Paragraph


@dataclass(frozen=True, slots=True)
class ZoneScene:
    """A zone on its way from value to items. Fields are filled from top to bottom.

    value: None for an empty zone, or one whose value cannot be used. made: the text as made.
    faces: the chosen face, then the fallback chain.
    """

    spec: ZoneSpec
    library: Library
    shape: Outline
    ink: Ink
    value: ZoneValue | None = None
    output_profile: str = ""
    made: NormalisedText | None = None
    faces: tuple[Face, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    fitted: Fitted | None = None
    text: FittedText | None = None
    artwork: Artwork | None = None
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def text_value(self) -> TextValue | None:
        return self.value if isinstance(self.value, TextValue) else None

    @property
    def artwork_value(self) -> ArtworkValue | None:
        return self.value if isinstance(self.value, ArtworkValue) else None

    @property
    def set_text(self) -> SetText | None:
        """The text as made and as set, for places in it; None without one."""
        if self.made is None or self.text is None:
            return None
        return SetText(self.made, self.text)

    @property
    def region(self) -> Region:
        """The zone's shape less its safe margin and the room of effects, for the middle of lines."""
        spec = self.spec
        margin = spec.fitting_margin_um + (self.line_width_um + 1) // 2
        return region_of(spec.shape, spec.width_um, spec.height_um, margin)

    @property
    def line_width_um(self) -> int:
        """The width of the lines that letters are drawn with; 0 where all of them have outlines."""
        if self.spec.text is None or not any(face.single_line for face in self.faces):
            return 0
        clusters = (cluster for paragraph in self.paragraphs for cluster in paragraph.clusters)
        single = any(cluster.face.single_line for cluster in clusters)
        return self.spec.text.line_width_um if single else 0

    @property
    def middle_um(self) -> tuple[float, float]:
        """The middle of the box around the zone's shape, zone coordinates."""
        left, top, right, bottom = self.shape.bounds_um()
        return ((left + right) / 2, (top + bottom) / 2)

    def with_problems(self, *problems: Problem) -> ZoneScene:
        """Return the scene with problems added."""
        return replace(self, problems=(*self.problems, *problems)) if problems else self


Step = Callable[[ZoneScene], ZoneScene]


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def outline_of(shape: Shape, width_um: int, height_um: int) -> Outline:
    """Return `shape_outline`, remembered: templates change rarely."""
    return shape_outline(shape, width_um, height_um)


@lru_cache(maxsize=MAX_CACHED_SHAPES)
def region_of(shape: Shape, width_um: int, height_um: int, margin_um: int) -> Region:
    """Return the region of a shape less its margin, remembered."""
    return region(outline_of(shape, width_um, height_um), margin_um)
