"""Problems of a text before any font is looked at: what was typed, how much, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Final

import unicodedata2

from render_core.design import TextRules
from render_core.limits import (
    MAX_GRAPHEME_CODE_POINTS,
    MAX_SET_MORE,
    MAX_SET_TIMES,
    MAX_TEXT_CODE_POINTS,
)
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.allowed import parse_allowed
from render_core.text.confusables import confusables
from render_core.text.emoji import emoji_clusters
from render_core.text.normalise import Finding, FindingKind, NormalisedText
from render_core.text.ucd.properties import UNICODE_VERSION
from render_core.text_rules import EmojiPolicy

# Of one kind no more are listed: the rest say the same.
MAX_OF_A_KIND: Final = 20
MAX_NAMED: Final = 8

# Line ends, made by hand or only allowed.
_NOT_COUNTED: Final = frozenset("\n\u200b")
_KEYS: Final = {
    FindingKind.LONE_SURROGATE: "LONE_SURROGATE",
    FindingKind.UNASSIGNED: "UNASSIGNED_CHARACTER",
    FindingKind.CONTROL: "CONTROL_CHARACTER",
    FindingKind.BIDI_CONTROL: "BIDI_CONTROL",
    FindingKind.INVISIBLE: "INVISIBLE_CHARACTER",
}


def longer_than_read(zone: str, typed: str) -> Problem:
    """Return the problem of a text so long that it is not looked at."""
    return problem(
        "TEXT_TOO_LONG",
        zone,
        measured=float(len(typed)),
        required=float(MAX_TEXT_CODE_POINTS),
        params={
            "count": len(typed),
            "limit": MAX_TEXT_CODE_POINTS,
            "excess": len(typed) - MAX_TEXT_CODE_POINTS,
        },
    )


def character_problems(zone: str, made: NormalisedText) -> tuple[Problem, ...]:
    """Return a problem for each character that was left out, some twenty of a kind."""
    found = []
    for kind in FindingKind:
        of_kind = (finding for finding in made.findings if finding.kind is kind)
        found += [_of_finding(zone, one, made.text) for one in islice(of_kind, MAX_OF_A_KIND)]
    return tuple(sorted(found, key=lambda problem: problem.start_utf16))


def _of_finding(zone: str, finding: Finding, corrected: str) -> Problem:
    params = {"code_point": f"U+{finding.code_point:04X}", "place": str(finding.start_utf16 + 1)}
    if finding.kind is FindingKind.UNASSIGNED:
        params["version"] = UNICODE_VERSION
    return problem(
        _KEYS[finding.kind],
        zone,
        at=(finding.start_utf16, finding.end_utf16),
        corrected=corrected,
        params=params,
    )


def rule_problems(zone: str, rules: TextRules, made: NormalisedText) -> tuple[Problem, ...]:
    """Return the problems of a text with its zone's rules for length, lines and characters."""
    clusters = _clusters(made)
    return (
        *_length_problems(zone, rules, made, clusters),
        *_line_problems(zone, rules, made),
        *islice(_not_allowed(zone, rules, made, clusters), MAX_OF_A_KIND),
        *islice(_refused_emoji(zone, rules, made), MAX_OF_A_KIND),
        *islice(_confusable(zone, made), MAX_OF_A_KIND),
        *islice(_overloaded(zone, made, clusters), MAX_OF_A_KIND),
    )


def can_be_set(rules: TextRules, made: NormalisedText) -> bool:
    """Return whether setting a text is bounded work: not far too long, no character overloaded.

    A text for which it is not has a problem among its `rule_problems`.
    """
    most = rules.max_graphemes * MAX_SET_TIMES + MAX_SET_MORE
    return len(made.starts) <= most and not any(
        last - first > MAX_GRAPHEME_CODE_POINTS for first, last in _clusters(made)
    )


def _clusters(made: NormalisedText) -> list[tuple[int, int]]:
    return list(pairwise([*made.starts, len(made.text)]))


