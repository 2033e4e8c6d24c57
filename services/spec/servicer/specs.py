"""luneo.spec.v1.SpecService."""

from __future__ import annotations

import orjson
from google.api import httpbody_pb2
from luneo.spec.v1 import spec_pb2, spec_service_pb2

from render_core.problems import Problem
from services.designs.documents import SpecDocument, parse
from services.designs.layouts import problems_to_proto
from services.runtime import http_bodies
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.service import Runtime
from services.spec import store
from services.spec.composing import Composer, Revisions
from services.spec.convert import specs as convert
from services.spec.domain.differences import differences
from services.spec.domain.filling import Filling, filled
from services.spec.domain.spec_schema import SCHEMA
from services.spec.domain.specs import Spec, artwork_in, texts_as_made
from services.spec.domain.validation import against_revision, judge, revision_unknown
from services.spec.freezing import Freezer
from services.spec.resource_names import SPEC


class SpecServicer:
    """Keeps specs by their hash."""

    def __init__(
        self, runtime: Runtime, revisions: Revisions, composer: Composer, freezer: Freezer
    ) -> None:
        self._database = runtime.database
        self._revisions = revisions
        self._composer = composer
        self._freezer = freezer

    def CreateSpec(
        self, request: spec_service_pb2.CreateSpecRequest, context: Context
    ) -> spec_pb2.Spec:
        design = request.design
        provenance = convert.provenance_of(context, request.provenance)
        revision = self._revisions.named(
            design.product_revision, context.brand, field="design.product_revision"
        )
        assets = self._composer.usable_artwork(design, context.brand, provenance.owner)
        spec = self._freezer.freeze(
            context.brand, revision, filled(revision, design, assets), assets, provenance
        )
        names = {sha256: name for name, sha256 in assets.items()}
        return convert.spec_to_proto(context.brand, spec, revision, names)

    def GetSpec(self, request: spec_service_pb2.GetSpecRequest, context: Context) -> spec_pb2.Spec:
        spec_id = SPEC.parse_last(request.name, brand=context.brand)
        return self._message(store.specs.read(self._database, context.brand, spec_id), context)

    def LookupSpec(
        self, request: spec_service_pb2.LookupSpecRequest, context: Context
    ) -> spec_pb2.Spec:
        spec = store.specs.read_by_hash(self._database, context.brand, request.spec_hash)
        return self._message(spec, context)

    def ValidateSpec(
        self, request: spec_service_pb2.ValidateSpecRequest, context: Context
    ) -> spec_service_pb2.ValidateSpecResponse:
        judged = judge(request.document)
        problems = list(judged.problems)
        if judged.document is not None:
            problems += self._content_problems(judged.document, context.brand)
        return spec_service_pb2.ValidateSpecResponse(
            valid=not convert.violations_of(problems),
            spec_hash=judged.hash,
            problems=problems_to_proto(problems),
        )

    def DiffSpecs(
        self, request: spec_service_pb2.DiffSpecsRequest, context: Context
    ) -> spec_service_pb2.DiffSpecsResponse:
        first, other = (
            store.specs.read(
                self._database,
                context.brand,
                SPEC.parse_last(name, brand=context.brand, field=field),
            )
            for name, field in ((request.name, "name"), (request.other, "other"))
        )
        found = differences(orjson.loads(first.document), orjson.loads(other.document))
        return spec_service_pb2.DiffSpecsResponse(
            differences=[convert.difference_to_proto(one) for one in found]
        )

    def GetSpecSchema(
        self, _: spec_service_pb2.GetSpecSchemaRequest, context: Context
    ) -> httpbody_pb2.HttpBody:
        return http_bodies.of(
            orjson.dumps(SCHEMA, option=orjson.OPT_INDENT_2),
            "application/schema+json",
            cache_control="public, max-age=3600",
        )

    def _message(self, spec: Spec, context: Context) -> spec_pb2.Spec:
        revision = self._revisions.get(context.brand, spec.product, spec.revision)
        hashes = artwork_in(parse(spec.document).values) - revision.asset_names.keys()
        names = store.assets.read_names(
            self._database, context.brand, hashes, owner=convert.shopper_of(context)
        )
        return convert.spec_to_proto(context.brand, spec, revision, names)

    def _content_problems(self, document: SpecDocument, brand: str) -> list[Problem]:
        try:
            revision = self._revisions.get(brand, document.product, document.revision)
        except NotFound:
            return [revision_unknown()]
        filling = Filling(document.values, document.options)
        composition = self._composer.compose(brand, revision, filling)
        made = texts_as_made(composition.layout)
        return [*against_revision(document, revision, made), *composition.problems]
