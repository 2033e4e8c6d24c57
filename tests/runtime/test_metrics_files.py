"""Room for counts: all of it or none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from services.runtime import metrics_files


def test_every_block_is_taken_before_anything_is_counted(tmp_path: Path) -> None:
    environ = {metrics_files.FOLDER_VARIABLE: str(tmp_path)}
    metrics_files.reserve(environ)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [
        f"counter_{os.getpid()}.db",
        f"histogram_{os.getpid()}.db",
    ]
    assert all(file.stat().st_blocks * 512 >= file.stat().st_size == 1 << 20 for file in files)
    assert metrics_files.FOLDER_VARIABLE in environ


def test_without_room_a_process_counts_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    environ = {metrics_files.FOLDER_VARIABLE: str(tmp_path), "OTHER": "1"}
    metrics_files.reserve(environ)
    assert environ == {"OTHER": "1"}
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_reserved() -> None:
    environ: dict[str, str] = {}
    metrics_files.reserve(environ)
    assert environ == {}
