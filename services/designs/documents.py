"""The spec document: what a shopper made of a product revision, as it is hashed and frozen.

    {"product_revision": "plaque/r3", "revision_hash": "9f…", "spec_version": "1.0",
     "zones": {"logo": {"asset": "41…", "kind": "artwork"},
               "name": {"font": "c0…", "ink": 0, "kind": "text", "text": "Emma"}}}

Only filled zones appear; the text is the one that is made, in NFC; fonts and artwork are SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from render_core.artwork_rules import Crop
from render_core.design import ArtworkValue, ColourValue, TextValue, ZoneValue
from services.designs.canonical import Json, canonical, digest

SPEC_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class SpecDocument:
    """A spec document of the current version.

    product, revision: ids within the brand. values: by zone id, with every font named.
    """

    product: str
    revision: str
    revision_hash: str
    values: Mapping[str, ZoneValue]

    def json(self) -> dict[str, Json]:
        """Return the document as plain values."""
        return {
            "spec_version": SPEC_VERSION,
            "product_revision": f"{self.product}/{self.revision}",
            "revision_hash": self.revision_hash,
            "zones": {zone: _value_json(value) for zone, value in self.values.items()},
        }

    def canonical(self) -> bytes:
        """Return the bytes that are hashed and stored."""
        return canonical(self.json())

    def hash(self) -> str:
        """Return the spec hash: SHA-256 (hex) of the canonical form."""
        return digest(self.json())


def parse(document: str | bytes) -> SpecDocument:
    """Read a stored document. ValueError for one of another version or form.

    For documents that were checked when they were stored; those of strangers are the business of
    `ValidateSpec`.
    """
    return from_json(orjson.loads(document))


def from_json(document: Any) -> SpecDocument:
    """Read a document from plain values, as `parse`."""
    try:
        if document["spec_version"] != SPEC_VERSION:
            raise ValueError(f"spec_version {document['spec_version']!r} is not {SPEC_VERSION!r}")
        product, revision = document["product_revision"].split("/")
        values = {zone: _value_from(value) for zone, value in document["zones"].items()}
        return SpecDocument(product, revision, document["revision_hash"], values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a spec document: {error!r}") from None


def _value_json(value: ZoneValue) -> dict[str, Json]:
    if isinstance(value, TextValue):
        return {"kind": "text", "text": value.text, "font": value.font, "ink": value.ink}
    if isinstance(value, ColourValue):
        return {"kind": "colour", "ink": value.ink}
    document: dict[str, Json] = {"kind": "artwork", "asset": value.sha256}
    if value.crop is not None:
        crop = value.crop
        document["crop"] = [crop.left, crop.top, crop.width, crop.height]
    if value.rotation_centidegrees:
        document["rotation_centidegrees"] = value.rotation_centidegrees
    return document


def _value_from(value: Any) -> ZoneValue:
    if value["kind"] == "text":
        return TextValue(text=value["text"], font=value["font"], ink=value["ink"])
    if value["kind"] == "artwork":
        crop = Crop(*value["crop"]) if "crop" in value else None
        return ArtworkValue(value["asset"], crop, value.get("rotation_centidegrees", 0))
    if value["kind"] == "colour":
        return ColourValue(ink=value["ink"])
    raise ValueError(f"zones hold text, artwork or a colour, not {value['kind']!r}")
