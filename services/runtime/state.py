"""What runs in a data folder, written by the supervisor for whoever asks."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class State:
    """Addresses and process ids by role. It names the sockets, so only its user may read it."""

    pid: int
    started: str
    rest: str
    grpc: str
    processes: dict[str, list[int]]
    database_url: str
    redis_url: str

    def write(self, data: Path) -> None:
        """Replace the state file at once; a reader sees the old or the new one."""
        path = state_file(data)
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"version": VERSION, **asdict(self)}, file, indent=1)
        draft.replace(path)

    @classmethod
    def read(cls, data: Path) -> State | None:
        """Return the state of the supervisor that runs here, or None."""
        try:
            record: dict[str, Any] = json.loads(state_file(data).read_text("utf-8"))
            if record.pop("version") != VERSION:
                return None
            state = cls(**record)
            running = psutil.Process(state.pid).is_running()
        except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
            return None
        return state if running else None

    def memory_bytes(self) -> dict[str, int]:
        """Proportional set size of each role's processes, their children included."""
        sizes: dict[str, int] = {}
        for role, pids in self.processes.items():
            family = [p for pid in pids for p in _family(pid, deep=role != "supervisor")]
            sizes[role] = sum(_pss(process) for process in family)
        return sizes


def state_file(data: Path) -> Path:
    return data / "run" / "state.json"


def _family(pid: int, *, deep: bool) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *(process.children(recursive=True) if deep else [])]
    except psutil.Error:
        return []


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):
        return 0
