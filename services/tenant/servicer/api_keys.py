"""luneo.tenant.v1.ApiKeyService."""

from __future__ import annotations

from dataclasses import replace

from luneo.tenant.v1 import api_key_pb2, api_key_service_pb2
from sqlalchemy import Connection

from services.runtime import credentials, etags, field_masks, moments, names, validation
from services.runtime.calls import Context
from services.runtime.service import Runtime
from services.tenant import convert, store
from services.tenant.domain import ApiKey, KeyRevoked, check_key, check_may_give, revoke, rotate

_CHANGEABLE = ("display_name", "scopes", "allowed_origins", "expire_time")


class ApiKeyServicer:
    """Manages keys; a secret leaves in the answer that made it, and nowhere else."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._keyring = runtime.keyring

    def CreateApiKey(
        self, request: api_key_service_pb2.CreateApiKeyRequest, context: Context
    ) -> api_key_pb2.ApiKey:
        wanted = request.api_key
        kind = convert.kind_of(wanted)
        check_key(kind, wanted.scopes, wanted.allowed_origins)
        check_may_give(context.caller, wanted.scopes)
        made = credentials.new_api_key(kind.value, self._keyring)
        key = ApiKey(
            brand=context.brand,
            key=names.new_id(),
            kind=kind,
            display_name=wanted.display_name,
            scopes=tuple(sorted(set(wanted.scopes))),
            allowed_origins=tuple(wanted.allowed_origins),
            prefix=made.prefix,
            hash=made.hash,
            created_at=self._clock.now(),
            expires_at=moments.from_message(wanted.expire_time)
            if wanted.HasField("expire_time")
            else None,
        )
        with self._database.brand(context.brand) as tx:
            store.add_key(tx, key)
        return convert.key_to_proto(key, secret=made.secret)

    def GetApiKey(
        self, request: api_key_service_pb2.GetApiKeyRequest, context: Context
    ) -> api_key_pb2.ApiKey:
        with self._database.brand(context.brand) as tx:
            return convert.key_to_proto(self._get(tx, request.name, context))

    def ListApiKeys(
        self, request: api_key_service_pb2.ListApiKeysRequest, context: Context
    ) -> api_key_service_pb2.ListApiKeysResponse:
        page = self._pages.read(request, context)
        before = page.moment_and_id()
        with self._database.brand(context.brand) as tx:
            found = store.list_keys(tx, context.brand, before=before, limit=page.limit)
        shown = page.cut(found, lambda key: (key.created_at.isoformat(), key.key))
        return api_key_service_pb2.ListApiKeysResponse(
            api_keys=[convert.key_to_proto(key) for key in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateApiKey(
        self, request: api_key_service_pb2.UpdateApiKeyRequest, context: Context
    ) -> api_key_pb2.ApiKey:
        wanted = request.api_key
        mask = field_masks.read(request.update_mask, wanted, _CHANGEABLE)
        with self._database.brand(context.brand) as tx:
            key = self._get(tx, wanted.name, context, field="api_key.name", lock=True)
            etags.check(wanted.etag, convert.key_etag(key))
            if key.revoked_at:
                raise KeyRevoked
            check_may_give(context.caller, key.scopes)
            key = _changed(key, wanted, mask)
            _check_declared(key)
            check_key(key.kind, key.scopes, key.allowed_origins)
            check_may_give(context.caller, key.scopes)
            store.save_key(tx, key)
        return convert.key_to_proto(key)

    def RotateApiKey(
        self, request: api_key_service_pb2.RotateApiKeyRequest, context: Context
    ) -> api_key_pb2.ApiKey:
        with self._database.brand(context.brand) as tx:
            key = self._get(tx, request.name, context, lock=True)
            check_may_give(context.caller, key.scopes)
            made = credentials.new_api_key(key.kind.value, self._keyring)
            key = rotate(
                key,
                hash=made.hash,
                prefix=made.prefix,
                now=self._clock.now(),
                overlap_s=request.overlap_s,
            )
            key = replace(key, version=key.version + 1)
            store.save_key(tx, key)
        return convert.key_to_proto(key, secret=made.secret)

    def RevokeApiKey(
        self, request: api_key_service_pb2.RevokeApiKeyRequest, context: Context
    ) -> api_key_pb2.ApiKey:
        with self._database.brand(context.brand) as tx:
            key = self._get(tx, request.name, context, lock=True)
            revoked = revoke(key, now=self._clock.now())
            if revoked is not key:
                revoked = replace(revoked, version=key.version + 1)
                store.save_key(tx, revoked)
        return convert.key_to_proto(revoked)

    def _get(
        self,
        tx: Connection,
        name: str,
        context: Context,
        *,
        field: str = "name",
        lock: bool = False,
    ) -> ApiKey:
        key = convert.API_KEY.parse_last(name, brand=context.brand, field=field)
        return store.get_key(tx, context.brand, key, lock=lock)


def _check_declared(key: ApiKey) -> None:
    """Hold a changed key to the limits that its proto declares, as a new one."""
    validation.check(
        api_key_service_pb2.CreateApiKeyRequest(
            parent=names.BRAND.format(brand=key.brand), api_key=convert.key_to_proto(key)
        )
    )


def _changed(key: ApiKey, wanted: api_key_pb2.ApiKey, mask: tuple[str, ...]) -> ApiKey:
    if "display_name" in mask:
        key = replace(key, display_name=wanted.display_name)
    if "scopes" in mask:
        key = replace(key, scopes=tuple(sorted(set(wanted.scopes))))
    if "allowed_origins" in mask:
        key = replace(key, allowed_origins=tuple(wanted.allowed_origins))
    if "expire_time" in mask:
        expires = (
            moments.from_message(wanted.expire_time) if wanted.HasField("expire_time") else None
        )
        key = replace(key, expires_at=expires)
    return replace(key, version=key.version + 1)
