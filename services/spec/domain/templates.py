"""Checks a template: every mistake at once, each with the path of its field."""

from __future__ import annotations

from collections.abc import Iterator

from luneo.design.v1 import template_pb2

from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetKind, Holdings
from services.spec.domain.ids import repeated
from services.spec.domain.models import model_violations
from services.spec.domain.options import choices_of, option_violations
from services.spec.domain.shapes import shape_violations
from services.spec.domain.views import view_violations
from services.spec.domain.zones import zone_violations


def template_violations(
    template: template_pb2.Template, holdings: Holdings, path: str
) -> Iterator[Violation]:
    """Yield every mistake in a template.

    holdings: what the brand has of the fonts and assets named in it. path: of the template in
    the request, "product.template".
    """
    surfaces = {surface.id: surface for surface in template.surfaces}
    yield from repeated(template.surfaces, f"{path}.surfaces", "surface")
    yield from repeated(template.zones, f"{path}.zones", "zone")
    yield from repeated(template.views, f"{path}.views", "view")
    yield from repeated(template.models, f"{path}.models", "model")
    yield from repeated(template.options, f"{path}.options", "option")
    yield from option_violations(template, path)
    yield from _profile(template.output_profile, holdings, f"{path}.output_profile")
    for index, surface in enumerate(template.surfaces):
        yield from shape_violations(
            surface.shape, surface.width_um, surface.height_um, f"{path}.surfaces[{index}].shape"
        )
    for index, zone in enumerate(template.zones):
        yield from zone_violations(zone, surfaces, holdings, f"{path}.zones[{index}]")
    for index, view in enumerate(template.views):
        yield from view_violations(view, surfaces, holdings, f"{path}.views[{index}]")
    choices = choices_of(template)
    for index, model in enumerate(template.models):
        yield from model_violations(model, surfaces, choices, holdings, f"{path}.models[{index}]")


def _profile(name: str, holdings: Holdings, path: str) -> Iterator[Violation]:
    if not name:
        return
    asset = holdings.assets.get(name)
    if asset is None:
        yield Violation(path, "ASSET_UNKNOWN", "This brand has no such colour profile.")
    elif asset.kind is not AssetKind.PROFILE:
        yield Violation(path, "ASSET_NOT_A_PROFILE", "Name the ICC profile of a press, no picture.")
