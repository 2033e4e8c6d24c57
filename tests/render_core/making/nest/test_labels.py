"""Labels of parts whose orders are written in any script."""

from __future__ import annotations

import pytest

from render_core.layout import Item, Operation
from render_core.making.nest.label_words import LabelFaces
from render_core.making.nest.labels import label_box, label_items
from render_core.making.nest.request import LabelPlace, LabelRule, NestPart, NestRequest, Stock
from render_core.making.nest.sheet_map import map_pages
from render_core.making.nest.solve import solve
from tests.fonts import FontLibrary, font_hash
from tests.render_core.making.nest.samples import HEART, area_of
from tests.render_core.making.nest.test_sheets import read_code

RULE = LabelRule(LabelPlace.BESIDE, code=False)
FACES = LabelFaces(FontLibrary(), tuple(map(font_hash, ("sans", "arabic", "hebrew", "thai"))))


@pytest.mark.parametrize("order", ["طلب ١٢٣", "הזמנה 77", "คำสั่ง ๗", "Ünï-7"])
def test_an_order_in_any_script_is_a_code_and_words_beside_the_part(order: str) -> None:
    box = label_box(NestPart("part", HEART, orders=(order,)), RULE)
    assert box is not None
    code, words = label_items(order, box, RULE, Operation.ENGRAVE, FACES)
    assert read_code(code) == order
    left, top, right, bottom = words.outline.bounds_um()
    assert left >= code.outline.bounds_um()[2] + RULE.module_um
    assert top >= box.top
    assert right <= box.left + box.width
    assert bottom <= box.top + box.height
    assert bottom - top > RULE.text_height_um // 2
    assert area_of(words.outline).area > 0
    assert area_of(words.outline).distance(area_of(HEART)) >= RULE.gap_um


def test_what_no_face_has_is_in_the_code_alone() -> None:
    """No box stands for a sign that could not be drawn."""
    order = "注文-7"
    box = label_box(NestPart("part", HEART, orders=("ORD-1", order)), RULE)
    assert box is not None
    for faces in (None, FACES):
        (code,) = label_items(order, box, RULE, Operation.PRINT, faces)
        assert read_code(code) == order
    (words,) = label_items("ORD-1", box, RULE, Operation.PRINT)
    assert words.line_width_um


def test_the_map_has_orders_in_any_script_and_points_to_the_json_for_others() -> None:
    def page(order: str) -> tuple[Item, ...]:
        parts = (NestPart("part", HEART, orders=(order,)),)
        request = NestRequest(parts, (Stock("sheet", 300_000, 200_000),))
        return map_pages(solve(request, 0), request, FACES)[0].items

    lines, wanted = (
        [item.outline.document() for item in page(one)] for one in ("注文-7", "(See JSON)")
    )
    assert lines == wanted
    words = [item for item in page("طلب ١٢٣") if not item.line_width_um]
    assert len(words) == 1
    assert area_of(words[0].outline).area > 0
