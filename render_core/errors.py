"""What the render core raises when it is called wrongly or given a file it refuses.

RenderError
├── RefusedFile        an upload that is not what it claims, or breaks a limit
├── MissingInput       a font or asset the library does not hold
└── UnsupportedDesign  a template that cannot be laid out
"""

from __future__ import annotations


class RenderError(Exception):
    """Base of all. `reason` is stable UPPER_SNAKE; the text is a sentence with a next step."""

    def __init__(self, reason: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field


class RefusedFile(RenderError):
    """An uploaded file was refused."""


class MissingInput(RenderError):
    """A pinned input is not in the library."""


class UnsupportedDesign(RenderError):
    """The template asks for something this renderer cannot make."""
