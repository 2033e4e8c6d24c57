"""The resource names of this service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from services.runtime.errors import InvalidArgument, NotFound
from services.runtime.names import Template

PRODUCT: Final = Template("brands/{brand}/products/{product}")
REVISION: Final = Template("brands/{brand}/products/{product}/revisions/{revision}")
FONT: Final = Template("brands/{brand}/fonts/{font}")
ASSET: Final = Template("brands/{brand}/assets/{asset}")
SPEC: Final = Template("brands/{brand}/specs/{spec}")


def ids_in(template: Template, names: Iterable[str], brand: str) -> frozenset[str]:
    """Return the last ids of the names that have this shape and belong to the brand."""
    return frozenset(found for name in names if (found := _id_in(template, name, brand)))


def _id_in(template: Template, name: str, brand: str) -> str | None:
    try:
        return template.parse_last(name, brand=brand)
    except (InvalidArgument, NotFound):
        return None
