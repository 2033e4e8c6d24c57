"""Makes a pack again in a worker, from the installation's own objects, and tells what differs."""

from __future__ import annotations

from functools import partial

from luneo.tenant.v1 import signing_key_service_pb2, signing_key_service_pb2_grpc

from render_core.export.receipt import read_public_keys
from render_core.export.verify import PackFailure, verify_pack
from services.designs.library import ObjectLibrary
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.packs import PackResult, check_made
from services.manufacturing.jobs import QUEUE, REMAKE_PACK
from services.manufacturing.remaking import Difference, remake
from services.manufacturing.store import packs as store
from services.runtime import names
from services.runtime.jobs import Actor, Job, JobSuperseded
from services.runtime.objects import ObjectCorrupt, ObjectNotFound, Objects
from services.runtime.service import Runtime


def remake_pack(runtime: Runtime, job: Job) -> None:
    """Compare a pack with what comes out today. Stores nothing but the answer."""
    with runtime.database.brand(job.brand) as tx:
        pack = store.get(tx, job.brand, job.args["export_pack"])
    result = check_made(pack)
    found = _differences(runtime, job, result)
    with runtime.database.brand(job.brand) as tx:
        if not store.hold(tx, job.brand, pack.pack):
            raise JobSuperseded  # the person was erased meanwhile: nothing is told of the design
        runtime.operations.succeed(tx, job, convert.remake_to_proto(pack, result, found))


def _differences(
    runtime: Runtime, job: Job, result: PackResult
) -> list[Difference] | list[PackFailure]:
    objects = _Whole(runtime.objects)
    runtime.operations.progress(job, 10, "Checking")
    try:
        data = objects.get(job.brand, result.sha256)
    except ObjectNotFound:
        message = "The stored pack is gone or damaged. Restore it from a backup."
        return [Difference("", "PACK_LOST", message)]
    failures = verify_pack(data, _keys(runtime, job)).failures
    if failures:
        return list(failures)
    runtime.operations.progress(job, 30, "Making it again")
    return remake(data, ObjectLibrary(objects, job.brand), runtime.settings.fonts)


def _keys(runtime: Runtime, job: Job) -> dict[str, bytes]:
    """Return the public keys of the brand, those that it retired too."""
    stub = signing_key_service_pb2_grpc.SigningKeyServiceStub(runtime.clients.channel(job.context))
    request = signing_key_service_pb2.ListSigningKeysRequest(
        parent=names.BRAND.format(brand=job.brand), page_size=200
    )
    listed = stub.ListSigningKeys(request)
    return read_public_keys("".join(key.public_key_pem for key in listed.signing_keys).encode())


class _Whole:
    """Objects of which a damaged one is like one that is gone."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def get(self, brand: str, sha256: str) -> bytes:
        try:
            return self._objects.get(brand, sha256)
        except ObjectCorrupt as error:
            raise ObjectNotFound from error


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actor of remakes."""
    return (Actor(REMAKE_PACK, QUEUE, partial(remake_pack, runtime)),)
