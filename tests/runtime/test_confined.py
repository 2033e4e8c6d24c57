"""The confined child: what it returns, what it may not do, and how each of its deaths is told."""

from __future__ import annotations

import io
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.runtime import priority, zygote
from services.runtime.confined import Confined, ConfinementFailed, FileRefused, Limits
from services.runtime.confined_child import EXIT_IDLE
from services.runtime.confinement import landlock_abi
from tests.runtime.logging_to import logging_to

HERE = "tests.runtime.confined_functions:"
NAMES = (
    "describe", "scaled", "refuse", "process_id", "loop", "sleep", "allocate", "allocate_slowly",
    "crash", "abort_for_memory", "fault", "leave", "nonsense", "flood", "unencodable", "attempts",
    "threads_are_confined", "modules", "environment", "parent_id", "descriptors",
    "remember", "attacks", "hide",
)  # fmt: skip
FUNCTIONS = [HERE + name for name in NAMES]
MIB = 1 << 20


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    limits = Limits(wall_s=30, cpu_s=20, memory_bytes=256 * MIB, answer_bytes=16 * MIB)
    made = Confined(FUNCTIONS, limits=limits)
    yield made
    made.close()


def run(confined: Confined, name: str, data: bytes = b"", **arguments: Any) -> Any:
    return confined.run(HERE + name, data, **arguments)


def reason_of(confined: Confined, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        run(confined, name)
    return refused.value.public_reason


def test_a_result_comes_back_as_plain_values(confined: Confined) -> None:
    assert run(confined, "describe", b"OTTO and more") == {
        "length": 13,
        "kept": b"OTTO",
        "pairs": [[1, 2], [3, 4]],
    }


def test_bytes_larger_than_a_pipe_pass_both_ways(confined: Confined) -> None:
    data = os.urandom(3 * MIB)
    assert run(confined, "scaled", data, factor=2) == data * 2


def test_a_refusal_keeps_its_reason_sentence_and_field(confined: Confined) -> None:
    with pytest.raises(FileRefused) as refused:
        run(confined, "refuse")
    assert refused.value.public_reason == "TOO_ODD"
    assert refused.value.public_message == "This file is too odd. Send an even one."
    assert [violation.field for violation in refused.value.violations] == ["file"]


def test_each_file_has_a_child_of_its_own(confined: Confined) -> None:
    first, second = run(confined, "process_id"), run(confined, "process_id")
    assert len({first, second, os.getpid()}) == 3


def test_many_files_at_once_are_read_apart(confined: Confined) -> None:
    files = [bytes([n]) * 1000 for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda data: run(confined, "scaled", data, factor=1), files))
    assert answers == files


def test_a_function_that_is_not_listed_is_not_run(confined: Confined) -> None:
    with pytest.raises(ValueError, match="not on this list"):
        confined.run("os:getpid", b"")


def test_nothing_that_could_do_harm_is_possible(confined: Confined, tmp_path: Path) -> None:
    secret, target = tmp_path / "secret", tmp_path / "target"
    secret.write_bytes(b"secret")
    outcomes = run(confined, "attempts", f"{secret}\n{target}".encode())
    possible = {name for name, outcome in outcomes.items() if outcome == "succeeded"}
    reads = {
        "read a secret", "read the passwords", "read a file of the project", "list a folder",
        "read another process",
    }  # fmt: skip
    # Reading is what Landlock forbids; a kernel without it still forbids the rest.
    assert possible <= (set() if landlock_abi() >= 1 else reads)
    assert secret.read_bytes() == b"secret"
    assert not target.exists()


def test_threads_of_the_child_are_confined_as_well(confined: Confined) -> None:
    assert run(confined, "threads_are_confined") == ["PermissionError"]


def test_the_child_knows_nothing_of_the_services(confined: Confined) -> None:
    found = [name for name in run(confined, "modules") if name.startswith("services")]
    confining = [f"services.runtime.{one}" for one in ("confined_child", "confinement", "priority")]
    assert found == ["services", "services.runtime", *confining]


