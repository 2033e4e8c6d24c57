"""luneo.tenant.v1.SigningKeyService."""

from __future__ import annotations

from luneo.tenant.v1 import signing_key_pb2, signing_key_service_pb2
from sqlalchemy import Connection

from services.runtime.calls import Context
from services.runtime.service import Runtime
from services.tenant import convert, signing, store
from services.tenant.domain import SigningKey


class SigningKeyServicer:
    """Signs for brands; a private key never leaves it."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._keyring = runtime.keyring

    def ListSigningKeys(
        self, request: signing_key_service_pb2.ListSigningKeysRequest, context: Context
    ) -> signing_key_service_pb2.ListSigningKeysResponse:
        page = self._pages.read(request, context)
        before = page.moment_and_id()
        with self._database.brand(context.brand) as tx:
            found = store.list_signing_keys(tx, context.brand, before=before, limit=page.limit)
        shown = page.cut(found, lambda key: (key.created_at.isoformat(), key.key))
        return signing_key_service_pb2.ListSigningKeysResponse(
            signing_keys=[convert.signing_key_to_proto(key) for key in shown.items],
            next_page_token=shown.next_page_token,
        )

    def GetSigningKey(
        self, request: signing_key_service_pb2.GetSigningKeyRequest, context: Context
    ) -> signing_key_pb2.SigningKey:
        with self._database.brand(context.brand) as tx:
            return convert.signing_key_to_proto(_get(tx, request.name, context))

    def RotateSigningKey(
        self, request: signing_key_service_pb2.RotateSigningKeyRequest, context: Context
    ) -> signing_key_pb2.SigningKey:
        now = self._clock.now()
        with self._database.brand(context.brand) as tx:
            store.get_brand(tx, context.brand, lock=True)  # two rotations follow each other
            store.retire_signing_keys(tx, context.brand, now)
            key = store.add_signing_key(tx, signing.new_key(self._keyring, context.brand, now))
        return convert.signing_key_to_proto(key)

    def GetActiveSigningKey(
        self, request: signing_key_service_pb2.GetActiveSigningKeyRequest, context: Context
    ) -> signing_key_pb2.SigningKey:
        with self._database.brand(context.brand) as tx:
            key = store.active_signing_key(tx, context.brand) or store.add_signing_key(
                tx, signing.new_key(self._keyring, context.brand, self._clock.now())
            )
        return convert.signing_key_to_proto(key)

    def Sign(
        self, request: signing_key_service_pb2.SignRequest, context: Context
    ) -> signing_key_service_pb2.SignResponse:
        with self._database.brand(context.brand) as tx:
            key = _get(tx, request.name, context)
        signature = signing.sign(self._keyring, key, request.message)
        return signing_key_service_pb2.SignResponse(signature=signature)


def _get(tx: Connection, name: str, context: Context) -> SigningKey:
    key = convert.SIGNING_KEY.parse_last(name, brand=context.brand)
    return store.get_signing_key(tx, context.brand, key)
