"""What the render service does in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from sqlalchemy import ColumnElement, Connection, or_

from render_core.version import RENDERER_VERSION
from services.designs.library import ObjectCache
from services.render import convert, drawing, gbuffer_store, store
from services.render.content import Content, Contents, is_erased
from services.render.domain import Kind, Render, Result
from services.render.gbuffers import BrandLibrary
from services.render.jobs import (
    CLEAN_UP,
    CLEANUP_QUEUE,
    CONVERT_MODEL,
    DRAW_FINAL,
    DRAW_MODEL,
    DRAW_PREVIEW,
    DRAW_TURNTABLE,
    FORGET,
    PREPARE_QUEUE,
    PREPARE_SIDES,
)
from services.render.preparing import Prepares
from services.runtime import held_objects
from services.runtime.errors import ServiceError
from services.runtime.jobs import Actor, Job, JobSuperseded
from services.runtime.service import Runtime

if TYPE_CHECKING:
    from render_core.outputs import Output

_SPECS_AT_ONCE: Final = 200
_DRAWN_PERCENT: Final = 90  # the rest is encoding and storing
# The first picture of a side prepares the geometry: seconds for a usual mesh, more for the largest.
MODEL_LIMIT_S: Final = 60.0
TURNTABLE_LIMIT_S: Final = 300.0
# The first file of a mesh makes it light: a minute alone on a core for a million triangles.
CONVERT_LIMIT_S: Final = 300.0


class Draws:
    """Draws what rows ask for. Safe to run twice: a result that exists is not made again.

    What is erased meanwhile stays erased: nothing is stored once its row is gone.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._contents = Contents(runtime.clients)
        self._inputs = ObjectCache(runtime.objects)

    def __call__(self, job: Job) -> None:
        render = store.read(self._runtime.database, job.brand, job.args["render"])
        output = None
        if render.result is None:
            with self._forgotten_if_erased(render, job):
                content = self._content(render, job)
            library = BrandLibrary(self._runtime, self._inputs, job)
            progress = partial(self._progress, job)
            output = drawing.draw(content, render.parameters, library, progress)
        if render.snapshot and not render.parameters.proof:
            if output is not None:  # the snapshot names what is stored: two transactions
                with self._runtime.database.brand(job.brand) as tx:
                    render = self._stored(tx, render, output)
            with self._forgotten_if_erased(render, job):
                self._attach(render, job)
            output = None
        with self._runtime.database.brand(job.brand) as tx:
            if output is not None:
                self._runtime.operations.hold(tx, job)
                render = self._stored(tx, render, output)
            self._runtime.operations.succeed(tx, job, convert.render_to_proto(render))

    def _stored(self, tx: Connection, render: Render, output: Output) -> Render:
        """Store picture and result together, if they are still asked for."""
        runtime, brand = self._runtime, render.brand
        if not store.hold(tx, brand, render.render):
            raise JobSuperseded
        sha256 = held_objects.put_within(
            tx, runtime.objects, brand, output.data, media_type=output.media_type
        )
        result = Result(
            sha256=sha256,
            size_bytes=len(output.data),
            media_type=output.media_type,
            width_px=output.width_px,
            height_px=output.height_px,
            renderer_version=RENDERER_VERSION,
            created_at=runtime.clock.now(),
        )
        return replace(render, result=store.put_result(tx, brand, render.render_key, result))

    def _progress(self, job: Job, made: int, of: int) -> None:
        """Tell how many pictures are made; JobSuperseded once nobody wants them any more."""
        percent = _DRAWN_PERCENT * made // of
        self._runtime.operations.progress(job, percent, f"{made} of {of} pictures")

    def _content(self, render: Render, job: Job) -> Content:
        if render.snapshot:
            name = convert.SNAPSHOT.format(brand=job.brand, snapshot=render.snapshot)
            return self._contents.of_snapshot(name, job.context)
        name = convert.SPEC.format(brand=job.brand, spec=render.spec)
        return self._contents.of_spec(name, job.context)

    def _attach(self, render: Render, job: Job) -> None:
        assert render.result is not None
        channel = self._runtime.clients.channel(job.context)
        snapshot_service_pb2_grpc.SnapshotServiceStub(channel).AddSnapshotAsset(
            snapshot_service_pb2.AddSnapshotAssetRequest(
                name=convert.SNAPSHOT.format(brand=job.brand, snapshot=render.snapshot),
                asset=convert.asset_to_proto(render, render.result),
            )
        )

    @contextmanager
    def _forgotten_if_erased(self, render: Render, job: Job) -> Iterator[None]:
        """Let a render go whose content is not there any more: it was asked for beside the erasure."""
        try:
            yield
        except ServiceError as error:
            if not is_erased(error):
                raise
            with self._runtime.database.brand(job.brand) as tx:
                _forget(self._runtime, tx, job.brand, store.one(job.brand, render.render))
            raise JobSuperseded from error


