"""The spec document: what a shopper made of a product revision, as it is hashed and frozen.

    {"options": {"wood": "oak"}, "product_revision": "plaque/r3", "revision_hash": "9f…",
     "spec_version": "1.1",
     "zones": {"logo": {"asset": "41…", "kind": "artwork"},
               "name": {"font": "c0…", "ink": 0, "kind": "text", "text": "Emma"}}}

Only filled zones appear, and every option with its choice; the text is the one that is made, in
NFC; fonts and artwork are SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from render_core.artwork_rules import Crop
from render_core.design import ArtworkValue, ColourValue, TextValue, ZoneValue
from services.designs.canonical import Json, canonical, digest
from services.designs.upgrades import SPEC_VERSION, upgraded


@dataclass(frozen=True, slots=True)
class SpecDocument:
    """A spec document of the current version.

    product, revision: ids within the brand. values: by zone id, with every font named. options:
    choices by option id, every option of the revision.
    """

    product: str
    revision: str
    revision_hash: str
    values: Mapping[str, ZoneValue]
    options: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Json]:
        """Return the document as plain values."""
        return {
            "spec_version": SPEC_VERSION,
            "product_revision": f"{self.product}/{self.revision}",
            "revision_hash": self.revision_hash,
            "options": dict(self.options),
            "zones": {zone: _value_json(value) for zone, value in self.values.items()},
        }

    def canonical(self) -> bytes:
        """Return the bytes that are hashed and stored."""
        return canonical(self.json())

    def hash(self) -> str:
        """Return the spec hash: SHA-256 (hex) of the canonical form."""
        return digest(self.json())


def parse(document: str | bytes) -> SpecDocument:
    """Read a stored document of any version. ValueError for one of an unknown version or form.

    For documents that were checked when they were stored; those of strangers are the business of
    `ValidateSpec`.
    """
    return from_json(orjson.loads(document))


def from_json(document: Any) -> SpecDocument:
    """Read a document from plain values, as `parse`."""
    try:
        document = upgraded(document)
        product, revision = document["product_revision"].split("/")
        values = {zone: _value_from(value) for zone, value in document["zones"].items()}
        options = {str(option): str(choice) for option, choice in document["options"].items()}
        return SpecDocument(product, revision, document["revision_hash"], values, options)
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
