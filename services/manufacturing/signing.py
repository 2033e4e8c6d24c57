"""How a pack's receipt is signed: by the brand's key, which the tenant service holds."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from luneo.tenant.v1 import signing_key_service_pb2 as keys
from luneo.tenant.v1 import signing_key_service_pb2_grpc as keys_grpc

from render_core.export.receipt import Seal
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.packs import Pack
from services.manufacturing.store import packs as store
from services.manufacturing.store import receipts
from services.runtime import names
from services.runtime.errors import Aborted, FailedPrecondition
from services.runtime.jobs import Job, JobSuperseded
from services.runtime.service import Runtime

_RETIRED: Final = "SIGNING_KEY_RETIRED"


class KeyRotated(Aborted):
    """The brand's key was retired while the pack was made: the next attempt takes the new one."""

    reason = "SIGNING_KEY_ROTATED"


def seal(runtime: Runtime, job: Job, pack: Pack) -> Seal:
    """Return who signs a pack, for what time and with what salt: the same at every attempt.

    Raises JobSuperseded if the pack's snapshot was erased meanwhile; to sign raises KeyRotated.
    """
    stub = keys_grpc.SigningKeyServiceStub(runtime.clients.channel(job.context))
    parent = names.BRAND.format(brand=job.brand)
    active = stub.GetActiveSigningKey(keys.GetActiveSigningKeyRequest(parent=parent))
    with runtime.database.brand(job.brand) as tx:
        if not store.hold(tx, job.brand, pack.pack):
            raise JobSuperseded
        salt = receipts.salt(tx, job.brand, pack.pack, pack.created_at)

    def sign(message: bytes) -> bytes:
        try:
            signed = stub.Sign(keys.SignRequest(name=active.name, message=message))
        except FailedPrecondition as error:
            if error.public_reason != _RETIRED:
                raise
            raise KeyRotated from error
        return bytes(signed.signature)

    issued_at = pack.created_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return Seal(
        pack=convert.name_of(pack),
        issued_at=f"{issued_at.isoformat()}Z",
        salt=salt,
        key=active.name.rpartition("/")[2],
        sign=sign,
    )
