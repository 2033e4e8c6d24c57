"""One service per process, a gateway, a relay and a worker, on servers of one's own.

A service may run twice, as "spec" and "spec-2"; with certificates every call is mutual TLS.
"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.longrunning import operations_pb2  # noqa: F401  its messages travel in answers
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.mesh.security import channel_credentials
from services.runtime.mesh.tls_files import TlsFiles
from tests.platform.installation import LUNEO, environment, free_port, luneo

SERVICES = ("tenant", "spec", "snapshot", "render", "manufacturing")
START_LIMIT_S = 300.0
STOP_LIMIT_S = 60.0
LOG_LIMIT_S = 20.0
_LOOK_S = 0.05


@dataclass
class Fleet:
    """The processes by name, each with its log in the data folder.

    twice: services that run in two equal processes. certs: what `luneo certs` made, if anything.
    more: settings of every process, the gateway's as well.
    """

    data: Path
    servers: dict[str, str]
    twice: tuple[str, ...] = ()
    certs: Path | None = None
    more: dict[str, str] = field(default_factory=dict)
    rest_port: int = field(default_factory=free_port)
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def rest(self) -> str:
        return f"http://127.0.0.1:{self.rest_port}"

    @property
    def settings(self) -> dict[str, str]:
        """What every process is told."""
        return {
            "LUNEO_DATA": str(self.data),
            "LUNEO_PUBLIC_URL": self.rest,
            "LUNEO_LOG_FORMAT": "json",
            "LUNEO_SERVICE_ADDRESSES": ",".join(
                f"{_service(name)}={self.address(name)}" for name in self.ports
            ),
            **self._certificate("operator"),
            **self.more,
        }

    @property
    def gateway_addresses(self) -> str:
        """LUNEO_SERVICE_ADDRESSES of a gateway, which knows neither database nor queue."""
        own = ",".join(f"{name}={self.address('tenant')}" for name in ("operations", "objects"))
        return f"{self.settings['LUNEO_SERVICE_ADDRESSES']},{own}"

    def address(self, service: str) -> str:
        return f"127.0.0.1:{self.ports[service]}"

    def channel(self, service: str) -> grpc.Channel:
        options: list[tuple[str, Any]] = [("grpc.max_reconnect_backoff_ms", 500)]
        if self.certs is None:
            return grpc.insecure_channel(self.address(service), options)
        shown = channel_credentials(TlsFiles(self.certs / "operator").current())
        return grpc.secure_channel(self.address(service), shown, options)

    def start(self) -> None:
        """Migrate, start everything, return when all of it answers."""
        names = (*SERVICES, *(f"{name}-2" for name in self.twice))
        self.ports = {name: free_port() for name in names}
        done = luneo("migrate", **self.settings, **self.servers)
        assert done.returncode == 0, done.stderr
        for name in names:
            self.start_service(name)
        port = str(self.rest_port)
        self._start("gateway", "gateway", "--port", port, addresses=self.gateway_addresses)
        self._start("relay", "relay")
        self._start("worker", "work")
        for name in names:
            self.await_serving(name)
        self.await_ready()

    def start_service(self, name: str) -> None:
        port = str(self.ports[name])
        self._start(name, "serve", "--services", _service(name), "--no-rest", "--grpc-port", port)

    def await_serving(self, name: str) -> None:
        with self.channel(name) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=START_LIMIT_S, wait_for_ready=True
            )
        assert answer.status == health_pb2.HealthCheckResponse.SERVING

    def await_ready(self) -> None:
        """Return once the gateway has found every service."""
        self._until(lambda: self.get("/readyz")[0] == 200, "the gateway is not ready")

    def await_answering(self, path: str, **headers: str) -> None:
        """Return once the gateway has found the service of this path again: its channel rests a while."""
        self._until(lambda: self.get(path, **headers)[0] == 200, f"no answer from {path}")

    def kill(self, name: str) -> None:
        """kill -9 of one process."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End every process as an init system does; each must end by itself, without an error."""
        for process in self.processes.values():
            process.terminate()
        end = time.monotonic() + STOP_LIMIT_S
        while (
            None in (codes := {name: one.poll() for name, one in self.processes.items()}).values()
        ):
            assert time.monotonic() < end, self._stacks(codes)
            time.sleep(_LOOK_S)
        assert not any(codes.values()), codes

    def _stacks(self, codes: dict[str, int | None]) -> str:
        """Return where the processes are that do not end."""
        stuck = [name for name, code in codes.items() if code is None]
        for name in stuck:
            self.processes[name].send_signal(signal.SIGABRT)
            self.processes[name].wait()
        return "\n".join(
            f"{name}: {(self.data / f'{name}.log').read_text()[-8_000:]}" for name in stuck
        )

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """GET from the gateway."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """POST JSON to the gateway; return the JSON that it answers with."""
        status, answer = self.ask("POST", path, json.dumps(body).encode(), **headers)
        return status, json.loads(answer)

    def ask(self, method: str, path: str, body: bytes | None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.rest_port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named["content-type"] = "application/json"
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, response.read()
        except ConnectionError:
            return 0, b""
        finally:
            connection.close()

    def log(self, name: str) -> list[dict[str, Any]]:
        """The lines that a process logged."""
        lines = (self.data / f"{name}.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def logged(self, name: str, correlation_id: str) -> dict[str, Any]:
        """Return the line about a call, which a process writes after it has answered."""
        end = time.monotonic() + LOG_LIMIT_S
        while time.monotonic() < end:
            for line in self.log(name):
                if line.get("correlation_id") == correlation_id and line["event"] == "call":
                    return line
            time.sleep(_LOOK_S)
        raise AssertionError(f"no line about {correlation_id}")

    def _start(self, name: str, *arguments: str, addresses: str = "") -> None:
        settings = dict(self.settings)
        settings.update(self._certificate("worker" if name == "relay" else _service(name)))
        if addresses:
            settings["LUNEO_SERVICE_ADDRESSES"] = addresses
        else:
            settings.update(self.servers)
        with (self.data / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*LUNEO, *arguments], env=environment(**settings, PYTHONFAULTHANDLER="1"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _certificate(self, name: str) -> dict[str, str]:
        return {"LUNEO_TLS_DIR": str(self.certs / name)} if self.certs else {}

    def _until(self, true: Any, what: str) -> None:
        end = time.monotonic() + START_LIMIT_S
        while not true():
            assert time.monotonic() < end, what
            time.sleep(_LOOK_S)


def _service(process: str) -> str:
    """Return the service of a process: "spec" of "spec-2"."""
    return process.partition("-")[0]


@contextmanager
def fleet(
    data: Path,
    servers: dict[str, str],
    twice: tuple[str, ...] = (),
    certs: Path | None = None,
    **more: str,
) -> Iterator[Fleet]:
    """A fleet, not left running whatever happens. more: settings of every process."""
    made = Fleet(data, servers, twice, certs, more)
    with ExitStack() as stack:
        stack.callback(lambda: [p.kill() for p in made.processes.values() if p.poll() is None])
        made.start()
        yield made
        made.stop()
