"""Where commands write: answers on the standard output, everything else beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

answers = Console(highlight=False, soft_wrap=True)
progress = Console(stderr=True, highlight=False, soft_wrap=True)


def write_plain(text: str) -> None:
    """Write exactly this text, for programs that read it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def visible(text: str) -> str:
    """Return what strangers wrote on one line, without what a terminal obeys instead of showing it."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


@contextmanager
def working(doing: str) -> Iterator[None]:
    """Show on a terminal that something is at work, and for how long; elsewhere nothing."""
    with _bar(SpinnerColumn()) as bar:
        bar.add_task(doing)
        yield


@contextmanager
def steps(doing: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, elsewhere nothing; yield what is called as each step begins."""
    with _bar(BarColumn(), MofNCompleteColumn()) as bar:
        task = bar.add_task(doing, total=total)
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            bar.update(task, description=name, completed=begun)
            begun += 1

        yield step


def _bar(*columns: ProgressColumn) -> Progress:
    return Progress(
        *columns,
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=progress,
        transient=True,
        disable=not progress.is_terminal,
    )