def forget(runtime: Runtime, job: Job) -> None:
    """Delete the pictures of what was erased. Safe to run twice.

    job.args: "snapshots", ids of snapshots, whose specs others may have too; or "specs", ids of
    specs that no snapshot referred to: those that one refers to now are kept.
    """
    brand, specs = job.brand, job.args.get("specs", [])
    which = or_(
        store.of_specs(brand, _without_snapshot(runtime, job, specs)),
        store.of_snapshots(brand, job.args.get("snapshots", [])),
    )
    with runtime.database.brand(brand) as tx:
        _forget(runtime, tx, brand, which)
        job.finish(tx)


def _forget(runtime: Runtime, tx: Connection, brand: str, which: ColumnElement[bool]) -> None:
    """Remove renders and what only they show; who stores the same bytes waits, and writes anew."""
    operations = store.operations_of(tx, which)
    runtime.operations.forget(tx, brand=brand, operations=operations)
    gone = store.forget(tx, brand, which)
    for sha256 in gone:
        held_objects.lock(tx, brand, sha256)
    for sha256 in held_objects.unheld(tx, gone, [store.held]):
        runtime.objects.delete(brand, sha256)


def clean_up(runtime: Runtime, job: Job) -> None:
    """Delete old G-buffers, and old pictures of specs that no snapshot was made of. Safe to run twice.

    They are made again for whoever asks. Their objects are left to the sweep of orphans, which
    knows whether anybody else holds them.
    """
    days, specs = runtime.settings.keep_renders_days, [""]
    before = runtime.clock.now() - timedelta(days=days)
    while days and specs:
        with runtime.database.brand(job.brand) as tx:
            specs = store.old_specs(
                tx, job.brand, before=before, after=specs[-1], limit=_SPECS_AT_ONCE
            )
        if unused := _without_snapshot(runtime, job, specs):
            which = store.of_specs(job.brand, unused, before=before)
            with runtime.database.brand(job.brand) as tx:
                operations = store.operations_of(tx, which)
                runtime.operations.forget(tx, brand=job.brand, operations=operations)
                store.forget(tx, job.brand, which)
    with runtime.database.brand(job.brand) as tx:
        if days:
            gbuffer_store.forget(tx, job.brand, before=before)
        job.finish(tx)


def _without_snapshot(runtime: Runtime, job: Job, specs: Sequence[str]) -> list[str]:
    """Return those of some specs that no snapshot was made of."""
    if not specs:
        return []
    names = {convert.SPEC.format(brand=job.brand, spec=spec): spec for spec in specs}
    stub = snapshot_service_pb2_grpc.SnapshotServiceStub(runtime.clients.channel(job.context))
    answer = stub.FilterSpecsInUse(
        snapshot_service_pb2.FilterSpecsInUseRequest(
            parent=f"brands/{job.brand}", specs=list(names)
        )
    )
    in_use = set(answer.specs)
    return [spec for name, spec in names.items() if name not in in_use]


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actors of this service."""
    draws = Draws(runtime)
    prepares = Prepares(runtime)
    return (
        Actor(DRAW_PREVIEW, Kind.PREVIEW.queue, draws, prepare=drawing.prepare),
        Actor(DRAW_FINAL, Kind.FINAL.queue, draws, prepare=drawing.prepare),
        Actor(
            DRAW_MODEL,
            Kind.PREVIEW_3D.queue,
            draws,
            time_limit_s=MODEL_LIMIT_S,
            prepare=drawing.prepare,
        ),
        Actor(
            DRAW_TURNTABLE,
            Kind.TURNTABLE.queue,
            draws,
            time_limit_s=TURNTABLE_LIMIT_S,
            prepare=drawing.prepare,
        ),
        Actor(
            CONVERT_MODEL,
            Kind.GLB.queue,
            draws,
            time_limit_s=CONVERT_LIMIT_S,
            prepare=drawing.prepare,
        ),
        Actor(PREPARE_SIDES, PREPARE_QUEUE, prepares, prepare=drawing.prepare),
        Actor(FORGET, CLEANUP_QUEUE, partial(forget, runtime)),
        Actor(CLEAN_UP, CLEANUP_QUEUE, partial(clean_up, runtime), recurs=True),
    )
