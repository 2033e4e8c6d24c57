"""Cases of products and designs."""

from __future__ import annotations

from google.protobuf.field_mask_pb2 import FieldMask
from luneo.spec.v1 import design_service_pb2 as designs
from luneo.spec.v1 import product_pb2
from luneo.spec.v1 import product_service_pb2 as products

from tests.gateway.equality.cases.registry import call, case, plain
from tests.gateway.equality.cases.steel_tag import TAG, design
from tests.gateway.equality.demo import BRAND, Demo

plain("GetProduct", products.GetProductRequest(name=TAG))
plain("ListProducts", products.ListProductsRequest(parent=BRAND, page_size=2))
plain("GetPublishedRevision", products.GetPublishedRevisionRequest(name=TAG), "publishableKey")
plain(
    "GetProductRevision",
    products.GetProductRevisionRequest(name=f"{TAG}/revisions/r1"),
    "publishableKey",
)
plain("ListProductRevisions", products.ListProductRevisionsRequest(parent=TAG))
plain(
    "ComposeDesign",
    designs.ComposeDesignRequest(parent=BRAND, design=design()),
    "publishableKey",
)


def _product(demo: Demo) -> product_pb2.Product:
    made: product_pb2.Product = call(demo, "CreateProduct", _create_product(demo))
    return made


@case("CreateProduct")
def _create_product(demo: Demo) -> products.CreateProductRequest:
    template = call(demo, "GetProduct", products.GetProductRequest(name=TAG)).template
    product = product_pb2.Product(
        display_name="Engraved tag",
        description="Stainless steel, one line by laser.",
        template=template,
        price={"currency_code": "EUR", "amount_cents": 1900},
    )
    return products.CreateProductRequest(
        parent=BRAND, product=product, product_id=demo.fresh("engraved-tag")
    )


@case("UpdateProduct")
def _(demo: Demo) -> products.UpdateProductRequest:
    old = _product(demo)
    changed = product_pb2.Product(name=old.name, display_name="Engraved tag, new", etag=old.etag)
    return products.UpdateProductRequest(
        product=changed, update_mask=FieldMask(paths=["display_name"])
    )


@case("DeleteProduct")
def _(demo: Demo) -> products.DeleteProductRequest:
    return products.DeleteProductRequest(name=_product(demo).name)


@case("PublishProduct")
def _(demo: Demo) -> products.PublishProductRequest:
    return products.PublishProductRequest(name=_product(demo).name)
