"""The words of a problem, before its values are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from render_core.problems import Severity


@dataclass(frozen=True, slots=True)
class Words:
    """How grave a problem is, its sentence, and what the shopper can do, "" where nothing."""

    severity: Severity
    message: str
    suggestion: str = ""


def error(message: str, suggestion: str = "") -> Words:
    """Return the words of what keeps a design from being made."""
    return Words(Severity.ERROR, message, suggestion)


def warning(message: str, suggestion: str = "") -> Words:
    """Return the words of what is made, but should be known."""
    return Words(Severity.WARNING, message, suggestion)
