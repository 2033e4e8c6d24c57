"""Problems of a text before any font is looked at: what was typed, how much, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from render_core.design import TextRules
from render_core.limits import MAX_GRAPHEME_CODE_POINTS, MAX_TEXT_CODE_POINTS
from render_core.problems import Problem, Severity
from render_core.text.allowed import parse_allowed
from render_core.text.normalise import REFUSING, Finding, FindingKind, NormalisedText

# Of one kind no more are listed: the rest say the same.
MAX_OF_A_KIND: Final = 20

_CODES: Final = {
    FindingKind.LONE_SURROGATE: ("LONE_SURROGATE", Severity.ERROR),
    FindingKind.UNASSIGNED: ("UNASSIGNED_CHARACTER", Severity.ERROR),
    FindingKind.CONTROL: ("CONTROL_CHARACTER", Severity.ERROR),
    FindingKind.BIDI_CONTROL: ("BIDI_CONTROL", Severity.WARNING),
    FindingKind.INVISIBLE: ("INVISIBLE_CHARACTER", Severity.WARNING),
}
_WORDS: Final = {
    FindingKind.LONE_SURROGATE: "is half of a character",
    FindingKind.UNASSIGNED: "is not a character of Unicode 15.0",
    FindingKind.CONTROL: "is a control character",
    FindingKind.BIDI_CONTROL: "is an invisible mark for the direction of text",
    FindingKind.INVISIBLE: "cannot be seen",
}


def longer_than_read(zone: str, typed: str) -> Problem:
    """Return the problem of a text so long that it is not looked at."""
    return Problem(
        "TEXT_TOO_LONG",
        Severity.ERROR,
        zone,
        f"This text has {len(typed)} characters; no zone takes more than {MAX_TEXT_CODE_POINTS}.",
        suggestion="Shorten the text.",
        measured=float(len(typed)),
        required=float(MAX_TEXT_CODE_POINTS),
    )


def character_problems(zone: str, made: NormalisedText) -> tuple[Problem, ...]:
    """Return a problem for each character that was left out, some twenty of a kind."""
    found = []
    for kind in FindingKind:
        of_kind = (finding for finding in made.findings if finding.kind is kind)
        found += [_of_finding(zone, one, made.text) for one in islice(of_kind, MAX_OF_A_KIND)]
    return tuple(sorted(found, key=lambda problem: problem.start_utf16))


def _of_finding(zone: str, finding: Finding, corrected: str) -> Problem:
    code, severity = _CODES[finding.kind]
    place = f"U+{finding.code_point:04X} at place {finding.start_utf16 + 1}"
    drawn = "It cannot be made." if finding.kind in REFUSING else "It is left out."
    return Problem(
        code,
        severity,
        zone,
        f"{place} {_WORDS[finding.kind]}. {drawn}",
        suggestion="Remove this character.",
        corrected=corrected,
        start_utf16=finding.start_utf16,
        end_utf16=finding.end_utf16,
    )


def rule_problems(zone: str, rules: TextRules, made: NormalisedText) -> tuple[Problem, ...]:
    """Return the problems of a text with its zone's rules for length, lines and characters."""
    clusters = _clusters(made)
    return (
        *_length_problems(zone, rules, made, clusters),
        *_line_problems(zone, rules, made),
        *islice(_not_allowed(zone, rules, made, clusters), MAX_OF_A_KIND),
        *islice(_overloaded(zone, made, clusters), MAX_OF_A_KIND),
    )


def _clusters(made: NormalisedText) -> list[tuple[int, int]]:
    return list(zip(made.starts, [*made.starts[1:], len(made.text)], strict=True))


def _length_problems(
    zone: str, rules: TextRules, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    counted = [(start, end) for start, end in clusters if made.text[start:end] != "\n"]
    count = len(counted)
    if count > rules.max_graphemes:
        over = counted[rules.max_graphemes][0]
        start, end = made.typed_range(over, len(made.text))
        yield Problem(
            "TEXT_TOO_LONG",
            Severity.ERROR,
            zone,
            f"This text has {count} characters; {rules.max_graphemes} are allowed.",
            suggestion=f"Remove {count - rules.max_graphemes}.",
            corrected=made.text[:over].rstrip(),
            start_utf16=start,
            end_utf16=end,
            measured=float(count),
            required=float(rules.max_graphemes),
        )
    if 0 < count < rules.min_graphemes:
        yield Problem(
            "TEXT_TOO_SHORT",
            Severity.ERROR,
            zone,
            f"This text has {count} characters; at least {rules.min_graphemes} are needed.",
            suggestion=f"Add {rules.min_graphemes - count}.",
            measured=float(count),
            required=float(rules.min_graphemes),
        )


def _line_problems(zone: str, rules: TextRules, made: NormalisedText) -> Iterator[Problem]:
    lines = made.text.split("\n")
    if len(lines) <= rules.max_lines:
        return
    kept = "\n".join(lines[: rules.max_lines])
    start, end = made.typed_range(len(kept), len(made.text))
    joined = "\n".join([*lines[: rules.max_lines - 1], " ".join(lines[rules.max_lines - 1 :])])
    yield Problem(
        "TOO_MANY_LINES",
        Severity.ERROR,
        zone,
        f"This text has {len(lines)} lines; {rules.max_lines} fit here.",
        suggestion="Remove line breaks.",
        corrected=joined,
        start_utf16=start,
        end_utf16=end,
        measured=float(len(lines)),
        required=float(rules.max_lines),
    )


def _not_allowed(
    zone: str, rules: TextRules, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    allowed = parse_allowed(rules.allowed)
    texts = [made.text[start:end] for start, end in clusters]
    corrected = "".join(text for text in texts if allowed.allows(text))
    for (first, last), text in zip(clusters, texts, strict=True):
        if not allowed.allows(text):
            start, end = made.typed_range(first, last)
            yield Problem(
                "CHARACTER_NOT_ALLOWED",
                Severity.ERROR,
                zone,
                f"“{text}” cannot be used here.",
                suggestion="Use other characters.",
                corrected=corrected,
                start_utf16=start,
                end_utf16=end,
            )


def _overloaded(
    zone: str, made: NormalisedText, clusters: list[tuple[int, int]]
) -> Iterator[Problem]:
    for first, last in clusters:
        if last - first > MAX_GRAPHEME_CODE_POINTS:
            start, end = made.typed_range(first, last)
            yield Problem(
                "TOO_MANY_MARKS",
                Severity.ERROR,
                zone,
                f"One character carries {last - first - 1} marks.",
                suggestion="Remove marks from this character.",
                start_utf16=start,
                end_utf16=end,
                measured=float(last - first),
                required=float(MAX_GRAPHEME_CODE_POINTS),
            )
