"""How a command ends: the exit codes, and the error that carries one.

The numbers from 64 on are those of sysexits.h, 3 is that of a stopped service in LSB init scripts.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What scripts can tell apart."""

    OK = 0
    FAILED_CHECK = (
        1  # it ran, and the answer is no: `doctor` found something, `verify` a difference
    )
    USAGE = 2  # the command line itself
    NOT_RUNNING = 3
    BAD_INPUT = 65  # a design, a pack or a file that cannot be used
    NO_INPUT = 66  # a file that is not there
    UNAVAILABLE = 69  # a server, a database or the queue cannot be reached
    DEFECT = 70  # an error of ours
    CANNOT_WRITE = 73
    IN_USE = 75  # a port or a data folder that another process has
    NOT_ALLOWED = 77
    BAD_SETTING = 78  # a variable of the environment
    INTERRUPTED = 130


class CommandError(Exception):
    """Ends a command with a sentence and an exit code."""

    def __init__(self, sentence: str, exit_code: Exit) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
