"""How the parts of a batch are labelled: as large as what writes the labels needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from render_core.units import um_as_mm
from services.manufacturing.domain.batches import Label
from services.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from render_core.layout import Operation
    from render_core.making.nest.request import LabelRule
    from render_core.making.profile import MachineProfile

# What is written with a thicker tool would be larger than most parts.
MOST_TOOL_UM: Final = 500


def label_rule(profile: MachineProfile, label: Label) -> LabelRule:
    """Return how parts are labelled, so large that the machine can. Raises FailedPrecondition where it cannot."""
    from render_core.making.nest.request import LabelPlace, LabelRule

    rule = LabelRule(LabelPlace.COVER if label is Label.COVER else LabelPlace.BESIDE)
    asked = label in (Label.BESIDE, Label.COVER)
    operation = writing(profile)
    if operation is None:
        if asked:
            raise FailedPrecondition(
                "This machine neither prints nor engraves, so it cannot write labels. Ask for none.",
                reason="LABEL_NOT_POSSIBLE",
            )
        return LabelRule()
    if label is Label.NONE:
        return LabelRule()
    tool = _finest(profile, operation)
    if tool > MOST_TOOL_UM:
        if asked:
            raise FailedPrecondition(
                f"What this machine writes is {um_as_mm(tool)} mm thick, too thick for labels. Ask for "
                "none.",
                reason="LABEL_NOT_POSSIBLE",
            )
        return LabelRule()
    if tool < rule.module_um:
        return rule
    return replace(rule, module_um=2 * tool, text_height_um=10 * tool)


def _finest(profile: MachineProfile, operation: Operation) -> int:
    """Return how thin a machine writes, µm; 0 for as thin as is wanted."""
    made = profile.operation(operation)
    return max(made.kerf_um, made.min_stroke_um) if made else 0


def writing(profile: MachineProfile) -> Operation | None:
    """Return what a machine writes labels by, None if it cannot write."""
    from render_core.layout import Operation

    able = (Operation.PRINT, Operation.ENGRAVE)
    return next((one for one in able if profile.operation(one)), None)
