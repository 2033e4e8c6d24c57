"""The resource names of this service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from luneo.spec.v1 import asset_pb2, font_pb2, product_pb2, spec_pb2

from services.runtime import names
from services.runtime.errors import InvalidArgument, NotFound
from services.runtime.names import Template

PRODUCT: Final = names.of(product_pb2.Product)
REVISION: Final = names.of(product_pb2.ProductRevision)
FONT: Final = names.of(font_pb2.Font)
ASSET: Final = names.of(asset_pb2.Asset)
SPEC: Final = names.of(spec_pb2.Spec)


def ids_in(template: Template, given: Iterable[str], brand: str) -> frozenset[str]:
    """Return the last ids of the names that have this shape and belong to the brand."""
    return frozenset(found for name in given if (found := _id_in(template, name, brand)))


def _id_in(template: Template, name: str, brand: str) -> str | None:
    try:
        return template.parse_last(name, brand=brand)
    except (InvalidArgument, NotFound):
        return None
