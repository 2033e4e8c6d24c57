"""Specs: what is stored of one, and what is recorded beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from render_core.design import ArtworkValue, TextValue, ZoneValue
from render_core.layout import Layout
from render_core.problems import Problem
from services.designs.documents import SpecDocument
from services.designs.provenance import Channel
from services.spec.domain.filling import Filling
from services.spec.domain.prices import Price
from services.spec.domain.revisions import Revision


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made a spec and with what. owner: the shopper whose own artwork may be used, or None."""

    subject: str
    channel: Channel
    agent: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Spec:
    """A stored spec. document: canonical JSON. problems: its warnings."""

    id: str
    hash: str
    version: str
    product: str
    revision: str
    document: str
    layout_digest: str
    renderer_version: str
    price: Price
    problems: tuple[Problem, ...]
    created_at: datetime


def document_of(revision: Revision, filling: Filling, layout: Layout) -> SpecDocument:
    """Return the document of a composed design: its filled zones, with texts as they are made.

    filling: what was composed. layout: what it was composed to.
    """
    made = texts_as_made(layout)
    filled: dict[str, ZoneValue] = {}
    for zone, value in filling.values.items():
        if not isinstance(value, TextValue):
            filled[zone] = value
        elif text := made.get(zone, ""):
            filled[zone] = TextValue(text, value.font, value.ink)
    return SpecDocument(revision.product, revision.id, revision.hash, filled, filling.options)


def texts_as_made(layout: Layout) -> dict[str, str]:
    """Return the texts of a layout by zone."""
    return {
        frame.zone: frame.text.text_as_made
        for surface in layout.surfaces
        for frame in surface.zones
        if frame.text is not None
    }


def artwork_in(values: Mapping[str, ZoneValue]) -> frozenset[str]:
    """Return the SHA-256 of the artwork in a design."""
    return frozenset(v.sha256 for v in values.values() if isinstance(v, ArtworkValue))
