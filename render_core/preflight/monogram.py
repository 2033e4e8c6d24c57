"""Problems of a text that gives no one, two or three letters and so no monogram."""

from __future__ import annotations

from itertools import islice

from render_core.preflight.characters import MAX_OF_A_KIND
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.initials import MOST_LETTERS, Initials
from render_core.text.normalise import NormalisedText


def monogram_problems(zone: str, made: NormalisedText, chosen: Initials) -> tuple[Problem, ...]:
    """Return a problem for each character that cannot be set, and one for letters too many.

    What corrects them is what is drawn: the initials.
    """
    corrected = chosen.text(made.text)
    found = [
        problem(
            "MONOGRAM_CHARACTER",
            zone,
            at=made.typed_range(start, end),
            corrected=corrected,
            params={"text": made.text[start:end]},
        )
        for start, end in islice(chosen.others, MAX_OF_A_KIND)
    ]
    if chosen.spare:
        start, end = chosen.spare[0]
        found.append(
            problem(
                "MONOGRAM_TOO_LONG",
                zone,
                at=made.typed_range(start, end),
                corrected=corrected,
                measured=float(chosen.count),
                required=float(MOST_LETTERS),
                params={"count": chosen.count, "limit": MOST_LETTERS, "initials": corrected},
            )
        )
    return tuple(found)
