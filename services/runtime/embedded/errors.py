"""What goes wrong with an embedded server, as a sentence for whoever started it."""

from __future__ import annotations


class EmbeddedError(Exception):
    """An embedded server cannot be had; `str()` is a sentence with a next step."""
