"""How the parts of a batch are labelled: as large as what writes the labels needs them."""

from __future__ import annotations

from collections.abc import Sequence
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


def label_rule(profiles: Sequence[MachineProfile], label: Label) -> LabelRule:
    """Return how parts are labelled, so large that the machines can. Raises FailedPrecondition where they cannot."""
    from render_core.making.nest.request import LabelPlace, LabelRule

    rule = LabelRule(LabelPlace.COVER if label is Label.COVER else LabelPlace.BESIDE)
    asked = label in (Label.BESIDE, Label.COVER)
    operation = writing(profiles)
    if operation is None:
        if asked:
            raise FailedPrecondition(
                "This machine neither prints nor engraves, so it cannot write labels. Ask for none.",
                reason="LABEL_NOT_POSSIBLE",
            )
        return LabelRule()
    if label is Label.NONE:
        return LabelRule()
    tool = _finest(profiles, operation)
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


def _finest(profiles: Sequence[MachineProfile], operation: Operation) -> int:
    """Return how thin the machine that writes does so, µm; 0 for as thin as is wanted."""
    made = next((found for one in profiles if (found := one.operation(operation))), None)
    return max(made.kerf_um, made.min_stroke_um) if made else 0


def writing(profiles: Sequence[MachineProfile]) -> Operation | None:
    """Return what machines write labels by, None if none of them can write."""
    from render_core.layout import Operation

    able = (Operation.PRINT, Operation.ENGRAVE)
    return next((one for one in able if any(profile.operation(one) for profile in profiles)), None)
