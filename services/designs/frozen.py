"""A frozen design rebuilt: the revision and the spec document, as other services receive them.

This is how render and manufacturing get back exactly what the shopper saw.
"""

from __future__ import annotations

from luneo.spec.v1 import product_pb2

from render_core.design import Design
from services.designs.documents import parse
from services.designs.pins import pins_of
from services.designs.templates import template_of


class RevisionMismatch(ValueError):
    """The spec document does not belong to the revision it came with."""


def design_of(revision: product_pb2.ProductRevision, spec_document: str) -> Design:
    """Return the design that a spec document records, ready for `compose`, with the views offered for it.

    revision: as `GetProductRevision` or `GetSnapshotContent` gave it. spec_document: canonical JSON.
    Raises RevisionMismatch if they do not belong together, ValueError for another form.
    """
    document = parse(spec_document)
    if document.revision_hash != revision.revision_hash:
        raise RevisionMismatch(
            f"the spec was made of revision {document.revision_hash}, not {revision.revision_hash}"
        )
    template = template_of(revision.template, pins_of(revision))
    offered = template.offered(document.options)
    return Design(template=offered, values=document.values, options=document.options)
