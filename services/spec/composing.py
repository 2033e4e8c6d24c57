"""Composition of designs in an API process: what it needs is kept at hand between keystrokes.

Revisions never change and objects are named by their hash, so nothing here is ever stale.
"""

from __future__ import annotations

from typing import Final

from luneo.design.v1 import design_pb2

from render_core.compose import Composition, compose
from render_core.design import Design, Template
from render_core.kept_zones import KeptZones
from render_core.preflight.faces import face_mistakes
from render_core.recently_used import RecentlyUsed
from services.designs.library import ObjectCache, ObjectLibrary
from services.runtime.database import Database
from services.runtime.errors import NotFound, Violation
from services.runtime.objects import Objects
from services.spec import store
from services.spec.domain.filling import Filling, assets_wanted
from services.spec.domain.revisions import Revision
from services.spec.resource_names import ASSET, REVISION, ids_in

MAX_REVISIONS: Final = 512


class Revisions:
    """Published revisions, the last used ones in memory. Thread-safe."""

    def __init__(self, database: Database, limit: int = MAX_REVISIONS) -> None:
        self._database = database
        self._held = RecentlyUsed[Revision](limit)

    def named(self, name: str, brand: str, *, field: str = "name") -> Revision:
        """Return a revision by resource name; NotFound, InvalidArgument for another shape."""
        ids = REVISION.parse(name, field=field, brand=brand)
        return self.get(brand, ids["product"], ids["revision"])

    def get(self, brand: str, product: str, revision: str) -> Revision:
        """Return a revision; NotFound."""
        return self._held.get(
            REVISION.format(brand=brand, product=product, revision=revision),
            lambda: self._read(brand, product, revision),
        )

    def _read(self, brand: str, product: str, revision: str) -> Revision:
        found = store.products.read_revision(self._database, brand, product, revision)
        if found is None:
            raise NotFound
        return found


class Composer:
    """Composes designs with the fonts and artwork of their brand."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._cache = ObjectCache(objects)
        self._zones = KeptZones()

    def usable_artwork(
        self, design: design_pb2.Design, brand: str, owner: str | None
    ) -> dict[str, str]:
        """Return SHA-256 by resource name of the artwork in a design that `owner` may use.

        What the revision pins anybody may use; the rest a shopper must have uploaded. None for
        everything of the brand.
        """
        ids = ids_in(ASSET, assets_wanted(design), brand)
        return store.assets.read_hashes(self._database, brand, ids, owner=owner)

    def face_violations(self, brand: str, template: Template, path: str) -> list[Violation]:
        """Return what a template asks of its fonts that they do not have. path: of the template."""
        library = ObjectLibrary(self._cache, brand)
        return [
            Violation(f"{path}.{mistake.field}", mistake.reason, mistake.message)
            for mistake in face_mistakes(template, library)
        ]

    def compose(self, brand: str, revision: Revision, filling: Filling) -> Composition:
        """Return the layout of what was filled in, and its problems."""
        design = Design(revision.template, filling.values, filling.options)
        return compose(design, ObjectLibrary(self._cache, brand), self._zones, brand)
