"""Runs an installation: the embedded servers and our own processes, started in order, watched,
started again when they crash, stopped together.

    Supervisor(settings, roles)      with supervisor.running(): supervisor.watch()

It knows nothing of what the roles do: a role is a command and, where it answers one, a health
address. What runs is written to LUNEO_DATA/run/state.json, which `luneo status` reads.

Nothing outlives it: a kill -9 reaches our processes and the servers through the kernel (see
parent.py and embedded/launch.py), and the next start replaces what was left.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services.runtime import embedded, ports
from services.runtime.config import Settings
from services.runtime.embedded.folders import hold, private_folder
from services.runtime.embedded.process import LOG_LIMIT_BYTES, log_end
from services.runtime.metrics_files import FOLDER_VARIABLE
from services.runtime.parent import PARENT_VARIABLE
from services.runtime.state import State, state_file

START_LIMIT_S: Final = 60.0
DRAIN_LIMIT_S: Final = 30.0
STEADY_S: Final = 60.0  # a process that lived this long starts again without delay
BACK_OFF_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
HEALTH_EVERY_S: Final = 5.0
HEALTH_FAILURES: Final = 6
_TICK_S: Final = 0.5
_LOOK_S: Final = 0.05
_STOP: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SupervisorError(Exception):
    """The installation cannot be run; `str()` is a sentence with a next step."""


class AlreadyRunning(SupervisorError):
    """The data folder, or a port, is in use."""


@dataclass(frozen=True, slots=True)
class Role:
    """One of our processes: `python -m services.cli` with these arguments."""

    name: str
    arguments: tuple[str, ...]
    count: int = 1
    health_url: str = ""
    ready_url: str = ""


@dataclass(slots=True)
class _Child:
    role: Role
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    start_at: float = 0.0
    healthy_at: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Supervisor:
    """`report` is called with one short line for each thing that happens."""

    settings: Settings
    roles: Sequence[Role]
    migrate: tuple[str, ...]
    report: Callable[[str], None]
    _children: list[_Child] = field(default_factory=list)
    _servers: list[embedded.Postgres | embedded.Redis] = field(default_factory=list)
    _failures: dict[str, tuple[int, float]] = field(default_factory=dict)
    _wake: int = -1
    _watching: bool = False

    @contextmanager
    def running(self) -> Iterator[State]:
        """Everything started and ready; all stopped at the end. From the main thread.

        Raises AlreadyRunning, SupervisorError or EmbeddedError; nothing is left behind then.
        """
        with ExitStack() as stack:
            self._take_folder(stack)
            for port, flag in (
                (self.settings.port, "--port"),
                (self.settings.grpc_port, "--grpc-port"),
            ):
                ports.require_free(self.settings.host, port, flag)
            stack.enter_context(self._signals())
            self._start_servers(stack)
            self._migrate()
            stack.callback(self._stop_children)
            self._start_children()
            stack.callback(state_file(self.settings.data).unlink, missing_ok=True)
            yield self._write_state()

    def watch(self) -> None:
        """Return when the process is told to stop; meanwhile bring back what crashes."""
        self._watching = True
        untold = False
        while not self._asked_to_stop(_TICK_S):
            untold |= self._revive_servers()
            for child in self._children:
                untold |= self._attend(child)
            with suppress(OSError):  # a full disk ends nothing; the next round tries again
                if untold:
                    self._write_state()
                untold = False
                self._trim_logs()

    def _take_folder(self, stack: ExitStack) -> None:
        run = private_folder(private_folder(self.settings.data) / "run")
        try:
            stack.callback(os.close, hold(run / "supervisor.lock"))
        except embedded.EmbeddedError:
            running = State.read(self.settings.data)
            where = f" at {running.rest} (pid {running.pid})" if running else ""
            raise AlreadyRunning(
                f"Luneo already runs with the data folder {self.settings.data}{where}. "
                "Stop it, or run another one beside it: --data DIR --port PORT."
            ) from None

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn signals into bytes of a pipe, so that waiting ends and no work is cut in two."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wake = reader
        before = {s: signal.signal(s, self._on_stop) for s in _STOP}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def _on_stop(self, *_: object) -> None:
        """While starting, a signal breaks off; later it is a byte in the pipe."""
        if not self._watching:
            raise KeyboardInterrupt

    def _asked_to_stop(self, wait_s: float) -> bool:
        select.select([self._wake], [], [], wait_s)
        with suppress(BlockingIOError):
            return any(number in _STOP for number in os.read(self._wake, 512))
        return False

    def _start_servers(self, stack: ExitStack) -> None:
        if self.settings.embedded_postgres:
            self._servers.append(embedded.Postgres(self.settings.data))
        if self.settings.embedded_redis:
            self._servers.append(embedded.Redis(self.settings.data))
        for server in self._servers:
            began = time.monotonic()
            stack.callback(server.stop)
            server.start()
            self.report(f"{server.title} is ready ({time.monotonic() - began:.1f} s)")

    def _revive_servers(self) -> bool:
        """Start a server that died; on a disk that is full it may take several times."""
        gone = [server for server in self._servers if server.pid is None]
        for server in gone:
            failures, not_before = self._failures.get(server.title, (0, 0.0))
            if time.monotonic() < not_before:
                continue
            self._tell(f"{server.title} stopped; starting it again")
            try:
                server.start()
            except (embedded.EmbeddedError, OSError) as error:
                delay = _back_off_s(failures)
                self._failures[server.title] = (failures + 1, time.monotonic() + delay)
                self._tell(f"{error}\nAgain in {delay:g} s")
            else:
                self._failures.pop(server.title, None)
        return bool(gone)

    def _migrate(self) -> None:
        began = time.monotonic()
        log = self.settings.data / "log" / "migrate.log"
        code = self._spawn(self.migrate, log).wait()
        if code:
            raise SupervisorError(
                f"The database was not brought up to date (exit code {code}). "
                f"The end of {log}:\n{log_end(log)}"
            )
        self.report(f"Database is up to date ({time.monotonic() - began:.1f} s)")

    def _start_children(self) -> None:
        for role in self.roles:
            for number in range(1, role.count + 1):
                suffix = f"-{number}" if role.count > 1 else ""
                log = self.settings.data / "log" / f"{role.name}{suffix}.log"
                self._children.append(_Child(role, log))
        for child in self._children:
            self._start(child)
        for child in self._children:
            self._wait_ready(child)

    def _wait_ready(self, child: _Child) -> None:
        began = time.monotonic()
        while True:
            if child.process is None or child.process.poll() is not None:
                code = child.process.returncode if child.process else None
                raise SupervisorError(
                    f"The {child.role.name} stopped while starting (exit code {code}). "
                    f"The end of {child.log}:\n{log_end(child.log)}"
                )
            if not child.role.ready_url or ports.answers(child.role.ready_url):
                break
            if time.monotonic() - began > START_LIMIT_S:
                raise SupervisorError(
                    f"The {child.role.name} did not become ready within {START_LIMIT_S:.0f} s. "
                    f"See {child.log}."
                )
            time.sleep(_LOOK_S)
        self.report(f"{child.role.name} is ready ({time.monotonic() - child.started:.1f} s)")

    def _start(self, child: _Child) -> None:
        child.process = self._spawn(child.role.arguments, child.log)
        child.started = child.healthy_at = time.monotonic()
        child.failures = 0

    def _spawn(self, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "services.cli", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops them in order
                env=self._environment(),
            )

    def _environment(self) -> dict[str, str]:
        found = {type(server): server.url for server in self._servers if server.pid is not None}
        return {
            "MALLOC_ARENA_MAX": "2",  # many threads, little memory
            "OPENBLAS_NUM_THREADS": "1",
            **os.environ,
            **self.settings.environment(),
            "DATABASE_URL": found.get(embedded.Postgres, self.settings.database_url),
            "REDIS_URL": found.get(embedded.Redis, self.settings.redis_url),
            FOLDER_VARIABLE: os.fspath(self._metrics_folder()),
            PARENT_VARIABLE: str(os.getpid()),
        }

    def _metrics_folder(self) -> Path:
        """Counts shared by the processes of one run; those of the run before are gone."""
        folder = self.settings.data / "run" / f"metrics-{os.getpid()}"
        if not folder.exists():
            for old in folder.parent.glob("metrics-*"):
                shutil.rmtree(old, ignore_errors=True)
            folder.mkdir()
        return folder

    def _attend(self, child: _Child) -> bool:
        """Start a crashed process when its time has come, kill a hanging one; True if changed."""
        now = time.monotonic()
        if child.process is None:
            return now >= child.start_at and self._restarted(child, now)
        if child.process.poll() is not None:
            self._plan_restart(child, now)
            return False
        if child.role.health_url and now - child.healthy_at > HEALTH_EVERY_S * (child.failures + 1):
            self._examine(child, now)
        return False

    def _restarted(self, child: _Child, now: float) -> bool:
        try:
            self._start(child)
        except OSError as error:  # no room for its log, or for one more process
            child.start_at = now + BACK_OFF_S[-1]
            self._tell(f"{child.role.name} cannot start: {error}; again in {BACK_OFF_S[-1]:g} s")
            return False
        return True

    def _plan_restart(self, child: _Child, now: float) -> None:
        assert child.process is not None
        child.crashes = 0 if now - child.started > STEADY_S else child.crashes + 1
        delay = _back_off_s(child.crashes)
        child.start_at = now + delay
        code = child.process.returncode
        child.process = None
        self._tell(f"{child.role.name} stopped (exit code {code}); again in {delay:g} s")

    def _examine(self, child: _Child, now: float) -> None:
        assert child.process is not None
        if ports.answers(child.role.health_url):
            child.healthy_at, child.failures = now, 0
            return
        child.failures += 1
        if child.failures >= HEALTH_FAILURES:
            self._tell(f"{child.role.name} does not answer; ending it")
            child.process.kill()

    def _tell(self, line: str) -> None:
        """Report what happens while others rely on us: whoever listens may be gone, or full."""
        with suppress(OSError):
            self.report(line)

    def _stop_children(self) -> None:
        """Let all finish what they are doing at the same time; kill who takes too long."""
        alive = [c.process for c in self._children if c.process and c.process.poll() is None]
        for process in alive:
            process.terminate()
        end = time.monotonic() + DRAIN_LIMIT_S
        for process in alive:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _write_state(self) -> State:
        pids = {"supervisor": [os.getpid()]}
        for server in self._servers:
            pids[server.program.removesuffix("-server")] = [server.pid] if server.pid else []
        for child in self._children:
            own = pids.setdefault(child.role.name, [])
            if child.process is not None and child.process.poll() is None:
                own.append(child.process.pid)
        environment = self._environment()
        state = State(
            pid=os.getpid(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            rest=f"http://{ports.reachable(self.settings.host)}:{self.settings.port}",
            grpc=f"{ports.reachable(self.settings.host)}:{self.settings.grpc_port}",
            processes=pids,
            database_url=environment["DATABASE_URL"],
            redis_url=environment["REDIS_URL"],
        )
        state.write(self.settings.data)
        return state

    def _trim_logs(self) -> None:
        """Writers append, so a log can be cut under them."""
        for log in (self.settings.data / "log").glob("*.log"):
            if log.stat().st_size > LOG_LIMIT_BYTES:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)


def _back_off_s(failures: int) -> float:
    return BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
