"""Makes batches in a worker: lays out, nests, stores where everything lies, writes the files."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc

from render_core.making.nest.request import NestRequest
from render_core.making.profile import MachineProfile
from render_core.version import RENDERER_VERSION
from services.manufacturing import nesting
from services.manufacturing.convert import batches as convert
from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain.batches import Batch, BatchFile, BatchResult, check_whole
from services.manufacturing.domain.work_orders import WorkOrder
from services.manufacturing.jobs import MAKE_BATCH, QUEUE
from services.manufacturing.nesting import Drawing, Made, Part
from services.manufacturing.store import batches as store
from services.manufacturing.store import machines
from services.runtime import held_objects
from services.runtime.jobs import Actor, Job, JobSuperseded
from services.runtime.service import Runtime

TIME_LIMIT_S: Final = 900.0
_LAID_OUT: Final = 30  # percent
_NESTED: Final = 70
_STORING: Final = 95
_TELL_S: Final = 0.5


class MakesBatches:
    """Makes a batch. Safe to run twice: what is stored is not made again, and decides the rest."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __call__(self, job: Job) -> None:
        with self._runtime.database.brand(job.brand) as tx:
            batch = store.get(tx, job.brand, job.args["batch"])
            works = store.works(tx, batch)
            check_whole(batch, works)
            machine = machines.get_revision(tx, job.brand, batch.machine, batch.machine_revision)
        if batch.result is None:
            self._make(job, batch, works, machine.profile)
        else:
            self._succeed(job, batch)

    def _make(
        self, job: Job, batch: Batch, works: Sequence[WorkOrder], profile: MachineProfile
    ) -> None:
        parts = self._parts(job, batch, works, profile)
        request = nesting.request_of(parts, profile, batch.wanted)
        solution = nesting.read(batch.solution or self._solved(job, batch, request), request)
        made = []
        for file in nesting.files(
            solution, request, parts, profile, self._runtime.objects, job.brand
        ):
            made.append(file)
            share = len(made) / (len(solution.sheets) * len(profile.formats) + 3)
            self._tell(job, _NESTED + share * (_STORING - _NESTED), f"Writing {file.path}")
        self._store(job, batch, made, len(solution.sheets), solution.count)

    def _parts(
        self, job: Job, batch: Batch, works: Sequence[WorkOrder], profile: MachineProfile
    ) -> list[Part]:
        """Lay out the designs, each once."""
        drawings: dict[str, Drawing] = {}
        parts = []
        for number, work in enumerate(works):
            if work.snapshot not in drawings:
                self._tell(job, _LAID_OUT * number / len(works), "Laying out")
                drawings[work.snapshot] = nesting.drawing_of(
                    self._content(job, work),
                    self._runtime.objects,
                    job.brand,
                    profile,
                    batch.wanted,
                    work.barcode,
                )
            drawing = drawings[work.snapshot]
            parts.append(Part(work.work_order, work.barcode, work.quantity, drawing))
        return parts

    def _content(self, job: Job, work: WorkOrder) -> snapshot_service_pb2.SnapshotContent:
        channel = self._runtime.clients.channel(job.context)
        name = SNAPSHOT.format(brand=job.brand, snapshot=work.snapshot)
        content: snapshot_service_pb2.SnapshotContent = (
            snapshot_service_pb2_grpc.SnapshotServiceStub(channel).GetSnapshotContent(
                snapshot_service_pb2.GetSnapshotContentRequest(name=name)
            )
        )
        return content

    def _solved(self, job: Job, batch: Batch, request: NestRequest) -> str:
        """Nest, and store where everything lies: from then on it stays so, whoever goes on."""
        watch = _Watch(partial(self._tell, job))
        try:
            solution = nesting.solved(
                request, batch.wanted.search_s, watch.is_cancelled, watch.progress
            )
        except Exception:
            if watch.superseded:
                raise JobSuperseded from None
            raise
        with self._runtime.database.brand(job.brand) as tx:
            return store.put_solution(tx, batch, solution)

    def _store(self, job: Job, batch: Batch, made: Sequence[Made], sheets: int, parts: int) -> None:
        """Store all files and the result in one transaction, if the batch is still whole."""
        runtime = self._runtime
        with runtime.database.brand(job.brand) as tx:
            current = store.get(tx, job.brand, batch.batch, lock=True)
            check_whole(current, store.works(tx, current))
            files = [
                BatchFile(
                    file.path,
                    file.media_type,
                    len(file.data),
                    held_objects.put_within(
                        tx, runtime.objects, job.brand, file.data, media_type=file.media_type
                    ),
                )
                for file in made
            ]
            solution_sha256 = hashlib.sha256(current.solution.encode()).hexdigest()
            result = BatchResult(
                sheets, parts, solution_sha256, RENDERER_VERSION, tuple(files), runtime.clock.now()
            )
            store.put_result(tx, current, result)
            stored = store.get(tx, job.brand, batch.batch)
            runtime.operations.succeed(tx, job, convert.to_proto(stored))

    def _succeed(self, job: Job, batch: Batch) -> None:
        with self._runtime.database.brand(job.brand) as tx:
            self._runtime.operations.succeed(tx, job, convert.to_proto(batch))

    def _tell(self, job: Job, percent: float, step: str) -> None:
        self._runtime.operations.progress(job, int(percent), step)


class _Watch:
    """Passes the solver's progress on, not oftener than people look, and tells it to stop."""

    def __init__(self, tell: partial[None]) -> None:
        self._tell = tell
        self._told_at = 0.0
        self._share = 0.0
        self.superseded = False

    def progress(self, share: float) -> None:
        self._share = share

    def is_cancelled(self) -> bool:
        now = time.monotonic()
        if not self.superseded and now - self._told_at > _TELL_S:
            self._told_at = now
            try:
                self._tell(_LAID_OUT + self._share * (_NESTED - _LAID_OUT), "Nesting")
            except JobSuperseded:
                self.superseded = True
        return self.superseded


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of batches."""
    return (Actor(MAKE_BATCH, QUEUE, MakesBatches(runtime), time_limit_s=TIME_LIMIT_S),)
