"""The bridge beside Envoy: one echo of a 1.6 KB template over REST, the same load on the same cores.

Rounds go in turns, and a pair of neighbours is compared, so that what else the machine does falls on
both; the median pair counts. Milliseconds a request under full load are the inverse of requests a
second: half of them is twice as many.

What a gateway adds to a call is a matter of what it does for the call, so like is compared with like:
transcoding alone with Envoy's (which has neither limits nor a log then), and our gateway as it runs by
default, which counts every call of a key, an address and a brand and writes a line for it, with Envoy
under the configuration that `luneo mesh envoy` writes, which does the same. Under full load our
gateway as it runs by default is held to Envoy's transcoding alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import psutil

from services.runtime.mesh.envoy import bootstrap
from services.runtime.mesh.envoy.topology import Limits, Rate, Topology, Upstream
from tests.bench.echo_service import DESCRIPTOR, SECRET, TARGET
from tests.bench.load import Load
from tests.bench.table import Measure
from tests.mesh import envoy
from tests.platform.installation import free_port

_ROOT: Final = Path(__file__).parents[2]
_TEMPLATE: Final = _ROOT / "examples/products/steel-tag.json"


@dataclass(frozen=True, slots=True)
class Demand:
    """How much a load asks for. rate: requests a second, 0 for one at once behind the other."""

    connections: int
    rate: float = 0.0


_FULL: Final = Demand(32)
_LIGHT: Final = Demand(4, 200.0)  # a fifth of what the machine can do: time of calls, not of queues
_SECONDS: Final = 3.0
_ROUNDS: Final = 5
_LIGHT_ROUNDS: Final = 9  # a percentile of short calls is told less surely than a mean
# Neighbours are compared.
_IN_TURN: Final = ("bare", "envoy", "bridge", "envoy whole", "inside", "whole", "grpc")
_LABELS: Final = {"envoy": "Envoy", "envoy whole": "Envoy, configured"}
_LEAST_MS: Final = 0.001  # what can be told from nothing
_MANY: Final = Rate(10**6, 10**6)


@dataclass(frozen=True, slots=True)
class Door:
    """A way to the echo. pids: of the processes at work behind the client. load: what calls it."""

    port: int
    pids: tuple[int, ...]
    load: str = "tests.bench.load"


@dataclass(frozen=True, slots=True)
class Round:
    """What one load came to. cpu_ms: of a request, in all processes, the client's included."""

    load: Load
    cpu_ms: float

    @property
    def request_ms(self) -> float:
        return 1e3 / self.load.rate


