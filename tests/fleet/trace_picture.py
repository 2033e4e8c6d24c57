"""A trace as text and as a picture: one line a span, as far to the right as it began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from tests.runtime.collector import Span

_BAR = 34  # characters of the text's bars
_ROW, _LEFT, _WIDTH, _TOP = 24, 470, 560, 54  # of the picture, in pixels
_COLOURS = ("#2f6f9f", "#8a5a9e", "#3d8f6a", "#b5752c", "#a3474f", "#5b6670", "#4a7f8c", "#7d7a34")


def in_order(spans: Sequence[Span]) -> list[tuple[int, Span]]:
    """Return each span with its depth, below the one that it belongs to, in order of beginning."""
    ids = {span.id for span in spans}
    first = [span for span in spans if span.parent not in ids]
    return [found for span in sorted(first, key=_begin) for found in _below(span, spans, 0)]


def _below(span: Span, spans: Sequence[Span], depth: int) -> Iterator[tuple[int, Span]]:
    yield depth, span
    for child in sorted((one for one in spans if one.parent == span.id), key=_begin):
        yield from _below(child, spans, depth + 1)


def _begin(span: Span) -> int:
    return span.start_ns


def as_text(spans: Sequence[Span]) -> str:
    """Return the trace as a tree with bars; the last column is a span's share of the whole time."""
    rows = in_order(spans)
    start, length = _extent(spans)
    label = max(len(_label(depth, span)) for depth, span in rows)
    process = max(len(_process(span)) for _, span in rows)
    lines = []
    for depth, span in rows:
        left = int((span.start_ns - start) / length * (_BAR - 1))
        right = max(left + 1, round((span.end_ns - start) / length * _BAR))
        bar = f"{' ' * left}{'━' * (right - left)}".ljust(_BAR)
        share = (span.end_ns - span.start_ns) / length
        lines.append(
            f"{_process(span):{process}}  {_label(depth, span):{label}}  {bar}  {share:5.1%}"
        )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_svg(spans: Sequence[Span]) -> str:
    """Return the trace as a picture, a colour for each process."""
    rows = in_order(spans)
    start, length = _extent(spans)
    processes = list(dict.fromkeys(_process(span) for _, span in rows))
    colours = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(processes)}
    height, width = _TOP + _ROW * len(rows) + 16, _LEFT + _WIDTH + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="ui-sans-serif, system-ui, Helvetica, Arial, sans-serif" font-size="12.5">',
        f'<rect width="{width}" height="{height}" rx="8" fill="#fbfbf9"/>',
    ]
    at = 20
    for name in processes:
        parts += [
            f'<rect x="{at}" y="16" width="10" height="10" rx="2" fill="{colours[name]}"/>',
            f'<text x="{at + 16}" y="25.5" fill="#2a2e33">{escape(name)}</text>',
        ]
        at += 36 + round(7.2 * len(name))
    for i in range(5):
        x = _LEFT + _WIDTH * i / 4
        parts.append(
            f'<path d="M{x:g} {_TOP - 12}V{height - 12}" stroke="#dcdcd4"/>'
            f'<text x="{x:g}" y="{_TOP - 16}" fill="#7a7f85" font-size="10.5" '
            f'text-anchor="middle">{length * i / 4 / 1e6:.0f} ms</text>'
        )
    for row, (depth, span) in enumerate(rows):
        y = _TOP + _ROW * row
        x = _LEFT + (span.start_ns - start) / length * _WIDTH
        bar = max(2.0, (span.end_ns - span.start_ns) / length * _WIDTH)
        parts += [
            f'<text x="{20 + 14 * depth}" y="{y + 11.5}" fill="#2a2e33">{escape(_short(span))}</text>',
            f'<rect x="{x:.1f}" y="{y + 1}" width="{bar:.1f}" height="13" rx="2" '
            f'fill="{colours[_process(span)]}"/>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def _extent(spans: Sequence[Span]) -> tuple[int, int]:
    start = min(span.start_ns for span in spans)
    return start, max(1, max(span.end_ns for span in spans) - start)


def _process(span: Span) -> str:
    return span.service.removeprefix("luneo-")


def _short(span: Span) -> str:
    """Return the name without the package; calls and answers look alike in it, so calls get an arrow."""
    name = span.name.rpartition(".")[2] if "/" in span.name and " " not in span.name else span.name
    return f"→ {name}" if span.kind == "CLIENT" else name


def _label(depth: int, span: Span) -> str:
    return f"{'  ' * depth}{_short(span)}"