def _length_problems(
    zone: str, rules: TextRules, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    counted = [(start, end) for start, end in clusters if made.text[start] not in _NOT_COUNTED]
    count = len(counted)
    if count > rules.max_graphemes:
        over = counted[rules.max_graphemes][0]
        start, end = made.typed_range(over, len(made.text))
        yield problem(
            "TEXT_TOO_LONG",
            zone,
            at=(start, end),
            corrected=made.text[:over].rstrip(),
            measured=float(count),
            required=float(rules.max_graphemes),
            params={
                "count": count,
                "limit": rules.max_graphemes,
                "excess": count - rules.max_graphemes,
            },
        )
    if 0 < count < rules.min_graphemes:
        yield problem(
            "TEXT_TOO_SHORT",
            zone,
            measured=float(count),
            required=float(rules.min_graphemes),
            params={
                "count": count,
                "limit": rules.min_graphemes,
                "lacking": rules.min_graphemes - count,
            },
        )


def _line_problems(zone: str, rules: TextRules, made: NormalisedText) -> Iterator[Problem]:
    lines = made.text.split("\n")
    if len(lines) <= rules.max_lines:
        return
    kept = "\n".join(lines[: rules.max_lines])
    start, end = made.typed_range(len(kept), len(made.text))
    joined = "\n".join([*lines[: rules.max_lines - 1], " ".join(lines[rules.max_lines - 1 :])])
    yield problem(
        "TOO_MANY_LINES",
        zone,
        at=(start, end),
        corrected=joined,
        measured=float(len(lines)),
        required=float(rules.max_lines),
        params={"count": len(lines), "limit": rules.max_lines},
    )


def _not_allowed(
    zone: str, rules: TextRules, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    allowed = parse_allowed(rules.allowed)
    if not allowed.ranges:
        return
    texts = [made.text[start:end] for start, end in clusters]
    corrected = "".join(text for text in texts if allowed.allows(text))
    for (first, last), text in zip(clusters, texts, strict=True):
        if not allowed.allows(text):
            start, end = made.typed_range(first, last)
            yield problem(
                "CHARACTER_NOT_ALLOWED",
                zone,
                at=(start, end),
                corrected=corrected,
                params={"text": text},
            )


def _refused_emoji(zone: str, rules: TextRules, made: NormalisedText) -> Iterator[Problem]:
    if rules.emoji is not EmojiPolicy.REFUSE:
        return
    found = emoji_clusters(made.text, made.starts)
    corrected = _replaced(made.text, [(first, last, "") for first, last in found])
    for first, last in found:
        text = made.text[first:last]
        yield problem(
            "EMOJI_NOT_ALLOWED",
            zone,
            at=made.typed_range(first, last),
            corrected=corrected,
            params={"text": text, "code_points": code_points(text)},
        )


def _confusable(zone: str, made: NormalisedText) -> Iterator[Problem]:
    found = list(confusables(made.text, made.starts))
    corrected = _replaced(made.text, found)
    for first, last, twin in found:
        text = made.text[first:last]
        yield problem(
            "CONFUSABLE_CHARACTERS",
            zone,
            at=made.typed_range(first, last),
            corrected=corrected,
            params={"text": text, "code_points": code_points(text), "looks_like": twin},
        )


def _replaced(text: str, parts: Sequence[tuple[int, int, str]]) -> str:
    """Return a text with other words in place of its parts (start, end, word), ascending."""
    kept, at = [], 0
    for start, end, word in parts:
        kept += [text[at:start], word]
        at = end
    return "".join(kept) + text[at:]


def code_points(text: str) -> str:
    """Return the code points of a text with their names: "U+2665 BLACK HEART SUIT", the first eight."""
    named = [f"U+{ord(c):04X} {unicodedata2.name(c, '')}".rstrip() for c in text[:MAX_NAMED]]
    return ", ".join(named) + ("…" if len(text) > MAX_NAMED else "")


def _overloaded(
    zone: str, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    for first, last in clusters:
        if last - first > MAX_GRAPHEME_CODE_POINTS:
            start, end = made.typed_range(first, last)
            yield problem(
                "TOO_MANY_MARKS",
                zone,
                at=(start, end),
                measured=float(last - first),
                required=float(MAX_GRAPHEME_CODE_POINTS),
                params={"count": last - first - 1},
            )
