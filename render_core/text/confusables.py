"""Letters that look like letters of another alphabet: the Cyrillic "а" in "Emmа" (UTS #39, 15.0).

A word is judged by the script that most of its letters belong to. What belongs to another one is
reported where that script has a letter of the same look: a shopper can hardly have meant both, and a
workshop can hardly see it. A word in one script is never reported, whatever the rest of the text is
in; nor are scripts that share words with Latin by custom (UTS #39, section 5.2, "moderately
restrictive"), as in "Tシャツ", save those whose letters pass for Latin ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

import unicodedata2

from render_core.text.ucd.confusables import ROWS
from render_core.text.ucd.properties import properties

_UNSPECIFIC: Final = frozenset(["Zyyy", "Zinh", "Zzzz"])
# Scripts that are written together in one word.
_EAST_ASIAN: Final = frozenset(["Hani", "Hira", "Kana", "Bopo", "Hang"])
# Recommended scripts (UAX #31, table 5) that stand beside Latin in one word and are not mistaken for it.
_BESIDE_LATIN: Final = _EAST_ASIAN | frozenset(
    [
        "Arab",
        "Beng",
        "Deva",
        "Ethi",
        "Geor",
        "Gujr",
        "Guru",
        "Hebr",
        "Khmr",
        "Knda",
        "Laoo",
        "Mlym",
        "Mymr",
        "Orya",
        "Sinh",
        "Taml",
        "Telu",
        "Thaa",
        "Thai",
        "Tibt",
    ]
)
_APOSTROPHES: Final = frozenset("'\u2019\u02bc")


class Confusable(NamedTuple):
    """A cluster, code points [start, end), and what it looks like in the script of its word."""

    start: int
    end: int
    looks_like: str


class _Letters(NamedTuple):
    """A cluster of a word. scripts: those that it can belong to, none where it is of any."""

    start: int
    end: int
    scripts: frozenset[str]


def confusables(text: str, starts: Sequence[int]) -> Iterator[Confusable]:
    """Yield what looks like a letter of its word but is of another script; starts: of clusters."""
    if text.isascii():  # All its letters are Latin.
        return
    for word in _words(text, starts):
        if len(frozenset().union(*{letters.scripts for letters in word})) < 2:
            continue
        counts = Counter(chain.from_iterable(letters.scripts for letters in word))
        main = max(counts, key=lambda script: counts[script])  # The first of equals.
        for letters in word:
            if letters.scripts and not _belongs(letters.scripts, main):
                found = _in_script(text[letters.start : letters.end], main)
                if found is not None:
                    yield Confusable(letters.start, letters.end, found)


def _words(text: str, starts: Sequence[int]) -> Iterator[list[_Letters]]:
    word: list[_Letters] = []
    for start, end in pairwise([*starts, len(text)]):
        if properties(ord(text[start])).category[0] in "LMN" or text[start] in _APOSTROPHES:
            word.append(_Letters(start, end, _scripts(text[start:end])))
        elif word:
            yield word
            word = []
    if word:
        yield word


@lru_cache(maxsize=8192)
def _scripts(cluster: str) -> frozenset[str]:
    """Return the scripts that all letters of a cluster share; marks follow their letter."""
    found = frozenset(properties(ord(cluster[0])).script_extensions) - _UNSPECIFIC
    return found | _EAST_ASIAN if found & _EAST_ASIAN else found


def _belongs(scripts: frozenset[str], main: str) -> bool:
    if main in scripts:
        return True
    if main == "Latn":
        return not scripts.isdisjoint(_BESIDE_LATIN)
    return "Latn" in scripts and main in _BESIDE_LATIN


def _in_script(cluster: str, script: str) -> str | None:
    """Return a cluster of a script that looks the same, None if there is none."""
    found = []
    for character in unicodedata2.normalize("NFD", cluster):
        scripts = frozenset(properties(ord(character)).script_extensions)
        alike = character if scripts & _UNSPECIFIC else letter_like(character, script)
        if alike is None:
            return None
        found.append(alike)
    composed: str = unicodedata2.normalize("NFC", "".join(found))
    return composed


def letter_like(character: str, script: str) -> str | None:
    """Return the letter of a script with the look of a character, of the same case if there is one."""
    category = properties(ord(character)).category
    prototype = _prototypes().get(character, character)
    alike = [c for c in _alike().get(prototype, prototype) if properties(ord(c)).script == script]
    same_case = [c for c in alike if properties(ord(c)).category == category]
    return min(same_case or alike, default=None)


@cache
def _alike() -> dict[str, str]:
    """Return the characters that share a look, by prototype; the prototype first if it is one."""
    rows = (row.rpartition(" ") for row in ROWS)
    return {look: (look if len(look) == 1 else "") + characters for look, _, characters in rows}


@cache
def _prototypes() -> dict[str, str]:
    return {character: look for look, alike in _alike().items() for character in alike}
