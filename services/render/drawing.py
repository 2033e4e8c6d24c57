"""Pixels of a content: the layout that the shopper saw, through the render core's outputs.

The render core's outputs load libvips, which only workers need: they are imported when something
is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from render_core.output_keys import OutputKind, render_key
from services.designs.frozen import design_of
from services.designs.library import ObjectLibrary, ReadsObjects
from services.designs.refusals import render_errors
from services.render.content import Content
from services.render.domain import Kind, Parameters

if TYPE_CHECKING:
    from render_core.outputs import Output

_KINDS = {
    Kind.PREVIEW: OutputKind.PREVIEW,
    Kind.THUMBNAIL: OutputKind.THUMBNAIL,
    Kind.FINAL: OutputKind.FINAL,
}


def key_of(content: Content, asked: Parameters) -> str:
    """Return the render key: equal for equal content, parameters and renderer."""
    return render_key(
        _KINDS[asked.kind],
        spec_hash=content.spec_hash,
        revision_hash=content.revision.revision_hash,
        parameters=_parameters(asked),
        pinned_inputs=[
            *(pin.sha256 for pin in content.revision.fonts),
            *(pin.sha256 for pin in content.revision.assets),
        ],
    )


def draw(content: Content, asked: Parameters, objects: ReadsObjects, brand: str) -> Output:
    """Return the picture."""
    from render_core.compose import compose
    from render_core.outputs import render

    library = ObjectLibrary(objects, brand)
    design = design_of(content.revision, content.spec_document)
    with render_errors():
        layout = compose(design, library).layout
        return render(_KINDS[asked.kind], layout, design.template, library, _parameters(asked))


def prepare() -> None:
    """Load what drawing needs, before the first picture is asked for."""
    from render_core import compose, outputs

    assert compose
    assert outputs


def _parameters(asked: Parameters) -> dict[str, Any]:
    if asked.kind is Kind.FINAL:
        return {"surface": asked.surface, "dpi": asked.dpi, "format": asked.format.value}
    return {"view": asked.view, "width": asked.width_px, "format": asked.format.value}