def test_readers_step_back_behind_what_a_page_waits_for(confined: Confined) -> None:
    forks = psutil.Process(run(confined, "parent_id"))
    assert forks.nice() == psutil.Process().nice() + priority.AFTER_ANSWERS
    autogroup = Path(f"/proc/{forks.pid}/autogroup")
    if autogroup.exists() and autogroup.read_text().strip():
        assert autogroup.read_text().split()[-1] == str(priority.AFTER_ANSWERS)


def test_the_child_inherits_no_secrets_of_the_environment(
    confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    confined.close()
    assert "secret" not in run(confined, "environment").values()


def test_an_endless_loop_is_a_timeout() -> None:
    confined = Confined(FUNCTIONS, limits=Limits(wall_s=1.5, cpu_s=60), ahead=False)
    started = time.monotonic()
    assert reason_of(confined, "loop") == "TIMEOUT"
    assert time.monotonic() - started < 10


def test_cpu_time_is_limited_apart_from_the_clock() -> None:
    confined = Confined(FUNCTIONS, limits=Limits(wall_s=60, cpu_s=1), ahead=False)
    assert reason_of(confined, "loop") == "TIMEOUT"


def test_doing_nothing_for_ever_is_a_timeout() -> None:
    confined = Confined(FUNCTIONS, limits=Limits(wall_s=1.5), ahead=False)
    assert reason_of(confined, "sleep") == "TIMEOUT"


@pytest.mark.parametrize("name", ["allocate", "allocate_slowly", "abort_for_memory"])
def test_a_bomb_is_out_of_memory(confined: Confined, name: str) -> None:
    assert reason_of(confined, name) == "OUT_OF_MEMORY"


@pytest.mark.parametrize("name", ["crash", "fault", "leave", "nonsense", "unencodable"])
def test_a_crash_and_a_senseless_answer_are_a_refused_file(confined: Confined, name: str) -> None:
    assert reason_of(confined, name) == "CRASHED"


def test_a_fault_is_told_by_kind_and_place_and_not_in_words_that_may_quote_the_file(
    confined: Confined,
) -> None:
    stream = io.StringIO()
    with logging_to(stream), pytest.raises(FileRefused):
        run(confined, "fault")
    assert re.search(r"KeyError at confined_functions\.py:\d+", stream.getvalue())
    assert "glyf" not in stream.getvalue()


def test_an_endless_answer_is_cut(confined: Confined) -> None:
    assert reason_of(confined, "flood") == "OUTPUT_TOO_LARGE"


def test_no_process_is_left_behind(confined: Confined) -> None:
    before = run(confined, "process_id")
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_zygote_that_died_is_replaced(confined: Confined) -> None:
    run(confined, "process_id")
    assert confined._ready is not None
    died = confined._ready
    os.kill(died.pid, signal.SIGKILL)
    died._process.wait()
    assert run(confined, "describe", b"OTTO")["length"] == 4
    assert confined._ready is not died


def test_what_a_zygote_leaves_behind_is_no_judgement_of_the_file(confined: Confined) -> None:
    run(confined, "process_id")
    assert confined._ready is not None
    readers: list[psutil.Process] = []
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(run, confined, "sleep")
        while not reading.done():  # a reader that had not begun yet gets another zygote
            with suppress(psutil.NoSuchProcess, ProcessLookupError, AttributeError):
                if found := psutil.Process(confined._ready.pid).children():
                    readers += found
                    os.kill(confined._ready.pid, signal.SIGKILL)
            time.sleep(0.01)
        with pytest.raises(ConfinementFailed):
            reading.result()
    assert readers
    for reader in readers:
        reader.wait(10)


def test_closing_ends_the_zygote_and_its_readers() -> None:
    confined = Confined(FUNCTIONS)
    run(confined, "process_id")
    assert confined._ready is not None
    started = confined._ready._process
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(run, confined, "sleep")
        (reader,) = children_of(started.pid, 1)
        confined.close()
        with pytest.raises(ConfinementFailed):
            reading.result()
    assert started.returncode is not None
    reader.wait(10)


def children_of(pid: int, count: int) -> list[psutil.Process]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found: list[psutil.Process] = psutil.Process(pid).children()
        if len(found) == count:
            return found
        time.sleep(0.01)
    raise AssertionError("they did not come")


def test_readers_are_forked_from_one_process(confined: Confined) -> None:
    run(confined, "process_id")
    assert confined._ready is not None
    assert {run(confined, "parent_id") for _ in range(3)} == {confined._ready.pid}


def test_a_zygote_that_nobody_needs_ends_and_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zygote, "_IDLE_S", 0.2)
    confined = Confined(FUNCTIONS)
    run(confined, "process_id")
    assert confined._ready is not None
    assert confined._ready._process.wait(30) == EXIT_IDLE
    assert run(confined, "describe", b"OTTO")["length"] == 4
    confined.close()


