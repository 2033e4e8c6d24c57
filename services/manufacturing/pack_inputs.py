"""What a pack is made again from: `inputs.json`, the frozen design and the hashes of what it pins.

No font, picture or photo is in it, only their hashes: fonts never leave the server. Prices are left
out, since they decide nothing that is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from google.protobuf import json_format
from luneo.spec.v1 import product_pb2

from services.designs.canonical import canonical
from services.designs.plain import plain

INPUTS_FORMAT: Final = "luneo-inputs/1"


class NotInputs(ValueError):
    """The document is not one of inputs that this program wrote."""


def inputs_file(revision: product_pb2.ProductRevision, spec_document: str) -> bytes:
    """Return the file, canonical by RFC 8785."""
    needed = product_pb2.ProductRevision(
        name=revision.name,
        display_name=revision.display_name,
        template=revision.template,
        material=revision.material,
        revision_hash=revision.revision_hash,
        fonts=revision.fonts,
        assets=revision.assets,
    )
    for asset in needed.assets:
        asset.ClearField("uri")
    for zone in needed.template.zones:
        zone.ClearField("surcharge_cents")
    for option in needed.template.options:
        for choice in option.choices:
            choice.ClearField("surcharge_cents")
    return canonical(
        {"format": INPUTS_FORMAT, "revision": plain(needed), "spec_document": spec_document}
    )


def read_inputs(text: bytes) -> tuple[product_pb2.ProductRevision, str]:
    """Return revision and spec document of a file of inputs. Raises NotInputs."""
    try:
        document: Mapping[str, Any] = orjson.loads(text)
        if document["format"] != INPUTS_FORMAT:
            raise NotInputs(str(document["format"]))
        revision = json_format.ParseDict(document["revision"], product_pb2.ProductRevision())
        return revision, str(document["spec_document"])
    except (ValueError, KeyError, TypeError, json_format.ParseError) as error:
        raise NotInputs(str(error)) from error
