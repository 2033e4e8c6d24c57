"""Which characters of a text are set as a monogram: one, two or three letters.

A name stands for its initials: "Emma Louise Kent" and "E. L. Kent" are E, L and K. So spaces and full
stops only end words, and a sign that joins two is a word of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import unicodedata2

from render_core.text.normalise import NormalisedText
from render_core.text.ucd.properties import properties

MOST_LETTERS: Final = 3
# Ends a word without being set.
_ENDING: Final = frozenset(".")
# Set like a letter: the monogram of a couple.
_JOINING: Final = frozenset("&+")

# Canonical combining class of viramas, and the scripts in which they make conjuncts.
_VIRAMA: Final = 9
_CONJOINING: Final = frozenset(["Beng", "Deva", "Gujr", "Mlym", "Orya", "Telu"])

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Initials:
    """What of a text is set. letters: code points [start, end) of the clusters, as typed.

    others: clusters that cannot be set. spare: letters beyond those that can be set. count: of the
    letters that this text asks for.
    """

    letters: tuple[Range, ...]
    others: tuple[Range, ...]
    spare: tuple[Range, ...]
    count: int

    def text(self, made: str) -> str:
        """Return a text that would be set just like this."""
        return "".join(made[start:end] for start, end in self.letters)


def initials(made: NormalisedText) -> Initials:
    """Return the letters of a text: those of one word, the first letters of several.

    Of more than three words it takes those of the first two and the last, of one long word its beginning;
    the rest is spare.
    """
    words: list[list[Range]] = [[]]
    others: list[Range] = []
    for start, end in _letters(made):
        cluster = made.text[start:end]
        if is_letter(cluster):
            words += [[(start, end)], []] if joins(cluster) else []
            words[-1] += [] if joins(cluster) else [(start, end)]
        elif cluster.isspace() or cluster in _ENDING:
            words.append([])
        else:
            others.append((start, end))
    words = [word for word in words if word]
    asked = words[0] if len(words) == 1 else [word[0] for word in words]
    chosen, spare = asked[:MOST_LETTERS], asked[MOST_LETTERS:]
    if len(words) > MOST_LETTERS:
        chosen, spare = [*asked[:2], asked[-1]], asked[2:-1]
    if made.starts and not asked and not others:
        others = [(made.starts[0], len(made.text))]
    return Initials(tuple(chosen), tuple(others), tuple(spare), len(asked))


def _letters(made: NormalisedText) -> list[Range]:
    """Return the clusters of a text, consonants that a virama binds to each other as one."""
    found: list[Range] = []
    for start, end in zip(made.starts, [*made.starts[1:], len(made.text)], strict=True):
        if found and _binds(made.text[start - 1]) and is_letter(made.text[start:end]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _binds(character: str) -> bool:
    """Return whether a character makes one letter of two (GB9c of Unicode 15.1)."""
    return unicodedata2.combining(character) == _VIRAMA and (
        properties(ord(character)).script in _CONJOINING
    )


def joins(cluster: str) -> bool:
    """Return whether a cluster stands between the initials of two."""
    return cluster in _JOINING


def is_letter(cluster: str) -> bool:
    """Return whether a cluster is a letter or digit of any script, or joins two."""
    return properties(ord(cluster[0])).category[0] in "LN" or joins(cluster)
