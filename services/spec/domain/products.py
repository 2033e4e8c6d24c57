"""Products: what may be stored, and how an update changes one.

The messages of `luneo.design.v1` are the values here: they define the content of a product, and a
second set of classes could only copy them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from luneo.spec.v1 import product_pb2

from services.runtime.errors import Violation
from services.spec.domain.errors import ProductInvalid
from services.spec.domain.holdings import Holdings
from services.spec.domain.options import price_violations
from services.spec.domain.templates import template_violations
from services.spec.domain.texts import control_characters

# What a client may change, and of that what a revision publishes.
CHANGEABLE: Final = ("display_name", "description", "state", "price", "template", "material")
CONTENT: Final = ("display_name", "description", "price", "template", "material")
MAX_PRICE_CENTS: Final = 1_000_000_000
MAX_MISTAKES: Final = 100


class ProductState(StrEnum):
    """Whether shoppers can have a product."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it is being edited. content: only the fields of `CONTENT` are set.

    version: counts changes. published: id of the published revision, or None.
    """

    id: str
    state: ProductState
    content: product_pb2.Product
    published: str | None
    version: int
    created_at: datetime
    updated_at: datetime


def content_of(message: product_pb2.Product) -> product_pb2.Product:
    """Return a product with only what a client may fill and a revision publishes."""
    return _copied(product_pb2.Product(), message, CONTENT)


def changed(
    product: Product, message: product_pb2.Product, fields: Sequence[str], state: ProductState
) -> Product:
    """Return the product with `fields` taken from a message.

    state: what the message asks for; it counts if `fields` names it.
    """
    content = _copied(product.content, message, [name for name in fields if name in CONTENT])
    return replace(product, content=content, state=state if "state" in fields else product.state)


def check(content: product_pb2.Product, holdings: Holdings) -> None:
    """Raise ProductInvalid with every mistake of a product.

    holdings: what the brand has of the fonts and pictures that the template names.
    """
    violations = mistakes(content, holdings)
    if violations:
        raise ProductInvalid(violations=violations)


def mistakes(content: product_pb2.Product, holdings: Holdings) -> list[Violation]:
    """Return the mistakes of a product, with the paths of a request that carries it.

    At most MAX_MISTAKES are listed: a template can hold thousands.
    """
    found = list(control_characters(content, "product"))
    if not 0 <= content.price.amount_cents <= MAX_PRICE_CENTS:
        found.append(
            Violation(
                "product.price.amount_cents",
                "AMOUNT_OUT_OF_RANGE",
                f"A price is from 0 to {MAX_PRICE_CENTS} cents.",
            )
        )
    found += price_violations(content, "product")
    found += template_violations(content.template, holdings, "product.template")
    return found[:MAX_MISTAKES]


def _copied(
    base: product_pb2.Product, source: product_pb2.Product, fields: Sequence[str]
) -> product_pb2.Product:
    copy = product_pb2.Product()
    copy.CopyFrom(base)
    for name in fields:
        field = copy.DESCRIPTOR.fields_by_name[name]
        copy.ClearField(name)
        if field.message_type is None:
            setattr(copy, name, getattr(source, name))
        elif source.HasField(name):
            getattr(copy, name).CopyFrom(getattr(source, name))
    return copy
