"""Layouts, problems and boxes as messages: what a client draws, in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from luneo.design.v1 import design_pb2, layout_pb2

from render_core import layout as core
from render_core.geometry.svg_path_writer import path_data_mm
from render_core.looks import Gradient
from render_core.problems import Problem, Severity
from services.designs.inks import rgb_hex

_KEPT_PATHS: Final = 512
_SEVERITIES = {
    Severity.ERROR: design_pb2.SEVERITY_ERROR,
    Severity.WARNING: design_pb2.SEVERITY_WARNING,
}


def layout_to_proto(
    layout: core.Layout, asset_names: Mapping[str, str], uri_of: Callable[[str], str]
) -> layout_pb2.Layout:
    """Return the layout as a client draws it.

    asset_names: resource names of images by SHA-256. uri_of: gives the signed address of an image
    by its SHA-256.
    """

    def image_message(image: core.ImageUse) -> layout_pb2.ImageUse:
        return layout_pb2.ImageUse(
            asset=asset_names.get(image.sha256, ""),
            uri=uri_of(image.sha256),
            matrix_um=image.matrix_um,
        )

    return layout_pb2.Layout(
        digest=layout.digest(),
        surfaces=[_surface(surface, image_message) for surface in layout.surfaces],
    )


@lru_cache(maxsize=_KEPT_PATHS)
def _written(verbs: bytes, points: bytes) -> str:
    outline = core.Outline(
        np.frombuffer(verbs, np.uint8), np.frombuffer(points, np.int32).reshape(-1, 2)
    )
    return path_data_mm(outline)


def _path(outline: core.Outline) -> str:
    """Return path data in millimetres; the last ones are kept, since of a design that is being
    typed most outlines stay as they are: edges, zones, the brand's logo.
    """
    return _written(outline.verbs.tobytes(), outline.points_um.tobytes())


def problems_to_proto(problems: Iterable[Problem]) -> list[design_pb2.Problem]:
    """Return problems as messages, in order."""
    return [_problem(problem) for problem in problems]


def _surface(
    surface: core.Surface, image_message: Callable[[core.ImageUse], layout_pb2.ImageUse]
) -> layout_pb2.SurfaceLayout:
    return layout_pb2.SurfaceLayout(
        surface=surface.id,
        width_um=surface.width_um,
        height_um=surface.height_um,
        outline=_path(surface.outline),
        zones=[_zone(frame) for frame in surface.zones],
        items=[_item(item, image_message) for item in surface.placed_items()],
    )


def _zone(frame: core.ZoneFrame) -> layout_pb2.ZoneLayout:
    return layout_pb2.ZoneLayout(
        zone=frame.zone,
        x_um=frame.x_um,
        y_um=frame.y_um,
        width_um=frame.width_um,
        height_um=frame.height_um,
        outline=_path(frame.shape.moved(frame.x_um, frame.y_um)),
        text=_text(frame.text) if frame.text else None,
    )


def _text(text: core.FittedText) -> layout_pb2.FittedText:
    return layout_pb2.FittedText(
        text_as_made=text.text_as_made,
        size_centipoint=text.size_centipoint,
        lines=text.lines,
        clusters=[
            layout_pb2.Cluster(
                start_utf16=cluster.start_utf16,
                end_utf16=cluster.end_utf16,
                line=cluster.line,
                level=cluster.level,
                box=_box(cluster.box),
                caret=_caret(cluster.caret_um) if cluster.caret_um else None,
            )
            for cluster in text.clusters
        ],
        condense_permille=0 if text.condense_permille == 1000 else text.condense_permille,
    )


def _caret(caret_um: tuple[int, int, int, int]) -> layout_pb2.Caret:
    foot_x, foot_y, head_x, head_y = caret_um
    return layout_pb2.Caret(foot_x_um=foot_x, foot_y_um=foot_y, head_x_um=head_x, head_y_um=head_y)


def _item(
    item: core.Item, image_message: Callable[[core.ImageUse], layout_pb2.ImageUse]
) -> layout_pb2.LayoutItem:
    return layout_pb2.LayoutItem(
        zone=item.zone,
        operation=item.operation.value,
        rgb_hex=rgb_hex(item.ink.rgb),
        path=_path(item.outline),
        fill_rule=item.fill_rule.value,
        line_width_um=item.line_width_um,
        image=image_message(item.image) if item.image else None,
        clip=_path(item.clip) if item.clip is not None else "",
        gradient=_gradient(item.gradient) if item.gradient else None,
        opacity_permille=_opacity(item.opacity_permille),
        finish=item.finish.value,
        depth_um=item.depth_um,
    )


def _gradient(gradient: Gradient) -> layout_pb2.Gradient:
    (start_x, start_y), (end_x, end_y) = gradient.start_um, gradient.end_um
    return layout_pb2.Gradient(
        kind=gradient.kind.value,
        start_x_um=start_x,
        start_y_um=start_y,
        end_x_um=end_x,
        end_y_um=end_y,
        radius_um=gradient.radius_um,
        axes_um=gradient.axes_um or (),
        colours=[
            layout_pb2.GradientColour(
                offset_permille=stop.offset_permille,
                rgb_hex=rgb_hex(stop.rgb),
                opacity_permille=_opacity(stop.opacity_permille),
            )
            for stop in gradient.stops
        ],
    )


def _opacity(permille: int) -> int | None:
    return None if permille == 1000 else permille


def _problem(problem: Problem) -> design_pb2.Problem:
    return design_pb2.Problem(
        code=problem.code,
        severity=_SEVERITIES[problem.severity],
        zone=problem.zone,
        message=problem.message,
        suggestion=problem.suggestion,
        corrected=problem.corrected,
        start_utf16=problem.start_utf16,
        end_utf16=problem.end_utf16,
        box=_box(problem.box) if problem.box else None,
        measured=problem.measured,
        required=problem.required,
        params=dict(problem.params),
    )


def _box(box: core.Box) -> design_pb2.Box:
    return design_pb2.Box(
        left_um=box.left_um,
        top_um=box.top_um,
        right_um=box.right_um,
        bottom_um=box.bottom_um,
    )
