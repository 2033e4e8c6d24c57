"""Problems found in a design: each with a code, its place, a measure and a next step.

A problem is data for the shopper; an exception (`render_core.errors`) is for the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def in_order(problems: Iterable[Problem], zones: Sequence[str]) -> tuple[Problem, ...]:
    """Return problems in the order in which clients get them, each once.

    By zone as in `zones`, the product's order, then problems of other zones by name, then those of
    none; in a zone errors first, then by place in the text as typed, code, and place in the zone.
    """
    ranks = {zone: rank for rank, zone in enumerate(zones)}

    def key(problem: Problem) -> tuple[object, ...]:
        rank = len(ranks) + (not problem.zone)
        box = problem.box.document() if problem.box else []
        return (
            ranks.get(problem.zone, rank),
            problem.zone,
            problem.severity is not Severity.ERROR,
            problem.start_utf16,
            problem.end_utf16,
            problem.code,
            box,
            problem.params,
        )

    return tuple(sorted(dict.fromkeys(problems), key=key))
