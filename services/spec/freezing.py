"""Makes a spec of what was filled in, and stores it once per brand."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from render_core.compose import Composition
from render_core.version import RENDERER_VERSION
from services.designs.documents import SpecDocument
from services.designs.upgrades import SPEC_VERSION
from services.runtime.errors import Internal
from services.runtime.service import Runtime
from services.spec import store
from services.spec.composing import Composer
from services.spec.convert.specs import violations_of
from services.spec.domain.errors import SpecInvalid, artwork_gone
from services.spec.domain.filling import Filling
from services.spec.domain.prices import price_of
from services.spec.domain.revisions import Revision
from services.spec.domain.specs import Provenance, Spec, document_of
from services.spec.resource_names import ASSET, ids_in


class TextUnstable(Internal):
    """A text as made is not made as itself: the same design would get two hashes."""

    reason = "TEXT_UNSTABLE"


class Freezer:
    """Freezes designs into specs."""

    def __init__(self, runtime: Runtime, composer: Composer) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._keyring = runtime.keyring
        self._composer = composer

    def freeze(
        self,
        brand: str,
        revision: Revision,
        filling: Filling,
        assets: Mapping[str, str],
        provenance: Provenance,
    ) -> Spec:
        """Return the spec of a filled-in revision, stored.

        assets: SHA-256 by resource name of the uploads among the values.
        Raises SpecInvalid with one violation per problem if it cannot be made.
        """
        spec = self._spec(brand, revision, filling)
        with self._database.brand(brand) as tx:
            self._keep_artwork(tx, brand, spec.id, assets)
            spec = store.specs.add(tx, brand, spec)
            store.specs.record_provenance(tx, brand, spec.id, provenance, self._clock.now())
        return spec

    def _spec(self, brand: str, revision: Revision, filling: Filling) -> Spec:
        document, composed = self._document(brand, revision, filling)
        hash = document.hash()
        return Spec(
            id=self._keyring.public_id(brand, "spec", hash),
            hash=hash,
            version=SPEC_VERSION,
            product=revision.product,
            revision=revision.id,
            document=document.canonical().decode(),
            layout_digest=composed.layout.digest(),
            renderer_version=RENDERER_VERSION,
            price=price_of(revision, document),
            problems=composed.problems,
            created_at=self._clock.now(),
        )

    def _document(
        self, brand: str, revision: Revision, filling: Filling
    ) -> tuple[SpecDocument, Composition]:
        """Return the document, and what it composes to: the layout is that of the text as made."""
        composed = self._composed(brand, revision, filling)
        document = document_of(revision, filling, composed.layout)
        if document.values == filling.values:
            return document, composed
        as_made = Filling(document.values, filling.options)
        composed = self._composed(brand, revision, as_made)
        if document_of(revision, as_made, composed.layout) != document:
            raise TextUnstable
        return document, composed

    def _composed(self, brand: str, revision: Revision, filling: Filling) -> Composition:
        composed = self._composer.compose(brand, revision, filling)
        if not composed.can_be_made:
            raise SpecInvalid(violations=violations_of(composed.problems))
        return composed

    def _keep_artwork(
        self, tx: Connection, brand: str, spec: str, assets: Mapping[str, str]
    ) -> None:
        """Pin the uploads of a spec; they must still be on their list."""
        if not assets:
            return
        there = store.assets.facts(tx, brand, ids_in(ASSET, assets, brand))
        if gone := assets.keys() - there.keys():
            raise SpecInvalid(violations=[artwork_gone(name) for name in sorted(gone)])
        store.contents.pin(tx, brand, store.specs.holder(spec), assets.values())
