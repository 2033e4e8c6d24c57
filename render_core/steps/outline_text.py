"""The fitted text as outlines and boxes in whole micrometres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from render_core.geometry.paths import Path
from render_core.layout import FittedText, Item
from render_core.preflight.fitting import missing_glyphs
from render_core.steps.scene import ZoneScene
from render_core.text.caret_boxes import cluster_boxes
from render_core.text.colour_glyphs import emoji_items
from render_core.text.fit import Fitted
from render_core.text.lines import Line


def outline_text(scene: ZoneScene) -> ZoneScene:
    """Fill in `text` and `items`; report clusters that no face could draw."""
    value, made, fitted = scene.text_value, scene.made, scene.fitted
    if value is None or made is None or scene.text is not None:
        return scene  # Text along a line and monograms are outlined by steps of their own.
    if fitted is None:
        return replace(scene, text=FittedText(value.text, made.text, (), 0, 0))
    x, y = fitted.anchor_um
    outlines = fitted.block.unioned().placed(fitted.scale_um, x, y)
    centre_lines = fitted.block.centre_lines().placed(fitted.scale_um, x, y)
    clusters = cluster_boxes(made, scene.paragraphs, fitted)
    text = FittedText(
        text_as_typed=value.text,
        text_as_made=made.text,
        font_sha256=faces_used(scene),
        size_centipoint=fitted.size_centipoint,
        lines=len(fitted.block.lines),
        clusters=clusters,
        condense_permille=fitted.condense_permille,
    )
    items = (*scene.items, *lettering(scene, outlines, centre_lines), *_pictures(scene, fitted))
    boxes = dict(zip(made.starts, [cluster.box for cluster in clusters], strict=True))
    problems = missing_glyphs(scene.spec.id, made, not_drawn(scene, fitted.block.lines), boxes)
    return replace(scene, text=text, items=items).with_problems(*problems)


def _pictures(scene: ZoneScene, fitted: Fitted) -> Iterator[Item]:
    """Yield the layers of emoji in their colours."""
    spec, (anchor_x, anchor_y) = scene.spec, fitted.anchor_um
    down = fitted.scale_um
    across = down * fitted.block.condense
    for face, glyph_id, x, y in fitted.block.pictures():
        place = (anchor_x + x * across, anchor_y + y * down)
        matrix = (across / face.upem, 0.0, 0.0, down / face.upem, *place)
        yield from emoji_items(face, glyph_id, spec.id, spec.operation, scene.ink, matrix)


def lettering(scene: ZoneScene, outlines: Path, centre_lines: Path) -> tuple[Item, ...]:
    """Return what is made of letters: closed outlines to fill, and open lines of single-line faces.

    Both in micrometres, zone coordinates.
    """
    spec = scene.spec
    items = []
    for path, width in ((outlines, 0), (centre_lines, scene.line_width_um)):
        if not path.is_empty:
            outline = path.outline()
            items.append(Item(spec.id, spec.operation, scene.ink, outline, line_width_um=width))
    return tuple(items)


def faces_used(scene: ZoneScene) -> tuple[str, ...]:
    """Return the faces of the text, by hash, in the order of first use."""
    return tuple(
        dict.fromkeys(
            cluster.face.sha256
            for paragraph in scene.paragraphs
            for cluster in paragraph.clusters
            if not cluster.missing
        )
    )


def not_drawn(scene: ZoneScene, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return the code points of clusters that no face has, or shaping found no glyph for."""
    ranges = [
        (cluster.start, cluster.end)
        for paragraph in scene.paragraphs
        for cluster in paragraph.clusters
        if cluster.missing
    ]
    return sorted(ranges + [place for line in lines for place in line.undrawn])
