"""What the tenant service knows of a workshop."""

from __future__ import annotations

from datetime import UTC, tzinfo

from luneo.tenant.v1 import brand_service_pb2, brand_service_pb2_grpc

from services.runtime import names
from services.runtime.calls import Context
from services.runtime.clients import Clients
from services.runtime.time_zones import zone_of


class Workshop:
    """Asks where a brand's workshop is."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def zone(self, context: Context) -> tzinfo:
        """Return the time zone of the brand's workshop. One that this release has no more is UTC."""
        stub = brand_service_pb2_grpc.BrandServiceStub(self._clients.channel(context))
        name = names.BRAND.format(brand=context.brand)
        brand = stub.GetBrand(brand_service_pb2.GetBrandRequest(name=name))
        return zone_of(brand.time_zone) or UTC
