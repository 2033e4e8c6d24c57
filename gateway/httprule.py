"""Path templates of `google.api.http` and the decoding of paths that match them.

Grammar and decoding rules: the comment of `HttpRule` in google/api/http.proto.

    Template = "/" Segments [ Verb ] ;
    Segments = Segment { "/" Segment } ;
    Segment  = "*" | "**" | LITERAL | Variable ;
    Variable = "{" FieldPath [ "=" Segments ] "}" ;
    FieldPath = IDENT { "." IDENT } ;
    Verb     = ":" LITERAL ;
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote_to_bytes

from gateway.refusals import Refusal, invalid

_IDENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"(?:[A-Za-z0-9._~!$&'()+,;@-]|%[0-9A-Fa-f]{2})+")
_ESCAPED_SLASH = re.compile(r"(%2[Ff])")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class RuleError(ValueError):
    """A `google.api.http` option cannot be served; found when the gateway starts."""


class Wild(Enum):
    """A wildcard segment: ONE is `*`, REST is `**` (zero or more, at the end only)."""

    ONE = "*"
    REST = "**"


Segment = str | Wild


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of the path that becomes a field.

    field_path: names of the fields, outermost first. start, stop: the segments of the template
    that it covers, half open. multi: whether its template is more than one segment, so that
    escaped slashes stay escaped in its value.
    """

    field_path: tuple[str, ...]
    start: int
    stop: int
    multi: bool
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed path template. segments: literals decoded. verb: "" if there is none."""

    text: str
    segments: tuple[Segment, ...]
    verb: str
    variables: tuple[Variable, ...]

    @property
    def shape(self) -> tuple[Segment | str, ...]:
        """What decides which paths match, without the names of variables."""
        return (*self.segments, ":" + self.verb)

    def capture(self, raw_segments: Sequence[str]) -> dict[tuple[str, ...], str]:
        """Return the values of the variables in a path that this template matches.

        raw_segments: as in the path, still percent-encoded, the verb removed.
        Raises Refusal (400) for a broken percent escape or bytes that are not UTF-8.
        """
        values = {}
        for variable in self.variables:
            stop = None if variable.open_ended else variable.stop
            covered = raw_segments[variable.start : stop]
            decode = _decode_keeping_slashes if variable.multi else decode_segment
            values[variable.field_path] = "/".join([decode(raw) for raw in covered])
        return values


def decode_segment(raw: str) -> str:
    """Percent-decode one segment entirely. Raises Refusal (400) if it is not valid."""
    if "%" not in raw:
        return raw
    if _BROKEN_ESCAPE.search(raw):
        raise _bad_path("holds a % that is not followed by two hexadecimal digits")
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise _bad_path("is not UTF-8 once decoded") from None


def _decode_keeping_slashes(raw: str) -> str:
    if "%" not in raw:
        return raw
    pieces = _ESCAPED_SLASH.split(raw)
    return "".join([piece if i % 2 else decode_segment(piece) for i, piece in enumerate(pieces)])


def _bad_path(what: str) -> Refusal:
    return invalid("MALFORMED_PATH", f"The path {what}.")


def parse(text: str) -> Template:
    """Parse a template. Raises RuleError if it does not follow the grammar."""
    return _Parser(text).template()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._segments: list[Segment] = []
        self._variables: list[Variable] = []

    def template(self) -> Template:
        self._expect("/")
        self._read_segments(inside_variable=False)
        verb = self._read_verb()
        if self._at != len(self._text):
            raise self._error("unexpected character")
        paths = [variable.field_path for variable in self._variables]
        if len(set(paths)) != len(paths):
            raise self._error("a variable is bound twice")
        return Template(self._text, tuple(self._segments), verb, tuple(self._variables))

    def _read_segments(self, *, inside_variable: bool) -> None:
        self._read_segment(inside_variable=inside_variable)
        while self._peek("/"):
            if self._segments[-1] is Wild.REST:
                raise self._error("`**` must be the last segment")
            self._at += 1
            self._read_segment(inside_variable=inside_variable)

    def _read_segment(self, *, inside_variable: bool) -> None:
        if self._peek("{"):
            if inside_variable:
                raise self._error("a variable inside a variable")
            self._read_variable()
        elif self._peek("**"):
            self._at += 2
            self._segments.append(Wild.REST)
        elif self._peek("*"):
            self._at += 1
            self._segments.append(Wild.ONE)
        else:
            self._segments.append(self._read_literal())

    def _read_variable(self) -> None:
        self._expect("{")
        path = [self._read_identifier()]
        while self._peek("."):
            self._at += 1
            path.append(self._read_identifier())
        start = len(self._segments)
        if self._peek("="):
            self._at += 1
            self._read_segments(inside_variable=True)
        else:
            self._segments.append(Wild.ONE)
        self._expect("}")
        stop = len(self._segments)
        open_ended = self._segments[-1] is Wild.REST
        self._variables.append(
            Variable(tuple(path), start, stop, stop - start > 1 or open_ended, open_ended)
        )

    def _read_verb(self) -> str:
        if not self._peek(":"):
            return ""
        self._at += 1
        return self._read_literal()

    def _read_literal(self) -> str:
        match = _LITERAL.match(self._text, self._at)
        if match is None:
            raise self._error("a literal is expected")
        self._at = match.end()
        try:
            return decode_segment(match.group())
        except Refusal as refusal:
            raise self._error(refusal.message) from None

    def _read_identifier(self) -> str:
        match = _IDENT.match(self._text, self._at)
        if match is None:
            raise self._error("a field name is expected")
        self._at = match.end()
        return match.group()

    def _peek(self, token: str) -> bool:
        return self._text.startswith(token, self._at)

    def _expect(self, token: str) -> None:
        if not self._peek(token):
            raise self._error(f"`{token}` is expected")
        self._at += len(token)

    def _error(self, what: str) -> RuleError:
        return RuleError(f"path template {self._text!r}, character {self._at}: {what}")
