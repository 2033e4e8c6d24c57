"""Checks a template: every mistake at once, each with the path of its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from luneo.design.v1 import template_pb2

from services.runtime.errors import Violation
from services.spec.domain.holdings import AssetKind, Holdings
from services.spec.domain.models import model_violations
from services.spec.domain.options import option_violations
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
    yield from _repeated(template.surfaces, f"{path}.surfaces", "surface")
    yield from _repeated(template.zones, f"{path}.zones", "zone")
    yield from _repeated(template.views, f"{path}.views", "view")
    yield from _repeated(template.models, f"{path}.models", "model")
    yield from _repeated(template.options, f"{path}.options", "option")
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
    choices = {option.id: [one.id for one in option.choices] for option in template.options}
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


def _repeated(
    things: Iterable[
        template_pb2.Surface
        | template_pb2.Zone
        | template_pb2.View
        | template_pb2.Option
        | template_pb2.Model
    ],
    path: str,
    word: str,
) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, thing in enumerate(things):
        if thing.id in seen:
            yield Violation(
                f"{path}[{index}].id", "ID_REPEATED", f"Another {word} has the id {thing.id!r}."
            )
        seen.add(thing.id)
