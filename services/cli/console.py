"""Where commands write: answers on the standard output, everything else beside it."""

import sys

from rich.console import Console

answers = Console(highlight=False, soft_wrap=True)
progress = Console(stderr=True, highlight=False, soft_wrap=True)


def write_plain(text: str) -> None:
    """Write exactly this text, for programs that read it."""
    sys.stdout.write(text)
    sys.stdout.flush()
