"""The JSON Schema of spec documents (2020-12): published, and what `ValidateSpec` checks by."""

from __future__ import annotations

from typing import Any, Final

from services.designs.upgrades import SPEC_VERSION

SCHEMA_ID: Final = "https://luneo.dev/schemas/spec-1.1.json"

_ID: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": SCHEMA_ID,
    "title": "Spec document",
    "description": "What a shopper made of a product revision. The spec hash is the SHA-256 of "
    "this document in canonical form (RFC 8785).",
    "type": "object",
    "required": ["options", "product_revision", "revision_hash", "spec_version", "zones"],
    "additionalProperties": False,
    "properties": {
        "spec_version": {"const": SPEC_VERSION},
        "product_revision": {
            "description": "Product id and revision id within the brand.",
            "type": "string",
            "pattern": f"^{_ID}/{_ID}$",
        },
        "revision_hash": {
            "description": "SHA-256 over the canonical document of the revision.",
            **_SHA256,
        },
        "options": {
            "description": "The choice of every option of the product.",
            "type": "object",
            "maxProperties": 12,
            "propertyNames": {"pattern": "^[a-z][a-z0-9-]{0,39}$"},
            "additionalProperties": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,39}$"},
        },
        "zones": {
            "description": "The filled zones by id.",
            "type": "object",
            "maxProperties": 40,
            "propertyNames": {"pattern": "^[a-z][a-z0-9-]{0,39}$"},
            "additionalProperties": {
                "type": "object",
                "required": ["kind"],
                "oneOf": [
                    {"$ref": "#/$defs/text"},
                    {"$ref": "#/$defs/artwork"},
                    {"$ref": "#/$defs/colour"},
                ],
            },
        },
    },
    "$defs": {
        "text": {
            "type": "object",
            "required": ["font", "ink", "kind", "text"],
            "additionalProperties": False,
            "properties": {
                "kind": {"const": "text"},
                "text": {
                    "description": "The text as made, in NFC.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 2000,
                },
                "font": {
                    "description": "SHA-256 of the font file; empty for a code.",
                    "type": "string",
                    "pattern": "^([0-9a-f]{64})?$",
                },
                "ink": {
                    "description": "Which of the zone's inks, from 0.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 39,
                },
            },
        },
        "artwork": {
            "type": "object",
            "required": ["asset", "kind"],
            "additionalProperties": False,
            "properties": {
                "kind": {"const": "artwork"},
                "asset": {"description": "SHA-256 of the normalised artwork.", **_SHA256},
                "crop": {
                    "description": "Left, top, width and height of the part that is used, in "
                    "1/100,000 of the artwork's.",
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0, "maximum": 100000},
                    "minItems": 4,
                    "maxItems": 4,
                },
                "rotation_centidegrees": {
                    "description": "Turned clockwise, in 1/100 degrees.",
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 35999,
                },
            },
        },
        "colour": {
            "type": "object",
            "required": ["ink", "kind"],
            "additionalProperties": False,
            "properties": {
                "kind": {"const": "colour"},
                "ink": {
                    "description": "Which of the zone's inks, from 0.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 39,
                },
            },
        },
    },
}
