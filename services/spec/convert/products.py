"""Products and revisions as messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from luneo.spec.v1 import product_pb2

from services.runtime import etags
from services.spec.domain.products import Product, ProductState
from services.spec.domain.revisions import Revision
from services.spec.resource_names import PRODUCT, REVISION

_STATES: Final = {
    product_pb2.PRODUCT_STATE_UNSPECIFIED: ProductState.DRAFT,
    product_pb2.PRODUCT_STATE_DRAFT: ProductState.DRAFT,
    product_pb2.PRODUCT_STATE_ACTIVE: ProductState.ACTIVE,
    product_pb2.PRODUCT_STATE_ARCHIVED: ProductState.ARCHIVED,
}
_STATE_MESSAGES: Final = {
    ProductState.DRAFT: product_pb2.PRODUCT_STATE_DRAFT,
    ProductState.ACTIVE: product_pb2.PRODUCT_STATE_ACTIVE,
    ProductState.ARCHIVED: product_pb2.PRODUCT_STATE_ARCHIVED,
}


def state_of(message: product_pb2.Product) -> ProductState:
    """Return the state that a message asks for."""
    return _STATES[message.state]


def etag_of(brand: str, product: Product) -> str:
    """Return the etag of a product as it stands."""
    return etags.of_version(PRODUCT.format(brand=brand, product=product.id), product.version)


def product_to_proto(brand: str, product: Product) -> product_pb2.Product:
    """Return a product as a message."""
    message = product_pb2.Product()
    message.CopyFrom(product.content)
    message.name = PRODUCT.format(brand=brand, product=product.id)
    message.state = _STATE_MESSAGES[product.state]
    if product.published:
        message.published_revision = REVISION.format(
            brand=brand, product=product.id, revision=product.published
        )
    message.create_time.FromDatetime(product.created_at)
    message.update_time.FromDatetime(product.updated_at)
    message.etag = etag_of(brand, product)
    return message


def revision_to_proto(
    brand: str, revision: Revision, uri_of: Callable[[str], str]
) -> product_pb2.ProductRevision:
    """Return a revision as a message. uri_of: signed address of a picture by its SHA-256."""
    message = product_pb2.ProductRevision()
    message.CopyFrom(revision.content)
    message.name = REVISION.format(brand=brand, product=revision.product, revision=revision.id)
    message.revision_hash = revision.hash
    message.create_time.FromDatetime(revision.created_at)
    for pin in message.assets:
        if pin.width_px:
            pin.uri = uri_of(pin.sha256)
    return message
