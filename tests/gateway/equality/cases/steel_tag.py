"""The product of the demo that the cases are about, and designs of it."""

from __future__ import annotations

from luneo.design.v1 import design_pb2

from tests.gateway.equality.demo import BRAND

TAG = f"{BRAND}/products/steel-tag"


def design(text: str = "Zoë") -> design_pb2.Design:
    made = design_pb2.Design(product_revision=f"{TAG}/revisions/r1", options={"metal": "brass"})
    made.zones["name"].text.text = text
    if text != "Zoë":  # longer, so smaller, and only a bold font can then be engraved
        made.zones["name"].text.font = f"{BRAND}/fonts/noto-sans"
    return made
