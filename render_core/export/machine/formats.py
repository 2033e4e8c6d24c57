"""From a format that a machine profile names to who makes it: the module of that name in this package.

Adding a format is adding its file: `hpgl` is made by `hpgl_file.make(work)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from render_core.errors import UnsupportedDesign
from render_core.export.machine.work import MachineFile, Work
from render_core.making.profile import FileFormat

Maker = Callable[[Work], MachineFile]


def made(format: FileFormat, work: Work) -> MachineFile:
    """Return a file for a machine. Raises UnsupportedDesign (FORMAT_NOT_MADE), and what makers raise."""
    return maker(format)(work)


@cache
def maker(format: FileFormat) -> Maker:
    """Return what makes a format. Raises UnsupportedDesign (FORMAT_NOT_MADE) where nothing does."""
    name = f"{__package__}.{format.value}_file"
    if find_spec(name) is None:
        raise UnsupportedDesign(
            "FORMAT_NOT_MADE",
            f"This renderer makes no {format.value} files. Choose another format for the machine.",
            field="formats",
        )
    found: Maker = import_module(name).make
    return found
