"""Worker processes that the tests of batches kill: whole ones, as an installation has them.

Run as `python -m tests.manufacturing.worker_processes DATA DATABASE_URL REDIS_URL`. A line on stdin
starts a worker and prints its process id. The line names the point of making a batch at which the
worker halts, once, and writes its id into the data folder: "-" for none. SIGUSR1 lets it go on. They
are forked from a process that has everything imported and nothing opened.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from services import composition
from services.manufacturing import nesting
from services.manufacturing.actors.batches import MakesBatches
from services.manufacturing.parts import Made
from services.manufacturing.store import batches as store
from services.runtime.config import Settings
from services.worker import work

PR_SET_PDEATHSIG: Final = 1
QUEUE: Final = "export-manufacturing"
LOADED: Final = (
    "render_core.compose",
    "render_core.export.machine.formats",
    "render_core.export.pdf",
    "render_core.making.nest.sheet_map",
    "render_core.making.nest.solve",
    "render_core.making.prepare",
    *(f"services.{name}.service" for name in composition.NAMES),
)


class Halt:
    """Stops whoever comes to it first, until SIGUSR1."""

    def __init__(self, folder: Path) -> None:
        self._mark = folder / f"halted-{os.getpid()}"
        self._once = threading.Lock()
        self._on = threading.Event()
        signal.signal(signal.SIGUSR1, lambda *_: self._on.set())

    def __call__(self) -> None:
        if self._once.acquire(blocking=False):
            self._mark.touch()
            self._on.wait()


def while_nesting(halt: Halt) -> None:
    real = nesting.solved

    def solved(request: Any, parts: Any, batch: Any, cancelled: Any, progress: Any) -> str:
        def looked() -> bool:
            halt()
            return bool(cancelled())

        return real(request, parts, batch, looked, progress)

    nesting.solved = solved


def once_nested(halt: Halt) -> None:
    _first(halt, nesting, "read")


def while_writing(halt: Halt) -> None:
    real = nesting.files

    def files(*arguments: Any) -> Iterator[Made]:
        for file in real(*arguments):
            yield file
            halt()

    nesting.files = files


def once_written(halt: Halt) -> None:
    _first(halt, MakesBatches, "_store")


def before_the_commit(halt: Halt) -> None:
    """All objects are written, all rows are there, nothing is committed."""
    real = store.put_result

    def put_result(*arguments: Any) -> None:
        real(*arguments)
        halt()

    store.put_result = put_result


def _first(halt: Halt, owner: Any, name: str) -> None:
    real = getattr(owner, name)

    def halted(*arguments: Any) -> Any:
        halt()
        return real(*arguments)

    setattr(owner, name, halted)


POINTS: Final[dict[str, Callable[[Halt], None]]] = {
    function.__name__: function
    for function in (while_nesting, once_nested, while_writing, once_written, before_the_commit)
}


def _work(point: str, data: str, url: str, redis_url: str) -> None:
    if point != "-":
        POINTS[point](Halt(Path(data)))
    settings = Settings.from_environment(
        {}, data=data, database_url=url, redis_url=redis_url, log_level="error"
    )
    work(settings, queues=(QUEUE,))


def main() -> None:
    for module in LOADED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # none outlives the test
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 0)
            os.dup2(nowhere, 1)  # stdout is for the process ids
            _work(line.strip(), *sys.argv[1:])
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
