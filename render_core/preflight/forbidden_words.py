"""Words that a zone refuses, found however they are dressed up.

Text and list are folded alike: compatibility forms (NFKD), case, accents and points, invisible
characters; letters of other scripts count as the Latin ones that look the same (UTS #39), too; digits
and signs that stand for letters ("5h1t", "a$$") count as both, three and more of a
letter as one and as two, and letters written one by one ("d a m n") as a word. Vowel signs of the
scripts of India are not accents, and stay.

A listed word is found where it stands alone, so that "ass" leaves "classic" in peace; one that ends
in "*" anywhere in a word; one in a script without spaces anywhere. Several words are found one after
another, whatever stands between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice
from typing import Final, NamedTuple

import unicodedata2

from render_core.preflight.characters import MAX_OF_A_KIND
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.confusables import letter_like
from render_core.text.normalise import NormalisedText
from render_core.text.ucd.properties import properties

ANYWHERE: Final = "*"
# Digits and signs that stand for letters; "1", "!" and "|" for either of two.
_AS_LETTERS: Final = tuple(
    str.maketrans("0123456789$@!|+€", f"o{one}zeasgtbgsa{one}{one}te") for one in "il"
)
_SIGNS: Final = frozenset("$@!|+€")
# Marks of lower classes are parts of letters, not accents or points on them (UAX #44, 5.7.4).
_LOWEST_ACCENT: Final = 10
_UNSPACED: Final = frozenset(["Hani", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr"])
_FEWEST_SPELT: Final = 3


class _Word(NamedTuple):
    """A folded word and where it stands: code points [start, end) of the text.

    looks: with Latin letters for those of other scripts that look like them.
    """

    letters: str
    looks: str
    start: int
    end: int

    @property
    def forms(self) -> frozenset[str]:
        """Everything that it may be meant as."""
        return _forms(self.letters) | _forms(self.looks)


class _Letter(NamedTuple):
    """A folded character of the text, in two ways, and its number."""

    folded: str
    looks: str
    at: int


class _List(NamedTuple):
    """A list of words, folded. whole: sequences of words, by the forms of each. inside: what is found
    inside words, None for nothing. literal: entries without letters, found as they are."""

    whole: tuple[tuple[frozenset[str], ...], ...]
    inside: re.Pattern[str] | None
    literal: tuple[str, ...]


def forbidden_words(zone: str, listed: tuple[str, ...], made: NormalisedText) -> Iterator[Problem]:
    """Yield a problem for each place of a listed word, some twenty at most."""
    if not listed:
        return
    for start, end in islice(_places(_folded(listed), made.text), MAX_OF_A_KIND):
        first = made.starts[bisect_right(made.starts, start) - 1]
        after = bisect_left(made.starts, end)
        last = made.starts[after] if after < len(made.starts) else len(made.text)
        yield problem(
            "FORBIDDEN_WORD",
            zone,
            at=made.typed_range(first, last),
            params={"word": made.text[first:last]},
        )


def _places(listed: _List, text: str) -> list[tuple[int, int]]:
    """Return where listed words stand, each place once, in order."""
    words = _words(text)
    found = set(_whole(listed, words))
    found.update(_whole(listed, _spelt(words)))
    for word in (*words, *_spelt(words)):
        if listed.inside and any(listed.inside.search(form) for form in word.forms):
            found.add((word.start, word.end))
    for literal in listed.literal:
        found.update(m.span() for m in re.finditer(re.escape(literal), text))
    return sorted(found)


def _whole(listed: _List, words: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    forms = [word.forms for word in words]
    for wanted in listed.whole:
        for first in range(len(words) - len(wanted) + 1):
            if all(one & forms[first + index] for index, one in enumerate(wanted)):
                yield words[first].start, words[first + len(wanted) - 1].end


def _words(text: str) -> list[_Word]:
    """Return the words of a text, folded."""
    found: list[list[_Letter]] = [[]]
    for index, character in enumerate(text):
        folded = _folded_character(character)
        if folded is None:
            found.append([])
        elif folded:
            found[-1].append(_Letter(folded, _looks_of(character) or folded, index))
    return [_word(letters) for letters in map(_without_signs_around, found) if letters]


def _word(letters: list[_Letter]) -> _Word:
    return _Word(
        "".join(letter.folded for letter in letters),
        "".join(letter.looks for letter in letters),
        letters[0].at,
        letters[-1].at + 1,
    )


def _without_signs_around(letters: list[_Letter]) -> list[_Letter]:
    """Drop "!" and the like after a word and before it, unless it would be another word: "a$$"."""
    while letters and letters[-1].folded in "!|+":
        letters = letters[:-1]
    while letters and letters[0].folded in "!|+":
        letters = letters[1:]
    return letters if any(letter.folded not in _SIGNS for letter in letters) else []


@lru_cache(maxsize=8192)
def _looks_of(character: str) -> str | None:
    """Return the folded Latin letter that looks like a letter of another script, None without one."""
    if properties(ord(character)).script in ("Latn", "Zyyy", "Zinh"):
        return None
    alike = letter_like(character, "Latn")
    return _folded_character(alike) if alike is not None else None


@lru_cache(maxsize=8192)
def _folded_character(character: str) -> str | None:
    """Return what a character is in a word, "" for accents and what cannot be seen, None between words."""
    kept = ""
    plain = unicodedata2.normalize("NFKD", character).casefold()
    for part in unicodedata2.normalize("NFKD", plain):
        of = properties(ord(part))
        if of.default_ignorable or unicodedata2.combining(part) >= _LOWEST_ACCENT:
            continue
        if of.category[0] not in "LMN" and part not in _SIGNS:
            return None
        kept += part
    return kept


def _spelt(words: Sequence[_Word]) -> list[_Word]:
    """Return words that were written letter by letter, each as one."""
    spelt = []
    for single, run in groupby(words, key=lambda word: len(word.letters) == 1):
        some = list(run)
        if single and len(some) >= _FEWEST_SPELT:
            letters = "".join(word.letters for word in some)
            looks = "".join(word.looks for word in some)
            spelt.append(_Word(letters, looks, some[0].start, some[-1].end))
    return spelt


@lru_cache(maxsize=4096)
def _forms(word: str) -> frozenset[str]:
    """Return everything that a folded word may be meant as."""
    forms = {word}
    if any(properties(ord(letter)).category[0] == "L" for letter in word):
        forms.update(word.translate(table) for table in _AS_LETTERS)
    for form in tuple(forms):
        forms.add(re.sub(r"(.)\1{2,}", r"\1", form))
        forms.add(re.sub(r"(.)\1{2,}", r"\1\1", form))
    return frozenset(forms)


@lru_cache(maxsize=64)
def _folded(listed: tuple[str, ...]) -> _List:
    whole, literal = [], []
    inside: set[str] = set()
    for entry in listed:
        words = _words(entry)
        anywhere = entry.endswith(ANYWHERE) or _is_unspaced(entry)
        if not words:
            literal.append(entry)
        elif anywhere and len(words) == 1:
            inside |= _forms(words[0].letters)  # As listed: "раса*" is no "paca".
        else:
            whole.append(tuple(_forms(word.letters) for word in words))
    pattern = "|".join(map(re.escape, sorted(inside)))
    return _List(tuple(whole), re.compile(pattern) if pattern else None, tuple(literal))


def _is_unspaced(entry: str) -> bool:
    return any(properties(ord(character)).script in _UNSPACED for character in entry)
