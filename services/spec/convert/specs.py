"""Specs, prices and what is wrong with a design, as messages and violations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luneo.design.v1 import design_pb2, money_pb2, template_pb2
from luneo.spec.v1 import spec_pb2, spec_service_pb2

from render_core.design import ArtworkValue, ColourValue, TextValue
from render_core.preflight.values import OPTION_CODES
from render_core.problems import Problem, Severity
from services.designs import provenance as designs
from services.designs.documents import parse
from services.designs.layouts import problems_to_proto
from services.designs.provenance import Channel
from services.runtime import moments
from services.runtime.calls import CallerKind, Context
from services.runtime.errors import Violation
from services.spec.domain.differences import Difference
from services.spec.domain.prices import Price
from services.spec.domain.revisions import Revision
from services.spec.domain.specs import Provenance, Spec
from services.spec.resource_names import REVISION, SPEC


def price_to_proto(price: Price) -> template_pb2.Price:
    """Return a price as a message."""
    return template_pb2.Price(
        total=money_pb2.Money(currency_code=price.currency_code, amount_cents=price.total_cents),
        lines=[
            template_pb2.PriceLine(
                zone=line.zone,
                description=line.description,
                amount_cents=line.amount_cents,
                option=line.option,
            )
            for line in price.lines
        ],
    )


def spec_to_proto(
    brand: str, spec: Spec, revision: Revision, asset_names: Mapping[str, str]
) -> spec_pb2.Spec:
    """Return a spec as a message.

    asset_names: by SHA-256, of artwork that the caller may see; what is not there has no name.
    """
    return spec_pb2.Spec(
        name=SPEC.format(brand=brand, spec=spec.id),
        spec_hash=spec.hash,
        spec_version=spec.version,
        document=spec.document,
        product_revision=_revision_name(brand, revision),
        layout_digest=spec.layout_digest,
        price=price_to_proto(spec.price),
        problems=problems_to_proto(spec.problems),
        create_time=moments.to_message(spec.created_at),
        design=_design(brand, spec.document, revision, asset_names),
    )


def difference_to_proto(difference: Difference) -> spec_service_pb2.SpecDifference:
    """Return a difference as a message."""
    return spec_service_pb2.SpecDifference(
        path=difference.path, before=difference.before, after=difference.after
    )


def violations_of(problems: Iterable[Problem]) -> list[Violation]:
    """Return the errors among problems as violations of a request that carries the design."""
    return [
        Violation(_field(problem), problem.code, _sentence(problem))
        for problem in problems
        if problem.severity is Severity.ERROR
    ]


def provenance_of(context: Context, given: spec_pb2.Provenance) -> Provenance:
    """Return who makes a spec: the caller, or whom one of our services acts for.

    A service that names nobody may use what the revision pins, and no upload.
    """
    caller = context.caller
    if caller.kind is not CallerKind.SERVICE:
        given = designs.provenance_of(context)
    elif not given.subject:
        return Provenance(caller.subject, Channel.API, context.agent, caller.subject)
    channel = Channel(given.channel or Channel.API)
    owner = given.subject if channel is Channel.WIDGET else None
    return Provenance(given.subject, channel, given.agent, owner)


def shopper_of(context: Context) -> str | None:
    """Return the subject whose uploads alone the caller may use, None for no such limit."""
    return context.caller.subject if context.caller.is_shopper else None


def _field(problem: Problem) -> str:
    if problem.zone:
        return f'design.zones["{problem.zone}"]'
    return "design.options" if problem.code in OPTION_CODES else "design"


def _sentence(problem: Problem) -> str:
    return f"{problem.message} {problem.suggestion}".strip()


def _revision_name(brand: str, revision: Revision) -> str:
    return REVISION.format(brand=brand, product=revision.product, revision=revision.id)


def _design(
    brand: str, document: str, revision: Revision, asset_names: Mapping[str, str]
) -> design_pb2.Design:
    design = design_pb2.Design(product_revision=_revision_name(brand, revision))
    recorded = parse(document)
    design.options.update(recorded.options)
    for zone_id, value in recorded.values.items():
        if isinstance(value, TextValue):
            font = _font_name(revision, zone_id, value.font)
            text = design_pb2.TextValue(text=value.text, font=font, ink=value.ink)
            design.zones[zone_id].text.CopyFrom(text)
        elif isinstance(value, ColourValue):
            design.zones[zone_id].colour.ink = value.ink
        else:
            names = (revision.asset_names.get(value.sha256), asset_names.get(value.sha256))
            asset = next((name for name in names if name), "")
            design.zones[zone_id].artwork.CopyFrom(_artwork(asset, value))
    return design


def _artwork(asset: str, value: ArtworkValue) -> design_pb2.ArtworkValue:
    crop = value.crop
    return design_pb2.ArtworkValue(
        asset=asset,
        crop=design_pb2.Crop(left=crop.left, top=crop.top, width=crop.width, height=crop.height)
        if crop
        else None,
        rotation_centidegrees=value.rotation_centidegrees,
    )


def _font_name(revision: Revision, zone_id: str, sha256: str) -> str:
    """Return the name by which the zone offers a font, "" for none."""
    if not sha256:
        return ""
    for name in revision.zones[zone_id].text.fonts:
        if revision.pins.fonts[name] == sha256:
            return name
    return revision.font_names[sha256]
