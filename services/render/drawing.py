"""Pixels and 3D files of a content: the layout that the shopper saw, through the render core's outputs.

The render core's outputs load libvips, which only workers need: they are imported when something
is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from render_core.design import Library
from render_core.output_keys import OutputKind, render_key
from services.designs.frozen import design_of
from services.designs.refusals import render_errors
from services.render.content import Content
from services.render.domain import Kind, Parameters

if TYPE_CHECKING:
    from render_core.outputs import Output


def key_of(content: Content, asked: Parameters) -> str:
    """Return the render key: equal for equal content, parameters and renderer."""
    return render_key(
        OutputKind(asked.kind.value),
        spec_hash=content.spec_hash,
        revision_hash=content.revision.revision_hash,
        parameters=_parameters(asked),
        pinned_inputs=[
            *(pin.sha256 for pin in content.revision.fonts),
            *(pin.sha256 for pin in content.revision.assets),
        ],
    )


def draw(
    content: Content,
    asked: Parameters,
    library: Library,
    progress: Callable[[int, int], None],
) -> Output:
    """Return the picture or file. progress: called with how many pictures of how many are made."""
    from render_core.compose import compose
    from render_core.outputs import render

    design = design_of(content.revision, content.spec_document)
    with render_errors():
        layout = compose(design, library).layout
        return render(
            OutputKind(asked.kind.value),
            layout,
            design.template,
            library,
            _parameters(asked),
            progress,
        )


def prepare() -> None:
    """Load what drawing needs, before the first picture is asked for."""
    from render_core import compose, outputs

    assert compose
    assert outputs


def _parameters(asked: Parameters) -> dict[str, Any]:
    if asked.kind in (Kind.GLB, Kind.USDZ):
        return {"model": asked.model}
    if asked.kind is Kind.TURNTABLE:
        return {**_of_model(asked), "frames": asked.frames, "format": asked.format.value}
    shown = {"format": asked.format.value, "proof": asked.proof.value}
    if asked.kind is Kind.FINAL:
        return {"surface": asked.surface, "dpi": asked.dpi, **shown}
    if asked.kind is Kind.PREVIEW_3D:
        background = asked.background.value or "transparent"
        return {**_of_model(asked), "azimuth": asked.azimuth, "background": background, **shown}
    return {"view": asked.view, "width": asked.width_px, **shown}


def _of_model(asked: Parameters) -> dict[str, Any]:
    return {
        "model": asked.model,
        "elevation": asked.elevation,
        "distance": asked.distance_percent or 100,  # rows of older releases say none
        "width": asked.width_px,
    }