def measures() -> Iterator[Measure]:
    """Yield the times of each door beside Envoy's."""
    with ExitStack() as stack:
        doors = _doors(stack, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        _assert_same(doors)
        full = _in_turns({name: doors[name] for name in doors if name != "grpc"}, _FULL, _ROUNDS)
        some = {name: doors[name] for name in ("bare", "envoy", "grpc", "bridge", "envoy whole")}
        light = _in_turns(some, _LIGHT, _LIGHT_ROUNDS)
    yield _beside(
        "REST to a backend of another process, a request", full, "bridge", "envoy", 1 / 0.8
    )
    yield _beside(
        "… beside Envoy with its whole configuration", full, "bridge", "envoy whole", None
    )
    yield _beside("… transcoding alone, beside Envoy's", full, "bare", "envoy", None)
    yield _beside("REST with the handler in the process", full, "inside", "envoy", 1 / 2)
    yield _beside("… with key, limits, rates and log", full, "whole", "envoy", 1 / 1.5)
    yield _added("transcoding alone", light, "bare", "envoy")
    yield _added("with limits and log", light, "bridge", "envoy whole")
    for name, ours in (
        ("processor time of all processes: to a backend of another", "bridge"),
        ("… with the handler in the process", "inside"),
        ("… with key, limits, rates and log", "whole"),
    ):
        yield _of(name, full, ours, "envoy", "cpu", None)


def _doors(stack: ExitStack, folder: Path) -> dict[str, Door]:
    backend, pid = stack.enter_context(_served("grpc"))
    target = f"127.0.0.1:{backend}"
    doors = {}
    for name, arguments in (
        ("bare", (target,)),
        ("bridge", (target,)),
        ("inside", ()),
        ("whole", ()),
    ):
        port, own = stack.enter_context(_served(name, *arguments))
        doors[name] = Door(port, (own, pid) if arguments else (own,))
    for name in ("envoy", "envoy whole"):
        port, own = stack.enter_context(_envoy(target, folder, bare=name == "envoy"))
        doors[name] = Door(port, (own, pid))
    doors["grpc"] = Door(backend, (pid,), "tests.bench.grpc_load")
    return {name: doors[name] for name in _IN_TURN}


@contextmanager
def _served(*arguments: str) -> Iterator[tuple[int, int]]:
    """Run a server of the echo; yields its port and process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.echo_service", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, cwd=_ROOT, env=_environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process.pid
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{_ROOT}:{_ROOT / 'protos/gen/python'}"}


@contextmanager
def _envoy(target: str, folder: Path, *, bare: bool) -> Iterator[tuple[int, int]]:
    """Run Envoy with a thread for each core. bare: transcoding and nothing else, not even a log."""
    port, admin_port = free_port(), free_port()
    topology = Topology(
        upstreams=(Upstream("bench", (DESCRIPTOR,), (target,), tells_health=False),),
        listen=("127.0.0.1", port),
        admin_port=admin_port,
        limits=Limits(address=_MANY, key=_MANY, default_s=15, most_s=60, stream_s=600),
    )
    config = folder / f"{port}.json"
    made = bootstrap.configuration(topology)
    config.write_text(_stripped(made.files[""]) if bare else made.files[""])
    log = folder / f"{port}.log"
    with envoy.running(config, admin_port, log=log, threads=os.cpu_count() or 1) as pid:
        yield port, pid


def _stripped(text: str) -> str:
    """Return a configuration without all that is not transcoding."""
    config: dict[str, Any] = json.loads(text)
    config.pop("overload_manager")
    (chain,) = config["static_resources"]["listeners"][0]["filter_chains"]
    kept = {"@type", "stat_prefix", "codec_type", "http_filters", "route_config"}
    manager = chain["filters"][0]["typed_config"]
    manager = chain["filters"][0]["typed_config"] = {
        name: value for name, value in manager.items() if name in kept
    }
    transcoder, router = manager["http_filters"][-3], manager["http_filters"][-1]
    manager["http_filters"] = [transcoder, router]
    manager["route_config"] = {
        "virtual_hosts": [
            {
                "name": "fleet",
                "domains": ["*"],
                "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "bench"}}],
            }
        ]
    }
    return json.dumps(config)


def _request() -> tuple[dict[str, str], bytes]:
    template = json.loads(_TEMPLATE.read_text(encoding="utf-8"))["template"]
    return {"x-api-key": SECRET}, json.dumps({"template": template}).encode()


def _assert_same(doors: Mapping[str, Door]) -> None:
    """Each door gives the same answer."""
    headers, body = _request()
    headers["content-type"] = "application/json"
    answers = {}
    for name, door in doors.items():
        if name == "grpc":
            continue
        answer = httpx.post(f"http://127.0.0.1:{door.port}{TARGET}", content=body, headers=headers)
        assert answer.status_code == 200, (name, answer.text)
        answers[name] = answer.json()
    assert all(answer == answers["envoy"] for answer in answers.values())


def _in_turns(doors: Mapping[str, Door], demand: Demand, count: int) -> dict[str, list[Round]]:
    rounds: dict[str, list[Round]] = {name: [] for name in doors}
    for _ in range(count):
        for name, door in doors.items():
            rounds[name].append(_round(door, demand))
    return rounds


def _round(door: Door, demand: Demand) -> Round:
    headers, body = _request()
    lines = "".join(f"{name}: {value}\n" for name, value in headers.items()).encode()
    before_s = _cpu_s(door)
    asked = (demand.connections, _SECONDS, demand.rate)
    arguments = (str(door.port), TARGET, *map(str, asked))
    done = subprocess.run(
        [sys.executable, "-m", door.load, *arguments], input=lines + b"\n" + body,
        capture_output=True, check=False, cwd=_ROOT, env=_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    load = Load(**json.loads(done.stdout))
    spent_s = _cpu_s(door) - before_s + load.cpu_s
    return Round(load, spent_s / load.count * 1e3)


def _cpu_s(door: Door) -> float:
    roots = [psutil.Process(pid) for pid in door.pids]
    every = [*roots, *(child for root in roots for child in root.children())]
    times = [process.cpu_times() for process in every]
    return float(sum(one.user + one.system for one in times))


def _beside(
    name: str, rounds: Mapping[str, list[Round]], ours: str, peer: str, goal: float | None
) -> Measure:
    return _of(name, rounds, ours, peer, "request", goal)


def _added(what: str, light: Mapping[str, list[Round]], ours: str, peer: str) -> Measure:
    """Return what each gateway adds to a call over gRPC at the 95th percentile; the median of rounds."""
    straight = median(one.load.p95_ms for one in light["grpc"])
    added, of_peer = (
        max(median(one.load.p95_ms for one in light[name]) - straight, _LEAST_MS)
        for name in (ours, peer)
    )
    name = f"REST to a backend, added to the p95 of gRPC at 200 requests a second, {what}"
    return Measure(name, added, "ms", _LABELS[peer], of_peer, goal=1.0, goal_of_ratio=True)


def _of(
    name: str,
    rounds: Mapping[str, list[Round]],
    ours: str,
    peer: str,
    what: str,
    goal: float | None,
) -> Measure:
    """Return the median pair of neighbouring rounds, by its ratio."""
    pairs = sorted(
        (
            (_figure(one, what), _figure(other, what))
            for one, other in zip(rounds[ours], rounds[peer], strict=True)
        ),
        key=lambda pair: pair[0] / pair[1],
    )
    value, peer_value = pairs[len(pairs) // 2]
    return Measure(
        name, value, "ms", _LABELS[peer], peer_value, goal=goal, goal_of_ratio=goal is not None
    )


def _figure(one: Round, what: str) -> float:
    return {"request": one.request_ms, "p95_ms": one.load.p95_ms, "cpu": one.cpu_ms}[what]
