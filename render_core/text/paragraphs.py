"""The lines a shopper ends by hand, each a paragraph of the bidirectional algorithm, itemised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from render_core.byte_bounded import ENTRY_BYTES, ByteBounded
from render_core.limits import MAX_FACE_CACHE_BYTES, MAX_LINE_CACHE_BYTES, MAX_RUN_CACHE_BYTES
from render_core.recently_used import RecentlyUsed
from render_core.text import bidi
from render_core.text.emoji import is_emoji
from render_core.text.face import Face
from render_core.text.fallback import choose_face, stays_with
from render_core.text.normalise import NormalisedText
from render_core.text.scripts import COMMON, resolve_scripts
from render_core.text.setting import Setting

if TYPE_CHECKING:
    from render_core.text.lines import Line
    from render_core.text.runs import Run

# What a cluster of a kept paragraph takes with its glyphs and boxes, in each of its settings.
CLUSTER_BYTES: Final = 2_000
MAX_SETTINGS: Final = 2
_STRONG: Final = frozenset(["L", "R", "AL"])
# What is kept of the faces of clusters.
CHOICE_BYTES: Final = 1_000_000


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

    starts: the first code point of each cluster. known_runs: those of its faces, by what decides about
    their letters. shaped, whole: its runs and the line of all of it by `Setting`. These are kept by
    `runs` and `lines`.
    """

    start: int
    end: int
    code_points: list[int]
    bidi: bidi.Paragraph
    clusters: tuple[Cluster, ...]
    starts: tuple[int, ...]
    known_runs: ByteBounded[Run] = field(compare=False, repr=False)
    shaped: dict[Setting, tuple[Run, ...]] = field(default_factory=dict, compare=False, repr=False)
    whole: dict[Setting, Line] = field(default_factory=dict, compare=False, repr=False)

    @property
    def turns(self) -> bool:
        """Whether any of it runs from right to left."""
        return bool(self.bidi.base) or any(self.bidi.levels)

    @property
    def rtl(self) -> bool:
        return self.bidi.base % 2 == 1

    @property
    def has_strong(self) -> bool:
        return not _STRONG.isdisjoint(self.bidi.classes)


class _Choice(NamedTuple):
    """What a cluster is drawn by wherever it stands; a space may stay with the face before it."""

    face: Face | None
    emoji: bool


@dataclass(frozen=True, slots=True)
class _Chain:
    """Faces in the order of their choice, the lines lately typed in them and the runs of these, and the
    face of each cluster met.

    All hold on to the faces, so they are kept, weighed and dropped together.
    """

    size_bytes: int
    lines: ByteBounded[Paragraph]
    runs: ByteBounded[Run]
    chosen: ByteBounded[_Choice]


_CHAINS: Final = RecentlyUsed[_Chain](MAX_FACE_CACHE_BYTES, lambda chain: chain.size_bytes)


def itemise(made: NormalisedText, faces: Sequence[Face]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text with levels, scripts and faces; faces: chosen one first.

    Lines typed before in the same faces are remembered: a keystroke changes one.
    """
    chain = _CHAINS.get(tuple(face.serial for face in faces), lambda: _chain(faces))
    paragraphs = []
    start = 0
    for part in made.text.split("\n"):
        end = start + len(part)
        starts = tuple(at for at in made.starts if start <= at < end)
        known = chain.lines.get((start, part, starts))
        if known is None:
            known = _paragraph(part, start, starts, faces, chain)
            size = ENTRY_BYTES + CLUSTER_BYTES * MAX_SETTINGS * len(starts)
            chain.lines.put((start, part, starts), known, size)
        paragraphs.append(known)
        start = end + 1
    return tuple(paragraphs)


def _chain(faces: Sequence[Face]) -> _Chain:
    limits = (MAX_LINE_CACHE_BYTES, MAX_RUN_CACHE_BYTES, CHOICE_BYTES)
    lines, runs, chosen = (ByteBounded[Any](limit) for limit in limits)
    return _Chain(sum(face.size_bytes for face in faces) + sum(limits), lines, runs, chosen)


def _paragraph(
    text: str,
    start: int,
    starts: tuple[int, ...],
    faces: Sequence[Face],
    chain: _Chain,
) -> Paragraph:
    end = start + len(text)
    scripts = resolve_scripts(text)
    clusters: list[Cluster] = []
    met: dict[str, _Choice] = {}
    previous: Face | None = None
    for first, last in zip(starts, [*starts[1:], end], strict=False):
        characters = text[first - start : last - start]
        choice = met.get(characters)
        if choice is None:
            choice = met[characters] = _choice(characters, faces, chain.chosen)
        face, emoji = choice
        if previous is not None and stays_with(previous, characters):
            face = previous
        script = COMMON if emoji else scripts[first - start]
        clusters.append(Cluster(first, last, script, face or faces[0], face is None))
        previous = None if emoji else face  # An emoji's space is as wide as an emoji.
    return Paragraph(
        start,
        end,
        [ord(character) for character in text],
        bidi.resolve_text(text),
        tuple(clusters),
        starts,
        chain.runs,
    )


def _choice(characters: str, faces: Sequence[Face], chosen: ByteBounded[_Choice]) -> _Choice:
    choice = chosen.get(characters)
    if choice is None:
        choice = _Choice(choose_face(faces, characters, None), is_emoji(characters))
        chosen.put(characters, choice, ENTRY_BYTES)
    return choice
