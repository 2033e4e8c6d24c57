"""The ICC profiles that a pack may be coloured by: the product's, and one of the brand's in its place."""

from __future__ import annotations

from grpc import StatusCode
from luneo.snapshot.v1 import snapshot_service_pb2
from luneo.spec.v1 import asset_pb2, asset_service_pb2, asset_service_pb2_grpc

from render_core.gamut import press_of
from services.designs.library import ObjectLibrary
from services.designs.pins import pins_of
from services.designs.refusals import render_errors
from services.manufacturing.convert.packs import ASSET
from services.manufacturing.domain.drawings import PressProfile
from services.runtime.calls import Context
from services.runtime.clients import Clients
from services.runtime.errors import InvalidArgument, ServiceError
from services.runtime.objects import Objects


class PressProfiles:
    """Looks profiles up with the rights of the call that names them."""

    def __init__(self, clients: Clients, objects: Objects) -> None:
        self._clients = clients
        self._objects = objects

    def of_product(
        self, content: snapshot_service_pb2.SnapshotContent, context: Context
    ) -> PressProfile | None:
        """Return the profile that a frozen design's product names, None if it names none."""
        name = content.revision.template.output_profile
        if not name:
            return None
        return self._read(pins_of(content.revision).assets[name].sha256, context)

    def named(self, name: str, context: Context, path: str) -> PressProfile | None:
        """Return the profile of an asset, None for "". path: of the field, with a dot.

        Raises InvalidArgument (ASSET_UNKNOWN), also for one of another brand.
        """
        if not name:
            return None
        field = f"{path}output_profile"
        asset = self._asset(name, context, field)
        if asset.kind != asset_pb2.ASSET_KIND_PROFILE:
            return PressProfile(asset.sha256, "")
        return self._read(asset.sha256, context)

    def _asset(self, name: str, context: Context, field: str) -> asset_pb2.Asset:
        stub = asset_service_pb2_grpc.AssetServiceStub(self._clients.channel(context))
        try:
            ASSET.parse(name, brand=context.brand, field=field)
            asset: asset_pb2.Asset = stub.GetAsset(asset_service_pb2.GetAssetRequest(name=name))
        except ServiceError as error:
            if error.code is not StatusCode.NOT_FOUND:
                raise
            sentence = "This brand has no such colour profile."
            raise InvalidArgument.field(field, "ASSET_UNKNOWN", sentence) from error
        return asset

    def _read(self, sha256: str, context: Context) -> PressProfile:
        with render_errors():
            press = press_of(sha256, ObjectLibrary(self._objects, context.brand))
        return PressProfile(sha256, press.profile.kind)
