"""Published revisions: their canonical document and its hash.

    {"revision_version": "1.0", "display_name": …, "description": …, "price": {…}, "template": {…},
     "fonts": [{"font": …, "display_name": …, "sha256": …}],
     "assets": [{"asset": …, "sha256": …, "width_px": …, "height_px": …}]}

And "material", if the product says one. The rest is the message `ProductRevision` as plain values (`services.designs.plain`): only fields
that are set. Name and time of the revision are outside: the same content has the same hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from google.protobuf import json_format
from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2

from render_core.design import Template
from services.designs.canonical import canonical, digest
from services.designs.pins import Pins, pins_of
from services.designs.plain import plain
from services.designs.templates import template_of
from services.spec.domain.holdings import Holdings

REVISION_VERSION: Final = "1.0"
_VERSION_KEY: Final = "revision_version"


@dataclass(frozen=True, slots=True)
class RevisionDocument:
    """What is stored of a revision. text: canonical JSON; hash: its SHA-256 (hex)."""

    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A published revision, ready to compose with. It never changes, so it may be cached.

    content: the message without name, time and addresses. template: the same for the render core.
    zones: by id. font_names, asset_names: resource names by SHA-256.
    """

    product: str
    id: str
    hash: str
    created_at: datetime
    content: product_pb2.ProductRevision
    pins: Pins
    template: Template
    zones: Mapping[str, template_pb2.Zone]
    font_names: Mapping[str, str]
    asset_names: Mapping[str, str]


def document_of(product: product_pb2.Product, holdings: Holdings) -> RevisionDocument:
    """Return the document of a product as it stands, with what it names pinned.

    holdings: exactly the fonts and pictures that the template names.
    """
    revision = product_pb2.ProductRevision(
        display_name=product.display_name,
        description=product.description,
        price=product.price,
        template=product.template,
        material=product.material,
        fonts=[
            product_pb2.PinnedFont(
                font=font.name, display_name=font.display_name, sha256=font.sha256
            )
            for _, font in sorted(holdings.fonts.items())
        ],
        assets=[
            product_pb2.PinnedAsset(
                asset=asset.name,
                sha256=asset.sha256,
                width_px=asset.width_px,
                height_px=asset.height_px,
            )
            for _, asset in sorted(holdings.assets.items())
        ],
    )
    document = {_VERSION_KEY: REVISION_VERSION, **plain(revision)}
    return RevisionDocument(canonical(document).decode(), digest(document))


def revision_of(
    *, product: str, id: str, hash: str, document: str, created_at: datetime
) -> Revision:
    """Return a stored revision. ValueError for a document of another version."""
    values = orjson.loads(document)
    version = values.pop(_VERSION_KEY, None)
    if version != REVISION_VERSION:
        raise ValueError(f"revision_version {version!r} is not {REVISION_VERSION!r}")
    content = json_format.ParseDict(values, product_pb2.ProductRevision())
    pins = pins_of(content)
    return Revision(
        product=product,
        id=id,
        hash=hash,
        created_at=created_at,
        content=content,
        pins=pins,
        template=template_of(content.template, pins),
        zones={zone.id: zone for zone in content.template.zones},
        font_names=pins.font_names(),
        asset_names=pins.asset_names(),
    )
