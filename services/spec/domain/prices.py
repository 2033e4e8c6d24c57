"""What a design costs: the product, what its choices add, and a surcharge for each zone filled."""

from __future__ import annotations

from dataclasses import dataclass

from luneo.design.v1 import template_pb2

from render_core.design import ArtworkValue, ZoneValue
from services.designs.documents import SpecDocument
from services.spec.domain.revisions import Revision


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One part of a price. zone, option: what causes it; both "" for the product itself."""

    zone: str
    description: str
    amount_cents: int
    option: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A price as whole cents of an ISO 4217 currency, with what it is made of."""

    currency_code: str
    lines: tuple[PriceLine, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)


def price_of(revision: Revision, document: SpecDocument) -> Price:
    """Return the price of what a spec document records.

    A zone that holds its default artwork costs nothing extra.
    """
    content, values = revision.content, document.values
    lines = [PriceLine("", content.display_name, content.price.amount_cents)]
    for option in content.template.options:
        for choice in option.choices:
            if choice.surcharge_cents and document.options.get(option.id) == choice.id:
                name = f"{option.display_name or option.id}: {choice.display_name or choice.id}"
                lines.append(PriceLine("", name, choice.surcharge_cents, option.id))
    for zone in content.template.zones:
        value = values.get(zone.id)
        if value is None or not zone.surcharge_cents or _is_default(zone, value, revision):
            continue
        lines.append(PriceLine(zone.id, zone.display_name or zone.id, zone.surcharge_cents))
    return Price(content.price.currency_code, tuple(lines))


def _is_default(zone: template_pb2.Zone, value: ZoneValue, revision: Revision) -> bool:
    default = revision.pins.assets.get(zone.artwork.default_asset)
    return (
        isinstance(value, ArtworkValue) and default is not None and value.sha256 == default.sha256
    )