def test_a_reader_has_no_descriptor_but_its_own_three(confined: Confined) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: run(confined, "descriptors"), range(6)))
    assert found == [[0, 1, 2]] * 6


def test_a_reader_leads_a_session_of_its_own() -> None:
    confined = Confined(FUNCTIONS, limits=Limits(wall_s=2))
    run(confined, "process_id")
    assert confined._ready is not None
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(reason_of, confined, "sleep")
        (reader,) = children_of(confined._ready.pid, 1)
        while not reading.done() and os.getsid(reader.pid) != reader.pid:
            time.sleep(0.01)
        assert os.getsid(reader.pid) == reader.pid
        assert reading.result() == "TIMEOUT"
    confined.close()


def test_nothing_of_one_file_is_left_for_the_next(confined: Confined) -> None:
    assert [run(confined, "remember", data) for data in (b"one", b"two")] == [["one"], ["two"]]


def test_a_reader_cannot_touch_the_zygote_or_another_reader(confined: Confined) -> None:
    run(confined, "process_id")
    assert confined._ready is not None
    parent = confined._ready.pid
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(reason_of, confined, "sleep")
        (sibling,) = children_of(parent, 1)
        outcomes = run(confined, "attacks", f"{parent} {sibling.pid}".encode())
        assert sibling.is_running()
        sibling.kill()
        assert reading.result() == "OUT_OF_MEMORY"  # which is what a stranger's SIGKILL looks like
    reached = {name for name, outcome in outcomes.items() if outcome == "succeeded"}
    # Root may look into files of /proc where no Landlock forbids it.
    assert not reached or (os.geteuid() == 0 and landlock_abi() < 1)
    assert len(outcomes) == 20


def test_a_reader_that_closes_its_pipes_and_goes_on_is_ended() -> None:
    confined = Confined(FUNCTIONS, limits=Limits(wall_s=2), ahead=False)
    assert reason_of(confined, "hide") == "TIMEOUT"


def test_imports_that_start_threads_are_left_to_the_readers() -> None:
    stream = io.StringIO()
    preload = ["tests.runtime.confined_thread"]
    with logging_to(stream):
        confined = Confined(FUNCTIONS, preload=preload)
        found = [run(confined, "modules") for _ in range(2)]
    assert all(preload[0] in modules for modules in found)
    assert stream.getvalue().count("imports have started threads") == 1
    confined.close()


def test_imports_that_fail_are_no_judgement_of_the_file() -> None:
    stream = io.StringIO()
    with logging_to(stream), pytest.raises(ConfinementFailed):
        Confined(FUNCTIONS, preload=["tests.runtime.no_such_module"]).run(FUNCTIONS[0], b"")
    assert "no_such_module" in stream.getvalue()
