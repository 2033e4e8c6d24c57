"""The `luneo` command. One module for each group of commands; see README.md."""

from services.cli.app import main

__all__ = ["main"]
