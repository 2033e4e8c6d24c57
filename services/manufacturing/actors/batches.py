"""Makes batches in a worker: lays out, nests, stores where everything lies, writes the files."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from sqlalchemy import Connection

from render_core.making.nest.request import NestRequest
from render_core.making.nest.watch import Progress
from render_core.version import RENDERER_VERSION
from services.manufacturing import nesting, sheet_files
from services.manufacturing.convert import batches as convert
from services.manufacturing.convert.resource_names import SNAPSHOT
from services.manufacturing.domain.batch_sheets import SheetRefused, refused_on_sheets
from services.manufacturing.domain.batches import (
    Batch,
    BatchFile,
    BatchResult,
    PartRefused,
    PartsRefused,
    check_whole,
    refusal,
)
from services.manufacturing.domain.work_orders import WorkOrder
from services.manufacturing.jobs import MAKE_BATCH, QUEUE
from services.manufacturing.parts import Drawing, Made, Part, SheetMachine
from services.manufacturing.store import batches as store
from services.manufacturing.store import machines
from services.runtime import held_objects, names
from services.runtime.errors import FailedPrecondition, NotFound, Violation
from services.runtime.jobs import Actor, Job, JobSuperseded
from services.runtime.service import Runtime

TIME_LIMIT_S: Final = 900.0
_LAID_OUT: Final = 30  # percent
_NESTED: Final = 70
_STORING: Final = 95
_TELL_S: Final = 0.5
_AT_ONCE: Final = 50  # designs that are asked for in one call

SnapshotContent = snapshot_service_pb2.SnapshotContent


class MakesBatches:
    """Makes a batch. Safe to run twice: what is stored is not made again, and decides the rest."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __call__(self, job: Job) -> None:
        with self._runtime.database.brand(job.brand) as tx:
            batch = store.get(tx, job.brand, job.args["batch"])
            works = self._whole(tx, batch)
            through = [
                SheetMachine(machine, machines.get_revision(tx, job.brand, machine, number).profile)
                for machine, number in batch.machines
            ]
        if batch.result is None:
            self._make(job, batch, works, through)
        else:
            self._succeed(job, batch)

    def _make(
        self, job: Job, batch: Batch, works: Sequence[WorkOrder], through: Sequence[SheetMachine]
    ) -> None:
        parts = self._parts(job, batch, works, through)
        sheet_files.check_work(parts, through)
        profiles = [one.profile for one in through]
        request = nesting.request_of(parts, profiles, batch.wanted)
        stored = self._stored(batch) or self._solved(job, batch, request, parts)
        solution = nesting.read(stored, request)
        made: list[Made] = []
        expected = len(solution.sheets) * sum(len(one.formats) for one in profiles) + 3
        self._tell(job, _NESTED, f"Drawing {_many(len(solution.sheets), 'sheet')}")
        with _placed(batch):
            for file in nesting.files(
                solution, request, parts, through, self._runtime.objects, job.brand
            ):
                made.append(file)
                share = len(made) / expected
                step = f"Wrote {file.path}, {len(made)} of {expected} files"
                self._tell(job, _NESTED + share * (_STORING - _NESTED), step)
        self._tell(job, _STORING, f"Storing {_many(len(made), 'file')}")
        self._store(job, batch, made, len(solution.sheets), solution.count)

    def _whole(self, tx: Connection, batch: Batch) -> list[WorkOrder]:
        """Return the work orders of a batch. Raises JobSuperseded if nobody wants it; BatchChanged."""
        if batch.cancelled_at or batch.erased_at:
            raise JobSuperseded
        works = store.works(tx, batch)
        check_whole(batch, works)
        return works

    def _parts(
        self, job: Job, batch: Batch, works: Sequence[WorkOrder], through: Sequence[SheetMachine]
    ) -> list[Part]:
        """Lay out the designs, each once. Raises PartsRefused with all that cannot be made."""
        found: dict[str, tuple[Drawing, ...] | PartRefused] = {}
        contents: Mapping[str, SnapshotContent] = {}
        parts: list[Part] = []
        refused: list[Violation] = []
        told_at = -math.inf
        for number, work in enumerate(works):
            if time.monotonic() - told_at > _TELL_S:
                told_at = time.monotonic()
                step = f"Laying out {number + 1} of {_many(len(works), 'work order')}"
                self._tell(job, _LAID_OUT * number / len(works), step)
            if work.snapshot not in found:
                if work.snapshot not in contents:
                    contents = self._contents(job, works[number:])
                content = contents.get(work.snapshot)
                found[work.snapshot] = self._drawings(job, batch, work, through, content)
            drawings = found[work.snapshot]
            if isinstance(drawings, PartRefused):
                refused.append(_violation(batch, work, drawings))
            else:
                parts += nesting.parts_of(work, drawings, batch.wanted.sheets)
        if refused:
            raise PartsRefused(refused)
        return parts

    def _drawings(
        self,
        job: Job,
        batch: Batch,
        work: WorkOrder,
        through: Sequence[SheetMachine],
        content: SnapshotContent | None,
    ) -> tuple[Drawing, ...] | PartRefused:
        objects, wanted = self._runtime.objects, batch.wanted
        try:
            content = content or self._content(job, work)
            profiles = [one.profile for one in through]
            return nesting.drawings_of(content, objects, job.brand, profiles, wanted, work.barcode)
        except PartRefused as refused:
            return refused
        except (FailedPrecondition, NotFound) as error:
            # Whose it is is not said by what fails in another service, or in the render core.
            return PartRefused(work.barcode, error.public_message, error.public_reason)

    def _contents(self, job: Job, works: Sequence[WorkOrder]) -> Mapping[str, SnapshotContent]:
        """Return the first designs of work orders by id; none if one of them cannot be had."""
        ids = list(dict.fromkeys(work.snapshot for work in works))[:_AT_ONCE]
        request = snapshot_service_pb2.BatchGetSnapshotContentsRequest(
            parent=names.BRAND.format(brand=job.brand),
            names=[SNAPSHOT.format(brand=job.brand, snapshot=one) for one in ids],
        )
        try:
            answer = self._snapshots(job).BatchGetSnapshotContents(request)
        except (FailedPrecondition, NotFound):
            return {}  # each is asked for alone, which says of whom that is
        return dict(zip(ids, answer.contents, strict=True))

    def _content(self, job: Job, work: WorkOrder) -> SnapshotContent:
        name = SNAPSHOT.format(brand=job.brand, snapshot=work.snapshot)
        content: SnapshotContent = self._snapshots(job).GetSnapshotContent(
            snapshot_service_pb2.GetSnapshotContentRequest(name=name)
        )
        return content

    def _snapshots(self, job: Job) -> snapshot_service_pb2_grpc.SnapshotServiceStub:
        channel = self._runtime.clients.channel(job.context)
        return snapshot_service_pb2_grpc.SnapshotServiceStub(channel)

    def _stored(self, batch: Batch) -> str:
        """Return where everything lies, if whoever was here before has stored it."""
        with self._runtime.database.brand(batch.brand) as tx:
            return store.solution(tx, batch)

    def _solved(self, job: Job, batch: Batch, request: NestRequest, parts: Sequence[Part]) -> str:
        """Nest, and store where everything lies: from then on it stays so, whoever goes on."""
        watch = _Watch(partial(self._tell, job))
        try:
            solution = nesting.solved(request, parts, batch, watch.is_cancelled, watch.progress)
        except Exception:
            if watch.superseded:
                raise JobSuperseded from None
            raise
        with self._runtime.database.brand(job.brand) as tx:
            stored = store.put_solution(tx, batch, solution)
        if not stored:
            raise JobSuperseded
        return stored

    def _store(self, job: Job, batch: Batch, made: Sequence[Made], sheets: int, parts: int) -> None:
        """Store all files and the result in one transaction, if the batch is still whole."""
        runtime = self._runtime
        with runtime.database.brand(job.brand) as tx:
            current = store.get(tx, job.brand, batch.batch, lock=True)
            self._whole(tx, current)
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
            result = BatchResult(
                sheets,
                parts,
                current.solution_sha256,
                RENDERER_VERSION,
                tuple(files),
                runtime.clock.now(),
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
        self._last: Progress | None = None
        self.superseded = False

    def progress(self, told: Progress) -> None:
        self._last = told

    def is_cancelled(self) -> bool:
        now = time.monotonic()
        if not self.superseded and now - self._told_at > _TELL_S:
            self._told_at = now
            share = self._last.share if self._last else 0.0
            try:
                self._tell(_LAID_OUT + share * (_NESTED - _LAID_OUT), self._step())
            except JobSuperseded:
                self.superseded = True
        return self.superseded

    def _step(self) -> str:
        if self._last is None or not self._last.sheets:
            return "Nesting"
        done = f"{self._last.placed} of {_many(self._last.copies, 'part')}"
        return f"Nesting: {done} on {_many(self._last.sheets, 'sheet')}"


@contextmanager
def _placed(batch: Batch) -> Iterator[None]:
    """Let a refusal of what lies on sheets say at which places of the batch its work orders are."""
    try:
        yield
    except SheetRefused as refused:
        raise refused_on_sheets(batch, refused.found) from refused


def _violation(batch: Batch, work: WorkOrder, refused: PartRefused) -> Violation:
    # One design may be of many work orders; it was refused by the barcode of the first.
    sentence = refused.public_message.replace(refused.metadata["barcode"], work.barcode)
    return refusal(batch, work.work_order, sentence, refused.public_reason)


def _many(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of batches."""
    return (Actor(MAKE_BATCH, QUEUE, MakesBatches(runtime), time_limit_s=TIME_LIMIT_S),)
