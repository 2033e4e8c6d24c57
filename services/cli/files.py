"""Files that commands read and write, their errors as sentences."""

from __future__ import annotations

from pathlib import Path

from services.cli.exits import CommandError, Exit


def read(path: Path) -> bytes:
    """Return the bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", Exit.NO_INPUT) from error


def write(path: Path, data: bytes) -> None:
    """Write the whole file or none of it."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CommandError(
            f"{path} cannot be written: {error.strerror}.", Exit.CANNOT_WRITE
        ) from error
