"""luneo.spec.v1.ProductService."""

from __future__ import annotations

from dataclasses import replace

from google.protobuf import empty_pb2
from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2, product_service_pb2
from sqlalchemy import Connection

from services.runtime import etags, field_masks, names, validation
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.service import Runtime
from services.spec import store
from services.spec.composing import Composer, Revisions
from services.spec.convert import products as convert
from services.spec.domain import products as domain
from services.spec.domain.errors import ProductArchived, ProductNotPublishable
from services.spec.domain.holdings import Holdings, assets_named, fonts_named
from services.spec.domain.products import Product, ProductState
from services.spec.domain.revisions import Revision, document_of
from services.spec.jobs import PREPARE_QUEUE, PREPARE_SIDES
from services.spec.picture_uris import PictureUris
from services.spec.resource_names import ASSET, FONT, PRODUCT, REVISION, ids_in


class ProductServicer:
    """Manages products and publishes revisions of them."""

    def __init__(
        self, runtime: Runtime, revisions: Revisions, composer: Composer, uris: PictureUris
    ) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._revisions = revisions
        self._composer = composer
        self._uris = uris
        self._operations = runtime.operations
        self._prepares = runtime.settings.prepare_3d != "off"

    def CreateProduct(
        self, request: product_service_pb2.CreateProductRequest, context: Context
    ) -> product_pb2.Product:
        now = self._clock.now()
        product = Product(
            id=request.product_id or names.new_id(),
            state=convert.state_of(request.product),
            content=domain.content_of(request.product),
            published=None,
            version=1,
            created_at=now,
            updated_at=now,
        )
        with self._database.brand(context.brand) as tx:
            domain.check(product.content, _holdings(tx, context.brand, product.content.template))
            store.products.add(tx, context.brand, product)
        return convert.product_to_proto(context.brand, product)

    def GetProduct(
        self, request: product_service_pb2.GetProductRequest, context: Context
    ) -> product_pb2.Product:
        product_id = PRODUCT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            product = store.products.get(tx, context.brand, product_id)
        return convert.product_to_proto(context.brand, product)

    def ListProducts(
        self, request: product_service_pb2.ListProductsRequest, context: Context
    ) -> product_service_pb2.ListProductsResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.products.newest(
                tx,
                context.brand,
                archived=request.show_archived,
                before=page.moment_and_id(),
                limit=page.limit,
            )
        shown = page.cut(found, lambda product: (product.created_at.isoformat(), product.id))
        return product_service_pb2.ListProductsResponse(
            products=[convert.product_to_proto(context.brand, item) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateProduct(
        self, request: product_service_pb2.UpdateProductRequest, context: Context
    ) -> product_pb2.Product:
        wanted = request.product
        product_id = PRODUCT.parse_last(wanted.name, brand=context.brand, field="product.name")
        fields = field_masks.read(request.update_mask, wanted, domain.CHANGEABLE)
        with self._database.brand(context.brand) as tx:
            product = store.products.get(tx, context.brand, product_id, lock=True)
            etags.check(wanted.etag, convert.etag_of(context.brand, product))
            changed = domain.changed(product, wanted, fields, convert.state_of(wanted))
            _check_declared(changed.content, context.brand)
            domain.check(changed.content, _holdings(tx, context.brand, changed.content.template))
            if changed != product:
                product = self._saved(tx, context.brand, changed)
        return convert.product_to_proto(context.brand, product)

    def DeleteProduct(
        self, request: product_service_pb2.DeleteProductRequest, context: Context
    ) -> empty_pb2.Empty:
        product_id = PRODUCT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            product = store.products.get(tx, context.brand, product_id, lock=True)
            etags.check(request.etag, convert.etag_of(context.brand, product))
            if product.state is not ProductState.ARCHIVED:
                self._saved(tx, context.brand, replace(product, state=ProductState.ARCHIVED))
        return empty_pb2.Empty()

    def PublishProduct(
        self, request: product_service_pb2.PublishProductRequest, context: Context
    ) -> product_pb2.ProductRevision:
        product_id = PRODUCT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            product = store.products.get(tx, context.brand, product_id, lock=True)
            etags.check(request.etag, convert.etag_of(context.brand, product))
            if product.state is ProductState.ARCHIVED:
                raise ProductArchived
            revision = self._published(tx, context.brand, product)
            if product.published != revision.id:
                self._saved(tx, context.brand, replace(product, published=revision.id))
            self._have_prepared(tx, revision, context)
        return self._message(revision, context)

    def GetPublishedRevision(
        self, request: product_service_pb2.GetPublishedRevisionRequest, context: Context
    ) -> product_pb2.ProductRevision:
        product_id = PRODUCT.parse_last(request.name, brand=context.brand)
        published = store.products.read_published(self._database, context.brand, product_id)
        if published is None:
            raise NotFound
        return self._message(self._revisions.get(context.brand, product_id, published), context)

    def GetProductRevision(
        self, request: product_service_pb2.GetProductRevisionRequest, context: Context
    ) -> product_pb2.ProductRevision:
        return self._message(self._revisions.named(request.name, context.brand), context)

    def ListProductRevisions(
        self, request: product_service_pb2.ListProductRevisionsRequest, context: Context
    ) -> product_service_pb2.ListProductRevisionsResponse:
        product_id = PRODUCT.parse_last(request.parent, brand=context.brand, field="parent")
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            store.products.get(tx, context.brand, product_id)
            found = store.products.newest_revisions(
                tx,
                context.brand,
                product_id,
                before=int(page.position[0]) if page.position else None,
                limit=page.limit,
            )
        shown = page.cut(found, lambda item: (str(item[0]),))
        return product_service_pb2.ListProductRevisionsResponse(
            product_revisions=[self._message(revision, context) for _, revision in shown.items],
            next_page_token=shown.next_page_token,
        )

    def _saved(self, tx: Connection, brand: str, product: Product) -> Product:
        """Store a change as the next version."""
        changed = replace(product, version=product.version + 1, updated_at=self._clock.now())
        store.products.save(tx, brand, changed)
        return changed

    def _published(self, tx: Connection, brand: str, product: Product) -> Revision:
        """Return the revision of a product as it stands; a new one if there is none of its content."""
        holdings = _holdings(tx, brand, product.content.template)
        mistakes = domain.mistakes(product.content, holdings)
        if mistakes:
            raise ProductNotPublishable(violations=mistakes)
        document = document_of(product.content, holdings)
        known = store.products.find_revision(tx, brand, product.id, document.hash)
        if known is not None:
            return known
        revision = store.products.add_revision(
            tx, brand, product.id, document, at=self._clock.now()
        )
        asked = self._composer.face_violations(brand, revision.template, "product.template")
        if asked:
            raise ProductNotPublishable(violations=asked)
        store.contents.pin(
            tx, brand, f"revision:{product.id}/{revision.id}", revision.pins.sha256s()
        )
        return revision

    def _have_prepared(self, tx: Connection, revision: Revision, context: Context) -> None:
        """Have the render service prepare the sides of the models; once for a revision."""
        if not (self._prepares and revision.template.models):
            return
        name = REVISION.format(brand=context.brand, product=revision.product, revision=revision.id)
        self._operations.start(
            tx,
            brand=context.brand,
            kind=PREPARE_SIDES,
            target=name,
            content_key=f"{PREPARE_SIDES}:{revision.product}/{revision.id}",
            queue=PREPARE_QUEUE,
            actor=PREPARE_SIDES,
            actor_args={"revision": name, "first": 0},
            requested_by=context.caller.subject,
        )

    def _message(self, revision: Revision, context: Context) -> product_pb2.ProductRevision:
        return convert.revision_to_proto(
            context.brand, revision, self._uris.of_brand(context.brand)
        )


def _holdings(tx: Connection, brand: str, template: template_pb2.Template) -> Holdings:
    """Return what the brand has of what a template names; it stays until the transaction ends."""
    fonts = ids_in(FONT, fonts_named(template), brand)
    assets = ids_in(ASSET, assets_named(template), brand)
    return Holdings(
        fonts=store.fonts.facts(tx, brand, fonts), assets=store.assets.facts(tx, brand, assets)
    )


def _check_declared(content: product_pb2.Product, brand: str) -> None:
    """Hold a changed product to the limits that its proto declares, as a new one."""
    validation.check(
        product_service_pb2.CreateProductRequest(
            parent=names.BRAND.format(brand=brand), product=content
        )
    )
