"""What the render service does in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc

from render_core.version import RENDERER_VERSION
from services.designs.library import ObjectCache
from services.render import convert, drawing, store
from services.render.content import Content, Contents
from services.render.domain import Kind, Render, Result
from services.render.jobs import CLEAN_UP, CLEANUP_QUEUE, DRAW_FINAL, DRAW_PREVIEW, FORGET_SPECS
from services.runtime import held_objects
from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime

_SPECS_AT_ONCE: Final = 200


class Draws:
    """Draws what rows ask for. Safe to run twice: a result that exists is not made again."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._contents = Contents(runtime.clients)
        self._inputs = ObjectCache(runtime.objects)

    def __call__(self, job: Job) -> None:
        render = store.read(self._runtime.database, job.brand, job.args["render"])
        result = render.result or self._drawn(render, job)
        if render.snapshot:
            self._attach(render, result, job)
        with self._runtime.database.brand(job.brand) as tx:
            store.put_result(tx, job.brand, render.render_key, result)
            made = store.get(tx, job.brand, render.render)
            self._runtime.operations.succeed(
                tx, job, convert.render_to_proto(made) if made else None
            )

    def _drawn(self, render: Render, job: Job) -> Result:
        output = drawing.draw(
            self._content(render, job), render.parameters, self._inputs, job.brand
        )
        sha256 = held_objects.put(
            self._runtime.database,
            self._runtime.objects,
            job.brand,
            output.data,
            media_type=output.media_type,
        )
        return Result(
            sha256=sha256,
            size_bytes=len(output.data),
            media_type=output.media_type,
            width_px=output.width_px,
            height_px=output.height_px,
            renderer_version=RENDERER_VERSION,
            created_at=self._runtime.clock.now(),
        )

    def _content(self, render: Render, job: Job) -> Content:
        if render.snapshot:
            name = convert.SNAPSHOT.format(brand=job.brand, snapshot=render.snapshot)
            return self._contents.of_snapshot(name, job.context)
        name = convert.SPEC.format(brand=job.brand, spec=render.spec)
        return self._contents.of_spec(name, job.context)

    def _attach(self, render: Render, result: Result, job: Job) -> None:
        channel = self._runtime.clients.channel(job.context)
        snapshot_service_pb2_grpc.SnapshotServiceStub(channel).AddSnapshotAsset(
            snapshot_service_pb2.AddSnapshotAssetRequest(
                name=convert.SNAPSHOT.format(brand=job.brand, snapshot=render.snapshot),
                asset=convert.asset_to_proto(render, result),
            )
        )


def forget_specs(runtime: Runtime, job: Job) -> None:
    """Delete the pictures of specs that were erased. Safe to run twice."""
    with runtime.database.brand(job.brand) as tx:
        operations = store.operations_of(tx, job.brand, job.args["specs"])
        runtime.operations.forget(tx, brand=job.brand, operations=operations)
        for sha256 in store.forget(tx, job.brand, job.args["specs"]):
            runtime.objects.delete(job.brand, sha256)
        job.finish(tx)


def clean_up(runtime: Runtime, job: Job) -> None:
    """Delete old previews and thumbnails of specs that no snapshot was made of. Safe to run twice.

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
            with runtime.database.brand(job.brand) as tx:
                operations = store.operations_of(tx, job.brand, unused, before=before)
                runtime.operations.forget(tx, brand=job.brand, operations=operations)
                store.forget(tx, job.brand, unused, before=before)
    with runtime.database.brand(job.brand) as tx:
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
    return (
        Actor(DRAW_PREVIEW, Kind.PREVIEW.queue, draws, prepare=drawing.prepare),
        Actor(DRAW_FINAL, Kind.FINAL.queue, draws, prepare=drawing.prepare),
        Actor(FORGET_SPECS, CLEANUP_QUEUE, partial(forget_specs, runtime)),
        Actor(CLEAN_UP, CLEANUP_QUEUE, partial(clean_up, runtime), recurs=True),
    )
