"""A workshop whose batches are made by worker processes of their own, which can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
import redis
from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from luneo.manufacturing.v1 import batch_pb2
from luneo.operations.v1 import operation_pb2, operation_service_pb2
from sqlalchemy import text

import migrations
from services import composition
from services.composition import Process
from services.runtime import installation_keys
from services.runtime.config import Settings
from tests.flows.house import Brand, relaying
from tests.manufacturing.batching import OPERATIONS, Workshop
from tests.servers import as_superuser

Files = dict[str, bytes]
_Answer = TypeVar("_Answer", bound=Message)
PATIENCE_S = 150.0
LOOK_S = 0.05


@dataclass
class Yard:
    """Its worker processes, one at a time. url: of its database."""

    process: Process
    url: str
    redis_url: str
    zygote: subprocess.Popen[str]
    workers: list[int] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.process.runtime.settings.data

    def worker(self, halts: str = "-") -> int:
        """Start a worker. halts: at which point (`worker_processes.POINTS`)."""
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(f"{halts}\n")
        self.zygote.stdin.flush()
        self.workers.append(int(self.zygote.stdout.readline()))
        return self.workers[-1]

    def halted(self, worker: int) -> None:
        """Return as soon as a worker has come to its point."""
        until((self.data / f"halted-{worker}").exists, "the worker to come to its point")

    def kill(self, worker: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        self.workers.remove(worker)

    def let_go_on(self, worker: int) -> None:
        os.kill(worker, signal.SIGUSR1)

    @contextmanager
    def working(self) -> Iterator[int]:
        worker = self.worker()
        try:
            yield worker
        finally:
            self.kill(worker)

    def miss_the_dead(self, brand: Brand) -> None:
        """Let the time be over after which a worker that is not heard of is given up."""
        over = text(
            "UPDATE outbox SET lease_until = now() - interval '1 s' WHERE state = 'running'"
        )
        with self.process.runtime.database.brand(brand.brand) as tx:
            assert tx.execute(over).rowcount == 1

    def messages(self, brand: Brand, state: str) -> int:
        """How many messages of a brand are "running", or "dead"."""
        count = text("SELECT count(*) FROM outbox WHERE state = :state")
        with self.process.runtime.database.brand(brand.brand) as tx:
            return int(tx.execute(count, {"state": state}).scalar_one())

    def empty_the_queue(self) -> None:
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()

    def cut_connections(self) -> int:
        """End every connection to the database; return how many there were."""
        with psycopg.connect(as_superuser(self.url), autocommit=True) as connection:
            cut = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                " current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            return len(cut.fetchall())

    def close(self) -> None:
        for worker in tuple(self.workers):
            self.kill(worker)
        self.zygote.kill()
        self.zygote.wait()
        for stream in (self.zygote.stdin, self.zygote.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def yard(process: Process, url: str, redis_url: str) -> Iterator[Yard]:
    data = str(process.runtime.settings.data)
    made = Yard(
        process,
        url,
        redis_url,
        subprocess.Popen(
            [sys.executable, "-m", "tests.manufacturing.worker_processes", data, url, redis_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ),
    )
    try:
        yield made
    finally:
        made.close()


@dataclass
class Followed:
    """What an operation has said, look by look: (percent, step), each once."""

    brand: Brand
    name: str
    said: list[tuple[int, str]] = field(default_factory=list)

    def look(self) -> Operation:
        request = operation_service_pb2.GetOperationRequest(name=self.name)
        found: Operation = self.brand.rpc(f"{OPERATIONS}/GetOperation", request)
        metadata = operation_pb2.OperationMetadata()
        found.metadata.Unpack(metadata)
        one = (metadata.progress_percent, metadata.step)
        if one not in self.said[-1:]:
            self.said.append(one)
        return found

    def until_step(self, begin: str) -> None:
        """Return as soon as a step begins with these words."""
        until(lambda: self.look() is not None and self.said[-1][1].startswith(begin), begin)

    def made(self) -> batch_pb2.Batch:
        """Return the batch once it is done."""
        return self.done(batch_pb2.Batch())

    def done(self, answer: _Answer) -> _Answer:
        """Return the answer, of the kind of the one given, once it is there."""
        until(lambda: self.look().done, "the answer")
        done = self.look()
        assert done.response.Unpack(answer), done
        return answer

    def never_fell(self) -> bool:
        percents = [percent for percent, _ in self.said]
        return percents == sorted(percents)


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(LOOK_S)


def files_of(workshop: Workshop, batch: batch_pb2.Batch) -> Files:
    return {file.path: workshop.file(batch, file.path) for file in batch.result.files}


def lying(files: Files) -> Counter[str]:
    """How often each barcode lies on a sheet."""
    sheets = json.loads(files["map.json"])["sheets"]
    return Counter(one["order"] for sheet in sheets for one in sheet["placements"])


@pytest.fixture(scope="module")
def running(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Yard]:
    """Every service with a relay, and no worker but those that a test starts."""
    url = new_database()
    settings = Settings.from_environment(
        {},
        data=tmp_path_factory.mktemp("yard"),
        database_url=url,
        redis_url=redis_url,
        log_level="error",
    )
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with (
        composition.process("tests", settings) as process,
        relaying(process, redis_url),
        yard(process, url, redis_url) as made,
    ):
        yield made
