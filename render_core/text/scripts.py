"""The script each code point is set in (UAX #24, section 5.1), for shaping.

Common and inherited characters take the script of what they follow, leading ones of what they
precede; a closing bracket takes that of its opening one. Codes are ISO 15924.
"""

from __future__ import annotations

from typing import Final

from render_core.text.ucd.properties import bracket, properties

COMMON: Final = "Zyyy"
_UNSPECIFIC: Final = frozenset(["Zyyy", "Zinh", "Zzzz"])
_SHARED: Final = frozenset((script,) for script in _UNSPECIFIC)


def resolve_scripts(text: str) -> list[str]:
    """Return a script code for each code point; "Zyyy" where nothing in the text decides."""
    choices = [properties(ord(character)).script_extensions for character in text]
    only = set(choices) - _SHARED
    if len(only) == 1 and len(script := only.pop()) == 1:  # All of it is in one script.
        return [*script] * len(text)
    resolved: list[str] = []
    current = ""
    open_brackets: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        pair = bracket(ord(character))
        if pair is not None and not pair[1]:
            opened = _opening(open_brackets, pair[0])
            if opened is not None:
                current = resolved[opened] or current
        offered = choices[index]
        if current not in offered and _UNSPECIFIC.isdisjoint(offered):
            current = _next_script(choices, index)
        resolved.append(current)
        if pair is not None and pair[1]:
            open_brackets.append((pair[0], index))
    first = next((script for script in resolved if script), COMMON)
    return [script or first for script in resolved]


def _next_script(choices: list[tuple[str, ...]], index: int) -> str:
    """Return the script of a code point that cannot go on with that of the text before it."""
    offered = choices[index]
    if len(offered) == 1:
        return offered[0]
    for following in choices[index + 1 :]:
        if len(following) == 1 and following[0] in offered:
            return following[0]
    return offered[0]


def _opening(open_brackets: list[tuple[int, int]], closing: int) -> int | None:
    for depth in range(len(open_brackets) - 1, -1, -1):
        if open_brackets[depth][0] == closing:
            index = open_brackets[depth][1]
            del open_brackets[depth:]
            return index
    return None
