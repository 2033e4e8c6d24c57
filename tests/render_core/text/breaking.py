"""The lines of one breaking, of all that a fit chooses from."""

from __future__ import annotations

from collections.abc import Sequence

from render_core.text.line_breaks import Span
from render_core.text.lines import Line, set_line
from render_core.text.paragraphs import Paragraph
from render_core.text.setting import Setting


def set_spans(
    paragraphs: Sequence[Paragraph], spans: Sequence[Span], setting: Setting
) -> tuple[Line, ...]:
    """Set each line of a breaking."""
    return tuple(
        set_line(paragraphs[span.paragraph], span.start, span.end, setting) for span in spans
    )
