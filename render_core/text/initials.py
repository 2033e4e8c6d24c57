"""Which characters of a text are set as a monogram: one, two or three letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import unicodedata2

from render_core.text.normalise import NormalisedText
from render_core.text.ucd.properties import properties

MOST_LETTERS: Final = 3
# Set like a letter: the monogram of a couple.
_JOINING: Final = frozenset("&+")

# Canonical combining class of viramas, and the scripts in which they make conjuncts.
_VIRAMA: Final = 9
_CONJOINING: Final = frozenset(["Beng", "Deva", "Gujr", "Mlym", "Orya", "Telu"])

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Initials:
    """What of a text is set. letters: code points [start, end) of the clusters, as typed.

    others: clusters that cannot be set. spare: letters beyond those that are.
    """

    letters: tuple[Range, ...]
    others: tuple[Range, ...]
    spare: tuple[Range, ...]

    def text(self, made: str) -> str:
        """Return a text that would be set just like this."""
        return "".join(made[start:end] for start, end in self.letters)


def initials(made: NormalisedText) -> Initials:
    """Return the letters of a text: all of them where they are few and nothing else is there.

    Of several words it takes the first letters, of more than three words those of the first two and
    the last; of one long word its beginning.
    """
    words: list[list[Range]] = [[]]
    others: list[Range] = []
    for start, end in _letters(made):
        if is_letter(made.text[start:end]):
            words[-1].append((start, end))
            continue
        others.append((start, end))
        if made.text[start:end].isspace():
            words.append([])
    letters = [letter for word in words for letter in word]
    chosen = _chosen([word for word in words if word], letters)
    spare = tuple(letter for letter in letters if letter not in chosen)
    return Initials(tuple(chosen), tuple(others), spare)


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


def _chosen(words: Sequence[list[Range]], letters: list[Range]) -> list[Range]:
    if len(letters) <= MOST_LETTERS or len(words) < 2:
        return letters[:MOST_LETTERS]
    if len(words) > MOST_LETTERS:
        words = [words[0], words[1], words[-1]]
    return [word[0] for word in words]
