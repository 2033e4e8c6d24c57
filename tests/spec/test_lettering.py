"""Products whose lines, monograms and frames cannot be made are refused, each at its field."""

from __future__ import annotations

from typing import Any

import pytest
from luneo.design.v1 import template_pb2
from luneo.design.v1 import text_rules_pb2 as pb

from services.spec.domain.lettering import lettering_violations
from tests.spec.shop import Refused, Shop, product, text_zone

ARC, ELLIPSE, PATH = (
    pb.TEXT_PATH_KIND_ARC,
    pb.TEXT_PATH_KIND_ELLIPSE,
    pb.TEXT_PATH_KIND_PATH,
)


def zone(
    path: dict[str, Any] | None = None,
    monogram: dict[str, Any] | None = None,
    frame: dict[str, Any] | None = None,
    *,
    shape: int = template_pb2.SHAPE_KIND_RECTANGLE,
    margin: int = 1000,
    **rules: Any,
) -> template_pb2.Zone:
    """Return a zone of 40 × 40 mm."""
    made = template_pb2.Zone(
        id="name", width_um=40_000, height_um=40_000, safe_margin_um=margin,
        shape=template_pb2.Shape(kind=shape),
    )  # fmt: skip
    text = {"min_size_centipoint": 600, "max_size_centipoint": 2400, "max_lines": 1, **rules}
    made.text.CopyFrom(pb.TextRules(max_graphemes=40, fonts=["brands/b/fonts/f"], **text))
    if path is not None:
        made.text.path.CopyFrom(pb.TextPath(**path))
    if monogram is not None:
        made.text.monogram.CopyFrom(pb.MonogramRules(**monogram))
    if frame is not None:
        made.text.frame.CopyFrom(pb.TextFrame(**frame))
    return made


def reasons(made: template_pb2.Zone) -> dict[str, str]:
    found = list(lettering_violations(made, "text"))
    assert all(violation.sentence.endswith(".") for violation in found)
    return {violation.field: violation.reason for violation in found}


RING = {"kind": ELLIPSE, "inset_um": 8000}
BOX = {"line_width_um": 300, "padding_um": 1000}
OWN = {"kind": PATH, "start_permille": 500}
GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "a ring": {"path": RING},
    "inside of a ring": {"path": {**RING, "inset_um": 2000, "side": pb.PATH_SIDE_RIGHT}},
    "an arc": {"path": {"kind": ARC, "bend_permille": 500, "inset_um": 6000, "start_permille": 500}},
    "an open line": {"path": {**OWN, "path": "M5 20C15 5 25 35 35 20"}},
    "a closed line": {"path": {"kind": PATH, "path": "M10 10H30V30H10Z"}},
    "from its start": {
        "path": {"kind": PATH, "path": "M5 20H35"}, "alignment": pb.ALIGNMENT_START},
    "to its end": {
        "path": {"kind": PATH, "path": "M5 20H35", "start_permille": 1000},
        "alignment": pb.ALIGNMENT_END},
    "a monogram": {"monogram": {"style": pb.MONOGRAM_STYLE_INTERLOCKED}, "frame": BOX},
    "a framed arc": {"path": RING, "frame": BOX},
    "a ring in a round zone": {"path": RING, "shape": template_pb2.SHAPE_KIND_ELLIPSE},
}  # fmt: skip
WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no kind": ({"path": {"path": "M0 0H9"}}, {"text.path.kind": "TEXT_PATH_KIND_UNSTATED"}),
    "no data": ({"path": OWN}, {"text.path.path": "TEXT_PATH_INVALID"}),
    "bad data": ({"path": {**OWN, "path": "M0 0K9"}}, {"text.path.path": "SHAPE_PATH_INVALID"}),
    "no length": ({"path": {**OWN, "path": "M5 5L5 5"}}, {"text.path.path": "TEXT_PATH_INVALID"}),
    "two lines": (
        {"path": {**OWN, "path": "M0 20H9M20 20H30"}}, {"text.path.path": "TEXT_PATH_INVALID"}),
    "data for a ring": (
        {"path": {**RING, "path": "M0 0H9"}}, {"text.path.path": "TEXT_PATH_UNUSED"}),
    "far away": (
        {"path": {**OWN, "path": "M0 0H99999999"}}, {"text.path.path": "GEOMETRY_OUT_OF_RANGE"}),
    "an inset too deep": (
        {"path": {**RING, "inset_um": 20_000}}, {"text.path.inset_um": "TEXT_PATH_INVALID"}),
    "centred at an end": (
        {"path": {"kind": PATH, "path": "M5 20H35"}},
        {"text.path.start_permille": "NO_ROOM_ON_LINE"}),
    "begun at the end": (
        {"path": {"kind": PATH, "path": "M5 20H35", "start_permille": 1000},
         "alignment": pb.ALIGNMENT_START},
        {"text.path.start_permille": "NO_ROOM_ON_LINE"}),
    "letters outside": ({"path": {"kind": ELLIPSE}}, {"text.path": "LETTERS_OUTSIDE_ZONE"}),
    "a line outside": (
        {"path": {**OWN, "path": "M0 60H40"}}, {"text.path": "LETTERS_OUTSIDE_ZONE"}),
    "in the corner of a round zone": (
        {"path": {**OWN, "path": "M1 5H9"}, "shape": template_pb2.SHAPE_KIND_ELLIPSE},
        {"text.path": "LETTERS_OUTSIDE_ZONE"}),
    "several lines": ({"path": RING, "max_lines": 2}, {"text.max_lines": "ONE_LINE_ONLY"}),
    "a monogram of lines": (
        {"monogram": {}, "max_lines": 3}, {"text.max_lines": "ONE_LINE_ONLY"}),
    "a monogram on a line": (
        {"monogram": {}, "path": RING}, {"text.monogram": "MONOGRAM_ON_PATH"}),
    "corners of an ellipse": (
        {"frame": {**BOX, "kind": pb.FRAME_KIND_ELLIPSE, "corner_um": 500}},
        {"text.frame.corner_um": "FRAME_CORNER_UNUSED"}),
    "a frame too wide": (
        {"frame": {**BOX, "padding_um": 19_000}}, {"text.frame.padding_um": "FRAME_TOO_LARGE"}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_made_is_taken(name: str) -> None:
    assert reasons(zone(**GOOD[name])) == {}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_made_is_refused_at_its_field(name: str) -> None:
    rules, expected = WRONG[name]
    assert reasons(zone(**rules)) == expected


def test_a_product_with_such_a_zone_is_refused(shop: Shop, font: str) -> None:
    wrong = text_zone(font)
    wrong.text.path.kind = PATH
    wrong.text.path.path = "M0 0K9"
    with pytest.raises(Refused) as refused:
        shop.add_product(product(wrong))
    assert refused.value.violations == {
        "product.template.zones[0].text.path.path": "SHAPE_PATH_INVALID"
    }
