"""What is said of something that cannot go where it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from services.runtime.errors import FailedPrecondition


class StateRefused(FailedPrecondition):
    """It cannot go there from where it stands. Metadata: state, wanted, allowed.

    what: a noun for it. instead: the sentence for whoever has no way on, "" where there are ways.
    """

    what: ClassVar[str]

    def __init__(
        self, state: str, wanted: str, allowed: Sequence[str], *, instead: str = "", why: str = ""
    ) -> None:
        ways = ", ".join(allowed)
        refusal = why or f"is {said(state)} and cannot become {said(wanted)}."
        following = f"It can become {said(ways)}." if ways else instead
        super().__init__(
            f"This {self.what} {refusal} {following}".rstrip(),
            state=state,
            wanted=wanted,
            allowed=ways,
        )


def said(states: str) -> str:
    """Return states as they are spoken of."""
    return states.replace("_", " ")
