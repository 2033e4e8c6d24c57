"""luneo.spec.v1.AssetService."""

from __future__ import annotations

import hashlib

from google.protobuf import empty_pb2
from luneo.spec.v1 import asset_pb2, asset_service_pb2

from services.runtime import names
from services.runtime.calls import Context
from services.runtime.service import Runtime
from services.spec import store
from services.spec.convert import files as convert
from services.spec.domain.files import MEDIA_TYPES, Asset, asset_of, copy_of
from services.spec.domain.texts import check_name
from services.spec.domain.uploads import check_upload
from services.spec.intake import Intake
from services.spec.picture_uris import PictureUris
from services.spec.resource_names import ASSET


class AssetServicer:
    """Keeps the pictures of a brand and of its shoppers."""

    def __init__(self, runtime: Runtime, intake: Intake, uris: PictureUris) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._intake = intake
        self._uris = uris

    def CreateAsset(
        self, request: asset_service_pb2.CreateAssetRequest, context: Context
    ) -> asset_pb2.Asset:
        owner = check_upload(context.caller, request.asset_id)
        check_name(request.asset.display_name, "asset.display_name")
        facts, body = (
            self._intake.normalise_artwork(request.data, context.brand)
            if context.caller.is_shopper
            else self._intake.normalise_asset(request.data, context.brand)
        )
        asset = asset_of(
            facts,
            id=request.asset_id or names.new_id(),
            owner=owner,
            display_name=request.asset.display_name,
            sha256=hashlib.sha256(body).hexdigest(),
            size_bytes=len(body),
            created_at=self._clock.now(),
        )
        asset = self._intake.keep(
            context.brand,
            body,
            asset.sha256,
            MEDIA_TYPES[asset.kind],
            lambda tx: store.assets.add(tx, context.brand, asset),
            copy_of(facts),
        )
        return self._message(asset, context)

    def GetAsset(
        self, request: asset_service_pb2.GetAssetRequest, context: Context
    ) -> asset_pb2.Asset:
        asset_id = ASSET.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            asset = store.assets.get(tx, context.brand, asset_id, owner=context.owner)
        return self._message(asset, context)

    def ListAssets(
        self, request: asset_service_pb2.ListAssetsRequest, context: Context
    ) -> asset_service_pb2.ListAssetsResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.assets.newest(
                tx,
                context.brand,
                owner=context.owner,
                before=page.moment_and_id(),
                limit=page.limit,
            )
        shown = page.cut(found, lambda asset: (asset.created_at.isoformat(), asset.id))
        self._uris.look_up(context.brand, [one.sha256 for one in shown.items if one.width_px])
        return asset_service_pb2.ListAssetsResponse(
            assets=[self._message(asset, context) for asset in shown.items],
            next_page_token=shown.next_page_token,
        )

    def DeleteAsset(
        self, request: asset_service_pb2.DeleteAssetRequest, context: Context
    ) -> empty_pb2.Empty:
        asset_id = ASSET.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            sha256 = store.assets.delete(
                tx, context.brand, asset_id, owner=context.owner, at=self._clock.now()
            )
        self._intake.release(context.brand, sha256)
        return empty_pb2.Empty()

    def _message(self, asset: Asset, context: Context) -> asset_pb2.Asset:
        return convert.asset_to_proto(context.brand, asset, self._uris)
