"""What this service refuses, beyond the errors of the runtime.

InvalidArgument
├── ProductInvalid          one violation per mistake in the product
└── FileRefused             an upload; its reason is the checker's, for example FONT_NOT_A_FONT
FailedPrecondition
├── ProductNotPublishable   one violation per thing that the product names and the brand lacks
├── ProductArchived
└── SpecInvalid             one violation per problem of the design
AlreadyExists
└── IdTaken
"""

from __future__ import annotations

from services.runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument


class ProductInvalid(InvalidArgument):
    """The product has mistakes."""

    reason = "PRODUCT_INVALID"
    message = "This product has mistakes; each is listed."


class FileRefused(InvalidArgument):
    """An uploaded file is not what it should be, or breaks a limit."""

    reason = "FILE_REFUSED"
    message = "This file is refused."


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
