"""Problems found in a design: each with a code, its place, a measure and a next step.

A problem is data for the shopper; an exception (`render_core.errors`) is for the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from render_core.layout import Box


class Severity(StrEnum):
    """Whether the design can be made: an error refuses the snapshot, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    code: UPPER_SNAKE, stable. message: a sentence for the shopper. suggestion: what to do, or "".
    corrected: a value that would pass, or None. start_utf16, end_utf16: the range in the text as
    typed (0, 0 for the whole zone). measured and required: in the unit the message names, or None.
    params: what the words of the message hold, by name, for clients that translate by code.
    """

    code: str
    severity: Severity
    zone: str
    message: str
    suggestion: str = ""
    corrected: str | None = None
    start_utf16: int = 0
    end_utf16: int = 0
    box: Box | None = None
    measured: float | None = None
    required: float | None = None
    params: tuple[tuple[str, str], ...] = ()
