"""Lines of calls go a way of their own, and look like every other line."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
import structlog

from services.runtime import call_log, calls, logs
from services.runtime.calls import Caller, CallerKind
from services.runtime.pipeline import Record
from tests.runtime.logging_to import logging_to

RECORD = Record(
    "/luneo.test.v1.EchoService/Ping",
    "correlation-1",
    {},
    caller=Caller(CallerKind.SERVER_KEY, "key:k1"),
    brand="acme",
    code="NOT_FOUND",
    reason="NOTE_NOT_FOUND",
    duration_s=0.01234,
)


def written(record: Record = RECORD) -> dict[str, Any]:
    stream = io.StringIO()
    with logging_to(stream):
        call_log.CallLog().end(None, record)
    found: dict[str, Any] = json.loads(stream.getvalue())
    return found


def by_the_usual_way(monkeypatch: pytest.MonkeyPatch, record: Record = RECORD) -> dict[str, Any]:
    with monkeypatch.context() as patch:
        patch.setattr(logs._Lines, "configure", lambda *_, **__: None)
        patch.setattr(logs._lines, "short", None)
        return written(record)


def test_the_line_is_that_of_the_usual_way(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, short = by_the_usual_way(monkeypatch), written()
    assert short.pop("timestamp")[:16] == usual.pop("timestamp")[:16]
    assert short == usual
    assert short["duration_ms"] == 12.34


def test_what_looks_like_a_secret_is_left_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(RECORD.method, "lsk_" + "a" * 52, {}, brand="lpk_" + "b" * 52)
    for found in (by_the_usual_way(monkeypatch, record), written(record)):
        assert (found["correlation_id"], found["brand"]) == (logs.REDACTED, logs.REDACTED)


def test_what_a_job_binds_is_in_it() -> None:
    with structlog.contextvars.bound_contextvars(job="j1"):
        assert written()["job"] == "j1"


def test_another_handler_of_the_process_sees_it(caplog: pytest.LogCaptureFixture) -> None:
    stream = io.StringIO()
    with logging_to(stream):
        logging.getLogger().addHandler(caplog.handler)
        call_log.CallLog().end(None, RECORD)
    assert len(caplog.records) == len(stream.getvalue().splitlines()) == 1


PROGRAM = """
import os, sys, threading
from services.runtime import logs, call_log
from tests.runtime.test_log_lines import RECORD
logs.configure("test", "info", "json")
def some(): [call_log.CallLog().end(None, RECORD) for _ in range(50)]
threads = [threading.Thread(target=some) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
sys.stdout.flush()
child = os.fork()
if not child:
    some()
    sys.exit(0)
os.waitpid(child, 0)
"""


def test_a_process_that_ends_has_written_all_and_its_child_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 250
    assert {line["brand"] for line in lines} == {"acme"}


TRICKLE = """
import time
from services.runtime import logs, call_log
from tests.runtime.test_log_lines import RECORD
logs.configure("test", "info", "json")
for rest_s in (0.003, 0.02, 0.3, 0.0):
    for _ in range(5):
        call_log.CallLog().end(None, RECORD)
        time.sleep(rest_s)
time.sleep(600)
"""


def test_lines_are_written_soon_however_far_apart_they_come() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TRICKLE], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
        assert process.stdout
        try:
            lines = [json.loads(process.stdout.readline()) for _ in range(20)]
        finally:
            process.kill()  # it writes nothing at its end
    assert {line["brand"] for line in lines} == {"acme"}


def test_ids_are_not_those_of_the_parent_in_its_child() -> None:
    calls.new_correlation_id()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, calls.new_correlation_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 32).decode()
    os.close(reader)
    os.close(writer)
    assert len(theirs) == 32
    assert theirs not in {calls.new_correlation_id() for _ in range(300)}
