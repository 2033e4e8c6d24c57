"""Checks how a text zone sets its text: along a line, as a monogram, in a frame."""

from __future__ import annotations

from collections.abc import Iterator

from luneo.design.v1 import template_pb2, text_rules_pb2

from render_core.design import ZoneSpec
from render_core.layout import Ink, Operation
from render_core.preflight.lettering import contradictions, without_room
from services.designs.pins import Pins
from services.designs.templates import shape_of
from services.designs.text_rules import text_rules_of
from services.runtime.errors import Violation


def lettering_violations(zone: template_pb2.Zone, path: str) -> Iterator[Violation]:
    """Yield what is wrong with a text zone whose shape can be made. path: of its text rules."""
    rules = zone.text
    if rules.HasField("path") and rules.path.kind == text_rules_pb2.TEXT_PATH_KIND_UNSPECIFIED:
        yield Violation(
            f"{path}.path.kind", "TEXT_PATH_KIND_UNSTATED", "Say which line the text runs along."
        )
        return
    if not any(rules.HasField(name) for name in ("path", "monogram", "frame")):
        return
    spec = _spec(zone)
    for fault in contradictions(spec) or without_room(spec):
        yield Violation(f"{path}.{fault.field}", fault.reason, fault.message)


def _spec(zone: template_pb2.Zone) -> ZoneSpec:
    """Return what the render core needs to know of a zone to judge its lines; no font is looked at."""
    names = (*zone.text.fonts, *zone.text.fallback_fonts)
    return ZoneSpec(
        id=zone.id,
        display_name="",
        surface=zone.surface,
        x_um=0,
        y_um=0,
        width_um=zone.width_um,
        height_um=zone.height_um,
        operation=Operation.PRINT,
        ink=Ink((0, 0, 0)),
        shape=shape_of(zone.shape),
        safe_margin_um=zone.safe_margin_um,
        text=text_rules_of(zone.text, Pins(dict.fromkeys(names, ""), {})),
    )
