"""The command line's frame: the list of commands, and how an error becomes a sentence and a code."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer
from typer.exceptions import Abort, TyperException

from services.cli import (
    accounts,
    batches,
    certs,
    demo,
    installation,
    letters,
    maintenance,
    mesh,
    mockup,
    offline,
    orders,
    processes,
    verify,
    work_orders,
)
from services.cli.console import progress
from services.cli.exits import CommandError, Exit
from services.runtime import error_texts, metrics_files
from services.runtime.config import SettingsError
from services.runtime.embedded import EmbeddedError
from services.runtime.parent import die_with_parent
from services.runtime.ports import PortTaken
from services.runtime.supervisor import AlreadyRunning, SupervisorError

_EXIT_OF: tuple[tuple[type[Exception], Exit], ...] = (
    (SettingsError, Exit.BAD_SETTING),
    (AlreadyRunning, Exit.IN_USE),
    (PortTaken, Exit.IN_USE),
    (SupervisorError, Exit.UNAVAILABLE),
    (EmbeddedError, Exit.UNAVAILABLE),
)


def application() -> typer.Typer:
    """Return the command with every group of commands registered."""
    app = typer.Typer(
        name="luneo",
        help="Personalised products: what the shopper sees is what the workshop makes.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for group in (
        demo,
        installation,
        processes,
        certs,
        mesh,
        accounts,
        orders,
        work_orders,
        batches,
        letters,
        maintenance,
        mockup,
        offline,
        verify,
    ):
        group.register(app)
    return app


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    die_with_parent(os.environ)
    metrics_files.reserve(os.environ)
    try:
        code = typer.main.get_command(application()).main(standalone_mode=False)
    except Exception as error:  # the last place that can make it a sentence
        sys.exit(_explained(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    sys.exit(code if isinstance(code, int) else Exit.OK)


def _explained(error: Exception) -> Exit:
    """Write the sentence of an error; return its exit code."""
    if isinstance(error, Abort):
        return Exit.INTERRUPTED
    if isinstance(error, TyperException):
        error.show() if hasattr(error, "show") else _say(str(error), Exit.USAGE)
        return Exit.USAGE
    if isinstance(error, CommandError):
        return _say(str(error), error.exit_code)
    for kind, code in _EXIT_OF:
        if isinstance(error, kind):
            return _say(str(error), code)
    outage = _outage(error)
    if outage:
        return _say(outage, Exit.UNAVAILABLE)
    if os.environ.get("LUNEO_LOG_LEVEL", "").lower() == "debug":
        progress.print(error_texts.traced((type(error), error, error.__traceback__)), markup=False)
    return _say(
        f"An error of Luneo's own: {type(error).__name__}: {error_texts.told(error)}. "
        "LUNEO_LOG_LEVEL=debug shows where; please report it.",
        Exit.DEFECT,
    )


def _outage(error: Exception) -> str:
    """Return what to look at where a server of ours did not answer, "" for any other error."""
    from services.runtime import outages

    seen = outages.service_error(error)
    for kind, variable in (
        (outages.DatabaseUnavailable, "DATABASE_URL"),
        (outages.QueueUnavailable, "REDIS_URL"),
    ):
        if isinstance(seen, kind):
            said = error_texts.told(error).rstrip(".")
            return f"{said}. Check {variable}, and whether the server runs."
    return ""


def _say(sentence: str, code: Exit) -> Exit:
    progress.print(f"luneo: {sentence}", markup=False)
    return code
