"""A single-line SVG font becomes a font of the brand in the confined child, and engraves as lines."""

from __future__ import annotations

import pytest
from luneo.design.v1 import text_rules_pb2
from luneo.spec.v1 import font_pb2, font_service_pb2
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest

from tests.fonts import fonts_dir
from tests.spec.shop import Refused, Shop, design, product, text_zone

SVG = fonts_dir() / "../hersheytext/svg_fonts/EMSReadability.svg"


def add(shop: Shop, data: bytes) -> font_pb2.Font:
    return shop.call(
        "FontService/CreateFont",
        font_service_pb2.CreateFontRequest(
            parent=shop.name, font=font_pb2.Font(display_name="Single line"), data=data
        ),
    )


def test_a_single_line_font_is_taken_with_its_licence_and_used(other: Shop) -> None:
    font = add(other, SVG.read_bytes())
    assert font.family == "EMS Readability"
    assert "SIL Open Font License" in font.license
    assert add(other, SVG.read_bytes()) == font
    rules = text_rules_pb2.TextRules(line_width_um=300)
    made = other.published(product(text_zone(font.name, text=rules)))
    answer = other.call(
        "DesignService/ComposeDesign",
        ComposeDesignRequest(parent=other.name, design=design(made.name, name="Zoë")),
    )
    assert answer.valid
    (item,) = answer.layout.surfaces[0].items
    assert item.line_width_um == 300
    assert "Z" not in item.path


def test_an_svg_that_holds_no_font_is_refused(other: Shop) -> None:
    with pytest.raises(Refused) as refused:
        add(other, b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0L1 1'/></svg>")
    assert "FONT_NOT_A_FONT" in str(refused.value.violations)
