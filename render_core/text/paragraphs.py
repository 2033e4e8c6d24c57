"""The lines a shopper ends by hand, each a paragraph of the bidirectional algorithm, itemised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from render_core.text import bidi
from render_core.text.emoji import is_emoji
from render_core.text.face import Face
from render_core.text.fallback import choose_face
from render_core.text.normalise import NormalisedText
from render_core.text.scripts import COMMON, resolve_scripts
from render_core.text.setting import Setting

if TYPE_CHECKING:
    from render_core.text.runs import Run


class Cluster(NamedTuple):
    """A grapheme cluster with how it is set. start, end: code points of the text as made."""

    start: int
    end: int
    script: str
    face: Face
    missing: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line ended by hand, or the whole text. start, end: code points, its line end excluded.

    shaped: its runs by `Setting`, kept by `runs`.
    """

    start: int
    end: int
    code_points: list[int]
    bidi: bidi.Paragraph
    clusters: tuple[Cluster, ...]
    shaped: dict[Setting, tuple[Run, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def turns(self) -> bool:
        """Whether any of it runs from right to left."""
        return bool(self.bidi.base) or any(self.bidi.levels)

    @property
    def rtl(self) -> bool:
        return self.bidi.base % 2 == 1

    @property
    def has_strong(self) -> bool:
        return not {"L", "R", "AL"}.isdisjoint(self.bidi.classes)


def itemise(made: NormalisedText, faces: Sequence[Face]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text with levels, scripts and faces; faces: chosen one first."""
    paragraphs = []
    start = 0
    for part in made.text.split("\n"):
        paragraphs.append(_paragraph(made, start, start + len(part), faces))
        start += len(part) + 1
    return tuple(paragraphs)


def _paragraph(made: NormalisedText, start: int, end: int, faces: Sequence[Face]) -> Paragraph:
    text = made.text[start:end]
    scripts = resolve_scripts(text)
    clusters: list[Cluster] = []
    starts = [at for at in made.starts if start <= at < end]
    previous: Face | None = None
    for first, last in zip(starts, [*starts[1:], end], strict=False):
        characters = made.text[first:last]
        face = choose_face(faces, characters, previous)
        emoji = is_emoji(characters)
        script = COMMON if emoji else scripts[first - start]
        clusters.append(Cluster(first, last, script, face or faces[0], face is None))
        previous = None if emoji else face  # An emoji's space is as wide as an emoji.
    return Paragraph(
        start, end, [ord(character) for character in text], bidi.resolve_text(text), tuple(clusters)
    )
