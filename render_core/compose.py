"""From a design to its layout: the one place where the shape of a letter is decided.

Pure: the same design and library give the same layout, byte for byte. Whatever is wrong with the
shopper's values comes back as problems, all at once, beside a layout of what could be laid out;
exceptions (`render_core.errors`) are for templates and libraries that are broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from render_core.design import Design, Library, SurfaceSpec, ZoneSpec
from render_core.kept_zones import KeptZones
from render_core.layout import Layout, Surface, ZoneFrame
from render_core.preflight.templates import check_template
from render_core.preflight.values import option_problems, unknown_zones
from render_core.problems import Problem, Severity, in_order
from render_core.steps.check_made_colours import check_made_colours
from render_core.steps.check_made_islands import check_made_islands
from render_core.steps.check_made_place import check_made_place
from render_core.steps.check_made_stitches import check_made_stitches
from render_core.steps.check_rules import check_rules
from render_core.steps.check_value import check_value
from render_core.steps.draw_effects import draw_effects
from render_core.steps.fill_colour import fill_colour
from render_core.steps.fit_path import fit_path
from render_core.steps.fit_text import fit_text
from render_core.steps.frame_text import frame_text
from render_core.steps.itemise_text import itemise_text
from render_core.steps.locate_problems import locate_problems
from render_core.steps.make_code import make_code
from render_core.steps.measure_made import measure_made
from render_core.steps.normalise_text import normalise_text
from render_core.steps.outline_text import outline_text
from render_core.steps.place_drawing import place_drawing
from render_core.steps.place_picture import place_picture
from render_core.steps.repeat_artwork import repeat_artwork
from render_core.steps.resolve_artwork import resolve_artwork
from render_core.steps.resolve_fonts import resolve_fonts
from render_core.steps.scene import Step, ZoneScene, outline_of
from render_core.steps.set_monogram import set_monogram
from render_core.text.ucd.properties import UNICODE_VERSION

STEPS: Final[tuple[Step, ...]] = (
    check_value,
    normalise_text,
    check_rules,
    resolve_fonts,
    itemise_text,
    fit_text,
    fit_path,
    set_monogram,
    outline_text,
    frame_text,
    make_code,
    resolve_artwork,
    place_drawing,
    place_picture,
    repeat_artwork,
    fill_colour,
    draw_effects,
    measure_made,
    check_made_islands,
    check_made_place,
    check_made_colours,
    check_made_stitches,
    locate_problems,
)


@dataclass(frozen=True, slots=True)
class Composition:
    """A layout and what is wrong with its design, in the order of `problems.in_order`."""

    layout: Layout
    problems: tuple[Problem, ...]

    @property
    def can_be_made(self) -> bool:
        """Whether no problem is an error."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def compose(
    design: Design, library: Library, kept: KeptZones | None = None, holder: str = ""
) -> Composition:
    """Lay out a design.

    kept: zones laid out before, of the `holder` of the library, which are taken as they are.
    Raises UnsupportedDesign for a template that cannot be laid out or a font that cannot be read,
    MissingInput for a font that the library lacks.
    """
    check_template(design.template)
    scenes = [_zone(spec, design, library, kept, holder) for spec in design.template.zones]
    surfaces = tuple(_surface(spec, scenes) for spec in design.template.surfaces)
    problems = [problem for scene in scenes for problem in scene.problems]
    problems += [*unknown_zones(design), *option_problems(design)]
    order = [zone.id for zone in design.template.zones]
    return Composition(Layout(surfaces, UNICODE_VERSION), in_order(problems, order))


def _zone(
    spec: ZoneSpec, design: Design, library: Library, kept: KeptZones | None, holder: str
) -> ZoneScene:
    if kept is None:
        return _compose_zone(spec, design, library)
    return kept.get(
        holder,
        spec,
        design.values.get(spec.id),
        design.template.output_profile,
        lambda: _compose_zone(spec, design, library),
    )


def _compose_zone(spec: ZoneSpec, design: Design, library: Library) -> ZoneScene:
    scene = ZoneScene(
        spec=spec,
        library=library,
        shape=outline_of(spec.shape, spec.width_um, spec.height_um),
        ink=spec.ink,
        value=design.values.get(spec.id),
        output_profile=design.template.output_profile,
    )
    for step in STEPS:
        scene = step(scene)
    return scene


def _surface(spec: SurfaceSpec, scenes: list[ZoneScene]) -> Surface:
    own = [scene for scene in scenes if scene.spec.surface == spec.id]
    return Surface(
        id=spec.id,
        width_um=spec.width_um,
        height_um=spec.height_um,
        outline=outline_of(spec.shape, spec.width_um, spec.height_um),
        zones=tuple(_frame(scene) for scene in own),
        items=tuple(item for scene in own for item in scene.items),
        bleed_um=spec.bleed_um,
    )


def _frame(scene: ZoneScene) -> ZoneFrame:
    spec = scene.spec
    return ZoneFrame(
        zone=spec.id,
        x_um=spec.x_um,
        y_um=spec.y_um,
        width_um=spec.width_um,
        height_um=spec.height_um,
        shape=scene.shape,
        text=scene.text,
    )
