"""luneo.tenant.v1.BrandService."""

from __future__ import annotations

from dataclasses import replace

from luneo.tenant.v1 import brand_pb2, brand_service_pb2
from sqlalchemy import Connection

from services.runtime import etags, field_masks, names, validation
from services.runtime.calls import CallerKind, Context, Role
from services.runtime.service import Runtime
from services.tenant import convert, people, store
from services.tenant.domain import Brand, Membership, check_time_zone

_CHANGEABLE = ("display_name", "currency_code", "time_zone")


class BrandServicer:
    """Manages brands."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages

    def CreateBrand(
        self, request: brand_service_pb2.CreateBrandRequest, context: Context
    ) -> brand_pb2.Brand:
        now = self._clock.now()
        check_time_zone(request.brand.time_zone)
        brand = Brand(
            brand=request.brand_id or names.new_id(),
            display_name=request.brand.display_name,
            currency_code=request.brand.currency_code,
            created_at=now,
            updated_at=now,
            time_zone=request.brand.time_zone,
        )
        with self._database.brand(brand.brand) as tx:
            store.add_brand(tx, brand)  # first, so that a taken id leaves nobody invited
            if request.owner_email:
                with self._database.directory() as directory:
                    owner = people.invited(directory, request.owner_email, now)
                member = Membership(
                    brand.brand, names.new_id(), owner.user, owner.email, Role.OWNER, now
                )
                store.add_membership(tx, member)
        return convert.brand_to_proto(brand)

    def GetBrand(
        self, request: brand_service_pb2.GetBrandRequest, context: Context
    ) -> brand_pb2.Brand:
        with self._database.brand(context.brand) as tx:
            return convert.brand_to_proto(self._get(tx, request.name, context))

    def ListBrands(
        self, request: brand_service_pb2.ListBrandsRequest, context: Context
    ) -> brand_service_pb2.ListBrandsResponse:
        page = self._pages.read(request, context)
        after = page.position[0] if page.position else ""
        with self._database.directory() as directory:
            if context.caller.kind is CallerKind.PLATFORM:
                ids = people.all_brands(directory, after=after, limit=page.limit)
            else:
                user = context.caller.subject.removeprefix("user:")
                ids = people.brands_of(directory, user, after=after, limit=page.limit)
        shown = page.cut(ids, lambda brand: (brand,))
        return brand_service_pb2.ListBrandsResponse(
            brands=[convert.brand_to_proto(self._load(brand)) for brand in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateBrand(
        self, request: brand_service_pb2.UpdateBrandRequest, context: Context
    ) -> brand_pb2.Brand:
        mask = field_masks.read(request.update_mask, request.brand, _CHANGEABLE)
        with self._database.brand(context.brand) as tx:
            convert.BRAND.parse(request.brand.name, field="brand.name", brand=context.brand)
            brand = store.get_brand(tx, context.brand, lock=True)
            etags.check(request.brand.etag, convert.brand_etag(brand))
            changes = {name: getattr(request.brand, name) for name in mask}
            check_time_zone(changes.get("time_zone", ""))
            brand = replace(
                brand, **changes, updated_at=self._clock.now(), version=brand.version + 1
            )
            # The limits that the proto declares hold for what results, as for a new one.
            changed = convert.brand_to_proto(brand)
            validation.check(brand_service_pb2.CreateBrandRequest(brand=changed))
            store.save_brand(tx, brand)
        return convert.brand_to_proto(brand)

    def _get(self, tx: Connection, name: str, context: Context) -> Brand:
        return store.get_brand(tx, convert.BRAND.parse_last(name, brand=context.brand))

    def _load(self, brand: str) -> Brand:
        with self._database.brand(brand) as tx:
            return store.get_brand(tx, brand)
