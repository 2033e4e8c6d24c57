"""What this service refuses, beyond the errors of the runtime.

InvalidArgument
└── ProductInvalid          one violation per mistake in the product
FailedPrecondition
├── ProductNotPublishable   one violation per mistake, for example a font deleted since
├── ProductArchived
└── SpecInvalid             one violation per problem of the design
AlreadyExists
└── IdTaken
"""

from __future__ import annotations

from services.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    Violation,
)


class ProductInvalid(InvalidArgument):
    """The product has mistakes."""

    reason = "PRODUCT_INVALID"
    message = "This product has mistakes; each is listed."


class ProductNotPublishable(FailedPrecondition):
    """The product as stored cannot be published."""

    reason = "PRODUCT_NOT_PUBLISHABLE"
    message = "This product cannot be published as it stands; each reason is listed."


class ProductArchived(FailedPrecondition):
    """Archived products are not published."""

    reason = "PRODUCT_ARCHIVED"
    message = "This product is archived. Set its state to draft or active first."


class SpecInvalid(FailedPrecondition):
    """The design cannot be made."""

    reason = "SPEC_INVALID"
    message = "This design cannot be made; each problem is listed."


class IdTaken(AlreadyExists):
    """Another resource of the brand has this id."""

    reason = "ID_TAKEN"
    message = "This id is taken. Choose another, or leave it empty."


def artwork_gone(name: str) -> Violation:
    """Return the violation of artwork that was deleted while its design was being made."""
    return Violation("design.zones", "ARTWORK_UNKNOWN", f"{name} was deleted. Upload it again.")
