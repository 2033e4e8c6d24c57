"""Processes that are told to end: none misses it, whatever it does at that moment."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from tests.platform.installation import environment

PATIENCE_S = 60.0
TELLING = """
    import signal, threading, time
    from services.runtime.end_signals import EndSignals
"""


def said_by(program: str) -> str:
    """Return what a process prints that runs this program."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(TELLING) + dedent(program)],
        env=environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_that_the_system_gives_to_another_thread_ends_the_waiting(number: str) -> None:
    program = f"""
        def other():
            time.sleep(0.2)
            signal.pthread_kill(threading.get_ident(), signal.{number})
            time.sleep(3600)

        with EndSignals() as signals:
            threading.Thread(target=other, daemon=True).start()
            print(signals.wait())
    """
    assert said_by(program) == "True"


def test_a_signal_before_the_waiting_counts() -> None:
    program = """
        with EndSignals() as signals:
            signal.raise_signal(signal.SIGTERM)
            print(signals.wait(), signals.wait(0))
    """
    assert said_by(program) == "True True"


def test_without_a_signal_waiting_ends_with_its_time() -> None:
    program = """
        with EndSignals() as signals:
            print(signals.wait(0), signals.wait(0.01))
    """
    assert said_by(program) == "False False"


def test_other_signals_end_no_waiting() -> None:
    program = """
        signal.signal(signal.SIGUSR1, lambda *_: None)
        with EndSignals() as signals:
            signal.raise_signal(signal.SIGUSR1)
            print(signals.wait(0.05))
    """
    assert said_by(program) == "False"


def test_a_process_that_ends_already_is_not_cut_short() -> None:
    program = """
        with EndSignals() as signals:
            signal.raise_signal(signal.SIGTERM)
            signals.wait()
        signal.raise_signal(signal.SIGTERM)
        print("to its end")
    """
    assert said_by(program) == "to its end"
