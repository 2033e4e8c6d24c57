"""Which grapheme clusters are emoji: pictures, where the rest of a text is writing (UTS #51, 15.0).

Every row of emoji-test.txt is one, however it is qualified, save what may as well be writing: a
single character of the Basic Multilingual Plane that Unicode shows as text by default (©, ™, ♥, ✓,
→) is a symbol like any letter until U+FE0F, a skin tone or a joiner makes a picture of it. U+FE0E
makes a symbol of anything. Digits are emoji only under a keycap.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import dropwhile, pairwise
from typing import Final

from render_core.text.ucd.properties import properties

KEYCAP: Final = "\u20e3"
KEYCAP_BASES: Final = frozenset("0123456789#*")
AS_TEXT: Final = "\ufe0e"
AS_EMOJI: Final = "\ufe0f"
PRESENTATION_SELECTORS: Final = frozenset([AS_TEXT, AS_EMOJI])
_ZWJ: Final = "\u200d"


@lru_cache(maxsize=8192)
def is_emoji(cluster: str) -> bool:
    """Return whether a grapheme cluster is an emoji, by the rule at the head of the module."""
    signs = "".join(dropwhile(_is_prepended, cluster))
    if not signs or signs[1:2] == AS_TEXT:
        return False
    if signs[0] in KEYCAP_BASES:
        return KEYCAP in signs
    base = properties(ord(signs[0]))
    if base.emoji_presentation:
        return True
    return base.emoji and (ord(signs[0]) > 0xFFFF or any(map(_makes_emoji, signs[1:])))


def emoji_clusters(text: str, starts: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the emoji of a text as ranges of code points. starts: of its grapheme clusters."""
    return [
        (start, end) for start, end in pairwise([*starts, len(text)]) if is_emoji(text[start:end])
    ]


def _is_prepended(character: str) -> bool:
    """Return whether a character belongs to the cluster after it, like the Arabic number sign."""
    return properties(ord(character)).grapheme_break == "Prepend"


def _makes_emoji(character: str) -> bool:
    return character in {AS_EMOJI, _ZWJ} or properties(ord(character)).emoji_modifier
