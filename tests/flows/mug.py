"""The sample mug in a brand: its mesh, photo and fonts uploaded, published, and a design on it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from google.protobuf import json_format
from luneo.design.v1 import design_pb2
from luneo.spec.v1 import font_pb2, font_service_pb2, product_pb2

from render_core.compose import compose
from render_core.files import load_design
from render_core.output_keys import OutputKind
from render_core.outputs import render
from services.cli.seed import with_resource_names
from tests.flows.house import Brand
from tests.spec.shop import artwork

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
DESIGN: Final = EXAMPLES / "designs" / "mug-photo.json"


def publish_mug(brand: Brand) -> str:
    """Bring the mug in as a brand would; return its revision's name."""
    path = EXAMPLES / "products" / "mug.json"
    described = json.loads(path.read_text("utf-8"))
    files: dict[str, dict[str, str]] = described["files"]
    for name, file in files["fonts"].items():
        upload = font_service_pb2.CreateFontRequest(
            parent=brand.name,
            font=font_pb2.Font(display_name=name),
            data=(path.parent / file).read_bytes(),
            font_id=name,
        )
        brand.call("FontService/CreateFont", upload)
    for name, file in files["assets"].items():
        brand.add_asset((path.parent / file).read_bytes(), name)
    made = product_pb2.Product(display_name=described["display_name"])
    json_format.ParseDict(described["price"], made.price)
    template = with_resource_names(described["template"], brand.brand)
    json_format.ParseDict(template, made.template)
    return brand.published(made).name


def mug_design(brand: Brand, revision: str, words: str = "") -> design_pb2.Design:
    """The design of the sample file on this revision; words: in place of its caption."""
    lake = brand.add_asset((EXAMPLES / "photos" / "shopper-lake.webp").read_bytes(), "lake")
    caption = json.loads(DESIGN.read_text("utf-8"))["zones"]["caption"]["text"]
    made = design_pb2.Design(product_revision=revision)
    made.zones["photo"].CopyFrom(artwork(lake.name))
    made.zones["caption"].text.text = words or caption["text"]
    made.zones["caption"].text.font = f"{brand.name}/fonts/{caption['font']}"
    return made


@cache
def offline(kind: OutputKind, **parameters: Any) -> bytes:
    """What `luneo render` makes of the sample file."""
    loaded = load_design(DESIGN)
    layout = compose(loaded.design, loaded.library).layout
    return render(kind, layout, loaded.design.template, loaded.library, parameters).data
